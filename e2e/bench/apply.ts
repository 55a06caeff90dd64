import { sql } from "kysely";
import { Client } from "pg";

import { day } from "#domain/duration.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { startCluster } from "#server/testing/cluster.ts";

import { median } from "./plan.ts";
import { askGraphql, forgetMemory, inFolder, memoryOf, startBuilt, type BuiltServer } from "./server.ts";

/** What applying a policy that restricts every token costs, beside the same change as one statement of plain SQL. */
export interface ApplyBench {
  /** From the request to its answer, and the plain statement from its begin to its commit, ms. */
  readonly applyMs: number;
  readonly bareMs: number;
  /** The median, pair by pair, of the two. */
  readonly ratio: number;
  /** The most memory that the server had meanwhile, MB. */
  readonly memory: number;
  /** What somebody waited who read a page of tokens meanwhile, one page after the other: ms. */
  readonly readMedian: number;
  readonly readP99: number;
  readonly readSlowest: number;
  readonly reads: number;
}

/** The same organization for every database: tokens of three kinds, mixed, which expire in three years or never. */
const fill = (tokens: number) => `
  insert into tokens (id, kind, name, secret_hash, created_at, expire_at, permissions, creator_kind)
  select substr(md5('a' || number) || md5('b' || number), 1, 32),
    (array['view', 'organization', 'system'])[1 + number % 3],
    'service-' || number, sha256(number::text::bytea), ${Date.now()}::int8 - (number % 300) * ${day}::int8,
    case when number % 4 > 0 then ${Date.now()}::int8 + 1000 * ${day}::int8 end, array['ReadAccess'], 'unknown'
  from generate_series(1, ${tokens}) as number`;

/** Every pair of changes allows less than the one before, so that each of them restricts every token. */
const allowed = (step: number) => (900 - step) * day;

const bare = (milliseconds: number) => `
  update tokens set expire_at = created_at + ${milliseconds}
  where expire_at is null or expire_at > created_at + ${milliseconds}`;

/** Restricts every one of `tokens` tokens on a real PostgreSQL, which syncs to disk as its defaults say, `pairs` times each way. */
export async function benchApplyPostgres(tokens: number, pairs: number): Promise<ApplyBench> {
  const cluster = await startCluster({ durable: true });
  try {
    return await inFolder(async (folder) => {
      const server = await startBuilt(folder, "--database-url", cluster.url("postgres"));
      const client = new Client({ connectionString: cluster.url("postgres") });
      try {
        await client.connect();
        await client.query(fill(tokens));
        return await measure(server, pairs, {
          bare: async (statement) => {
            const { rowCount } = await client.query(statement);
            if (rowCount !== tokens) throw new Error(`The statement restricted ${rowCount} tokens.`);
          },
          tidy: async () => {
            await client.query("vacuum analyze tokens");
            await client.query("checkpoint");
          },
        });
      } finally {
        await client.end();
        await server.stop();
      }
    });
  } finally {
    await cluster.stop();
  }
}

/**
 * The same on the embedded database. Only one process can have it, so plain statements run in this one, on the same folder, while the server
 * is stopped: in the very thread, where nothing else waits.
 */
export async function benchApplyEmbedded(tokens: number, pairs: number): Promise<ApplyBench> {
  return inFolder(async (folder) => {
    const first = await startBuilt(folder);
    await first.stop();
    const withStore = async (run: (store: Store) => Promise<void>) => {
      const store = await openStore({ dataDir: folder });
      try {
        await run(store);
        await store.maintain();
        await sql`checkpoint`.execute(store.db);
      } finally {
        await store.close();
      }
    };
    await withStore(async ({ db }) => void (await sql.raw(fill(tokens)).execute(db)));
    const results: (ApplyBench & { pair: number })[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      let bareMs = 0;
      await withStore(async ({ db }) => {
        const began = performance.now();
        const { numAffectedRows } = await sql.raw(bare(allowed(2 * pair))).execute(db);
        bareMs = performance.now() - began;
        if (Number(numAffectedRows) !== tokens) throw new Error(`The statement restricted ${numAffectedRows} tokens.`);
      });
      const server = await startBuilt(folder);
      try {
        const applied = await applyWhileReading(server, allowed(2 * pair + 1));
        results.push({ pair, bareMs, ratio: applied.applyMs / bareMs, ...applied });
      } finally {
        await server.stop();
      }
    }
    return summary(results);
  });
}

interface Database {
  bare(statement: string): Promise<void>;
  /** Removes what a change left behind, so that the next one finds what this one found. */
  tidy(): Promise<void>;
}

async function measure(server: BuiltServer, pairs: number, database: Database): Promise<ApplyBench> {
  const results: ApplyBench[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    await database.tidy();
    const began = performance.now();
    await database.bare(bare(allowed(2 * pair)));
    const bareMs = performance.now() - began;
    await database.tidy();
    const applied = await applyWhileReading(server, allowed(2 * pair + 1));
    results.push({ bareMs, ratio: applied.applyMs / bareMs, ...applied });
  }
  return summary(results);
}

function summary(results: readonly ApplyBench[]): ApplyBench {
  const middle = (what: keyof ApplyBench) => median(results.map((result) => result[what]));
  const most = (what: keyof ApplyBench) => Math.max(...results.map((result) => result[what]));
  return {
    applyMs: middle("applyMs"),
    bareMs: middle("bareMs"),
    ratio: middle("ratio"),
    memory: most("memory"),
    readMedian: middle("readMedian"),
    readP99: most("readP99"),
    readSlowest: most("readSlowest"),
    reads: results.reduce((sum, { reads }) => sum + reads, 0),
  };
}

const readPage = `{ tokens(typeFilter: [ViewPermissionToken], sortBy: Name, orderBy: ASC, skip: 0, limit: 50) { results { id name expireAt } } }`;

async function applyWhileReading(server: BuiltServer, milliseconds: number): Promise<Omit<ApplyBench, "bareMs" | "ratio">> {
  for (let warm = 0; warm < 20; warm++) await askGraphql(server, readPage);
  forgetMemory(server.pid);
  let running = true;
  const waits: number[] = [];
  const reading = (async () => {
    while (running) {
      const began = performance.now();
      await askGraphql(server, readPage);
      waits.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const enforced = Object.fromEntries(
    ["view", "organization", "system"].flatMap((kind) => [
      [`${kind}PermissionTokensEnabled`, true],
      [`${kind}PermissionTokensAllowPermissionUpdates`, true],
      [`${kind}PermissionTokensEnforceExpirationAfterMs`, milliseconds],
    ]),
  );
  try {
    const began = performance.now();
    await askGraphql(
      server,
      "mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }",
      { input: { personalUserTokensEnabled: true, ...enforced } },
    );
    const applyMs = performance.now() - began;
    running = false;
    await reading;
    const sorted = waits.toSorted((a, b) => a - b);
    return {
      applyMs,
      memory: memoryOf(server.pid, "most"),
      readMedian: median(waits),
      readP99: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN,
      readSlowest: sorted.at(-1) ?? Number.NaN,
      reads: waits.length,
    };
  } finally {
    running = false;
  }
}

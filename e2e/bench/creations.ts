import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { mintToken } from "#server/auth/secrets.ts";
import { findAdministrator } from "#server/auth/sessions.ts";
import { openStore, type StoreLocation } from "#server/store/client.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { startCluster } from "#server/testing/cluster.ts";

import { perSecond, type Load } from "./load.ts";
import { median } from "./plan.ts";
import { inFolder, startBuilt, type BuiltServer } from "./server.ts";

const run = promisify(execFile);

/** What creating tokens costs, as requests of clients that wait for each answer. Each is durable when it is answered. */
export interface CreationBench {
  /** Tokens a second, each created by a request and recorded in the audit trail. */
  readonly created: number;
  /** Rows of the same table a second, each inserted in a transaction of its own. NaN where there is nothing to measure them with. */
  readonly inserted: number;
  /** The median, round by round, of created tokens to inserted rows a second. */
  readonly ratio: number;
}

const clients = 16;

/** Against pgbench with as many clients, which inserts the same row. */
export async function benchCreationsPostgres(rounds: number, ms: number): Promise<CreationBench> {
  const cluster = await startCluster({ durable: true });
  try {
    const databaseUrl = cluster.url("postgres");
    const token = await makeAdministrator({ databaseUrl });
    return await inFolder(async (folder) => {
      const server = await startBuilt(folder, "--database-url", databaseUrl);
      try {
        const script = join(folder, "insert.sql");
        writeFileSync(
          script,
          `insert into tokens (id, kind, name, secret_hash, created_at, permissions, view_ids, created_by)
           values (gen_random_uuid()::text, 'organization', 'bench', sha256(random()::text::bytea), 1, '{ViewUsage}', '{}', 'bench');`,
        );
        const insert = async () => {
          const seconds = String(Math.max(1, Math.round(ms / 1000)));
          const args = ["-n", "-M", "prepared", "-c", String(clients), "-j", "2", "-T", seconds, "-f", script, databaseUrl];
          const { stdout } = await run("pgbench", args).catch((error: unknown) => {
            if (error instanceof Error && "code" in error && error.code === "ENOENT") return { stdout: "" };
            throw error;
          });
          return Number(/tps = ([\d.]+)/u.exec(stdout)?.[1]);
        };
        return await compare(server, token, insert, rounds, ms);
      } finally {
        await server.stop();
      }
    });
  } finally {
    await cluster.stop();
  }
}

/** Against PGlite's own inserts of the same row, on a folder with the same durability. */
export function benchCreationsEmbedded(rounds: number, ms: number): Promise<CreationBench> {
  return inFolder(async (folder) => {
    const token = await makeAdministrator({ dataDir: join(folder, "server") });
    const server = await startBuilt(join(folder, "server"));
    const store = await openStore({ dataDir: join(folder, "bare") });
    try {
      const insert = async () => {
        const start = performance.now();
        let done = 0;
        while (performance.now() - start < ms) {
          const { id, secretHash } = mintToken("organization");
          await store.db
            .insertInto("tokens")
            .values({ ...row, id, kind: "organization", name: "bench", secretHash, createdAt: 1 })
            .execute();
          done++;
        }
        return (done * 1000) / (performance.now() - start);
      };
      return await compare(server, token, insert, rounds, ms);
    } finally {
      await store.close();
      await server.stop();
    }
  });
}

/** Sets up an organization, and gives the personal token of its administrator: somebody whose rights are in the database. */
async function makeAdministrator(location: StoreLocation): Promise<string> {
  const { db, close } = await openStore(location);
  try {
    const now = Date.now();
    await ensureOrganization(db, now);
    const { id = "" } = (await findAdministrator(db)) ?? {};
    const { tokenString, secretHash } = mintToken("personal", id);
    await db
      .insertInto("tokens")
      .values({ ...row, id, kind: "personal", name: "admin", userId: id, secretHash, createdAt: now })
      .execute();
    return tokenString;
  } finally {
    await close();
  }
}

/** What every row has here. */
const row = { expireAt: null, ipFilterId: null, userId: null, createdBy: "bench", lastUsedAt: null, lastUsedFrom: null };

async function compare(
  server: BuiltServer,
  token: string,
  insert: () => Promise<number>,
  rounds: number,
  ms: number,
): Promise<CreationBench> {
  const create: Load = {
    method: "POST",
    path: "/graphql",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      query:
        'mutation { createOrganizationPermissionsTokenV2(input: { name: "bench", organizationPermissions: [ViewUsage] }) { token tokenMetadata { id } } }',
    }),
  };
  // The first round runs code that is not compiled yet.
  await perSecond(server.url, create, clients, ms);
  const pairs: { created: number; inserted: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ inserted: await insert(), created: await perSecond(server.url, create, clients, ms) });
  }
  return {
    created: median(pairs.map(({ created }) => created)),
    inserted: median(pairs.map(({ inserted }) => inserted)),
    ratio: median(pairs.map(({ created, inserted }) => created / inserted)),
  };
}

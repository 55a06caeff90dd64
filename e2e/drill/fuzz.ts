import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { Pool } from "undici";

import { localAdminFile } from "#server/auth/localAdmin.ts";
import { startCluster } from "#server/testing/cluster.ts";
import { startProgram } from "#server/testing/program.ts";

import type { Drill, DrillReport, DrillRow } from "./drill.ts";
import { files, thrownBy, type FuzzFile } from "./fuzz/files.ts";
import { contract, graphql, ingest, routes, sessions, type FuzzRequest, type Known } from "./fuzz/requests.ts";

/** How many inputs a whole run tries, and of which part of it the short form. */
const whole = 200_000;
const short = 6000;

/** Of a hundred inputs, how many are of each sort. */
const shares = { mutations: 46, queries: 14, sessions: 8, ingest: 14, routes: 8, files: 10 } as const;

/** How many requests to each server are under way at once, and how many inputs are made at a time. */
const atOnce = 12;
const batch = 500;

/** How long an answer may take, in ms. A regular expression that runs away, or a loop, takes for ever. */
const patience = 60_000;

/**
 * Sends what nobody should send: every mutation and query with values of the right type that are odd, at the bounds or wrong; sign-ins;
 * what shippers send, spoiled; filters of the server's own routes; and files to the readers of each format. No answer may say that the
 * server failed (a status of 500 and above, or a masked error within 200), none may be missing, and no reader may throw.
 *
 * It fails where a text with a NUL is no longer told from an error of the server (`isUnstorableText` in `store/failures.ts`).
 */
export const fuzz: Drill = {
  name: "fuzz",
  about: "odd, damaged and hostile inputs to every mutation, query, route, ingest format and file reader, on each database",
  minutes: 12,
  async run({ short: isShort = false, rounds }): Promise<DrillReport> {
    const count = rounds ?? (isShort ? short : whole);
    const cluster = await startCluster();
    try {
      const ofFiles = Math.round((count * shares.files) / 100);
      // A server uses one core more than anything else: two of them try as much in half the time, and each database gets its part.
      const running = [
        fuzzServer("on PGlite", {}, Math.ceil((count - ofFiles) / 2), 1),
        fuzzServer("on PostgreSQL", { DATABASE_URL: cluster.url("postgres") }, Math.floor((count - ofFiles) / 2), 1_000_000),
      ] as const;
      // Where one cannot go on, the other ends before its database is taken away.
      await Promise.allSettled(running);
      const [embedded, postgres] = await Promise.all(running);
      return {
        rows: [...embedded.rows, ...postgres.rows, tryFiles(ofFiles)],
        figures: { ...embedded.figures, ...postgres.figures },
      };
    } finally {
      await cluster.stop();
    }
  },
};

/**
 * Tries so many requests on a server of its own.
 *
 * @param seed of the first inputs; the next ones follow
 */
async function fuzzServer(
  where: string,
  environment: Readonly<Record<string, string>>,
  count: number,
  seed: number,
): Promise<DrillReport> {
  const folder = await mkdtemp(join(tmpdir(), "tokenhouse-fuzz-"));
  const program = await startProgram([process.execPath, "dist/server/main.js"], { PORT: "0", DATA_DIR: folder, ...environment });
  let errors = "";
  program.process.stderr?.on("data", (part: Buffer) => {
    // The lines of errors alone: those of requests would be some hundred megabytes.
    for (const line of part.toString().split("\n"))
      if (line.startsWith('{"level":50')) errors = `${errors}${line}\n`.slice(-100_000);
  });
  const pool = new Pool(program.address, { connections: atOnce, headersTimeout: patience, bodyTimeout: patience });
  try {
    const known = await makeKnown(program.address, (await readFile(localAdminFile(folder), "utf8")).trim(), program.code);
    const { rows, done } = await tryRequests(pool, known, where, count, seed);
    const alive = program.process.exitCode === null && program.process.signalCode === null;
    const health = alive ? await pool.request({ method: "GET", path: "/readyz" }).then(({ statusCode }) => statusCode) : 0;
    if (errors !== "") console.error(errors.slice(-4000));
    return {
      rows: [...rows, { what: `the server answers at the end, ${where}`, tried: 1, lost: health === 200 ? 0 : 1 }],
      figures: { [`carried out, and not refused, ${where}`]: done },
    };
  } finally {
    await pool.destroy();
    program.process.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Sort = Exclude<keyof typeof shares, "files">;

function* batches<T>(arbitrary: fc.Arbitrary<T>, tried: number, seed: number): Generator<readonly T[]> {
  for (let done = 0; done < tried; done += batch) {
    yield fc.sample(arbitrary, { seed: seed + done / batch, numRuns: Math.min(batch, tried - done) });
  }
}

/** Counts the faults of one sort of inputs, and tells the first of them. */
function faultsOf(sort: string) {
  let lost = 0;
  return {
    failed(input: FuzzRequest | FuzzFile, why: string): void {
      if (++lost <= 5) console.error(`${sort}: ${why}\n  ${describe(input)}`);
    },
    lost: () => lost,
  };
}

async function tryRequests(
  pool: Pool,
  known: Known,
  where: string,
  count: number,
  firstSeed: number,
): Promise<{ readonly rows: readonly DrillRow[]; readonly done: string }> {
  const schema = contract();
  const requests: Readonly<Record<Sort, fc.Arbitrary<FuzzRequest>>> = {
    mutations: graphql(schema, "Mutation", known),
    queries: graphql(schema, "Query", known),
    sessions: sessions(known),
    ingest: ingest(known),
    routes: routes(known),
  };
  const rows: DrillRow[] = [];
  const carriedOut: string[] = [];
  let seed = firstSeed;
  for (const [sort, arbitrary] of Object.entries(requests) as [Sort, fc.Arbitrary<FuzzRequest>][]) {
    const tried = Math.round((count * shares[sort]) / (100 - shares.files));
    const faults = faultsOf(`${sort}, ${where}`);
    let done = 0;
    for (const inputs of batches(arbitrary, tried, seed)) {
      const waiting = inputs.values();
      const send = async () => {
        for (const input of waiting) {
          const outcome = await outcomeOf(pool, input);
          if (outcome === "done") done++;
          else if (outcome !== "refused") faults.failed(input, outcome.fault);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, send));
    }
    seed += Math.ceil(tried / batch);
    rows.push({ what: `${sort}: answered, and not as an error of the server, ${where}`, tried, lost: faults.lost() });
    carriedOut.push(`${sort} ${done}`);
  }
  return { rows, done: carriedOut.join(", ") };
}

/** Tries texts on the readers of files. */
function tryFiles(tried: number): DrillRow {
  const faults = faultsOf("files");
  for (const inputs of batches(files(), tried, 2_000_000)) {
    for (const input of inputs) {
      const thrown = thrownBy(input);
      if (thrown !== undefined)
        faults.failed(input, thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown);
    }
  }
  return { what: "files: read, or told what is wrong with them", tried, lost: faults.lost() };
}

/** What came of a request: a fault is an answer that may not be, or none. */
async function outcomeOf(
  pool: Pool,
  { method, path, headers, body }: FuzzRequest,
): Promise<"done" | "refused" | { readonly fault: string }> {
  try {
    const answer = await pool.request({ method, path, headers, ...(body !== undefined && { body }) });
    const text = await answer.body.text();
    if (answer.statusCode >= 500) return { fault: `${answer.statusCode} ${text.slice(0, 300)}` };
    if (text.includes('"code":"INTERNAL"')) return { fault: text.slice(0, 300) };
    return answer.statusCode >= 400 || text.includes('"errors":') ? "refused" : "done";
  } catch (error) {
    return { fault: `no answer: ${String(error)}` };
  }
}

function describe(input: FuzzRequest | FuzzFile): string {
  if ("format" in input) return JSON.stringify(input).slice(0, 600);
  const { authorization: _kept, cookie: _kept2, ...headers } = input.headers;
  const body = input.body instanceof Uint8Array ? Buffer.from(input.body).toString("latin1") : input.body;
  return JSON.stringify({ ...input, headers, body }).slice(0, 1200);
}

/** Makes one of each thing, so that inputs can name what is there. */
async function makeKnown(address: string, root: string, code: string): Promise<Known> {
  const ask = async (query: string): Promise<unknown> => {
    const response = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${root}`, "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { readonly data: unknown; readonly errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const made = await ask(`mutation {
    repository: createRepository(name: "fuzzed") { repository { id } }
    view: createView(name: "seen", connections: [{ repositoryName: "fuzzed", filter: "*" }]) { id }
    filter: createIPFilter(input: { name: "office", ipFilter: "allow all" }) { id }
    group: addGroup(displayName: "staff") { group { id } }
    role: createRole(input: { displayName: "reader", viewPermissions: [ReadAccess] }) { role { id } }
    user: addUserV2(input: { username: "ann" }) { ... on User { id } }
    parser: createParserV2(input: { repositoryName: "fuzzed", name: "reader", script: "", testCases: [], fieldsToTag: [],
      fieldsToBeRemovedBeforeParsing: [] }) { id }
    ingest: addIngestTokenV3(input: { repositoryName: "sandbox", name: "shipper" }) { token }
    fleet: createFleetInstallToken(name: "fleet") { token }
    configuration: createLogCollectorConfiguration(name: "collector") { id }
    token: createOrganizationPermissionsTokenV2(input: { name: "exporter", organizationPermissions: [ViewUsage] }) { tokenMetadata { id } }
  }`);
  const text = JSON.stringify(made);
  const ids = [...text.matchAll(/"(?:id|token)":"([^"]+)"/gu)].map(([, id = ""]) => id);
  const value = /"ingest":\{"token":"([^"]+)"/u.exec(text)?.[1] ?? "";
  const origin = new URL(address).origin;
  const signedIn = await fetch(`${address}/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ code }),
  });
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  if (cookie === "" || value === "") throw new Error("The organization to be fuzzed could not be made.");
  const names = [
    ...ids,
    "fuzzed",
    "seen",
    "office",
    "staff",
    "reader",
    "ann",
    "shipper",
    "fleet",
    "collector",
    "exporter",
    "sandbox",
  ];
  return { names, root, ingest: value, cookie, origin };
}

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { Pool } from "undici";

import { localAdminFile } from "#server/auth/localAdmin.ts";
import { startProgram } from "#server/testing/program.ts";

import type { Drill, DrillReport } from "./drill.ts";

/**
 * Seconds of each part: the usual load, five times that, and the usual load again; and requests a second of the usual load. Rounds are
 * minutes of the usual load, with as much less of the others.
 */
const whole = (minutes: number) => ({ usual: minutes * 60, much: minutes * 30, again: minutes * 12, rate: 25 });
const short = { usual: 20, much: 15, again: 10, rate: 15 };

/** How long an answer may take, in ms, before it counts as none. */
const patience = 60_000;

/** Refusals of a server that has too much to do: they are answers, where they say when to come again. Others of 503 are failures. */
const busy: ReadonlySet<number> = new Set([429, 503]);

/** Seconds whose slowest of a hundred answers is one figure. The middle one of these figures counts, so that one stall decides nothing. */
const window = 30;

/**
 * A mixed load of readers, writers and shippers for ten minutes, then five times as many requests a second as before whether the server
 * keeps up or not, then the usual load again. Requests come at their times, also where those before them are not answered yet. Each is
 * answered, if only by a refusal that says that the server is busy; memory does not grow; and answers come as quickly as before.
 *
 * It fails where what a request holds is never given back: without `turn.taken()` at the end of an answer (`makeTurn` in
 * `graphql/register.ts`) the fifth mutation of a caller waits for ever. Memory grows where each request is kept that was answered.
 */
export const load: Drill = {
  name: "load",
  about: "a mixed load, five times that, and the usual load again: memory, answers and times",
  minutes: 18,
  async run({ short: isShort = false, rounds = 10 }): Promise<DrillReport> {
    const times = isShort ? short : whole(rounds);
    const folder = await mkdtemp(join(tmpdir(), "tokenhouse-load-"));
    const program = await startProgram([process.execPath, "dist/server/main.js"], { PORT: "0", DATA_DIR: folder });
    const pool = new Pool(program.address, { connections: 200, headersTimeout: patience, bodyTimeout: patience });
    try {
      const root = (await readFile(localAdminFile(folder), "utf8")).trim();
      const ask = await prepare(pool, root);
      const memory = memoryOf(program.process.pid ?? 0);
      const shareOfOthers = await takenByOthers(program.process.pid ?? 0);
      // What a server takes once, such as compiled code and the database's buffers, it has taken then.
      const warm = await part(ask, { seconds: times.usual / 10, rate: times.rate });
      const early = await part(ask, { seconds: times.usual * 0.45, rate: times.rate }, memory);
      const late = await part(ask, { seconds: times.usual * 0.45, rate: times.rate }, memory);
      const much = await part(ask, { seconds: times.much, rate: times.rate * 5 }, memory);
      await delay(Math.min(30, times.again) * 1000);
      const again = await part(ask, { seconds: times.again, rate: times.rate }, memory);
      const parts = [early, late, much, again];
      const usual = [warm, early, late, again];
      const sum = (of: (one: Part) => number, over = [warm, ...parts]) => over.reduce((total, one) => total + of(one), 0);
      const others = await shareOfOthers();
      const growth = again.memory / early.memory;
      const slower = again.p99 / Math.max(late.p99, 50);
      return {
        rows: [
          { what: "requests answered", tried: sum(({ sent }) => sent), lost: sum(({ unanswered }) => unanswered) },
          {
            what: "answers as they should be, or a refusal as busy",
            tried: sum(({ sent }) => sent),
            lost: sum(({ failed }) => failed),
          },
          {
            what: "requests of the usual load that were not refused",
            tried: sum(({ sent }) => sent, usual),
            lost: sum(({ refused }) => refused, usual),
          },
          { what: "memory stays within a third of what it was", tried: 1, lost: growth > 4 / 3 ? 1 : 0 },
          // A busy machine is slow now and then; in minutes that shows, in seconds it may not even out.
          ...(isShort
            ? []
            : [
                {
                  what: "the slowest of a hundred answers takes no longer than before, half as much at most",
                  tried: 1,
                  lost: slower > 1.5 ? 1 : 0,
                },
              ]),
        ],
        figures: {
          "requests a second": `${times.rate}, then ${times.rate * 5}, then ${times.rate}`,
          "refused as busy under much load": much.refused,
          "memory (RSS), MB": parts.map(({ memory: bytes }) => Math.round(bytes / 1e6)).join(", "),
          "of the machine's processor time others took, %": Math.round(others * 100),
          "slowest of a hundred (p99), ms": parts.map(({ p99 }) => Math.round(p99)).join(", "),
        },
      };
    } finally {
      await pool.destroy();
      program.process.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

/** What an answer came to: it is as it should be, says that the server has too much to do, or neither. */
type Outcome = "fine" | "busy" | "failed";

interface Answer {
  readonly status: number;
  /** Whether it says when to come again. */
  readonly saysWhen: boolean;
  readonly text: string;
}

/** Judges an answer by the status that it should have. Of GraphQL's an error stands in the text, below the status of success. */
export function outcomeOf({ status, saysWhen, text }: Answer, expected: number): Outcome {
  if (busy.has(status) && saysWhen) return "busy";
  return status === expected && !text.includes('"errors":') ? "fine" : "failed";
}

/** The middle one of the slowest of a hundred of each so many values, in their order. What is left at the end belongs to the last. */
export function usualSlowest(took: readonly number[], each: number): number {
  const count = Math.max(1, Math.floor(took.length / each));
  const slowest = Array.from({ length: count }, (_, place) =>
    at(took.slice(place * each, place === count - 1 ? undefined : (place + 1) * each), 0.99),
  );
  return at(slowest, 0.5);
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

interface Part {
  readonly sent: number;
  readonly unanswered: number;
  /** Answered otherwise than it should be. */
  readonly failed: number;
  /** Answered with a refusal that says that the server has too much to do. */
  readonly refused: number;
  /** The slowest of a hundred, ms; see {@link usualSlowest}. */
  readonly p99: number;
  /** The median of the process's memory, in bytes. */
  readonly memory: number;
}

type Ask = (number: number) => Promise<Outcome>;

/** Sends requests at their times for so many seconds. Those that are late are waited for. */
async function part(
  ask: Ask,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
  memory?: () => Promise<number>,
) {
  const took: number[] = [];
  const seen: number[] = [];
  let [unanswered, failed, refused, sent] = [0, 0, 0, 0];
  const open = new Set<Promise<void>>();
  const began = performance.now();
  const one = async (number: number) => {
    const start = performance.now();
    try {
      const outcome = await ask(number);
      if (outcome === "busy") refused++;
      else if (outcome === "failed") failed++;
    } catch {
      unanswered++;
    }
    took[number] = performance.now() - start;
  };
  for (; sent < seconds * rate; sent++) {
    const due = began + (sent * 1000) / rate;
    const early = due - performance.now();
    if (early > 1) await delay(early);
    if (memory !== undefined && sent % rate === 0) seen.push(await memory());
    const asking = one(sent).finally(() => open.delete(asking));
    open.add(asking);
  }
  await Promise.all(open);
  return { sent, unanswered, failed, refused, p99: usualSlowest(took, window * rate), memory: at(seen, 0.5) } satisfies Part;
}

/** The memory of a process that is not in files, in bytes. */
function memoryOf(pid: number): () => Promise<number> {
  return async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1];
    if (kilobytes === undefined) throw new Error("The server's memory is not told.");
    return Number(kilobytes) * 1024;
  };
}

/**
 * Counts from now on which share of the machine's processor time went to other processes than this one and the server. Where it is not small,
 * times say more about the machine than about the server.
 */
async function takenByOthers(pid: number): Promise<() => Promise<number>> {
  const look = async () => {
    const [machine = "", server] = [
      (await readFile("/proc/stat", "utf8")).split("\n", 1)[0],
      (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [],
    ];
    // user, nice, system, idle, iowait, irq, softirq, steal; all in hundredths of a second.
    const times = machine.split(/ +/u).slice(1, 9).map(Number);
    const all = times.reduce((sum, time) => sum + time, 0);
    const idle = (times[3] ?? 0) + (times[4] ?? 0);
    const { user, system } = process.cpuUsage();
    return { all, others: all - idle - Number(server[11]) - Number(server[12]) - (user + system) / 10_000 };
  };
  const began = await look();
  return async () => {
    const now = await look();
    return (now.others - began.others) / (now.all - began.all);
  };
}

/** How many filters, and tokens, are there at once of those that the load makes. */
const mostKept = 100;

/**
 * Makes who asks, and gives what asks: of a hundred requests 55 read, 15 write, 25 bring events, 5 are wrong. What is written is deleted
 * again, so that lists are as long at the end as at the beginning, and their times can be held against each other.
 */
async function prepare(pool: Pool, root: string): Promise<Ask> {
  const send = async (path: string, body: string, token: string) => {
    const answer = await pool.request({
      method: "POST",
      path,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
    });
    const saysWhen = answer.headers["retry-after"] !== undefined;
    return { status: answer.statusCode, saysWhen, text: await answer.body.text() };
  };
  const graphql = (query: string, token: string) => send("/graphql", JSON.stringify({ query }), token);
  const made: string[] = [];
  for (let number = 0; number < 8; number++) {
    const { text } = await graphql(
      `mutation { a: createOrganizationPermissionsToken(input: { name: "reader ${number}", permissions: [ManageUsers, ChangeIPFilters] }) }`,
      root,
    );
    made.push(/"a":"([^"]+)"/u.exec(text)?.[1] ?? "");
  }
  const { text } = await graphql(
    'mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "shipper" }) { token } }',
    root,
  );
  const shipper = /"token":"([^"]+)"/u.exec(text)?.[1] ?? "";
  if (made.includes("") || shipper === "") throw new Error(`The load could not be prepared: ${text}`);
  const event = JSON.stringify([
    { events: Array.from({ length: 20 }, (_, at) => ({ timestamp: at, attributes: { a: "b".repeat(200) } })) },
  ]);
  let count = 0;
  const [filters, tokens]: [string[], string[]] = [[], []];
  /** Makes one more, or deletes the oldest where there are enough. */
  const write = async (kept: string[], make: string, remove: (id: string) => string) => {
    const oldest = kept.length < mostKept ? undefined : kept.shift();
    const answer = await graphql(`mutation { ${oldest === undefined ? make : remove(oldest)} }`, root);
    const id = oldest === undefined ? /"(?:id|token)":"([^"~]+)/u.exec(answer.text)?.[1] : undefined;
    if (id !== undefined) kept.push(id);
    // What was refused is still there.
    else if (oldest !== undefined && outcomeOf(answer, 200) === "busy") kept.push(oldest);
    return answer;
  };
  return async (number) => {
    const reader = made[number % made.length] ?? root;
    const which = (number * 37) % 100;
    count++;
    const answer = await (which < 20
      ? graphql('{ tokens(sortBy: Name, limit: 50, searchFilter: "read") { totalResults results { id name expireAt } } }', root)
      : which < 40
        ? graphql("{ users { username } ipFilters { name } organization { id name } }", reader)
        : which < 55
          ? graphql('{ repository(name: "sandbox") { name ingestTokens { name createdBy } } }', root)
          : which < 63
            ? write(
                filters,
                `createIPFilter(input: { name: "f${count}", ipFilter: "allow 192.0.2.1" }) { id }`,
                (id) => `deleteIPFilter(input: { id: "${id}" })`,
              )
            : which < 70
              ? write(
                  tokens,
                  `createOrganizationPermissionsTokenV2(input: { name: "t${count}", organizationPermissions: [ViewUsage] }) { token }`,
                  (id) => `deleteToken(input: { id: "${id}" })`,
                )
              : which < 95
                ? send("/api/v1/ingest/humio-structured", event, shipper)
                : graphql("{ nothing }", `${"u".repeat(24)}~${"s".repeat(44)}`));
    return outcomeOf(answer, which < 95 ? 200 : 401);
  };
}

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { median } from "./plan.ts";

/** What taking data in costs, as requests per second of the built server on its embedded database. */
export interface IngestBench {
  /** `GET /healthz`, which does nothing but answer. */
  readonly bare: number;
  /** One event to a request, sent with an ingest token to the raw endpoint. */
  readonly accepted: number;
  /** A hundred events to a request, as shippers do; events per second. */
  readonly eventsInBatches: number;
  /** The median, round by round, of accepted to bare requests per second. */
  readonly ratio: number;
}

const connections = 20;

/** Measures in turn, `rounds` times for `ms` ms each, so that a machine that slows down slows both. */
export async function benchIngest(rounds = 5, ms = 2000): Promise<IngestBench> {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-bench-"));
  const server = spawn(process.execPath, ["dist/server/main.js", "--port", "0", "--data-dir", folder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const url = await listening(server);
    const token = await createToken(url, readFileSync(join(folder, "local-admin-token.txt"), "utf8").trim());
    const authorization = `Bearer ${token}`;
    const event = '{"level":"info","message":"request handled","ms":12}';
    const batch = JSON.stringify([{ messages: Array.from({ length: 100 }, () => event) }]);
    const load = {
      bare: () => perSecond(`${url}/healthz`, "GET", {}, undefined, ms),
      single: () => perSecond(`${url}/api/v1/ingest/raw`, "POST", { authorization }, event, ms),
      batches: () => perSecond(`${url}/api/v1/ingest/humio-unstructured`, "POST", { authorization }, batch, ms),
    };
    // The first round runs code that is not compiled yet.
    for (const run of Object.values(load)) await run();
    const pairs: { bare: number; accepted: number; batches: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      pairs.push({ bare: await load.bare(), accepted: await load.single(), batches: await load.batches() });
    }
    return {
      bare: median(pairs.map(({ bare }) => bare)),
      accepted: median(pairs.map(({ accepted }) => accepted)),
      eventsInBatches: median(pairs.map(({ batches }) => batches)) * 100,
      ratio: median(pairs.map(({ bare, accepted }) => accepted / bare)),
    };
  } finally {
    if (server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const url = /listening on (http:\S+)/u.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once("exit", (code) => reject(new Error(`The server ended with code ${code}.`)));
  });
}

async function createToken(url: string, administrator: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${administrator}`, "content-type": "application/json" },
    body: JSON.stringify({
      query: 'mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "bench" }) { token } }',
    }),
  });
  const { data } = (await response.json()) as { data: { addIngestTokenV3: { token: string } } };
  return data.addIngestTokenV3.token;
}

/** Requests per second over a few connections that are kept open. Throws at the first answer that is not 200. */
async function perSecond(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  ms: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const once = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
        response.resume();
        response.once("end", () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${method} ${url} answered ${response.statusCode}.`)),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });
  const start = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - start < ms) {
        await once();
        done++;
      }
    }),
  );
  agent.destroy();
  return (done * 1000) / (performance.now() - start);
}

import { Agent, request } from "node:http";
import { gzipSync } from "node:zlib";

import { median } from "./plan.ts";
import { askGraphql, forgetMemory, memoryOf, withServer, type BuiltServer } from "./server.ts";

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

/** What others wait for while one token sends bodies that are costly to read. */
export interface DelayBench {
  readonly load: string;
  /** Bodies that were read (taken, or refused for their content), and bodies put off with 503. */
  readonly read: number;
  readonly putOff: number;
  /** `GET /healthz`, ms. */
  readonly bareMedian: number;
  readonly bareSlowest: number;
  /** One event with another token, ms. */
  readonly eventMedian: number;
  readonly eventSlowest: number;
  /** The most memory that the server had meanwhile, MB. */
  readonly memory: number;
}

/** Has one token send each kind of costly body, 8 at a time for `ms` ms, and measures what others wait meanwhile. */
export function benchIngestDelay(ms = 5000): Promise<DelayBench[]> {
  return withServer(async (server) => {
    const { url, pid } = server;
    const [costly, other] = [await createToken(server, "costly"), await createToken(server, "other")];
    const line = "GET /checkout 200 12ms ".padEnd(151, "user-agent: a browser ");
    const fill = (begin: string, part: string) => begin + part.repeat((8 * 1_048_576) / part.length);
    const loads: readonly (readonly [load: string, path: string, body: string | undefined])[] = [
      ["nothing", "", undefined],
      ["200,000 lines, 32 MiB", "/api/v1/ingest/json", `[${`{"message":"${line}"},`.repeat(199_999)}{"message":""}]`],
      ["empty events, 8 MiB", "/api/v1/ingest/json", `${fill("[", "{},")}{}]`],
      ["nested, 8 MiB", "/api/v1/ingest/json", fill("", '{"a":')],
      ["empty bulk actions, 8 MiB", "/_bulk", fill("", '{"index":{}}\n{}\n')],
    ];
    const results: DelayBench[] = [];
    for (const [load, path, body] of loads) {
      const packed = body === undefined ? undefined : gzipSync(body);
      forgetMemory(pid);
      const end = performance.now() + ms;
      const counts = { read: 0, putOff: 0 };
      const senders = Array.from({ length: packed === undefined ? 0 : 8 }, async () => {
        while (performance.now() < end) {
          const response = await fetch(url + path, {
            method: "POST",
            headers: { authorization: `Bearer ${costly}`, "content-encoding": "gzip" },
            body: packed ?? null,
          });
          await response.arrayBuffer();
          if (response.status === 503) counts.putOff++;
          else counts.read++;
        }
      });
      const bare: number[] = [];
      const event: number[] = [];
      while (performance.now() < end) {
        bare.push(await timed(fetch(`${url}/healthz`)));
        event.push(
          await timed(
            fetch(`${url}/api/v1/ingest/raw`, {
              method: "POST",
              headers: { authorization: `Bearer ${other}` },
              body: "an event",
            }),
          ),
        );
      }
      await Promise.all(senders);
      results.push({
        load,
        ...counts,
        bareMedian: median(bare),
        bareSlowest: Math.max(...bare),
        eventMedian: median(event),
        eventSlowest: Math.max(...event),
        memory: memoryOf(pid, "most"),
      });
    }
    return results;
  });
}

async function timed(answer: Promise<Response>): Promise<number> {
  const start = performance.now();
  const response = await answer;
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  return performance.now() - start;
}

/** Measures in turn, `rounds` times for `ms` ms each, so that a machine that slows down slows both. */
export function benchIngest(rounds = 5, ms = 2000): Promise<IngestBench> {
  return withServer(async (server) => {
    const { url } = server;
    const authorization = `Bearer ${await createToken(server, "bench")}`;
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
  });
}

async function createToken(server: BuiltServer, name: string): Promise<string> {
  const { addIngestTokenV3 } = await askGraphql<{ addIngestTokenV3: { token: string } }>(
    server,
    'mutation ($name: String!) { addIngestTokenV3(input: { repositoryName: "sandbox", name: $name }) { token } }',
    { name },
  );
  return addIngestTokenV3.token;
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

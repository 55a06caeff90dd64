import { Agent } from "node:http";
import { createServer } from "node:https";

import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { testCertificate, testCertificateKey } from "#server/testing/certificate.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";
import { sendAllThenRead, sendByNode } from "#server/testing/uploads.ts";
import { httpAnswer, startUpstream, type Upstream } from "#server/testing/upstream.ts";

import { buildGateway, type GatewayOptions } from "./gateway.ts";

const key = new Uint8Array(32).fill(5);
const headers = { "content-type": "application/json", authorization: "Bearer a" };

let gateway: FastifyInstance;
let url: string;
let agent: Agent;

async function start(logscale: string, options: Partial<GatewayOptions> = {}): Promise<void> {
  gateway = await buildGateway({ logscale, key, ...options });
  url = await gateway.listen({ host: "127.0.0.1", port: 0 });
}
beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  gateway.server.closeAllConnections();
  await gateway.close();
});

/** What every client is told of a body: Node's and one that reads only when all is sent, with the length announced and without. */
async function answersTo(path: string, size: number) {
  const upload = { url, path, headers, body: Buffer.alloc(size, 32) };
  return [
    await sendByNode(agent, upload),
    await sendByNode(agent, { ...upload, announced: false }),
    await sendAllThenRead(upload),
    await sendAllThenRead({ ...upload, announced: false }),
  ];
}

const four = <T>(answer: T) => [answer, answer, answer, answer];

/** A request that the client sends next, over the connection it has where it has one. */
const next = () => sendByNode(agent, { url, path: "/graphql", headers, body: Buffer.from('{"query":"{ meta { version } }"}') });

describe("an answer that the cluster gives before it has the whole body", () => {
  let upstream: Upstream;
  beforeEach(async () => {
    upstream = await startUpstream();
    return () => upstream.close();
  });

  it.each(["hang up", "read on", "stop reading"] as const)(
    "comes back as it was given, whatever it is and however large the body, from a cluster that would then %s",
    async (afterwards) => {
      await start(upstream.origin);
      for (const [status, sizes] of [
        ["413 Too Large", [100, 200_000, 2_000_000, 7_000_000]],
        ["400 Bad Request", [3_000_000]],
        ["401 Unauthorized", [3_000_000]],
        ["429 Slow Down", [3_000_000]],
        ["503 Unavailable", [3_000_000]],
      ] as const) {
        const text = `{"message":"${status}"}`;
        for (const [path, size] of sizes.flatMap((size) => [
          ["/graphql", size] as const,
          ["/api/v1/ingest/json", size] as const,
        ])) {
          upstream.early = { answer: httpAnswer(status, { connection: "close" }, text), afterwards };
          const answer = { status: Number(status.slice(0, 3)), text };
          expect(await answersTo(path, size), `${status} to ${size} bytes at ${path}`).toEqual(four(answer));
          upstream.early = undefined;
          expect(await next()).toEqual({ status: 200, text: '{"data":{}}' });
        }
      }
    },
  );

  it("is told from none: a cluster that hangs up without a word may have carried out what it was sent", async () => {
    await start(upstream.origin);
    upstream.early = { answer: Buffer.alloc(0), afterwards: "hang up" };
    const answer = { status: 502, text: expect.stringContaining("It may have carried out what it was sent.") as string };
    expect(await answersTo("/graphql", 3_000_000)).toEqual(four(answer));
    upstream.early = undefined;
    expect(await next()).toEqual({ status: 200, text: '{"data":{}}' });
  });
});

it("what a cluster behind TLS answers early comes back too", async () => {
  const cluster = createServer({ key: testCertificateKey, cert: testCertificate }, (_request, response) => {
    response.writeHead(413, { connection: "close", "content-length": 9 }).end("too large");
  });
  await new Promise<void>((resolve) => cluster.listen(0, "127.0.0.1", resolve));
  const address = cluster.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await start(`https://localhost:${port}`, { logscaleCa: testCertificate });
  expect(await answersTo("/graphql", 3_000_000)).toEqual(four({ status: 413, text: "too large" }));
  cluster.closeAllConnections();
  cluster.close();
});

it("a body that a real server behind the gateway refuses is refused in that server's words", async () => {
  const cluster = await testServer(await openTestStore("pglite"), { extensions: false });
  await start(await cluster.app.listen({ host: "127.0.0.1", port: 0 }));
  const strangers = { status: 401, text: "The supplied authentication is invalid" };
  for (const path of ["/graphql", "/api/v1/ingest/json"]) expect(await answersTo(path, 3_000_000)).toEqual(four(strangers));
  const { tokenString } = await cluster.token({ kind: "organization" });
  const upload = {
    url,
    path: "/graphql",
    headers: { ...headers, authorization: `Bearer ${tokenString}` },
    body: Buffer.alloc(3_000_000, 32),
  };
  for (const announced of [true, false]) {
    expect(await sendByNode(agent, { ...upload, announced })).toMatchObject({ status: 413 });
    expect(await sendAllThenRead({ ...upload, announced })).toMatchObject({ status: 413 });
  }
  expect((await next()).status).toBe(401);
  cluster.app.server.closeAllConnections();
  await cluster.app.close();
  await cluster.store.close();
});

it("a body that is larger than the gateway takes is refused with 413, and the pipe holds", async () => {
  const upstream = await startUpstream();
  await start(upstream.origin, { graphqlBodyLimit: 1_000_000, ingestBodyLimit: 2_000_000 });
  for (const [path, limit, words] of [
    ["/graphql", 1_000_000, "the 1,000,000 bytes that this gateway takes."],
    ["/api/v1/ingest/json", 2_000_000, "the 2,000,000 bytes that this gateway takes (INGEST_BODY_LIMIT)."],
  ] as const) {
    const answer = { status: 413, text: JSON.stringify({ message: `The request is larger than ${words}` }) };
    for (const size of [limit + 1, 7_000_000]) expect(await answersTo(path, size), `${size}`).toEqual(four(answer));
    // The cluster has had none of them whole.
    expect(upstream.received.filter(({ body }) => body.length > limit)).toEqual([]);
    expect(await answersTo(path, limit)).toEqual(four({ status: 200, text: '{"data":{}}' }));
  }
  await upstream.close();
});

it("unless told otherwise 8 MiB pass to GraphQL and 32 MiB of data, and no byte more", async () => {
  const upstream = await startUpstream();
  upstream.early = { answer: httpAnswer("200 OK", { connection: "close" }), afterwards: "read on" };
  await start(upstream.origin);
  for (const [path, limit] of [
    ["/graphql", 8_388_608],
    ["/services/collector", 33_554_432],
  ] as const) {
    const sent = (size: number) => sendByNode(agent, { url, path, headers, body: Buffer.alloc(size) });
    expect([(await sent(limit)).status, (await sent(limit + 1)).status]).toEqual([200, 413]);
  }
  await upstream.close();
});

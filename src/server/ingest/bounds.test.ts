import { execFile } from "node:child_process";
import { once } from "node:events";
import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { openTestStore } from "#server/testing/databases.ts";
import { ingestToken, received, send } from "#server/testing/ingest.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { smallBody } from "./reader.ts";

const run = promisify(execFile);
const megabyte = 1_048_576;

let python = true;
try {
  await run("python3", ["--version"]);
} catch {
  python = false;
}

describe("with the usual limit", () => {
  let server: TestServer;
  let token: string;
  beforeEach(async () => {
    const store = await openTestStore("pglite");
    server = await testServer(store);
    token = await ingestToken(server);
    return async () => {
      await server.app.close();
      await store.close();
    };
  });

  const sendPacked = (url: string, body: string) =>
    send(server, url, `Bearer ${token}`, gzipSync(body), { headers: { "content-encoding": "gzip" } });

  it("a batch of 200,000 lines and 32 MiB, compressed as logs are, is taken", async () => {
    const event = `{"message":"${"GET /checkout 200 12ms ".padEnd(151, "user-agent: a browser ")}"}`;
    const batch = `[${Array.from({ length: 200_000 }, () => event).join(",")}]`;
    expect(batch.length).toBeGreaterThan(31.5 * megabyte);
    expect(batch.length).toBeLessThanOrEqual(32 * megabyte);
    const { statusCode, body } = await sendPacked("/api/v1/ingest/json", batch);
    expect([statusCode, body]).toEqual([200, "{}"]);
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 200_000, bytes: batch.length }]);
  });

  it("two hundred machines that share a token and send at once, compressed, are all taken", async () => {
    const sent = Array.from({ length: 200 }, () => sendPacked("/api/v1/ingest/json", '[{"a":1},{"a":2}]'));
    expect((await Promise.all(sent)).filter(({ statusCode }) => statusCode !== 200)).toEqual([]);
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 400 }]);
  });

  it("tags of 16 MiB that a hundred events share take no more memory than they have", async () => {
    const tags = JSON.stringify({ a: "x".repeat(16 * megabyte) });
    const events = Array.from({ length: 100 }, () => '{"timestamp":1}');
    const { statusCode } = await sendPacked(
      "/api/v1/ingest/humio-structured",
      `[{"tags":${tags},"events":[${events.join(",")}]}]`,
    );
    expect(statusCode).toBe(200);
  });

  it("small bodies that unpack to very many or very deep values are refused, and nothing of them counts", async () => {
    const fill = (begin: string, part: string, end = "") => begin + part.repeat((8 * megabyte) / part.length) + end;
    const attacks = [
      ["/api/v1/ingest/json", fill("[", "{},", "{}]"), 413],
      ["/api/v1/ingest/json", fill("", '{"a":'), 400],
      ["/api/v1/ingest/json", fill("[{},", '{"a":'), 400],
      ["/api/v1/ingest/json", fill('[{"a":[', "{},", "{}]}]"), 400],
      ["/api/v1/ingest/humio-unstructured", fill('[{"messages":[', '"",', '""]}]'), 413],
      ["/services/collector/raw", fill("", "x\n"), 413],
      ["/_bulk", fill("", '{"index":{}}\n{}\n'), 413],
      ["/_bulk", fill("", '{"delete":{}}\n'), 413],
      ["/_bulk", fill("", '{"update":{}}\n{}\n'), 413],
      [`/api/v1/ingest/elastic-bulk/${"%01".repeat(100)}/_bulk`, '{"create":{}}\n{}\n'.repeat(200_000), 413],
    ] as const;
    for (const [url, body, status] of attacks) {
      expect((await sendPacked(url, body)).statusCode, `${url} ${body.slice(0, 20)}`).toBe(status);
    }
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 0, bytes: 0 }]);
  });
});

describe("a body over the limit", () => {
  const limit = megabyte;
  let server: TestServer;
  let url: string;
  let token: string;
  beforeEach(async () => {
    const store = await openTestStore("pglite");
    server = await testServer(store, { ingestBodyLimit: limit });
    url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    token = await ingestToken(server);
    return async () => {
      await server.app.close();
      await store.close();
    };
  });

  /** Writes a whole request before anything is read, as most clients do, and returns everything that comes back. */
  async function writeThenRead(head: readonly string[], body: Buffer): Promise<string> {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.pause();
    const broken = once(socket, "error").then(([error]) => Promise.reject(error as Error));
    const written = new Promise<void>((resolve) => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      socket.write(body, () => resolve());
    });
    await Promise.race([written, broken]);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.resume();
    await Promise.race([once(socket, "end"), broken]);
    return Buffer.concat(chunks).toString();
  }

  it.each([
    [
      "of the token",
      "/api/v1/ingest/raw",
      (): string => `Bearer ${token}`,
      413,
      "1,048,576 bytes accepted here (INGEST_BODY_LIMIT)",
    ],
    ["of a stranger", "/api/v1/ingest/raw", (): string => "Bearer wrong", 401, "The supplied authentication is invalid"],
    [
      "of no form that there is",
      "/services/collector",
      (): string => "Splunk wrong",
      401,
      "The supplied authentication is invalid",
    ],
    ["for GraphQL", "/graphql", (): string => `Bearer ${server.localAdmin}`, 413, "too large"],
    ["for nothing", "/api/v1/nothing", (): string => "Bearer wrong", 413, "too large"],
  ] as const)("is answered to who first writes all of it: %s", async (_whose, path, authorization, status, words) => {
    const body = Buffer.alloc(20 * megabyte, "x");
    const head = [
      `POST ${path} HTTP/1.1`,
      "host: localhost",
      `authorization: ${authorization()}`,
      "content-type: application/json",
    ];
    for (const length of [[`content-length: ${body.length}`], ["transfer-encoding: chunked"]]) {
      const framed =
        length[0] === "transfer-encoding: chunked"
          ? Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")])
          : body;
      const answer = await writeThenRead([...head, "connection: close", ...length], framed);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, "u"));
      expect(answer).toContain(words);
    }
  });

  it("leaves the connection whole for the next request", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const ports = new Set<number | undefined>();
    const post = async (size: number): Promise<number | undefined> => {
      const sent = request(`${url}/api/v1/ingest/raw`, { method: "POST", agent, headers: { authorization: `Bearer ${token}` } });
      sent.end(Buffer.alloc(size, "x"));
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      ports.add(sent.socket?.localPort);
      response.resume();
      await once(response, "end");
      return response.statusCode;
    };
    expect(await post(20 * megabyte)).toBe(413);
    expect(await post(limit + 1)).toBe(413);
    expect(await post(limit)).toBe(200);
    expect(ports.size).toBe(1);
  });

  it.skipIf(!python)("is answered to Python, with 413 (needs python3)", async () => {
    const script = `
import sys, urllib.request, urllib.error
sent = urllib.request.Request(sys.argv[1], data=b"x" * 20971520, headers={"Authorization": "Bearer " + sys.argv[2]})
try:
    print(urllib.request.urlopen(sent).status)
except urllib.error.HTTPError as refused:
    print(refused.code, refused.read().decode())
`;
    const { stdout } = await run("python3", ["-c", script, `${url}/api/v1/ingest/raw`, token]);
    expect(stdout).toMatch(/^413 The body is larger than the 1,048,576 bytes/u);
  });

  it("is put off while a token has as much on the way as it may, and so is everybody while all have", async () => {
    const other = await ingestToken(server, { name: "another" });
    const third = await ingestToken(server, { name: "a third" });
    const open: ClientRequest[] = [];
    const sockets: Socket[] = [];
    server.app.server.on("connection", (socket: Socket) => void sockets.push(socket));
    onTestFinished(() => open.forEach((pending) => void pending.destroy()));
    /** Sends most of a body and holds back its end. */
    const begin = (value: string): (() => Promise<number | undefined>) => {
      const headers = { authorization: `Bearer ${value}`, "content-length": String(limit) };
      const sent = request(`${url}/api/v1/ingest/raw`, { method: "POST", headers });
      sent.on("error", () => {});
      open.push(sent);
      sent.write(Buffer.alloc(limit - 1, "x"));
      return async () => {
        sent.end("x");
        const [response] = (await once(sent, "response")) as [IncomingMessage];
        response.resume();
        return response.statusCode;
      };
    };
    const probe = async (value: string, size = smallBody + 1) => {
      const response = await send(server, "/api/v1/ingest/raw", `Bearer ${value}`, "x".repeat(size));
      return [response.statusCode, response.headers["retry-after"]];
    };
    /** Waits until the server has so many of these bodies, but for their ends. */
    const arrived = async (bodies: number) => {
      const bytes = () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
      await expect.poll(bytes).toBeGreaterThan(bodies * (limit - 1));
      // What is read is taken in by the time that another request is answered.
      await probe(third, 1);
    };
    const ends = [begin(token), begin(token)];
    await arrived(2);
    expect(await probe(token)).toEqual([503, "1"]);
    expect(await probe(other)).toEqual([200, undefined]);
    ends.push(begin(other), begin(other));
    await arrived(4);
    expect(await probe(third)).toEqual([503, "1"]);
    for (const value of [token, third]) expect(await probe(value, smallBody), "what is small is taken").toEqual([200, undefined]);
    expect(await Promise.all(ends.map((end) => end()))).toEqual([200, 200, 200, 200]);
    for (const value of [token, other, third]) expect(await probe(value)).toEqual([200, undefined]);
    begin(token);
    begin(token);
    await arrived(6);
    expect(await probe(token)).toEqual([503, "1"]);
    // What hangs up gives back what it held.
    for (const pending of open) pending.destroy();
    await expect.poll(() => probe(token)).toEqual([200, undefined]);
  });
});

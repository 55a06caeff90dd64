import { once } from "node:events";
import { Agent } from "node:http";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";

import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";

import { sendAllThenRead, sendByNode } from "#server/testing/uploads.ts";

import { acceptJson, createBase } from "./base.ts";
import { readOutBodies } from "./earlyAnswer.ts";

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = await createBase({});
  acceptJson(app);
  app.post("/taken", (request) => ({ taken: JSON.stringify(request.body).length }));
  app.post("/refused", { onRequest: async (_request, reply) => reply.code(401).send("No.") }, () => "");
  app.post("/refused-without-a-word", { onRequest: async (_request, reply) => reply.code(401).send() }, () => "");
  url = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  app.server.closeAllConnections();
  await app.close();
});

const headers = { "content-type": "application/json" };

it("a request that is refused before its body came is answered, whoever sends it, and so is the next one", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const [path, status] of [
    ["/taken", 413],
    ["/refused", 401],
    ["/refused-without-a-word", 401],
  ] as const) {
    for (const announced of [true, false]) {
      for (const size of [2_000_000, 7_000_000]) {
        const upload = { url, path, headers, announced, body: Buffer.alloc(size, 32) };
        const what = `${path} ${announced ? "announced" : "in pieces"}`;
        expect((await sendByNode(agent, upload)).status, what).toBe(status);
        expect((await sendAllThenRead(upload)).status, what).toBe(status);
      }
      const next = { url, path: "/taken", headers, body: Buffer.from('{"a":1}') };
      expect(await sendByNode(agent, next)).toEqual({ status: 200, text: '{"taken":7}' });
    }
  }
  agent.destroy();
});

it("a small body that came with its head costs nobody the connection", async () => {
  const response = await fetch(`${url}/refused`, { method: "POST", headers, body: "{}" });
  expect([response.status, response.headers.get("connection")]).toEqual([401, "keep-alive"]);
});

it("a body without an end is not read for ever", async () => {
  const megabyte = 1_048_576;
  const strict = fastify();
  readOutBodies(strict, 8 * megabyte);
  let read = 0;
  strict.addHook("onRequest", async ({ raw }, reply) => {
    reply.raw.once("close", () => (read = raw.socket.bytesRead));
    return reply.code(401).send("No.");
  });
  const socket = connect(Number(new URL(await strict.listen({ host: "127.0.0.1", port: 0 })).port), "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
  const piece = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(megabyte), Buffer.from("\r\n")]);
  const push = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", push).on("error", () => undefined);
  push();
  await new Promise((resolve) => socket.once("close", resolve));
  await strict.close();
  expect(text).toMatch(/^HTTP\/1\.1 401 .*No\.$/su);
  expect(read).toBeGreaterThan(8 * megabyte);
  expect(read).toBeLessThan(9 * megabyte);
});

it("who sends nothing more is hung up on after five seconds, and nobody because this process stood still", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const strict = fastify();
  readOutBodies(strict);
  strict.addHook("onRequest", async (_request, reply) => reply.code(401).send("No."));
  const socket = connect(Number(new URL(await strict.listen({ host: "127.0.0.1", port: 0 })).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.setEncoding("latin1");
  let text = "";
  socket.on("data", (part: string) => (text += part));
  const refusals = async (count: number) => {
    while (text.split("No.").length <= count) await setImmediate();
  };
  const begin = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\na";
  socket.write(begin);
  await refusals(1);
  expect(vi.getTimerCount()).toBe(1);
  // What is overdue is told once, however long the process stood still.
  vi.advanceTimersToNextTimer();
  socket.write(`bc${begin}`);
  await refusals(2);
  vi.advanceTimersByTime(4999);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1);
  await once(socket, "close");
  await strict.close();
});

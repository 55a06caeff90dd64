import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, it } from "vitest";

import { takeIn } from "./body.ts";
import { IngestRefusal } from "./refusal.ts";

const everything = () => undefined;

it("a body is taken in whole, however it is cut and whether or not its length is told", async () => {
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, place) => place % 251));
  for (const size of [1000, 65_536, 300_000]) {
    for (const declared of [undefined, body.length]) {
      const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, place) =>
        body.subarray(place * size, (place + 1) * size),
      );
      const taken = await takeIn(Readable.from(chunks), declared, body.length, everything);
      expect(Buffer.compare(taken, body)).toBe(0);
    }
  }
});

it("a body in a great many tiny parts is taken in without holding the parts", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const parts = 400_000;
  const part = Buffer.alloc(65_536, "x");
  const some: WeakRef<Buffer>[] = [];
  let held = Number.NaN;
  async function* tiny() {
    for (let place = 0; place < parts; place++) {
      const tiniest = part.subarray(place % part.length, (place % part.length) + 1);
      if (place % 1000 === 0) some.push(new WeakRef(tiniest));
      yield tiniest;
    }
    // What a weak reference was made to in this turn stays until its end.
    await setImmediate();
    collect();
    held = some.filter((reference) => reference.deref() !== undefined).length;
  }
  const taken = await takeIn(Readable.from(tiny()), undefined, parts, everything);
  expect(taken.length).toBe(parts);
  expect(some).toHaveLength(400);
  expect(held).toBeLessThan(10);
});

it("a body is refused as soon as it is too large, or has no room", async () => {
  const seen: number[] = [];
  const parts = () => Readable.from([Buffer.alloc(6), Buffer.alloc(6), Buffer.alloc(6)]);
  const refused = expect.objectContaining({ status: 413 }) as Error;
  await expect(takeIn(parts(), undefined, 10, (bytes) => void seen.push(bytes))).rejects.toThrow(refused);
  await expect(takeIn(parts(), 18, 10, (bytes) => void seen.push(bytes))).rejects.toThrow(refused);
  expect(seen).toEqual([6]);
  const full = () => {
    throw new Error("no room");
  };
  await expect(takeIn(parts(), 18, 100, full)).rejects.toThrow("no room");
});

it("a body that came with its head is taken in, or refused, and so are those behind it on the connection", async () => {
  const waits: number[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (asked, response) => {
    void (async () => {
      await setImmediate();
      const came = asked.complete;
      let listened = 0;
      asked.on("newListener", () => listened++);
      const taken = await takeIn(asked, undefined, 10, everything).then(
        (body) => Buffer.from(body).toString(),
        (error: unknown) => (error instanceof IngestRefusal ? String(error.status) : "failed"),
      );
      waits.push(listened);
      response.end(JSON.stringify([came, taken]));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<unknown>();
  const ask = async (body: string) => {
    const sent = request({ port, host: "127.0.0.1", method: "POST", agent, headers: { "content-length": body.length } });
    // In one packet with the head.
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    sockets.add(response.socket);
    return text(response);
  };
  expect([await ask("an event"), await ask(""), await ask("far too long"), await ask("the last")]).toEqual([
    '[true,"an event"]',
    '[true,""]',
    '[true,"413"]',
    '[true,"the last"]',
  ]);
  expect(waits).toEqual([0, 0, 0, 0]);
  expect(sockets.size).toBe(1);
  agent.destroy();
  server.close();
});

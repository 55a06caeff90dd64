import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";

import { expect, it } from "vitest";

import { requestIdHeader } from "#logscale/errors.ts";

import { createBase, type BaseOptions } from "./base.ts";

const ofProxy = "4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11";

/** A server that logs what it is asked. */
async function started(options: BaseOptions = {}) {
  const lines: Record<string, unknown>[] = [];
  const app = await createBase({
    ...options,
    log: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  app.get("/here", () => "something");
  app.get("/fails", () => {
    throw new Error("it failed");
  });
  /** The id that an answer has and those that its lines in the log have. */
  const idsOf = async (url: string, headers: Record<string, string> = {}) => {
    lines.length = 0;
    const answer = await app.inject({ url, headers });
    return { answered: answer.headers[requestIdHeader], logged: lines.map((line) => line["requestId"]) };
  };
  return { app, idsOf };
}

it("every answer has the id of its request, each its own, and the log has it in every line about it", async () => {
  const { app, idsOf } = await started();
  const seen = new Set<unknown>();
  for (const url of ["/here", "/fails", "/nothing", "/%zz"]) {
    const { answered, logged } = await idsOf(url);
    expect(answered).toMatch(/^[\da-f]{16}$/u);
    expect(logged.length).toBeGreaterThan(0);
    expect(new Set(logged)).toEqual(new Set([answered]));
    seen.add(answered);
  }
  expect(seen.size).toBe(4);
  await app.close();
});

it("the id of a proxy that TRUST_PROXY names is taken over where it has the form that proxies make", async () => {
  const { app, idsOf } = await started({ trustProxy: ["127.0.0.1"] });
  for (const id of [ofProxy, ofProxy.replaceAll("-", "")]) {
    expect(await idsOf("/here", { [requestIdHeader]: id })).toEqual({ answered: id, logged: [id] });
  }
  expect((await idsOf("/here", { [requestIdHeader]: ofProxy.toUpperCase() })).answered).toBe(ofProxy);
  await app.close();
});

it("nobody else puts an id into the log, and no proxy any text but an id", async () => {
  const strangers = await started({ trustProxy: ["10.0.0.1"] });
  const nobody = await started();
  for (const { idsOf } of [strangers, nobody]) {
    const { answered, logged } = await idsOf("/here", { [requestIdHeader]: ofProxy });
    expect(answered).toMatch(/^[\da-f]{16}$/u);
    expect(logged).toEqual([answered]);
  }
  const trusting = await started({ trustProxy: ["127.0.0.1"] });
  for (const text of [
    "",
    "1",
    `${ofProxy} `.repeat(2),
    `${ofProxy}, ${ofProxy}`,
    `x${ofProxy}`,
    `${ofProxy}0`,
    "u".repeat(32),
    `${"u".repeat(24)}~${"s".repeat(44)}`,
    "a".repeat(10_000),
    '{"level":60}',
  ]) {
    const { answered, logged } = await trusting.idsOf("/here", { [requestIdHeader]: text });
    expect(answered).toMatch(/^[\da-f]{16}$/u);
    expect(logged).toEqual([answered]);
  }
  for (const { app } of [strangers, nobody, trusting]) await app.close();
});

it("two ids in one request are none", async () => {
  const { app } = await started({ trustProxy: ["127.0.0.1"] });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  const id = `${requestIdHeader}: ${ofProxy}`;
  socket.end(["GET /here HTTP/1.1", "Host: a", id, id, "Connection: close", "", ""].join("\r\n"));
  await once(socket, "close");
  expect(text).toMatch(/^x-request-id: [\da-f]{16}\r$/mu);
  await app.close();
});

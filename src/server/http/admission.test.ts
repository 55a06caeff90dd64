import fastifyRateLimit from "@fastify/rate-limit";
import fastify from "fastify";
import { describe, expect, it } from "vitest";

import { admission, failureLimit } from "./admission.ts";

describe("who sends a request", () => {
  it.each([
    [0, 1],
    [999, 1],
    [1000, 2],
    [60_000, 2],
  ])("is asked again before it is acted on where the body took a while: after %d ms %d times", async (took, times) => {
    let clock = 5_000_000;
    const asked: string[] = [];
    const { ask, askAgain } = admission(
      () => clock,
      async (request, _reply, who: string) => void asked.push(`${who} ${request.url}`),
    );
    const app = fastify();
    app.addHook("onRequest", (request, reply) => ask(request, reply, "sender"));
    app.post("/data", async (request, reply) => {
      clock += took;
      await askAgain(request, reply, "sender");
      return {};
    });
    expect((await app.inject({ method: "POST", url: "/data" })).statusCode).toBe(200);
    expect(asked).toEqual(Array.from({ length: times }, () => "sender /data"));
    await app.close();
  });

  it("is told to wait once too many of its tries have failed, and no other address is", async () => {
    const app = fastify({ trustProxy: true });
    await app.register(fastifyRateLimit, { global: false });
    const failed = failureLimit(app, 2);
    app.route({ method: "GET", url: "/", handler: async (request) => ({ seconds: (await failed(request)) ?? null }) });
    const from = async (address: string) =>
      (await app.inject({ url: "/", headers: { "x-forwarded-for": address } })).json<{ seconds: number | null }>().seconds;
    expect([await from("192.0.2.1"), await from("192.0.2.1")]).toEqual([null, null]);
    expect(await from("192.0.2.1")).toBeGreaterThan(0);
    expect(await from("192.0.2.2")).toBeNull();
    await app.close();
  });
});

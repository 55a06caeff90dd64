import fastify from "fastify";
import { afterEach, expect, it, vi } from "vitest";

import { sealedLifetime, sealedSessions } from "./sealed.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("a sealed session is over after its lifetime, also for who kept the cookie after signing out", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2030, 0, 1) });
  const app = fastify();
  const sessions = await sealedSessions(app, new Uint8Array(32).fill(1), "https://logs.example.com");
  await app.ready();
  const cookie = sessions.seal("a token");
  vi.setSystemTime(Date.UTC(2030, 0, 1) + sealedLifetime - 1000);
  // Being used does not make it last longer.
  expect(sessions.open(cookie)).toBe("a token");
  vi.setSystemTime(Date.UTC(2030, 0, 1) + sealedLifetime);
  expect(sessions.open(cookie)).toBeUndefined();
  await app.close();
});

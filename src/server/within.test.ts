import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";

import { expect, it } from "vitest";

import { within } from "./within.ts";

it("What never comes is waited for no longer than told", async () => {
  await expect(within(5, new Promise(() => {}))).rejects.toThrow("There was no answer within 0.005 s.");
});

it("What came in time is heeded, also where the process stood still until it was late", async () => {
  const { port1, port2 } = new MessageChannel();
  // In the next turn timers come first.
  await turn();
  const answer = within(5, once(port2, "message"));
  port1.postMessage("here");
  const until = performance.now() + 20;
  while (performance.now() < until);
  expect(await answer).toHaveLength(1);
  port1.close();
});

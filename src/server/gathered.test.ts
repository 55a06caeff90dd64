import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import { expect, it } from "vitest";

import { gathered } from "./gathered.ts";

/** Carries nothing out until it is told to, and knows what went together. */
function held(pause: number) {
  const groups: (readonly string[])[] = [];
  const releases: (() => void)[] = [];
  const carryOut = async (items: readonly string[]) => {
    groups.push(items);
    await new Promise<void>((resolve) => releases.push(resolve));
  };
  return { groups, release: () => releases.shift()?.(), act: gathered(carryOut, 60_000, 2, pause) };
}

it("What comes while something is under way waits a moment for others, and for that only", async () => {
  const { groups, release, act } = held(100);
  const first = act("first");
  await expect.poll(() => groups).toEqual([["first"]]);
  const second = act("second");
  for (let turns = 0; turns < 5; turns++) await turn();
  const third = act("third");
  await expect.poll(() => groups).toEqual([["first"], ["second", "third"]]);
  release();
  release();
  await Promise.all([first, second, third]);
});

it("What comes while nothing is under way waits for nobody, also after something failed", async () => {
  const { groups, release, act } = held(60_000);
  const first = act("first");
  await expect.poll(() => groups).toEqual([["first"]]);
  release();
  await first;
  const failing = gathered(() => Promise.reject(new Error("failed")), 60_000, 2, 60_000);
  for (let tries = 0; tries < 3; tries++) await expect(failing("item")).rejects.toThrow("failed");
  const again = act("again");
  await Promise.race([expect.poll(() => groups.length).toBe(2), sleep(5_000)]);
  expect(groups).toEqual([["first"], ["again"]]);
  release();
  await again;
});

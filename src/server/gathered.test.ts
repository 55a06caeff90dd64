import { setImmediate as turn } from "node:timers/promises";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { gathered } from "./gathered.ts";

// No time passes but what a test lets pass, however long the machine stands still.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

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

/** More turns than anything takes that waits for no time to pass. */
async function someTurns(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await turn();
}

it("What comes while something is under way waits a moment for others, and for that only", async () => {
  const { groups, release, act } = held(100);
  const first = act("first");
  await someTurns();
  expect(groups).toEqual([["first"]]);
  const second = act("second");
  await someTurns();
  vi.advanceTimersByTime(99);
  const third = act("third");
  await someTurns();
  expect(groups).toEqual([["first"]]);
  vi.advanceTimersByTime(1);
  await someTurns();
  expect(groups).toEqual([["first"], ["second", "third"]]);
  release();
  release();
  await Promise.all([first, second, third]);
});

it("What comes while nothing is under way waits for nobody, also after something failed", async () => {
  const { groups, release, act } = held(60_000);
  const first = act("first");
  await someTurns();
  expect(groups).toEqual([["first"]]);
  release();
  await first;
  const failing = gathered(() => Promise.reject(new Error("failed")), 60_000, 2, 60_000);
  for (let tries = 0; tries < 3; tries++) await expect(failing("item")).rejects.toThrow("failed");
  const again = act("again");
  await someTurns();
  expect(groups).toEqual([["first"], ["again"]]);
  release();
  await again;
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { endProgress, loadProgress, noteProgress } from "./loadProgress.ts";

const at = (loaded: number) => ({ loaded, total: 9, attempt: 1 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  endProgress("view");
  endProgress("system");
  // A timer that waits would keep every later test from being told anything.
  vi.runAllTimers();
  vi.useRealTimers();
});

it("tells how far every kind is, also where several advance in one moment", () => {
  const followed = vi.fn();
  const leave = loadProgress.subscribe(followed);
  noteProgress("view", at(1));
  noteProgress("view", at(2));
  noteProgress("system", at(3));
  vi.advanceTimersByTime(100);
  expect(loadProgress.get()).toEqual({ view: at(2), system: at(3) });
  noteProgress("system", at(9));
  endProgress("view");
  expect(loadProgress.get()).toEqual({ system: at(9) });
  expect(followed).toHaveBeenCalledTimes(2);
  leave();
});

it("tells nothing of what was loaded before anybody could follow it", () => {
  const followed = vi.fn();
  const leave = loadProgress.subscribe(followed);
  noteProgress("view", at(9));
  endProgress("view");
  vi.advanceTimersByTime(100);
  expect(followed).not.toHaveBeenCalled();
  leave();
});

import { describe, expect, it } from "vitest";

import { minute } from "#domain/duration.ts";
import type { TokenKey } from "#domain/inventory/notes.ts";

import { CallerMemory } from "./callers.ts";

const key = (id: string): TokenKey => ({ kind: "view", id, createdAt: 1 });

describe("what is remembered of a caller", () => {
  it("has missing tokens searched for again after a while, ever more rarely, and at once where there is another", () => {
    const memory = new CallerMemory();
    const [one, other] = [key("a"), key("b")];
    const searches = (missing: readonly TokenKey[], at: number) => memory.takeUnsearched("root", missing, at).length > 0;
    expect([0, minute - 1, minute, 11 * minute - 1, 11 * minute].map((at) => searches([one], at))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect([70 * minute, 71 * minute, 130 * minute, 131 * minute].map((at) => searches([one], at))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(memory.takeUnsearched("owner", [one], 131 * minute)).toEqual([one]);
    expect(memory.takeUnsearched("root", [one, other], 132 * minute)).toEqual([one, other]);
    expect(searches([one, other], 132 * minute + 1)).toBe(false);
    expect(searches([], 500 * minute)).toBe(false);
  });
});

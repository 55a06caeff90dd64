import { expect, it } from "vitest";

import { tokensAtOnce } from "./columns.ts";

it("a statement reads ten thousand tokens, more where a kind would take more than twenty, and never more than fifty thousand", () => {
  for (const [all, atOnce] of [
    [1, 10_000],
    [76_000, 10_000],
    [200_000, 10_000],
    [200_001, 10_001],
    [1_000_000, 50_000],
    [2_000_000, 50_000],
  ] as const) {
    expect(tokensAtOnce(all), String(all)).toBe(atOnce);
  }
});

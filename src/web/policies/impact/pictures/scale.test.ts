import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";

import { lifetimeScale, stepPath } from "./scale.ts";

describe("the scale of maximum lifetimes", () => {
  it("gives back the maximum that is drawn at a place", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 4000 * day }), fc.integer({ min: 100, max: 900 }), (maximum, width) => {
        const scale = lifetimeScale(maximum, 4000 * day, width);
        expect(scale.maximumAt(scale.at(maximum)) / maximum).toBeCloseTo(1, 6);
        expect(scale.at(maximum)).toBeGreaterThanOrEqual(0);
        expect(scale.at(maximum)).toBeLessThanOrEqual(width + 1e-6);
      }),
    );
  });

  it("marks whole days, none beyond its end and none so close that labels touch", () => {
    const { ticks, at } = lifetimeScale(day, 2000 * day, 300);
    expect(ticks.map((tick) => tick / day)).toEqual([1, 7, 30, 90, 365, 1825]);
    for (const [index, tick] of ticks.entries())
      if (index > 0) expect(at(tick) - at(ticks[index - 1] ?? 0)).toBeGreaterThanOrEqual(34);
  });
});

describe("the drawing of a step function", () => {
  it("moves along and then up or down, with no more points than the picture has pixels", () => {
    expect(
      stepPath(
        4,
        (x) => (x < 2 ? 3 : 1),
        (value) => 10 - value,
      ),
    ).toBe("M0 7H2V9H4");
    expect(
      stepPath(
        300,
        (x) => -x,
        (value) => -value,
      ).match(/V/gu),
    ).toHaveLength(300);
  });
});

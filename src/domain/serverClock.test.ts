import { describe, expect, it } from "vitest";

import { clockCorrection, narrowClock } from "./serverClock.ts";

const noon = Date.UTC(2026, 0, 1, 12);

describe("the server's clock", () => {
  it("leaves a local clock alone that may be right", () => {
    // Answered at 12:00:00.700, so the header says 12:00:00.
    expect(clockCorrection(narrowClock(undefined, noon, noon + 690, noon + 710))).toBe(0);
  });

  it("corrects a local clock that is behind or ahead, to within the header's second", () => {
    const sent = noon + 400;
    const received = noon + 450;
    const aheadByTen = Math.floor((sent + 20 + 10_000) / 1000) * 1000;
    const correction = clockCorrection(narrowClock(undefined, aheadByTen, sent, received));
    expect(Math.abs(correction - 10_000)).toBeLessThanOrEqual(1050);

    const behindByTen = Math.floor((sent + 20 - 10_000) / 1000) * 1000;
    expect(Math.abs(clockCorrection(narrowClock(undefined, behindByTen, sent, received)) + 10_000)).toBeLessThanOrEqual(1050);
  });

  it("comes closer to the truth with every answer", () => {
    const ahead = 7_321;
    let known = narrowClock(undefined, Math.floor((noon + ahead) / 1000) * 1000, noon - 20, noon + 20);
    for (let i = 1; i < 20; i++) {
      const at = noon + i * 1_137;
      known = narrowClock(known, Math.floor((at + ahead) / 1000) * 1000, at - 20, at + 20);
      expect(known.least).toBeLessThanOrEqual(ahead);
      expect(known.most).toBeGreaterThanOrEqual(ahead);
    }
    expect(known.most - known.least).toBeLessThan(150);
  });

  it("follows the latest answer when a clock was set meanwhile", () => {
    const known = narrowClock(undefined, noon, noon, noon + 10);
    expect(narrowClock(known, noon + 60_000, noon, noon + 10)).toEqual({ least: 59_990, most: 61_000 });
  });

  it("corrects nothing before the first answer", () => {
    expect(clockCorrection(undefined)).toBe(0);
  });
});

import { describe, expect, it } from "vitest";

import { findingThresholdNames, thresholdNames, thresholdRules, usualThresholds } from "./thresholds.ts";
import { findingThresholdsSchema, thresholdsFrom, thresholdsSchema } from "./thresholdsSchema.ts";

describe("the thresholds", () => {
  it("are what they usually are until somebody sets others", () => {
    expect(usualThresholds).toEqual({ olderThan: 365, unusedFor: 90, expiresWithin: 30, quietFor: 7 });
    expect(thresholdsSchema.parse(usualThresholds)).toEqual(usualThresholds);
  });

  it.each(thresholdNames)("are whole numbers of days within their bounds, or refused by name: %s", (name) => {
    const { least, most, label } = thresholdRules[name];
    for (const days of [least, most]) {
      expect(thresholdsSchema.safeParse({ ...usualThresholds, [name]: days }).success, String(days)).toBe(true);
    }
    for (const days of [least - 1, most + 1, least + 0.5, Number.NaN, String(least), null]) {
      const { error } = thresholdsSchema.safeParse({ ...usualThresholds, [name]: days });
      expect(
        error?.issues.map(({ message }) => message),
        String(days),
      ).toEqual([`“${label}” is a whole number of days from ${least} to ${most}.`]);
    }
  });

  it("as another release kept them are the usual ones where it has none that this one takes", () => {
    const kept = { olderThan: 5, unusedFor: "90", expiresWithin: 9999, "of-tomorrow": 1 };
    expect(thresholdsFrom(kept)).toEqual({ ...usualThresholds, olderThan: 5 });
    for (const nothing of [null, 1, "x", [], {}]) expect(thresholdsFrom(nothing)).toEqual(usualThresholds);
  });

  it("are, in evidence, those that findings are judged by, as before there were others", () => {
    const { quietFor: _, ...ofFindings } = usualThresholds;
    expect(findingThresholdsSchema.parse(ofFindings)).toEqual(ofFindings);
    expect(Object.keys(ofFindings)).toEqual(findingThresholdNames);
    expect(findingThresholdsSchema.safeParse(usualThresholds).success).toBe(false);
  });

  it("are all there and no others, or refused", () => {
    const { olderThan: _, ...others } = usualThresholds;
    expect(thresholdsSchema.safeParse(others).success).toBe(false);
    expect(thresholdsSchema.safeParse({ ...usualThresholds, whatever: 1 }).success).toBe(false);
  });
});

import * as z from "zod/mini";

import { thresholdRules, usualThresholds, type ThresholdName, type ThresholdRule, type Thresholds } from "./thresholds.ts";

function daysSchema({ label, least, most }: ThresholdRule) {
  const message = `“${label}” is a whole number of days from ${least} to ${most}.`;
  return z.number(message).check(z.int(message), z.minimum(least, message), z.maximum(most, message));
}

const ofFindings = {
  olderThan: daysSchema(thresholdRules.olderThan),
  unusedFor: daysSchema(thresholdRules.unusedFor),
  expiresWithin: daysSchema(thresholdRules.expiresWithin),
};

/** The thresholds of findings, each within its bounds. */
export const findingThresholdsSchema = z.strictObject(ofFindings);

/** All thresholds, each within its bounds. */
export const thresholdsSchema = z.strictObject({ ...ofFindings, quietFor: daysSchema(thresholdRules.quietFor) });

/** Thresholds as a release kept them, which may know others: what it does not have, or has beyond the bounds, is the usual one. */
export function thresholdsFrom(kept: unknown): Thresholds {
  const given = new Map(typeof kept === "object" && kept !== null ? Object.entries(kept) : []);
  const valueOf = (name: ThresholdName) =>
    z.safeParse(thresholdsSchema.shape[name], given.get(name)).data ?? usualThresholds[name];
  return {
    olderThan: valueOf("olderThan"),
    unusedFor: valueOf("unusedFor"),
    expiresWithin: valueOf("expiresWithin"),
    quietFor: valueOf("quietFor"),
  };
}

import * as z from "zod/mini";

import type { Long } from "./long.ts";
import { durationUnits, readDuration, type DurationUnit } from "./duration.ts";

/**
 * A schema for the two fields of a form, amount (text) and unit, that yields milliseconds. `bounds` judges the result, for instance
 * the schema of a maximum lifetime; everything that is wrong is reported at `amount`, beside the field that can put it right.
 */
export function durationSchema(bounds: z.ZodMiniType<number, Long>) {
  const toMs = z.transform((input: { readonly amount: string; readonly unit: DurationUnit }, context) => {
    const reading = readDuration(input.amount, input.unit);
    const problems = reading.ok
      ? (bounds.safeParse(reading.ms).error?.issues.map((issue) => issue.message) ?? [])
      : [reading.message];
    for (const message of problems) context.issues.push({ code: "custom", message, path: ["amount"], input: input.amount });
    return reading.ok ? reading.ms : z.NEVER;
  });
  return z.pipe(z.object({ amount: z.string(), unit: z.enum(durationUnits) }), toMs);
}

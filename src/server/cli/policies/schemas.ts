import type { z } from "zod";

import { planSchema } from "./document.ts";
import { driftSchema } from "./drift.ts";
import { policiesFileSchema } from "./export.ts";
import { applySchema } from "./outcome.ts";
import { savedPlanSchema } from "./savedPlan.ts";

/** What the commands read and write as JSON, by the file of docs/ that holds its JSON Schema. */
export const policiesSchemas: Readonly<Record<string, z.ZodType>> = {
  "policies.schema.json": policiesFileSchema,
  "policies-plan.schema.json": planSchema,
  "policies-saved-plan.schema.json": savedPlanSchema,
  "policies-apply.schema.json": applySchema,
  "policies-drift.schema.json": driftSchema,
};

import * as z from "zod/mini";

import { tokenKeySchema, type Dismissal, type KeptThresholds } from "#domain/inventory/notes.ts";
import { thresholdsSchema } from "#domain/inventory/thresholds.ts";

/**
 * Where both backends serve what they keep about findings. A GET answers {@link findingNotesSchema}; a POST takes a `NoteChange` and answers
 * {@link noteOutcomeSchema}, or a refusal (see {@link noteRefusalSchema}).
 */
export const findingNotesPath = "/api/tokenhouse/finding-notes";

/** A dismissal as it is sent and as it is kept. */
export const dismissalSchema: z.ZodMiniType<Dismissal> = z.object({
  token: tokenKeySchema,
  rule: z.string(),
  note: z.string(),
  until: z.nullable(z.number()),
  by: z.string(),
  at: z.number(),
  version: z.string(),
});

/** Thresholds as they are sent and as they are kept. */
export const keptThresholdsSchema: z.ZodMiniType<KeptThresholds> = z.object({
  values: thresholdsSchema,
  set: z.nullable(z.object({ by: z.string(), at: z.number(), version: z.string() })),
});

/** What is kept about findings, as far as the caller may list the tokens; `mayWrite` says whether the caller may change it. */
export const findingNotesSchema = z.object({
  mayWrite: z.boolean(),
  thresholds: keptThresholdsSchema,
  dismissals: z.array(dismissalSchema),
});

/** See {@link findingNotesSchema}. */
export type FindingNotesAnswer = z.infer<typeof findingNotesSchema>;

/** What is there after a change, or in place of what its sender saw: a dismissal (null for none) or thresholds. */
export const noteOutcomeSchema = z.union([
  z.object({ dismissal: z.nullable(dismissalSchema) }),
  z.object({ thresholds: keptThresholdsSchema }),
]);

/** See {@link noteOutcomeSchema}. */
export type NoteOutcome = z.infer<typeof noteOutcomeSchema>;

/** The body of a refusal: words for the user, the field at fault where it is one, and what is there now where somebody else was first. */
export const noteRefusalSchema = z.object({
  message: z.string(),
  field: z.optional(z.string()),
  now: z.optional(noteOutcomeSchema),
});

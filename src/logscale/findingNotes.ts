import * as z from "zod/mini";

import { inventoryKinds } from "#domain/inventory/item.ts";
import type { Dismissal, KeptThresholds, SuccessorLink, WrittenOwner } from "#domain/inventory/notes.ts";
import { tokenKeySchema } from "#domain/inventory/noteSchemas.ts";
import { thresholdsSchema } from "#domain/inventory/thresholdsSchema.ts";

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

/** An owner as it is sent and as it is kept. */
export const writtenOwnerSchema: z.ZodMiniType<WrittenOwner> = z.object({
  token: tokenKeySchema,
  owner: z.string(),
  by: z.string(),
  at: z.number(),
  version: z.string(),
});

/** A link between tokens as it is sent and as it is kept. */
export const successorLinkSchema: z.ZodMiniType<SuccessorLink> = z.object({
  token: tokenKeySchema,
  replaces: tokenKeySchema,
  by: z.string(),
  at: z.number(),
  version: z.string(),
});

/** Thresholds as they are sent and as they are kept. */
export const keptThresholdsSchema: z.ZodMiniType<KeptThresholds> = z.object({
  values: thresholdsSchema,
  set: z.nullable(z.object({ by: z.string(), at: z.number(), version: z.string() })),
});

/**
 * What people write of tokens, as far as the caller may list them. `mayWrite` says whether the caller may dismiss findings and set thresholds;
 * `mayAssign` of which kinds the caller may write down owners and links, of the tokens it may list.
 */
export const findingNotesSchema = z.object({
  mayWrite: z.boolean(),
  mayAssign: z.readonly(z.array(z.enum(inventoryKinds))),
  thresholds: keptThresholdsSchema,
  dismissals: z.readonly(z.array(dismissalSchema)),
  owners: z.readonly(z.array(writtenOwnerSchema)),
  links: z.readonly(z.array(successorLinkSchema)),
});

/** See {@link findingNotesSchema}. */
export type FindingNotesAnswer = z.infer<typeof findingNotesSchema>;

/** What is there after a change, or in place of what its sender saw: a dismissal, an owner or a link (null for none), or thresholds. */
export const noteOutcomeSchema = z.union([
  z.object({ dismissal: z.nullable(dismissalSchema) }),
  z.object({ owner: z.nullable(writtenOwnerSchema) }),
  z.object({ link: z.nullable(successorLinkSchema) }),
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

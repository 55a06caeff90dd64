import { z } from "zod";

import { creatorKinds } from "#domain/token/creator.ts";

// Parts that the documents of several commands have in common.

export const instantPart = z
  .string()
  .describe("in UTC, as ISO 8601 writes it; one beyond the calendar is a number of ms since epoch: 9007199254740993 ms");

export const countPart = z.int().min(0);

/** Whom to ask about a token. */
export const ownerPart = z.object({
  kind: z.enum([...creatorKinds, "written"]),
  id: z.string().nullable(),
  name: z.string().nullable(),
});

/** The kinds, of some, of which not every token was seen. */
export function unseenPart<Kind extends string>(kinds: readonly Kind[]) {
  return z
    .array(z.object({ kind: z.enum(kinds), seen: z.enum(["some", "none"]), reason: z.string() }))
    .describe("kinds of which not every token was seen");
}

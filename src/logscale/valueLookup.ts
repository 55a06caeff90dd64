import * as z from "zod/mini";

import { tokenKinds } from "#domain/token/kinds.ts";

/** Where the embedded server says which token a value is. It takes a POST of {@link valueLookupRequestSchema} and answers {@link valueLookupSchema}. */
export const valueLookupPath = "/api/tokenhouse/values";

/** How many values a user may ask about in a minute, and in one request. */
export const lookupsAMinute = 30;

/** Longer values are none: a fleet token's JWT is the longest. */
export const longestValue = 8192;

/** Values to be told apart: of ingest tokens, of fleet tokens, or their JWTs. */
export const valueLookupRequestSchema = z.strictObject({
  values: z.array(z.string().check(z.minLength(1), z.maxLength(longestValue))).check(z.minLength(1), z.maxLength(lookupsAMinute)),
});

const foundSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ingest"), repository: z.string(), name: z.string() }),
  z.object({
    type: z.literal("fleet"),
    name: z.string(),
    /** The name of its configuration; null when it has none. */
    configuration: z.nullable(z.string()),
    /** Whether what was asked about is its JWT: the value itself is then not known. */
    jwt: z.boolean(),
  }),
  /** The value is no secret, but the id of a token of a governed kind. */
  z.object({ type: z.literal("id"), kind: z.enum(tokenKinds), id: z.string(), name: z.string() }),
]);

/** What a value turned out to be. */
export type FoundValue = z.infer<typeof foundSchema>;

export const valueLookupSchema = z.object({
  /** For each value, in their order: what it is, or null where it is nothing that the caller may see. Shorter where the minute's number was used up. */
  results: z.array(z.nullable(foundSchema)),
  /** Seconds until the others may be asked about; null where all were looked up. */
  retryAfter: z.nullable(z.number()),
  /** What the values were held against: the ingest tokens of all repositories, of some or of none, and whether fleet tokens. */
  compared: z.object({ ingest: z.enum(["all", "some", "none"]), fleet: z.boolean() }),
});

/** See {@link valueLookupSchema}. */
export type ValueLookup = z.infer<typeof valueLookupSchema>;

import { z } from "zod";

import { isoInstant } from "#domain/instant.ts";
import { plainLong } from "#domain/long.ts";
import { timeLeft, type EndingToken } from "#domain/notice/ending.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { useStates } from "#domain/token/lastUse.ts";
import { instantPart as instant, ownerPart, unseenPart } from "#server/remote/documentParts.ts";
import type { UnseenKind } from "#server/remote/unseen.ts";

/** What was found to expire, of which server, and what could not be seen. */
export interface EndingReport {
  /** Scheme, host and port. */
  readonly server: string;
  /** When it was read, ms since epoch. */
  readonly at: number;
  /** How far ahead was looked, in ms. */
  readonly within: number;
  /** The next to end first. */
  readonly tokens: readonly EndingToken[];
  readonly unseen: readonly UnseenKind<TokenKind>[];
}

/** Tokens that one request to a webhook tells of at most: a receiver takes only so large a body. */
export const mostTokensTold = 500;

/** The report as JSON. Its JSON Schema is docs/expiring.schema.json. */
export const reportSchema = z
  .object({
    version: z.literal(1),
    server: z.string().describe("scheme, host and port"),
    at: instant.describe("when the tokens were read"),
    withinMs: z.number().describe("how far ahead was looked"),
    tokens: z.array(
      z.object({
        kind: z.enum(tokenKinds),
        id: z.string(),
        name: z.string(),
        createdAt: instant,
        expireAt: instant,
        leftMs: z.union([z.number(), z.string()]).describe("how long is left; as text where it is beyond the exact numbers"),
        owner: ownerPart
          .extend({ by: z.string().optional().describe("who wrote down an owner of the kind written") })
          .describe(
            "whom to ask: the owner that somebody wrote down, else the user of a personal token or the creator of another",
          ),
        lastUsedAt: instant.nullable().optional().describe("null when never used; absent where nobody knows"),
        inUse: z
          .enum(useStates)
          .describe("whether the token was used within the last day or week; unknown is not the same as not"),
      }),
    ),
    unseen: unseenPart(tokenKinds),
  })
  .meta({ title: "Tokens that expire, as tokenhouse expiring --format json reports them" });

/** The report as a value that JSON can hold. */
export function reportJson({ server, at, within, tokens, unseen }: EndingReport): z.infer<typeof reportSchema> {
  return {
    version: 1,
    server,
    at: isoInstant(at),
    withinMs: within,
    tokens: tokens.map((token) => ({
      kind: token.kind,
      id: token.id,
      name: token.name,
      createdAt: isoInstant(token.createdAt),
      expireAt: isoInstant(token.expireAt),
      leftMs: plainLong(timeLeft(token, at)) ?? 0,
      owner: token.owner,
      ...(token.lastUsedAt !== undefined && { lastUsedAt: token.lastUsedAt === null ? null : isoInstant(token.lastUsedAt) }),
      inUse: token.inUse,
    })),
    unseen: [...unseen],
  };
}

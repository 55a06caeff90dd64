import fc from "fast-check";
import type { Insertable } from "kysely";

import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import type { IpFilterTable, TokenRow, UserTable } from "#server/store/schema.ts";

/** An id of the right form that is the same for the same number. */
export function sampleId(length: number, number: number): string {
  return number.toString(36).padStart(length, "0");
}

/** A user with what matters filled in. */
export function aUser(user: Partial<Insertable<UserTable>> & { id: string }): Insertable<UserTable> & { id: string } {
  return { username: `user-${user.id}`, createdAt: 0, ...user };
}

/** An IP filter that lets everybody in. */
export function anIpFilter(filter: Partial<Insertable<IpFilterTable>> & { id: string }): Insertable<IpFilterTable> {
  return { name: `filter ${filter.id}`, ipFilter: "allow all", createdAt: 0, ...filter };
}

/** A view token with what matters filled in. */
export function aToken(token: Partial<TokenRow> & { id: string }): TokenRow {
  return {
    kind: "view",
    name: `token-${token.id}`,
    secretHash: new Uint8Array(32),
    createdAt: 0,
    expireAt: null,
    ipFilterId: null,
    userId: null,
    permissions: [],
    viewIds: [],
    createdBy: null,
    creatorKind: "unknown",
    creatorId: null,
    lastUsedAt: null,
    lastUsedFrom: null,
    firstUsedAt: null,
    ...token,
  };
}

/**
 * Any tokens of all kinds with distinct ids. Their times lie within `span` ms around `now`, often exactly on a whole `step`; their filters
 * are among those given. Personal tokens need their users: see {@link ownersOf}.
 */
export function arbitraryTokens(options: {
  readonly now: number;
  readonly span: number;
  readonly step: number;
  readonly ipFilterIds: readonly string[];
  readonly maxLength?: number;
}): fc.Arbitrary<TokenRow[]> {
  const { now, span, step, ipFilterIds, maxLength = 60 } = options;
  const around = (min: number, max: number) =>
    fc.oneof(
      fc.integer({ min, max }).map((offset) => now + offset),
      fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((steps) => now + steps * step),
    );
  const token = fc.record({
    kind: fc.constantFrom(...tokenKinds),
    name: fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => !name.includes("\0")),
    createdAt: around(-span, 0),
    expireAt: fc.option(around(-span, span)),
    ipFilterId: fc.constantFrom(null, ...ipFilterIds),
    permissions: fc.subarray(["ReadAccess", "ChangeParsers", "ChangeFiles"]),
  });
  return fc.array(token, { maxLength }).map((tokens) =>
    tokens.map((token, number) => {
      const id = sampleId(kindTraits[token.kind].idLength, number);
      return aToken({ ...token, id, userId: token.kind === "personal" ? id : null });
    }),
  );
}

/** The users who own the personal tokens among those given. */
export function ownersOf(tokens: readonly TokenRow[]): (Insertable<UserTable> & { id: string })[] {
  return tokens.flatMap(({ userId }) => (userId === null ? [] : [aUser({ id: userId })]));
}

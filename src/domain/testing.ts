import * as fc from "fast-check";

import { day, hour } from "./duration.ts";

import { kindTraits, perKind, tokenKinds, type TokenKind } from "./token/kinds.ts";
import { restricted, type PlannableToken, type PolicyPlan } from "./policy/plan.ts";
import { defaultPolicies, shortestMaximumLifetime, type KindPolicy, type Policies } from "./policy/policy.ts";

/** The moment at which tests take place, ms since epoch: a round number of days, so that arithmetic can be followed by eye. */
export const testNow = 20_000 * day;

/** Ids of the IP filters that random tokens and policies use. A test with a database has to create them first. */
export const testIpFilters = ["filter-office", "filter-vpn", "filter-partner"] as const;

/** An id of the right length for a kind; a personal token's id is its user's. Different numbers give different ids. */
export function tokenId(kind: TokenKind, number: number): string {
  return kind.slice(0, 1).toUpperCase() + number.toString(36).padStart(kindTraits[kind].idLength - 1, "0");
}

/** A token that nothing limits, created a day before {@link testNow}, with what a test cares about put in. */
export function aToken(overrides: Partial<PlannableToken> = {}): PlannableToken {
  const kind = overrides.kind ?? "view";
  return {
    id: tokenId(kind, 0),
    kind,
    name: "a token",
    createdAt: testNow - day,
    expireAt: null,
    ipFilter: null,
    ...overrides,
  };
}

/** Policies that enforce nothing but what a test puts in, kind by kind. */
export function somePolicies(overrides: Partial<Record<TokenKind, Partial<KindPolicy>>> = {}): Policies {
  return perKind((kind) => ({ ...defaultPolicies[kind], ...overrides[kind] }));
}

/**
 * The tokens as they are once the plan is carried out: the doomed ones gone, the others in their order. Neither argument is changed. What the
 * database does with a plan is held against this.
 */
export function applyPlan<T extends PlannableToken>(tokens: readonly T[], plan: PolicyPlan): T[] {
  const changes = new Map(plan.changes.map((change) => [change.token.id, change]));
  const after: T[] = [];
  for (const token of tokens) {
    const change = changes.get(token.id);
    if (change === undefined) after.push(token);
    else if (change.type === "restrict") after.push(restricted(token, change));
  }
  return after;
}

/** An organization's tokens of all kinds, policies to be applied to them, and the moment (ms since epoch) of applying. */
export interface TestOrganization {
  /** Their ids differ, and none was created after `now`. */
  readonly tokens: readonly PlannableToken[];
  readonly next: Policies;
  readonly now: number;
}

/** Spans in ms from which ages, lifetimes and maxima are drawn: few, so that exact boundaries come up all the time. */
const spans = [0, shortestMaximumLifetime, hour, 30 * day, 90 * day, 1826 * day] as const;

/** A span or its neighbour one ms to either side. */
const spanArbitrary = fc
  .tuple(fc.constantFrom(...spans), fc.constantFrom(-1, 0, 1))
  .map(([span, offset]) => Math.max(0, span + offset));

const ipFilterArbitrary = fc.option(fc.constantFrom(...testIpFilters));

/** Any policy that a kind can have. */
export function kindPolicyArbitrary(kind: TokenKind): fc.Arbitrary<KindPolicy> {
  return fc.record({
    enabled: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    maximumLifetime: fc.option(spanArbitrary.map((span) => Math.max(shortestMaximumLifetime, span))),
    ipFilter: ipFilterArbitrary,
    allowPermissionUpdates: kindTraits[kind].hasPermissions ? fc.boolean() : fc.constant(false),
  });
}

export const policiesArbitrary: fc.Arbitrary<Policies> = fc.record(perKind(kindPolicyArbitrary));

/** Names as people and scripts give them, some of them hostile to a list, a spreadsheet or a digest. */
const nameArbitrary = fc.oneof(
  fc.constantFrom("deploy", "terraform", 'he said "no"', "=1+1", "a\\b", "büro", "日本"),
  fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name.trim() === name && !/[\p{Cc}\p{Cs}]/u.test(name)),
);

/** Any token of any kind as of `now`, with its id made from `number`. Expiry may be past, filter and expiry may be none. */
function tokenArbitrary(now: number, number: number): fc.Arbitrary<PlannableToken> {
  return fc
    .record({ kind: fc.constantFrom(...tokenKinds), name: nameArbitrary, age: spanArbitrary, ipFilter: ipFilterArbitrary })
    .chain(({ age, kind, name, ipFilter }) => {
      const createdAt = now - age;
      const expireAt = fc.oneof(
        fc.constant(null),
        fc.constantFrom(now - 1, now, now + 1),
        spanArbitrary.map((lifetime) => createdAt + Math.max(1, lifetime)),
        spanArbitrary.map((rest) => now + rest),
      );
      return expireAt.map((at) => ({
        id: tokenId(kind, number),
        kind,
        name,
        createdAt,
        // No token was ever created to expire before its creation.
        expireAt: at === null ? null : Math.max(at, createdAt + 1),
        ipFilter,
      }));
    });
}

/**
 * Random organizations in which every rule, its boundary and the instant to either side of it come up: ages, expiries and maxima are
 * drawn from the same few spans. At most `most` tokens.
 */
export function organizationArbitraryOf(most: number): fc.Arbitrary<TestOrganization> {
  return fc.record({
    tokens: fc
      .integer({ min: 0, max: most })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, number) => tokenArbitrary(testNow, number)))),
    next: policiesArbitrary,
    now: fc.constant(testNow),
  });
}

/** Random organizations of up to 30 tokens. */
export const organizationArbitrary = organizationArbitraryOf(30);

/** Names that a careless printer would run, split, expand or lose. */
export const hostileNames = [
  "it's",
  'say "hi"',
  "$HOME ${HOME} $(touch pwned) `touch pwned`",
  "%PATH% %LOGSCALE_TOKEN% !PATH! ^ & | < > ( )",
  "$env:TEMP @(1) $($null)",
  "back\\slash\\",
  "\\",
  '\\"',
  "‘curly’ ‚low‛ “double”",
  "@file",
  "-x",
  "日本語 🚀 é",
  "JSON",
  "'''\"\"\"`${x}",
  "#{x} %{x} ${x}",
];

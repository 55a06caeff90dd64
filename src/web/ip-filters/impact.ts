import { decideAddress, type IpFilterRule } from "#domain/filter/ipFilter.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { ListedToken } from "#web/api/tokens.ts";

import type { FilterUse } from "./use.ts";

/**
 * What new rules do to a token, by the address it was last used from:
 *
 * - `shut-out`: refused from then on, and not yet by the rules in force (or these cannot be read here)
 * - `let-in`: accepted from then on, and refused by the rules in force
 * - `accepted`, `refused`: as before
 * - `expired`: accepted nowhere, whatever the rules say
 * - `unknown`: never used, or nobody recorded from where
 */
export const effectsOnUse = ["shut-out", "let-in", "refused", "accepted", "unknown", "expired"] as const;

/** One of {@link effectsOnUse}. */
export type EffectOnUse = (typeof effectsOnUse)[number];

/** A token that uses the filter, and what becomes of it. */
export interface TokenImpact {
  readonly token: ListedToken;
  readonly effect: EffectOnUse;
}

/**
 * Judges tokens by the address of their last use: by the rules in force, and by the new ones. `before` is undefined where the text in
 * force cannot be read here. `now` in ms since epoch.
 */
export function impactOn(
  tokens: readonly ListedToken[],
  before: readonly IpFilterRule[] | undefined,
  after: readonly IpFilterRule[] | undefined,
  now: number,
): readonly TokenImpact[] {
  const known = new Map<string, EffectOnUse>();
  return tokens.map((token) => {
    if (token.expireAt !== null && token.expireAt <= now) return { token, effect: "expired" };
    const address = token.lastUse?.from;
    if (address == null || after === undefined) return { token, effect: "unknown" };
    let effect = known.get(address);
    // Many tokens share few addresses.
    if (effect === undefined) known.set(address, (effect = effectOnAddress(address, before, after)));
    return { token, effect };
  });
}

function effectOnAddress(
  address: string,
  before: readonly IpFilterRule[] | undefined,
  after: readonly IpFilterRule[],
): EffectOnUse {
  const accepted = before && decideAddress(before, address).allowed;
  const stays = decideAddress(after, address).allowed;
  if (stays) return accepted === false ? "let-in" : "accepted";
  return accepted === false ? "refused" : "shut-out";
}

/** How many tokens each effect falls on. */
export function countEffects(impacts: readonly TokenImpact[]): Readonly<Record<EffectOnUse, number>> {
  const counts = { "shut-out": 0, "let-in": 0, refused: 0, accepted: 0, unknown: 0, expired: 0 };
  for (const { effect } of impacts) counts[effect]++;
  return counts;
}

/** The part of a session that tells which credential is in use, and from where. */
export interface JudgedCredential {
  readonly user?: { readonly id: string } | undefined;
  readonly tokenId?: string | undefined;
  readonly tokenKind?: TokenKind | undefined;
  readonly clientAddress: string;
  readonly backend: "embedded" | "gateway";
}

/**
 * What new rules mean for whoever edits them:
 *
 * - `in-use`: the token that this session acts as would be refused at the address in use
 * - `in-use-perhaps`: it would be, if it uses this filter, which this page cannot see
 * - `gateway`: the token of this session uses the filter, and LogScale judges the gateway's address, which this page does not know
 * - `gateway-perhaps`: the same, if the token uses this filter, which this page cannot see
 * - `own`: the user's personal token, which this session does not depend on, would be refused at the address in use
 */
export type OwnRisk = "in-use" | "in-use-perhaps" | "gateway" | "gateway-perhaps" | "own";

/**
 * Whether new rules shut out the credential and address in use; undefined when they do not. What is refused already is no risk of the
 * edit. A token that this page cannot see counts as one that may use the filter, so that silence never stands for safety.
 */
export function ownRisk(
  { user, tokenId, tokenKind, clientAddress, backend }: JudgedCredential,
  use: FilterUse,
  before: readonly IpFilterRule[] | undefined,
  after: readonly IpFilterRule[],
): OwnRisk | undefined {
  const accepts = (rules: readonly IpFilterRule[]) => decideAddress(rules, clientAddress).allowed;
  const shutsOut = !accepts(after) && (before === undefined || accepts(before));
  if (tokenId !== undefined) {
    // A LogScale does not tell the kind of every token, so any of them may be it.
    const kinds = tokenKind === undefined ? tokenKinds : [tokenKind];
    const uses = kinds.some((kind) => use.kinds[kind].tokens.some(({ id }) => id === tokenId)) || enforcedOn(use, tokenKind);
    const unseen = !uses && kinds.some((kind) => !wouldShowOwn(use, kind));
    if (uses || unseen) {
      if (backend === "gateway") return uses ? "gateway" : "gateway-perhaps";
      if (shutsOut) return uses ? "in-use" : "in-use-perhaps";
    }
  }
  const own = user && user.id !== tokenId && use.kinds.personal.tokens.some(({ id }) => id === user.id);
  return own === true && shutsOut && backend === "embedded" ? "own" : undefined;
}

function enforcedOn({ policies = [] }: FilterUse, kind: TokenKind | undefined): boolean {
  return kind !== undefined && policies.includes(kind);
}

/** Whether a user's own token of the kind would be among those seen, if it used the filter. */
function wouldShowOwn({ kinds }: FilterUse, kind: TokenKind): boolean {
  const { state } = kinds[kind];
  // Of personal tokens that are seen in part one's own is always there.
  return state === "complete" || (state === "partial" && kind === "personal");
}

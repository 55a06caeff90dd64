import type { FilterJudge, Verdict } from "#domain/filter/judge.ts";
import { isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { planPolicyChange, type DeletionReason, type TokenChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";

import type { SeenToken } from "./effects.ts";

/** What is known of the credential in use; the session has this shape. */
export interface CredentialInUse {
  /** The user the session acts as. A personal token's id is its user's. */
  readonly user?: { readonly id: string } | null | undefined;
  /** Id of the token that was pasted; absent for a session begun by link, which no token policy governs. */
  readonly tokenId?: string | null | undefined;
  readonly tokenKind?: string | null | undefined;
  /** The address that IP filters judge. */
  readonly clientAddress: string;
}

/** What a draft does to the administrator's own token. */
export interface OwnWarning {
  /** `in-use`: the token that this session acts as. `own`: the user's personal token, which this session does not depend on. */
  readonly whose: "in-use" | "own";
  readonly kind: TokenKind;
  readonly effect: OwnEffect;
}

/** What happens to one's own token; times in ms since epoch. */
type OwnEffect =
  | { readonly type: "deleted"; readonly because: DeletionReason }
  /** The page does not know the token's age, so it can only say that the maximum is new or shorter. */
  | { readonly type: "maximum-changed" }
  | { readonly type: "shortened"; readonly to: Long }
  /** `verdict` is what the filter does with the address in use, as the token is authenticated. */
  | { readonly type: "filtered"; readonly filter: string; readonly address: string; readonly verdict: Verdict };

/** One's own among the tokens, by id: at most two, whom {@link ownWarnings} asks for. An index of all would take longer than the plan. */
export function ownTokens(
  { tokenId, user }: Pick<CredentialInUse, "tokenId" | "user">,
  tokens: readonly SeenToken[],
): ReadonlyMap<string, SeenToken> {
  const own = tokens.filter(({ id }) => id === tokenId || id === user?.id);
  return new Map(own.map((token) => [token.id, token]));
}

/**
 * Warns about what putting `next` in force does to the token in use and to the user's own personal token. `tokens` finds a token by id;
 * one that this page cannot see is judged by its kind alone, so that silence never stands for safety.
 */
export function ownWarnings(
  credential: CredentialInUse,
  tokens: ReadonlyMap<string, SeenToken>,
  base: Policies,
  next: Policies,
  judge: FilterJudge,
  now: number,
): OwnWarning[] {
  const { tokenId, tokenKind, user, clientAddress } = credential;
  const warnings: OwnWarning[] = [];
  const add = (whose: OwnWarning["whose"], kind: TokenKind, effects: readonly OwnEffect[]) =>
    warnings.push(...effects.map((effect) => ({ whose, kind, effect })));

  if (tokenId != null) {
    const token = tokens.get(tokenId);
    const kind = token?.kind ?? (tokenKind != null && isTokenKind(tokenKind) ? tokenKind : undefined);
    if (kind !== undefined) {
      add(
        "in-use",
        kind,
        token ? effectsOnToken(token, next, judge, clientAddress, now) : effectsOnKind(kind, base, next, judge, clientAddress),
      );
    }
  }
  const own = user && user.id !== tokenId ? tokens.get(user.id) : undefined;
  if (own !== undefined) add("own", own.kind, effectsOnToken(own, next, judge, clientAddress, now));
  return warnings;
}

/** Whether a warning means that the session would no longer be accepted, or might not be. */
export function endsSession({ whose, effect }: OwnWarning): boolean {
  if (whose !== "in-use") return false;
  switch (effect.type) {
    case "deleted":
    case "maximum-changed":
      return true;
    case "filtered":
      return effect.verdict !== "accepts";
    case "shortened":
      return false;
  }
}

function effectsOnToken(token: SeenToken, next: Policies, judge: FilterJudge, address: string, now: number): OwnEffect[] {
  const change: TokenChange | undefined = planPolicyChange([token], next, now).changes[0];
  if (change === undefined) return [];
  if (change.type === "delete") return [{ type: "deleted", because: change.because }];
  return [
    ...(change.expireAt ? [{ type: "shortened", to: change.expireAt.to } as const] : []),
    ...(change.ipFilter ? [filtered(change.ipFilter.to, judge, address)] : []),
  ];
}

function effectsOnKind(kind: TokenKind, base: Policies, next: Policies, judge: FilterJudge, address: string): OwnEffect[] {
  const { enabled, maximumLifetime, ipFilter } = next[kind];
  if (!enabled) return [{ type: "deleted", because: "kind-disabled" }];
  return [
    ...(maximumLifetime !== null && maximumLifetime < (base[kind].maximumLifetime ?? Infinity)
      ? [{ type: "maximum-changed" } as const]
      : []),
    ...(ipFilter !== null && ipFilter !== base[kind].ipFilter ? [filtered(ipFilter, judge, address)] : []),
  ];
}

function filtered(id: string, judge: FilterJudge, address: string): OwnEffect {
  return { type: "filtered", filter: id, address, verdict: judge(id, address) };
}

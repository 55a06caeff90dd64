import { addLongs, type Long } from "#domain/long.ts";
import type { KindPolicy, Policies } from "./policy.ts";
import { perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

/** What a plan needs to know of a token. Times are ms since epoch. */
export interface PlannableToken {
  readonly id: string;
  readonly kind: TokenKind;
  readonly name: string;
  readonly createdAt: Long;
  /** When the token expires; null when it never does. */
  readonly expireAt: Long | null;
  /** Id of the token's IP filter; null when it has none. */
  readonly ipFilter: string | null;
}

/** Why a policy deletes a token. */
export type DeletionReason = "kind-disabled" | "older-than-maximum";

/** Which token a change is about. */
export type ChangedToken = Pick<PlannableToken, "id" | "kind">;

/** A token that the change deletes. */
export interface Deletion<T extends ChangedToken = PlannableToken> {
  readonly type: "delete";
  readonly token: T;
  readonly because: DeletionReason;
}

/** A token that the change keeps, but shortens or puts behind an IP filter, or both. At least one of the two is present. */
export interface Restriction<T extends ChangedToken = PlannableToken> {
  readonly type: "restrict";
  readonly token: T;
  /** The expiry before (null: never) and after, ms since epoch. */
  readonly expireAt?: { readonly from: Long | null; readonly to: Long };
  /** Id of the IP filter before (null: none) and after. */
  readonly ipFilter?: { readonly from: string | null; readonly to: string };
}

/** What happens to one token. A token that nothing happens to has no change. */
export type TokenChange<T extends ChangedToken = PlannableToken> = Deletion<T> | Restriction<T>;

/** How many tokens of one kind meet which fate. `shortened` and `filtered` may count the same token. */
export interface EffectCounts {
  /** All tokens that the plan looked at. */
  readonly seen: number;
  readonly deleted: number;
  readonly shortened: number;
  /** Tokens whose IP filter is set or replaced. */
  readonly filtered: number;
  /** Tokens that the change leaves exactly as they are; those already expired are not among them. */
  readonly unchanged: number;
  /** Expired but not yet purged: the change never touches them, the purge takes them within five minutes. */
  readonly alreadyExpired: number;
}

/** Everything that a change of the policies does to the tokens it was planned for. */
export interface PolicyPlan<T extends PlannableToken = PlannableToken> {
  /** In the order of the tokens given; each token is named at most once. */
  readonly changes: readonly TokenChange<T>[];
  readonly counts: Readonly<Record<TokenKind, EffectCounts>>;
}

interface Tally {
  seen: number;
  deleted: number;
  shortened: number;
  filtered: number;
  restricted: number;
  alreadyExpired: number;
}

/**
 * Plans what putting the policies `next` in force at `now` (ms since epoch) does to each token. Pure: the preview, the confirm
 * button, the server's transaction and the report afterwards all come from the value returned here, so they cannot disagree.
 *
 * What each token meets depends on that token alone, so a list may be planned in batches and the plans put together.
 */
export function planPolicyChange<T extends PlannableToken>(tokens: readonly T[], next: Policies, now: number): PolicyPlan<T> {
  const changes: TokenChange<T>[] = [];
  const tallies = perKind<Tally>(() => ({ seen: 0, deleted: 0, shortened: 0, filtered: 0, restricted: 0, alreadyExpired: 0 }));

  for (const token of tokens) {
    const tally = tallies[token.kind];
    tally.seen++;
    if (token.expireAt !== null && token.expireAt <= now) {
      // LogScale never extends an expired token, and its purge deletes it in any case.
      tally.alreadyExpired++;
      continue;
    }
    const change = planToken(token, next[token.kind], now);
    if (change === undefined) continue;
    changes.push(change);
    if (change.type === "delete") {
      tally.deleted++;
    } else {
      tally.restricted++;
      if (change.expireAt !== undefined) tally.shortened++;
      if (change.ipFilter !== undefined) tally.filtered++;
    }
  }

  return {
    changes,
    counts: perKind((kind) => {
      const { restricted, ...counts } = tallies[kind];
      return { ...counts, unchanged: counts.seen - counts.alreadyExpired - counts.deleted - restricted };
    }),
  };
}

/** The rules for one token that has not expired, in LogScale's documented order. */
function planToken<T extends PlannableToken>(token: T, policy: KindPolicy, now: number): TokenChange<T> | undefined {
  // "Disabled": documented to delete every existing token of the kind.
  if (!policy.enabled) return { type: "delete", token, because: "kind-disabled" };

  let expireAt: Restriction["expireAt"];
  if (policy.maximumLifetime !== null) {
    // Documented: tokens older than the maximum are deleted, and a later expiry is brought down to it. That the maximum counts
    // from the creation, and that "older" includes the very instant, is inferred: LogScale calls it a TTL, the maximum time left.
    const latest = addLongs(token.createdAt, policy.maximumLifetime);
    if (latest <= now) return { type: "delete", token, because: "older-than-maximum" };
    if (token.expireAt === null || token.expireAt > latest) expireAt = { from: token.expireAt, to: latest };
  }

  // Documented to hold "on all tokens of that type": a token's own filter is replaced, even where it was the stricter one.
  const ipFilter =
    policy.ipFilter !== null && token.ipFilter !== policy.ipFilter ? { from: token.ipFilter, to: policy.ipFilter } : undefined;

  if (expireAt === undefined) return ipFilter === undefined ? undefined : { type: "restrict", token, ipFilter };
  return ipFilter === undefined ? { type: "restrict", token, expireAt } : { type: "restrict", token, expireAt, ipFilter };
}

/** A token as a restriction leaves it. */
export function restricted<T extends PlannableToken>(token: T, change: Restriction): T {
  return {
    ...token,
    ...(change.expireAt && { expireAt: change.expireAt.to }),
    ...(change.ipFilter && { ipFilter: change.ipFilter.to }),
  };
}

const noCounts: EffectCounts = { seen: 0, deleted: 0, shortened: 0, filtered: 0, unchanged: 0, alreadyExpired: 0 };

function addCounts(a: EffectCounts, b: EffectCounts): EffectCounts {
  return {
    seen: a.seen + b.seen,
    deleted: a.deleted + b.deleted,
    shortened: a.shortened + b.shortened,
    filtered: a.filtered + b.filtered,
    unchanged: a.unchanged + b.unchanged,
    alreadyExpired: a.alreadyExpired + b.alreadyExpired,
  };
}

/** The counts of several kinds as one; of all kinds when none are named. */
export function totalCounts(plan: PolicyPlan, kinds: readonly TokenKind[] = tokenKinds): EffectCounts {
  return kinds.reduce((total, kind) => addCounts(total, plan.counts[kind]), noCounts);
}

/** Puts together plans that were made for different tokens, the same policies and the same instant. */
export function joinPlans<T extends PlannableToken>(plans: readonly PolicyPlan<T>[]): PolicyPlan<T> {
  return {
    changes: plans.flatMap((plan) => plan.changes),
    counts: perKind((kind) => plans.reduce((total, plan) => addCounts(total, plan.counts[kind]), noCounts)),
  };
}

/** The part of a plan that concerns the kinds given. */
export function planForKinds<T extends PlannableToken>(plan: PolicyPlan<T>, kinds: readonly TokenKind[]): PolicyPlan<T> {
  return {
    changes: plan.changes.filter((change) => kinds.includes(change.token.kind)),
    counts: perKind((kind) => (kinds.includes(kind) ? plan.counts[kind] : noCounts)),
  };
}

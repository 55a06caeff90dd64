import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { nameHolds } from "#domain/name.ts";
import { planPolicyChange, totalCounts, type EffectCounts, type PolicyPlan, type TokenChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { useOf } from "#domain/token/lastUse.ts";
import type { ListView } from "#web/list/view.ts";
import { compareNames } from "#web/ui/compareNames.ts";

import { hasEffect, type Effect, type SeenToken } from "./effects.ts";

/** How many of the affected tokens were in use lately. */
interface RecentUse {
  /** Affected tokens last used within 24 hours. */
  readonly day: number;
  /** Affected tokens last used within 7 days, those of the last 24 hours included. */
  readonly week: number;
  /** Affected tokens whose use is unknown. */
  readonly unknown: number;
}

/** What a draft does to the tokens seen, at one instant. */
export interface Impact {
  /** The draft it belongs to. */
  readonly draft: Policies;
  /** Ms since epoch. */
  readonly now: number;
  readonly tokens: readonly SeenToken[];
  readonly plan: PolicyPlan<SeenToken>;
  readonly totals: EffectCounts;
  readonly use: RecentUse;
}

/** Plans a draft and counts what the page shows of it, in one pass over the tokens and one over those affected. */
export function impactOf(tokens: readonly SeenToken[], draft: Policies, now: number): Impact {
  const plan = planPolicyChange(tokens, draft, now);
  const use = { day: 0, week: 0, unknown: 0 };
  for (const { token } of plan.changes) {
    const inUse = useOf(token, now);
    if (inUse === "unknown") use.unknown++;
    else if (inUse !== "not") use.week++;
    if (inUse === "last-day") use.day++;
  }
  return { draft, now, tokens, plan, totals: totalCounts(plan), use };
}

/** Which part of the affected tokens the list shows. */
export interface ListFilter {
  /** Every effect when undefined. */
  readonly effect: Effect | undefined;
  /** Every kind when undefined. */
  readonly kind: TokenKind | undefined;
  /** Part of a name or an id; letter case does not matter. */
  readonly search: string;
}

/** The columns that the list can be sorted by. */
export const sortKeys = ["name", "kind", "effect", "expiry", "used"] as const;

/** One of {@link sortKeys}. */
export type SortKey = (typeof sortKeys)[number];

/** How the list is sorted. */
export type ListSort = ListView<SortKey, object>["sorting"];

/**
 * The tokens in the order of their names, as people sort: the order of the list unless another is asked for. Sorted once for each load of
 * the tokens, because the plan keeps the order and a keystroke then needs no sorting at all.
 */
export function inNameOrder<T extends SeenToken>(tokens: readonly T[]): T[] {
  return tokens.toSorted((a, b) => compareNames(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

/** The part of the changes that the list shows, in its order. `changes` come in the order of names. Gives `changes` itself where nothing is left out. */
export function listChanges<T extends SeenToken>(
  changes: readonly TokenChange<T>[],
  { effect, kind, search }: ListFilter,
  sort: ListSort,
): readonly TokenChange<T>[] {
  const wanted = search.trim().toLowerCase();
  const all = effect === undefined && kind === undefined && wanted === "";
  const shown = all
    ? changes
    : changes.filter(
        (change) =>
          (kind === undefined || change.token.kind === kind) &&
          (effect === undefined || hasEffect(change, effect)) &&
          (wanted === "" || nameHolds(change.token.name, wanted) || change.token.id.toLowerCase().includes(wanted)),
      );
  if (sort.column === "name") return sort.descending ? shown.toReversed() : shown;
  if (sort.column === "effect") {
    // The order unless another is asked for, so it has to keep up with typing: one pass into three parts instead of a sort.
    const parts: TokenChange<T>[][] = [[], [], []];
    for (const change of shown) parts[sortValues.effect(change)]?.push(change);
    return (sort.descending ? parts.toReversed() : parts).flat();
  }
  const key: (change: TokenChange<T>) => Long = sortValues[sort.column];
  const sign = sort.descending ? -1 : 1;
  // Sorting is stable, so that tokens that are equal here stay in the order of their names.
  return shown
    .map((change) => ({ change, value: key(change) }))
    .toSorted((a, b) => (a.value === b.value ? 0 : a.value < b.value ? -sign : sign))
    .map(({ change }) => change);
}

const sortValues = {
  kind: ({ token }) => tokenKinds.indexOf(token.kind),
  effect: (change) => (change.type === "delete" ? 0 : change.expireAt !== undefined ? 1 : 2),
  /** When the token ends: now for a deleted one, never last. */
  expiry: (change) =>
    change.type === "delete" ? 0 : ((change.expireAt === undefined ? change.token.expireAt : change.expireAt.to) ?? Infinity),
  used: ({ token }) => token.lastUse?.at ?? -1,
} as const satisfies Record<Exclude<SortKey, "name">, (change: TokenChange<SeenToken>) => Long>;

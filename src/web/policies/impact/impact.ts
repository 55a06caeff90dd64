import type { FilterJudge } from "#domain/filter/judge.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { nameHolds } from "#domain/name.ts";
import { disruptionOf, harms, type Harm, type PlanDisruption } from "#domain/policy/disruption.ts";
import { planPolicyChange, totalCounts, type EffectCounts, type PolicyPlan, type TokenChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";
import type { ListView } from "#web/list/view.ts";
import { inOrderOfNames } from "#domain/compareNames.ts";

import { hasEffect, type Effect, type SeenToken } from "./effects.ts";

/** What a draft does to the tokens seen, at one instant. */
export interface Impact {
  /** The draft it belongs to. */
  readonly draft: Policies;
  /** Ms since epoch. */
  readonly now: number;
  readonly tokens: readonly SeenToken[];
  readonly plan: PolicyPlan<SeenToken>;
  readonly totals: EffectCounts;
  /** What stops working, when and for whom. */
  readonly disruption: PlanDisruption;
}

/** Plans a draft and counts what the page shows of it, in one pass over the tokens and one over those affected. */
export function impactOf(tokens: readonly SeenToken[], draft: Policies, now: number, judge: FilterJudge): Impact {
  const plan = planPolicyChange(tokens, draft, now);
  return { draft, now, tokens, plan, totals: totalCounts(plan), disruption: disruptionOf(plan.changes, now, judge) };
}

/** Which part of the affected tokens the list shows. Whatever is undefined lets everything through. */
export interface ListFilter {
  readonly harm: Harm | undefined;
  readonly effect: Effect | undefined;
  readonly kind: TokenKind | undefined;
  /** Part of a name or an id; letter case does not matter. */
  readonly search: string;
}

/** The columns that the list can be sorted by. */
export const sortKeys = ["harm", "name", "kind", "effect", "expiry", "used"] as const;

/** One of {@link sortKeys}. */
export type SortKey = (typeof sortKeys)[number];

/** How the list is sorted. */
export type ListSort = ListView<SortKey, object>["sorting"];

/**
 * The tokens in the order of their names, as people sort: the order of the list unless another is asked for. Sorted once for each load of
 * the tokens, because the plan keeps the order and a keystroke then needs no sorting at all.
 */
export function inNameOrder<T extends SeenToken>(tokens: readonly T[]): T[] {
  return inOrderOfNames(tokens, (a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The places, in the plan, of the changes that the list shows, in its order. The changes come in the order of names, which holds among those
 * that are equal here.
 */
export function listPlaces(
  { plan: { changes }, disruption: { ofChanges } }: Pick<Impact, "plan" | "disruption">,
  { harm, effect, kind, search }: ListFilter,
  sort: ListSort,
): readonly number[] {
  const wanted = search.trim().toLowerCase();
  const all = harm === undefined && effect === undefined && kind === undefined && wanted === "";
  const shows = (change: TokenChange, place: number) =>
    (kind === undefined || change.token.kind === kind) &&
    (effect === undefined || hasEffect(change, effect)) &&
    (harm === undefined || ofChanges[place]?.harm === harm) &&
    (wanted === "" || nameHolds(change.token.name, wanted) || change.token.id.toLowerCase().includes(wanted));
  if (sort.column === "harm" || sort.column === "effect") {
    // The order unless another is asked for has to keep up with typing: one pass into a few parts instead of a sort.
    const parts: number[][] = Array.from({ length: ranks }, () => []);
    const byHarm = sort.column === "harm";
    for (let place = 0; place < changes.length; place++) {
      const change = changes[place];
      if (change === undefined || !(all || shows(change, place))) continue;
      parts[byHarm ? (ofChanges[place]?.rank ?? 0) : effectRank(change)]?.push(place);
    }
    return (sort.descending ? parts.toReversed() : parts).flat();
  }
  const places: number[] = [];
  for (const [place, change] of changes.entries()) if (all || shows(change, place)) places.push(place);
  if (sort.column === "name") return sort.descending ? places.toReversed() : places;
  const key: (change: TokenChange<SeenToken>) => Long = sortValues[sort.column];
  const sign = sort.descending ? -1 : 1;
  // Sorting is stable, so that tokens that are equal here stay in the order of their names.
  return places
    .flatMap((place) => {
      const change = changes[place];
      return change === undefined ? [] : [{ place, value: key(change) }];
    })
    .toSorted((a, b) => (a.value === b.value ? 0 : a.value < b.value ? -sign : sign))
    .map(({ place }) => place);
}

/** More than there are ranks of a disruption, or of an effect. */
const ranks = 2 * harms.length + 1;

function effectRank(change: TokenChange): number {
  return change.type === "delete" ? 0 : change.expireAt !== undefined ? 1 : 2;
}

const sortValues = {
  kind: ({ token }) => tokenKinds.indexOf(token.kind),
  /** When the token ends: now for a deleted one, never last. */
  expiry: (change) =>
    change.type === "delete" ? 0 : ((change.expireAt === undefined ? change.token.expireAt : change.expireAt.to) ?? Infinity),
  /** What nobody knows comes first, then what was never used. */
  used: ({ token: { lastUse } }) => (lastUse === undefined ? -1 : (lastUse.at ?? 0)),
} as const satisfies Record<Exclude<SortKey, "name" | "harm" | "effect">, (change: TokenChange<SeenToken>) => Long>;

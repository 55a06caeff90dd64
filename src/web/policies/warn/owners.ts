import { harms, type Disruption, type Harm, type HarmCount, type PlanDisruption } from "#domain/policy/disruption.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import type { Acting } from "#domain/inventory/acting.ts";
import type { OwnerIndex } from "#domain/inventory/notes.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import { compareNames } from "#domain/compareNames.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";

/** A token that a change affects, and how. */
export interface AffectedToken {
  readonly change: TokenChange<SeenToken>;
  readonly disruption: Disruption;
}

/** Who is to act for a token, where at least a name is known. */
export type Owner = Acting & { readonly name: string };

/** What becomes of a token: a class of harm, or `other` where nothing stops. */
export type ToldFate = Harm | "other";

/** Every fate, the worst first. */
export const toldFates = [...harms, "other"] as const satisfies readonly ToldFate[];

/** The affected tokens of one owner. */
export interface OwnerGroup {
  readonly key: string;
  /** Undefined for the tokens of which nobody knows whose they are. That does not make them nobody's. */
  readonly owner: Owner | undefined;
  /** By what becomes of them; in the order given. */
  readonly tokens: Readonly<Record<ToldFate, readonly AffectedToken[]>>;
  readonly total: number;
  /** Those that stop or may stop. */
  readonly harmed: HarmCount;
}

function noTokens(): Record<ToldFate, AffectedToken[]> {
  return {
    "at-once": [],
    "locked-out": [],
    "within-a-day": [],
    "within-a-week": [],
    "may-be-locked-out": [],
    other: [],
  };
}

/** The changes of a plan, each with what it disrupts. */
export function affectedBy(
  changes: readonly TokenChange<SeenToken>[],
  { ofChanges }: Pick<PlanDisruption, "ofChanges">,
): AffectedToken[] {
  return changes.flatMap((change, place) => {
    const disruption = ofChanges[place];
    return disruption === undefined ? [] : [{ change, disruption }];
  });
}

/**
 * The affected tokens by owner. Whose tokens stop while they are or may be in use comes first, then whose stop at all, then by name; what has
 * no known owner comes last.
 */
export function groupByOwner(affected: Iterable<AffectedToken>, owners: OwnerIndex = new Map()): OwnerGroup[] {
  const groups = new Map<string, { owner: Owner | undefined; tokens: Record<ToldFate, AffectedToken[]> }>();
  for (const one of affected) {
    const acting = whoActs(one.change.token, owners);
    const { kind, id, name } = acting;
    const owner = name === null ? undefined : { ...acting, name };
    const key = owner === undefined ? "" : JSON.stringify([kind, id ?? name]);
    const group = groups.get(key) ?? { owner, tokens: noTokens() };
    groups.set(key, group);
    group.tokens[one.disruption.harm ?? "other"].push(one);
  }
  return Array.from(groups, ([key, { owner, tokens }]) => {
    const harmed = countOf(harms.flatMap((harm) => tokens[harm]));
    return { key, owner, tokens, harmed, total: harmed.tokens + tokens.other.length };
  }).toSorted(
    (a, b) =>
      Number(a.owner === undefined) - Number(b.owner === undefined) ||
      needing(b) - needing(a) ||
      b.harmed.tokens - a.harmed.tokens ||
      compareNames(a.owner?.name ?? "", b.owner?.name ?? ""),
  );
}

/** How many of an owner's tokens stop or may stop, and are not known to be out of use. */
function needing({ harmed: { inUse, useUnknown } }: OwnerGroup): number {
  return inUse + useUnknown;
}

function countOf(affected: readonly AffectedToken[]): HarmCount {
  let inUse = 0;
  let useUnknown = 0;
  for (const { disruption } of affected) {
    if (disruption.inUse === "unknown") useUnknown++;
    else if (disruption.inUse !== "not") inUse++;
  }
  return { tokens: affected.length, inUse, useUnknown };
}

import { visibleName } from "#domain/name.ts";
import { harms } from "#domain/policy/disruption.ts";
import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";

import { planned, type PlannedChange } from "./change.ts";
import { harmNames, planDocument, type PlanDocument } from "./document.ts";
import type { GovernedReading } from "./read.ts";
import { changeFrom, filterDigests, policyDigests, tokenDigests, type SavedPlan } from "./savedPlan.ts";
import type { RemoteServer } from "#server/remote/client.ts";

/** A saved plan held against what was read anew: the plan as it is now, or why it no longer holds. */
export type Recheck =
  | { readonly ok: true; readonly now: PlannedChange }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** How many tokens are named of those that make a plan stale. */
const mostNamed = 10;

/**
 * Holds a saved plan against a new reading. It holds where every policy and every filter is as it was, no kind is seen less, and it does
 * exactly the same to exactly the same tokens, none of which is harmed more than was shown: time goes on, and tokens are used.
 */
export function recheck(server: RemoteServer, saved: SavedPlan, reading: GovernedReading): Recheck {
  const reasons = [...changedSince(saved, reading)];
  for (const kind of saved.complete)
    if (!reading.complete.includes(kind)) reasons.push(`Not every ${kindTraits[kind].noun} token can be seen any more.`);
  const change = changeFrom(saved, reading);
  if (reasons.length > 0 || change === undefined) return { ok: false, reasons };
  const now = planned(server, reading, change);
  const differences = effectReasons(saved, now);
  return differences.length > 0 ? { ok: false, reasons: differences } : { ok: true, now };
}

type InForce = Pick<GovernedReading, "policies" | "filters">;

/** What was changed of the policies and filters that a plan rests on, a sentence each. */
export function changedSince(saved: SavedPlan, inForce: InForce): readonly string[] {
  return [...policyReasons(saved, inForce), ...filterReasons(saved, inForce)];
}

function policyReasons(saved: SavedPlan, reading: InForce): string[] {
  const policies = policyDigests(reading);
  return tokenKinds
    .filter((kind) => policies[kind] !== saved.digests.policies[kind])
    .map((kind) => `The policy of ${kindTraits[kind].noun} tokens was changed.`);
}

function filterReasons(saved: SavedPlan, reading: InForce): string[] {
  const now = filterDigests(reading);
  const before = saved.digests.ipFilters;
  const names = new Map(reading.filters.map(({ id, name }) => [id, name]));
  const created = new Set(saved.ipFilters.flatMap((each) => (each.type === "create" ? [each.name] : [])));
  return [
    ...Object.keys(before).flatMap((id) => {
      if (now[id] === before[id]) return [];
      const name = names.get(id);
      return [
        name === undefined
          ? `The IP filter with the id ${visibleName(id)} was deleted.`
          : `The IP filter “${visibleName(name)}” was changed.`,
      ];
    }),
    ...reading.filters
      .filter(({ id, name }) => before[id] === undefined && created.has(name))
      .map(({ name }) => `An IP filter “${visibleName(name)}” was created, as the plan would.`),
  ];
}

type TokenRow = PlanDocument["changes"][number];

/** The classes of harm, the worst first. */
const severities: readonly TokenRow["stops"][] = [...harms.map((harm) => harmNames[harm]), null];

function effectReasons(saved: SavedPlan, now: PlannedChange): string[] {
  const before = new Map(saved.plan.changes.map((row) => [row.id, row]));
  const fresh = planDocument(now).changes;
  const present = new Set(fresh.map(({ id }) => id));
  const digests = tokenDigests(now.plan);
  const reasons: string[] = [];
  for (const kind of tokenKinds) {
    if (digests[kind] === saved.digests.tokens[kind]) continue;
    const { noun } = kindTraits[kind];
    const ofKind = (row: TokenRow) => row.kind === kind;
    const added = fresh.filter((row) => ofKind(row) && !before.has(row.id));
    const gone = saved.plan.changes.filter((row) => ofKind(row) && !present.has(row.id));
    reasons.push(
      ...named(added, (names) => `It would change ${noun} tokens that were not in the plan: ${names}.`),
      ...named(gone, (names) => `It no longer changes ${noun} tokens of the plan, which are gone or were changed: ${names}.`),
      ...(added.length + gone.length === 0 ? [`What it does to ${noun} tokens of the plan is not the same any more.`] : []),
    );
  }
  if (reasons.length > 0) return reasons;
  const worse = fresh.filter((row) => isWorse(before.get(row.id), row));
  return named(worse, (names) => `It now stops tokens sooner or more surely, or ones that were used since: ${names}.`);
}

function isWorse(before: TokenRow | undefined, now: TokenRow): boolean {
  return (
    before === undefined ||
    severities.indexOf(now.stops) < severities.indexOf(before.stops) ||
    (stopsInUse(now) && !stopsInUse(before))
  );
}

function stopsInUse({ stops, inUse }: TokenRow): boolean {
  return stops !== null && inUse !== "not";
}

/** A sentence with the names of some tokens; none where there are no tokens. */
function named(rows: readonly TokenRow[], sentence: (names: string) => string): string[] {
  if (rows.length === 0) return [];
  const names = rows.slice(0, mostNamed).map(({ name }) => visibleName(name));
  const left = rows.length - names.length;
  return [sentence(`${names.join(", ")}${left > 0 ? ` and ${left} more` : ""}`)];
}

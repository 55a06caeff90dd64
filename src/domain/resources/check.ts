import type { Long } from "#domain/long.ts";
import { carriesPermissions, tokenKinds, type PermissionKind } from "#domain/token/kinds.ts";

import {
  compareFilter,
  compareIngest,
  compareToken,
  type ResourceComparison,
  type DifferingField,
  type ResourceDifference,
} from "./differences.ts";
import type { ThingsInForce, PlanInView, PlannedEffect } from "./inForce.ts";
import type { OperatorResource, WantedThing, WantedToken } from "./model.ts";
import { refusalsOf, type ResourceRefusal, type RefusalContext } from "./refusals.ts";

/** Something that is in force, as a page can link to it. */
export type ThingInForce =
  | { readonly type: PermissionKind; readonly id: string; readonly name: string; readonly createdAt: Long }
  | { readonly type: "ip-filter"; readonly id: string; readonly name: string }
  | { readonly type: "ingest"; readonly repository: string; readonly name: string };

/** What was found of that which a resource asks for. */
export type FoundThing =
  | { readonly type: "exists"; readonly thing: ThingInForce }
  | {
      readonly type: "differs";
      readonly thing: ThingInForce;
      /** Empty where only what could not be read may differ. */
      readonly differences: readonly ResourceDifference[];
      readonly unsure: readonly DifferingField[];
    }
  | { readonly type: "missing" }
  /** Several have the name; the operator knows its own by an id that the file does not have. */
  | { readonly type: "ambiguous"; readonly among: readonly { readonly thing: ThingInForce; readonly asWritten: boolean }[] }
  /** None was found, but not all could be seen; `why` is a sentence. */
  | { readonly type: "not-seen"; readonly why: string };

/** What a plan does to that which a resource asks for. */
export interface AfterPlan {
  readonly effect: PlannedEffect | undefined;
  /** Why it could not be made as written once the plan is in force; empty where it could, or would not have to be. */
  readonly refusals: readonly ResourceRefusal[];
}

/** What came of checking one resource. */
export interface CheckedResource {
  readonly resource: OperatorResource;
  readonly found: FoundThing;
  /** Why it cannot be made or changed as written. */
  readonly refusals: readonly ResourceRefusal[];
  /** Undefined where there is no plan. */
  readonly afterPlan: AfterPlan | undefined;
  /** Indexes of other resources that mean the same thing of the same cluster. */
  readonly repeatedBy: readonly number[];
  readonly verdict: ResourceVerdict;
}

/** The one word for a resource; of several that hold, the first. */
export const verdicts = ["not-seen", "refused", "stopped", "repeated", "ambiguous", "differs", "missing", "exists"] as const;

/** One of {@link verdicts}. */
export type ResourceVerdict = (typeof verdicts)[number];

export interface CheckOptions {
  /** Ms since epoch. */
  readonly now: number;
  readonly plan?: PlanInView | undefined;
  /** Names that resources of other kinds in the same files give to what they make, such as repositories. */
  readonly madeByOthers?: ReadonlySet<string>;
}

/** Holds resources against what is in force, one result for each in their order. */
export function checkResources(
  resources: readonly OperatorResource[],
  inForce: ThingsInForce,
  { now, plan, madeByOthers = new Set() }: CheckOptions,
): CheckedResource[] {
  const context: RefusalContext = {
    now,
    policies: inForce.policies,
    filters: inForce.filters,
    domains: inForce.domains,
    tokens: inForce.tokens,
    madeFilters: new Set(resources.flatMap(({ thing }) => (thing.type === "ip-filter" ? [thing.name] : []))),
    madeByOthers,
  };
  const planned: RefusalContext | undefined = plan && {
    ...context,
    policies: plan.policies,
    filters: inForce.filters.type === "seen" ? { type: "seen", all: plan.filters } : inForce.filters,
  };
  const lookUp = lookUpIn(inForce, now);
  const alike = indexesByMeaning(resources);
  return resources.map((resource, index) => {
    const found = lookUp(resource);
    const { thing } = resource;
    const refusals =
      found.type === "exists" ? [] : refusalsOf(thing, context, found.type === "differs" ? found.differences : undefined);
    const afterPlan = plan && planned && afterPlanOf(thing, found, refusals, plan, planned);
    const repeatedBy = (alike.get(meaningOf(resource)) ?? []).filter((other) => other !== index);
    const checked = { resource, found, refusals, afterPlan, repeatedBy };
    return { ...checked, verdict: verdictOf(checked) };
  });
}

function verdictOf({ found, refusals, afterPlan, repeatedBy }: Omit<CheckedResource, "verdict">): ResourceVerdict {
  const unsure = found.type === "differs" && found.differences.length === 0;
  if (found.type === "not-seen" || unsure) return "not-seen";
  if (refusals.length > 0) return "refused";
  if (afterPlan !== undefined && (afterPlan.effect?.disruption.harm !== undefined || afterPlan.refusals.length > 0))
    return "stopped";
  return repeatedBy.length > 0 ? "repeated" : found.type;
}

function afterPlanOf(
  thing: WantedThing,
  found: FoundThing,
  refusals: readonly ResourceRefusal[],
  { effects }: PlanInView,
  context: RefusalContext,
): AfterPlan {
  const there = found.type === "exists" || found.type === "differs" ? found.thing : undefined;
  const effect = there === undefined || !("id" in there) ? undefined : effects.get(there.id);
  // The operator makes a token again that a policy deleted, as it makes one that is missing. What is refused today is not told twice.
  const wouldBeMade = there === undefined || effect?.change?.type === "delete";
  return { effect, refusals: wouldBeMade && refusals.length === 0 ? refusalsOf(thing, context, undefined) : [] };
}

function indexesByMeaning(resources: readonly OperatorResource[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  for (const [index, resource] of resources.entries()) {
    const meaning = meaningOf(resource);
    const known = indexes.get(meaning);
    if (known === undefined) indexes.set(meaning, [index]);
    else known.push(index);
  }
  return indexes;
}

/** Equal for resources that mean the same thing of the same cluster. */
function meaningOf({ thing, cluster }: OperatorResource): string {
  return JSON.stringify([cluster, thing.type, thing.name, thing.type === "ingest" ? thing.repository : null]);
}

type Candidate = readonly [thing: ThingInForce, comparison: ResourceComparison];

function lookUpIn(inForce: ThingsInForce, now: number): (resource: OperatorResource) => FoundThing {
  const tokensByName = new Map<string, InForceTokens>();
  for (const kind of tokenKinds.filter(carriesPermissions))
    for (const token of inForce.tokens[kind]?.tokens ?? []) {
      // LogScale deletes what has expired within minutes.
      if (token.expireAt !== null && token.expireAt <= now) continue;
      const key = JSON.stringify([kind, token.name]);
      const known = tokensByName.get(key);
      if (known === undefined) tokensByName.set(key, [token]);
      else known.push(token);
    }
  const tokensLike = (wanted: WantedToken): Candidate[] =>
    (tokensByName.get(JSON.stringify([wanted.type, wanted.name])) ?? []).map((token) => [
      { type: wanted.type, id: token.id, name: token.name, createdAt: token.createdAt },
      compareToken(wanted, token, inForce),
    ]);

  return ({ thing, madeId }) => {
    switch (thing.type) {
      case "ip-filter": {
        if (inForce.filters.type === "unseen") return { type: "not-seen", why: inForce.filters.why };
        const candidates = inForce.filters.all
          .filter(({ name }) => name === thing.name)
          .map((filter): Candidate => [{ type: "ip-filter", id: filter.id, name: filter.name }, compareFilter(thing, filter)]);
        return found(candidates, madeId, undefined);
      }
      case "ingest": {
        const reading = inForce.ingest.get(thing.repository);
        if (reading === undefined) throw new Error("The ingest tokens of this repository were not read.");
        if (reading.type === "unseen") return { type: "not-seen", why: reading.why };
        const candidates = reading.all
          .filter(({ name }) => name === thing.name)
          .map((token): Candidate => [
            { type: "ingest", repository: thing.repository, name: token.name },
            compareIngest(thing, token),
          ]);
        return found(candidates, null, undefined);
      }
      case "view":
      case "organization":
      case "system": {
        const kind = inForce.tokens[thing.type];
        if (kind === undefined) throw new Error(`The ${thing.type} tokens were not read.`);
        return found(tokensLike(thing), madeId, kind.unseen);
      }
      default:
        return thing satisfies never;
    }
  };
}

type InForceTokens = NonNullable<ThingsInForce["tokens"]["view"]>["tokens"][number][];

/** What candidates of one name come to. The operator's own is told by its id, where the resource has it. */
function found(candidates: readonly Candidate[], madeId: string | null, unseen: string | undefined): FoundThing {
  const made = candidates.find(([thing]) => "id" in thing && thing.id === madeId);
  const [first, ...more] = made === undefined ? candidates : [made];
  if (first === undefined) return unseen === undefined ? { type: "missing" } : { type: "not-seen", why: unseen };
  const isAsWritten = ({ differences, unsure }: ResourceComparison) => differences.length + unsure.length === 0;
  if (more.length > 0)
    return { type: "ambiguous", among: candidates.map(([thing, comparison]) => ({ thing, asWritten: isAsWritten(comparison) })) };
  const [thing, comparison] = first;
  return isAsWritten(comparison) ? { type: "exists", thing } : { type: "differs", thing, ...comparison };
}

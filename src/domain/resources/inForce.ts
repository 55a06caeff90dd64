import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Disruption } from "#domain/policy/disruption.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";

import type { OperatorResource } from "./model.ts";

/** A list that was read whole, or why it was not: a sentence. */
export type SeenList<T> =
  | { readonly type: "seen"; readonly all: readonly T[] }
  | { readonly type: "unseen"; readonly why: string };

export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** A token that there is, with what it may do. */
export interface InForceToken extends UsedToken {
  /** Undefined where it could not be read. */
  readonly permissions?: readonly string[];
  readonly views?: readonly NamedThing[];
}

/** The tokens of one kind that the caller may list. */
export interface KindInForce {
  readonly tokens: readonly InForceToken[];
  /** Why there may be others, a sentence; undefined where these are all. */
  readonly unseen: string | undefined;
}

export interface IngestTokenInForce {
  readonly name: string;
  /** Name of its parser; null for none. */
  readonly parser: string | null;
}

/** What is in force, as far as the resources ask for it. */
export interface ThingsInForce {
  readonly policies: Policies;
  readonly filters: SeenList<IpFilter>;
  /** Those kinds that {@link readingsFor} names. */
  readonly tokens: Readonly<Partial<Record<PermissionKind, KindInForce>>>;
  /** The repositories and views of the organization. */
  readonly domains: SeenList<NamedThing>;
  /** By name of the repository. */
  readonly ingest: ReadonlyMap<string, SeenList<IngestTokenInForce>>;
}

/** What a plan does to one token. */
export interface PlannedEffect {
  /** Undefined where only the rules of its filter change. */
  readonly change?: TokenChange | undefined;
  readonly disruption: Disruption;
}

/** A plan, as far as resources are concerned. */
export interface PlanInView {
  readonly policies: Policies;
  /** The filters as the plan leaves them, with those that it makes. */
  readonly filters: readonly NamedThing[];
  /** By id of the token; those that it leaves alone are not there. */
  readonly effects: ReadonlyMap<string, PlannedEffect>;
}

/** What has to be read to check resources. */
export interface ReadingsNeeded {
  readonly kinds: readonly PermissionKind[];
  readonly filters: boolean;
  readonly domains: boolean;
  /** Names of repositories whose ingest tokens are asked for. */
  readonly repositories: readonly string[];
}

export function readingsFor(resources: readonly OperatorResource[]): ReadingsNeeded {
  const kinds = new Set<PermissionKind>();
  const repositories = new Set<string>();
  let filters = false;
  for (const { thing } of resources) {
    if (thing.type === "ingest") repositories.add(thing.repository);
    else if (thing.type !== "ip-filter") kinds.add(thing.type);
    if (thing.type !== "ingest") filters = true;
  }
  return { kinds: [...kinds], filters, domains: kinds.has("view") || repositories.size > 0, repositories: [...repositories] };
}

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { ipFilterNameSchema, ipFilterTextSchema } from "#domain/filter/ipFilterSchema.ts";
import { nameInText } from "#domain/name.ts";
import { nearestOf } from "#domain/nearest.ts";
import { policyDifferences, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import { maximumLifetimeSchema } from "#domain/policy/policySchema.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import type { FileFault, FileKindPolicy, FilterReference, PoliciesFile } from "./model.ts";

/** A filter that a file creates, or whose rules it changes. */
export type FilterChange =
  | {
      readonly type: "create";
      /** Stands for the filter in policies until it is made and has an id: `new:` and its name. */
      readonly id: string;
      readonly name: string;
      readonly text: string;
    }
  | { readonly type: "edit"; readonly filter: IpFilter; readonly text: string };

/** What a file changes of what is in force. */
export interface OrganizationChange {
  /** The policies in force. */
  readonly base: Policies;
  /** Those that the file puts in force; a filter that it creates stands there by the id of its {@link FilterChange}. */
  readonly next: Policies;
  /** The kinds whose policy changes. */
  readonly kinds: readonly TokenKind[];
  /** In the order of the file; each filter once. */
  readonly filters: readonly FilterChange[];
}

/** What is in force: the policies, and the IP filters that could be read. */
export interface InForce {
  readonly policies: Policies;
  readonly filters: readonly IpFilter[];
}

/** What a file changes, or everything that keeps it from being put in force. */
export type Resolution =
  | { readonly ok: true; readonly change: OrganizationChange }
  | { readonly ok: false; readonly errors: readonly FileFault[] };

/** Whether a change changes nothing. */
export function changesNothing({ kinds, filters }: OrganizationChange): boolean {
  return kinds.length === 0 && filters.length === 0;
}

/** Holds a file against what is in force: names become ids, and what is in force already is no change, whatever it is. */
export function resolveFile(file: PoliciesFile, { policies: base, filters }: InForce): Resolution {
  const errors: FileFault[] = [];
  const byName = new Map<string, IpFilter[]>();
  for (const filter of filters) {
    const namesakes = byName.get(filter.name);
    if (namesakes === undefined) byName.set(filter.name, [filter]);
    else namesakes.push(filter);
  }

  const changes: FilterChange[] = [];
  for (const [name, text] of file.ipFilters) {
    const change = filterChange(name, text, byName.get(name) ?? []);
    if (Array.isArray(change)) errors.push(...change);
    else if (change !== undefined) changes.push(change);
  }

  const known = new Set(filters.map(({ id }) => id));
  const next: Record<TokenKind, KindPolicy> = { ...base };
  for (const kind of tokenKinds) {
    const said = file.policies[kind];
    if (said === undefined) continue;
    const ipFilter = said.ipFilter && filterIdOf(said.ipFilter, base[kind].ipFilter, known, byName, file);
    if (typeof ipFilter === "object" && ipFilter !== null) {
      errors.push({ path: ["policies", kind, "ipFilter"], message: ipFilter.message });
    }
    errors.push(...maximumFaults(kind, said, base[kind]));
    next[kind] = { ...said, ipFilter: typeof ipFilter === "string" ? ipFilter : null };
  }
  if (errors.length > 0) return { ok: false, errors };
  const changed = new Set(policyDifferences(base, next).map(({ kind }) => kind));
  return { ok: true, change: { base, next, kinds: tokenKinds.filter((kind) => changed.has(kind)), filters: changes } };
}

/** What an entry of `ipFilters` changes; undefined where nothing, or why it cannot. */
function filterChange(name: string, text: string, namesakes: readonly IpFilter[]): FilterChange | FileFault[] | undefined {
  // Rules in force are no fault of the file, even where they have an error in them.
  if (namesakes.length > 0 && namesakes.every(({ ipFilter }) => ipFilter === text)) return undefined;
  const path = ["ipFilters", name];
  const faults = ruleFaults(path, text);
  const [filter, other] = namesakes;
  if (other !== undefined) {
    const message = `${namesakes.length} IP filters have this name, so it does not say whose rules to change. Give each a name of its own first.`;
    return [{ path, message }, ...faults];
  }
  if (filter !== undefined) return faults.length > 0 ? faults : { type: "edit", filter, text };
  const named = ipFilterNameSchema.safeParse(name);
  if (!named.success) faults.unshift({ path, message: named.error.issues.map(({ message }) => message).join(" ") });
  else if (named.data !== name) faults.unshift({ path, message: "The name of a new IP filter cannot begin or end with blanks." });
  return faults.length > 0 ? faults : { type: "create", id: newFilterId(name), name, text };
}

/** What is wrong with rules that would be put in force, each where it stands. */
function ruleFaults(path: readonly string[], text: string): FileFault[] {
  const { errors } = parseIpFilter(text);
  if (errors.length > 0) return errors.map(({ line, column, message }) => ({ path, within: { line, column }, message }));
  return (ipFilterTextSchema.safeParse(text).error?.issues ?? []).map(({ message }) => ({ path, message }));
}

/** The id by which policies name a filter that is yet to be created. */
function newFilterId(name: string): string {
  return `new:${name}`;
}

/** The id of the filter that a policy names, or why there is none. */
function filterIdOf(
  reference: FilterReference,
  inForce: string | null,
  known: ReadonlySet<string>,
  byName: ReadonlyMap<string, readonly IpFilter[]>,
  { ipFilters }: PoliciesFile,
): string | { readonly message: string } {
  if ("id" in reference) {
    const { id } = reference;
    if (known.has(id) || id === inForce) return id;
    return { message: `There is no IP filter with the id ${nameInText(id)}.` };
  }
  const { name } = reference;
  const [filter, ...others] = byName.get(name) ?? [];
  if (filter === undefined) {
    if (ipFilters.has(name)) return newFilterId(name);
    const meant = nearestOf(name, [...byName.keys(), ...ipFilters.keys()]);
    const hint = meant === undefined ? "" : ` Is “${nameInText(meant)}” meant?`;
    return { message: `There is no IP filter “${nameInText(name)}”, neither in force nor among ipFilters of this file.${hint}` };
  }
  if (others.length === 0) return filter.id;
  const ids = [filter, ...others].map(({ id }) => nameInText(id)).join(", ");
  return { message: `${others.length + 1} IP filters have this name. Name the one that is meant by its id, { id: … }: ${ids}.` };
}

function maximumFaults(kind: TokenKind, { maximumLifetime }: FileKindPolicy, inForce: KindPolicy): FileFault[] {
  if (maximumLifetime === null || maximumLifetime === inForce.maximumLifetime) return [];
  const path = ["policies", kind, "maximumLifetime"];
  if (maximumLifetime === 0) return [{ path, message: zeroMaximum }];
  return (maximumLifetimeSchema.safeParse(maximumLifetime).error?.issues ?? []).map(({ message }) => ({
    path,
    message,
  }));
}

const zeroMaximum =
  "A maximum of 0 would delete every token at once. Write null for no maximum, or enabled: false to delete all.";

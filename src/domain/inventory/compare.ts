import { carriesPermissions, tokenKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { partsOf, type PermissionEntry, type PermissionRisk } from "#domain/token/permissions.ts";
import { expandPermissions, permissionCatalogues, permissionDifference, wordPermissions } from "#domain/token/permissionWords.ts";
import { holds, reachOf, type Certainty, type Holdings } from "#domain/token/rights.ts";

import type { InventoryToken, TokenRights } from "./item.ts";

/** A token with what is known of its rights. */
export interface ComparedToken {
  readonly token: InventoryToken;
  /** Of a kind that carries permissions; undefined where they were not read. */
  readonly rights: TokenRights | undefined;
  /** What the user of a personal token holds; undefined where that is not known. */
  readonly user: Holdings | undefined;
}

/** The sorts of rights, in order: on repositories and views, in the organization, on the cluster. */
export const rightSorts: readonly PermissionKind[] = tokenKinds.filter(carriesPermissions);

/**
 * Whether a token has a right. `other`: it is of a kind that has no rights of this sort at all, so that there is nothing to compare.
 */
export type Held = "yes" | "no" | "unknown" | "other";

/** A right, and who has it. */
export interface RightRow {
  /** LogScale's name. */
  readonly permission: string;
  readonly label: string;
  readonly description: string;
  readonly risk: PermissionRisk | null;
  /** In the order of the tokens. */
  readonly cells: readonly RightCell[];
}

/** Whether one token has a right. */
export interface RightCell {
  readonly held: Held;
  /** On how many repositories and views, where these are not the ones that the token as a whole is for. */
  readonly on?: number;
}

/** The rights of one sort that any of the tokens has, under the headings of the picker. */
export interface RightSection {
  readonly sort: PermissionKind;
  readonly groups: readonly { readonly title: string; readonly rows: readonly RightRow[] }[];
}

/** A repository or view, and which of the tokens reach it. */
export interface PlaceRow {
  readonly id: string;
  readonly cells: readonly Held[];
}

/** Tokens side by side. */
export interface Comparison {
  /** Without the sorts of which no token has any right. */
  readonly sections: readonly RightSection[];
  /** By id, in no particular order. */
  readonly places: readonly PlaceRow[];
}

/** Puts the rights of tokens side by side. */
export function compareTokens(tokens: readonly ComparedToken[]): Comparison {
  const sections = rightSorts.flatMap((sort) => sectionOf(sort, tokens) ?? []);
  const ids = new Set(tokens.flatMap(({ rights, user }) => [...(rights?.views ?? []), ...(user?.views.keys() ?? [])]));
  return { sections, places: [...ids].map((id) => ({ id, cells: tokens.map((token) => reaches(token, id)) })) };
}

function sectionOf(sort: PermissionKind, tokens: readonly ComparedToken[]): RightSection | undefined {
  const names = expandPermissions(
    sort,
    tokens.flatMap((token) => namesOf(sort, token)),
  );
  if (names.length === 0) return undefined;
  const cellsOf = (name: string) => tokens.map((token) => cellOf(sort, token, name));
  const catalogue: readonly PermissionEntry[] = permissionCatalogues[sort];
  // A composed permission stands for its parts where no token has some of them and not the others.
  const whole = catalogue.filter(({ name }) => {
    const [first = "", ...others] = partsOf(name) ?? [];
    const cells = JSON.stringify(cellsOf(first));
    return names.includes(first) && others.every((part) => JSON.stringify(cellsOf(part)) === cells);
  });
  const covered = new Set<string>(whole.flatMap(({ name }) => partsOf(name) ?? []));
  const entries = catalogue.filter((entry) => whole.includes(entry) || (names.includes(entry.name) && !covered.has(entry.name)));
  const unknown = names.filter((name) => !catalogue.some((entry) => entry.name === name));
  const rowOf = ({ name, label, description, risk }: PermissionEntry): RightRow => {
    return { permission: name, label, description, risk, cells: cellsOf(partsOf(name)?.[0] ?? name) };
  };
  const titles = [...new Set(entries.map(({ group }) => group))];
  const groups = titles.map((title) => ({ title, rows: entries.filter(({ group }) => group === title).map(rowOf) }));
  if (unknown.length > 0) groups.push({ title: "Unknown to this page", rows: unknown.map((name) => rowOf(strange(name))) });
  return { sort, groups };
}

function strange(name: string): PermissionEntry {
  return { name, label: name, description: "This page does not know this permission.", group: "", risk: null };
}

/** The names of the rights of a sort that a token certainly has, as far as they can be told one by one. */
function namesOf(sort: PermissionKind, { token, rights, user }: ComparedToken): readonly string[] {
  if (token.kind === sort) return rights?.permissions ?? [];
  if (user === undefined) return [];
  const listed = (held: "all" | "unknown" | ReadonlySet<string>) => (typeof held === "string" ? [] : [...held]);
  switch (sort) {
    case "view":
      return [...user.views.values()].flatMap((held) => [...held]);
    case "organization":
      return listed(user.organization);
    case "system":
      return listed(user.system);
    default:
      return sort satisfies never;
  }
}

function cellOf(sort: PermissionKind, { token, rights, user }: ComparedToken, name: string): RightCell {
  if (token.kind === sort) {
    return { held: rights === undefined ? "unknown" : expandPermissions(sort, rights.permissions).includes(name) ? "yes" : "no" };
  }
  if (token.kind !== "personal") return { held: "other" };
  if (user === undefined) return { held: "unknown" };
  if (sort !== "view") return { held: heldOf(holds(user, sort, name, [])) };
  // On what no view names, everything is held by those who hold it everywhere.
  if (user.elsewhere === "all") return { held: "yes" };
  const on = [...user.views].filter(([id]) => holds(user, "view", name, [id]) === true).length;
  return on > 0 ? { held: "yes", on } : { held: user.elsewhere === "unknown" ? "unknown" : "no" };
}

function reaches({ token, rights, user }: ComparedToken, id: string): Held {
  if (token.kind === "view") return rights === undefined ? "unknown" : rights.views.includes(id) ? "yes" : "no";
  if (token.kind !== "personal") return "other";
  if (user === undefined) return "unknown";
  const reach = reachOf(user);
  if (reach === "all" || reach.has(id)) return "yes";
  return user.elsewhere === "unknown" ? "unknown" : "no";
}

function heldOf(certainty: Certainty): Held {
  return certainty === "unknown" ? "unknown" : certainty ? "yes" : "no";
}

/**
 * What one token has beyond another:
 *
 * - `known`: permissions, each by its label, and repositories or views by id, or by name where the tokens are ingest tokens. None of either
 *   means that it can do nothing that the other cannot
 * - `unknown`: the rights of one were not read
 * - `of-user`: one has its user's rights, which change as the user's do
 * - `incomparable`: they have rights of different sorts
 */
export type Beyond =
  | { readonly type: "known"; readonly permissions: readonly string[]; readonly places: readonly string[] }
  | { readonly type: "unknown" | "of-user" | "incomparable" };

/** What `one` has beyond `other`. */
export function beyond(one: ComparedToken, other: ComparedToken): Beyond {
  const { kind } = one.token;
  if (kind === "personal" || other.token.kind === "personal") return { type: "of-user" };
  if (kind !== other.token.kind) return { type: "incomparable" };
  switch (kind) {
    case "fleet":
      return { type: "known", permissions: [], places: [] };
    case "ingest": {
      const repository = one.token.ingest?.repository;
      const same = repository === undefined || repository === other.token.ingest?.repository;
      return { type: "known", permissions: [], places: same ? [] : [repository] };
    }
    case "view":
    case "organization":
    case "system": {
      if (one.rights === undefined || other.rights === undefined) return { type: "unknown" };
      const idle = { type: "known", permissions: [], places: [] } as const;
      // Without permissions, or without a repository or view to use them on, a token can do nothing.
      if (one.rights.permissions.length === 0 || (kind === "view" && one.rights.views.length === 0)) return idle;
      const has = new Set(other.rights.views);
      return {
        type: "known",
        permissions: labelsOf(kind, permissionDifference(kind, other.rights.permissions, one.rights.permissions).added),
        places: one.rights.views.filter((id) => !has.has(id)),
      };
    }
    default:
      return kind satisfies never;
  }
}

/** Permissions in a few words each, composed ones where all their parts are there. */
function labelsOf(kind: PermissionKind, names: readonly string[]): readonly string[] {
  const { groups, unknown } = wordPermissions(kind, names);
  return [...groups.flatMap(({ entries }) => entries.map(({ label }) => label)), ...unknown];
}

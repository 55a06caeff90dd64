import type { InventoryKind, InventoryToken } from "#domain/inventory/item.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { paths } from "#web/paths.ts";

import type { UseValue } from "./lastUseWords.ts";
import type { AgeValue, StateValue } from "./states.ts";

/** What the list of all tokens is narrowed by, in the order in which it is shown. */
export const facetNames = ["kind", "state", "expires", "finding", "owner", "right", "view", "filter", "age", "use"] as const;

/** One of {@link facetNames}. */
export type FacetName = (typeof facetNames)[number];

/** Values of facets that stand for no thing of the organization. */
export const facetSpecials = {
  /** Of `filter`: no IP filter, and one that does not accept the address of the token's last use. */
  noFilter: "none",
  refusesOwn: "refuses-own",
  /** Of `owner`: nobody is on record. */
  noOwner: "unknown",
  /** Of `finding`: nothing was found, and some rules could not be judged. */
  noFinding: "none",
  unjudged: "unjudged",
} as const;

/** Values by facet. Days of expiry are as `daysValue` writes them, owners as `ownerValue` makes them, rights by name, repositories, views and IP filters by id, findings by rule. */
export interface FacetChoice extends Partial<Record<FacetName, readonly string[]>> {
  readonly kind?: readonly InventoryKind[];
  readonly state?: readonly StateValue[];
  readonly use?: readonly UseValue[];
  readonly age?: readonly AgeValue[];
}

/** What a link into the list asks for; all that is left out is as usual. */
export interface InventoryLook extends FacetChoice {
  readonly search?: string;
  /** A column by its id, with a minus before it to sort downwards. */
  readonly sort?: string;
}

/**
 * The link of the list of all tokens, narrowed: several values of a facet are alternatives, several facets all hold.
 */
export function inventoryLink({ search, sort, kind, ...facets }: InventoryLook = {}): string {
  // One kind alone has a page of its own.
  const [only, ...others] = kind ?? [];
  const alone = only !== undefined && others.length === 0;
  const params = new URLSearchParams();
  if (search !== undefined && search !== "") params.set("q", search);
  for (const name of facetNames) {
    const values = name === "kind" ? (alone ? [] : kind) : facets[name];
    if (values !== undefined && values.length > 0) params.set(name, joinValues(values));
  }
  if (sort !== undefined) params.set("sort", sort);
  const query = params.toString();
  return `${alone ? paths.tokensOf(only) : paths.tokens}${query === "" ? "" : `?${query}`}`;
}

/** The page of a token. */
export function tokenLink({ kind, id, name, ingest, fleet }: InventoryToken): string {
  if (ingest !== undefined) return paths.ingestToken(ingest.repository, name);
  if (fleet !== undefined) return paths.fleetToken(fleet.handle);
  return isTokenKind(kind) && id !== undefined ? paths.token(kind, id) : paths.tokensOf(kind);
}

/** Several values as the text of one parameter. */
export function joinValues(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(/[\\,]/gu, String.raw`\$&`)).join(",");
}

/**
 * The values in such a text, each once.
 */
export function splitValues(text: string): string[] {
  const values = [...text.matchAll(/(?:\\.|[^\\,])+/gsu)].map(([value]) => value.replaceAll(/\\(.)/gsu, "$1"));
  return [...new Set(values)];
}

/**
 * The value of the facet `owner` for an owner.
 */
export function ownerValue({
  kind,
  id,
  name,
}: {
  readonly kind: string;
  readonly id: string | null;
  readonly name: string | null;
}): string {
  if (kind === "administrator") return kind;
  if (kind === "written") return [kind, name].join(":");
  if (id !== null && kind !== "unknown") return `${kind}:${id}`;
  return name === null ? facetSpecials.noOwner : ["name", name].join(":");
}

import type { AuditFacets } from "#logscale/audit.ts";
import { splitValues } from "#web/inventory/link.ts";

import type { ActivityFilters } from "./link.ts";
import { typeWords } from "./typeWords.ts";
import { actorLabel, isAuditType, targetLabel } from "./words.ts";

/** What records are narrowed by whose values the server counts, by their names in the address. */
export const counted = ["actor", "type", "target", "outcome", "address"] as const satisfies readonly (keyof ActivityFilters)[];
export type Counted = (typeof counted)[number];

/** What the records can be narrowed by, in words. */
export const filterTitles: Readonly<Record<Counted | "about", string>> = {
  actor: "Who",
  type: "What",
  target: "About",
  outcome: "Outcome",
  address: "From",
  about: "About",
};

/** Where the server's answer has the values of each. */
const places = {
  actor: "actors",
  type: "types",
  target: "targetKinds",
  outcome: "outcomes",
  address: "addresses",
} as const satisfies Record<Counted, keyof AuditFacets>;

export interface FacetValueRow {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** The values of a facet to choose from, those that were chosen and do not occur among them. */
export function facetRows(name: Counted, facets: AuditFacets | undefined, chosen: string | undefined): readonly FacetValueRow[] {
  const found = facets?.[places[name]] ?? [];
  const rows = found.map((facet) => ({
    value: facet.value,
    label: valueLabel(name, facet.value, facet.name),
    count: facet.count,
  }));
  const missing = splitValues(chosen ?? "").filter((value) => !found.some((facet) => facet.value === value));
  return [...rows, ...missing.map((value) => ({ value, label: valueLabel(name, value, null), count: 0 }))];
}

/** What a value is called. */
export function valueLabel(name: Counted | "about", value: string, called: string | null): string {
  switch (name) {
    case "actor":
      return actorLabel(value, called);
    case "type":
      return isAuditType(value) ? typeWords[value] : value;
    case "target":
      return targetLabel(value);
    case "outcome":
      return value === "refused" ? "Refused" : "Done";
    case "address":
    case "about":
      return value;
    default:
      return name satisfies never;
  }
}

/** The names of actors by the value that stands for them. */
export function facetNames(facets: AuditFacets | undefined): ReadonlyMap<string, string> {
  return new Map(facets?.actors.flatMap(({ value, name }) => (name === null ? [] : [[value, name] as const])));
}

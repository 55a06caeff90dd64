import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import type { Facet, FacetChoices } from "#web/inventory/facet.ts";
import { facetTitles } from "#web/inventory/facetWords.ts";

/** What narrows a list. */
export interface NarrowedBy {
  /** The one kind that is listed; undefined where it is all. */
  readonly kind: InventoryKind | undefined;
  readonly search: string;
  readonly facets: readonly Facet[];
  readonly choices: FacetChoices;
}

/** What a list is narrowed to, in words: one text for each thing that narrows it. Alternatives stand in one text. */
export function narrowedWords({ kind, search, facets, choices }: NarrowedBy): readonly string[] {
  const wanted = search.trim();
  const chosen = facets.flatMap(({ name: facet, values, places }) => {
    const labels = (choices[facet] ?? []).map((value) => nameInText(values[places.get(value) ?? -1]?.label ?? value));
    return labels.length === 0 ? [] : [`${facetTitles[facet]}: ${labels.join(" or ")}`];
  });
  return [
    ...(kind === undefined ? [] : [`${facetTitles.kind}: ${inventoryTraits[kind].title}`]),
    ...(wanted === "" ? [] : [`Search: ${nameInText(wanted)}`]),
    ...chosen,
  ];
}

import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { countOf } from "#web/ui/counts.ts";
import type { Facet, FacetChoices } from "#web/inventory/facet.ts";
import { chosenLabel, facetTitles } from "#web/inventory/facetWords.ts";

/** What narrows a list. */
export interface NarrowedBy {
  /** The one kind that is listed; undefined where it is all. */
  readonly kind: InventoryKind | undefined;
  readonly search: string;
  readonly facets: readonly Facet[];
  readonly choices: FacetChoices;
  /** How many tokens may match besides. */
  readonly doubted: number;
}

/** What a list is narrowed to, in words: one text for each thing that narrows it. Alternatives stand in one text. */
export function narrowedWords({ kind, search, facets, choices, doubted }: NarrowedBy): readonly string[] {
  const wanted = search.trim();
  const chosen = facets.flatMap((facet) => {
    const labels = (choices[facet.name] ?? []).map((value) => nameInText(chosenLabel(facet, value)));
    const title = facetTitles[facet.name];
    return labels.length === 0 ? [] : [`${title}: ${labels.join(" or ")}`];
  });
  return [
    ...(kind === undefined ? [] : [`${facetTitles.kind}: ${inventoryTraits[kind].title}`]),
    ...(wanted === "" ? [] : [`Search: ${nameInText(wanted)}`]),
    ...chosen,
    ...(doubted === 0
      ? []
      : [`without ${countOf(doubted, "token")} of which it is not known whether ${doubted === 1 ? "it matches" : "they match"}`]),
  ];
}

import Box from "@mui/material/Box";

import { nameInText } from "#domain/name.ts";
import { ChosenItems } from "#web/ui/ChosenItems.tsx";

import type { Facet } from "./facet.ts";
import { chosenLabel, facetTitles } from "./facetWords.ts";
import { joinValues, type FacetName } from "./link.ts";

export interface ChosenProps {
  readonly facets: readonly Facet[];
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly without: readonly FacetName[];
  readonly onChoose: (name: FacetName, values: readonly string[]) => void;
}

/** What the list is narrowed by, each to be taken away. */
export function Chosen({ facets, choices, without, onChoose }: ChosenProps) {
  const items = facets
    .filter(({ name }) => !without.includes(name))
    .flatMap((facet) =>
      (choices[facet.name] ?? []).map((value) => {
        const { name } = facet;
        const label = [facetTitles[name], nameInText(chosenLabel(facet, value))].join(": ");
        return { id: joinValues([name, value]), name, value, label };
      }),
    );
  return (
    <Box sx={items.length > 0 ? { marginBottom: 3 } : {}}>
      <ChosenItems
        label="Narrowed to"
        items={items}
        onTakeAway={({ id }) => {
          const item = items.find((one) => one.id === id);
          if (item !== undefined)
            onChoose(
              item.name,
              (choices[item.name] ?? []).filter((value) => value !== item.value),
            );
        }}
        onEmptied={() => document.querySelector<HTMLElement>("search input")?.focus()}
      />
    </Box>
  );
}

import Box from "@mui/material/Box";

import { nameInText } from "#domain/name.ts";
import type { AuditFacets } from "#logscale/audit.ts";
import { joinValues, splitValues } from "#web/inventory/link.ts";
import type { ListViewState } from "#web/list/useListView.ts";
import { ChosenItems } from "#web/ui/ChosenItems.tsx";

import { counted, facetNames, filterTitles, valueLabel } from "./facets.ts";
import type { ActivityFilters } from "./link.ts";
import { timeWords } from "./time.ts";

export interface ChosenFiltersProps {
  readonly view: ListViewState<"when", ActivityFilters>;
  /** Where names of actors are known from. */
  readonly facets: AuditFacets | undefined;
}

/** What the records are narrowed to, each to be taken away. */
export function ChosenFilters({ view: { filters, setFilters }, facets }: ChosenFiltersProps) {
  const names = facetNames(facets);
  const items = ([...counted, "about"] as const).flatMap((facet) =>
    splitValues(filters[facet] ?? "").map((value) => ({
      id: joinValues([facet, value]),
      label: `${filterTitles[facet]}: ${nameInText(valueLabel(facet, value, (facet === "actor" && names.get(value)) || null))}`,
      without: () => {
        const rest = splitValues(filters[facet] ?? "").filter((other) => other !== value);
        return { [facet]: rest.length === 0 ? undefined : joinValues(rest) };
      },
    })),
  );
  const time = timeWords(filters);
  const all = [
    ...items,
    ...(time === undefined
      ? []
      : [{ id: "time", label: `Time: ${time}`, without: () => ({ time: undefined, since: undefined, until: undefined }) }]),
  ];
  return (
    <Box sx={all.length > 0 ? { marginBottom: 3 } : {}}>
      <ChosenItems
        label="Narrowed to"
        items={all}
        onTakeAway={({ id }) => {
          const item = all.find((one) => one.id === id);
          if (item !== undefined) setFilters(item.without());
        }}
        onEmptied={() => document.querySelector<HTMLElement>("search input")?.focus()}
      />
    </Box>
  );
}

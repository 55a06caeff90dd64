import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";

import { nameHolds } from "#domain/name.ts";
import type { AuditFacets } from "#logscale/audit.ts";
import { joinValues, splitValues } from "#web/inventory/link.ts";
import { offers } from "#web/api/session.ts";
import type { ListViewState } from "#web/list/useListView.ts";
import { useSession } from "#web/state/organization.tsx";
import { count } from "#web/ui/counts.ts";
import { FacetFrame, facetsStyle, FacetValue, FacetValues } from "#web/ui/FacetFrame.tsx";
import { Field, SelectField } from "#web/ui/Field.tsx";

import { counted, facetRows, filterTitles, type Counted } from "./facets.ts";
import { spans, type ActivityFilters, type SpanToNow } from "./link.ts";
import { fromInput, spanWords, toInput } from "./time.ts";

export interface ActivityFacetsProps {
  readonly view: ListViewState<"when", ActivityFilters>;
  /** How often each value occurs under the choice of all others; undefined as long as that is not known. */
  readonly facets: Readonly<Record<Counted, AuditFacets | undefined>>;
}

/** So many values are shown before somebody asks for more. */
const few = 8;

/** With more values than this, there is a search among them. */
const many = 16;

/** What the records can be narrowed by. */
export function ActivityFacets({ view, facets }: ActivityFacetsProps) {
  const { filters, setFilters } = view;
  const { time, since, until } = filters;
  const ofCluster = offers(useSession(), "auditLog");
  const own = since !== undefined || until !== undefined;
  return (
    <Box sx={facetsStyle}>
      <FacetFrame title="Time" chosen={time !== undefined || own ? 1 : 0} opens>
        <Box sx={{ display: "flex", flexDirection: "column", gap: 3, paddingTop: 1 }}>
          <SelectField
            label="Span"
            value={time ?? (own ? "own" : "")}
            onChange={({ target: { value } }) =>
              setFilters({
                time: Object.hasOwn(spans, value) ? (value as SpanToNow) : undefined,
                ...(value !== "own" && { since: undefined, until: undefined }),
              })
            }
          >
            <option value="">{ofCluster ? spanWords["24h"] : "Any time"}</option>
            {Object.entries(spanWords)
              .filter(([value]) => !ofCluster || value !== "24h" || time === "24h")
              .map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            {own && <option value="own">As below</option>}
          </SelectField>
          <Field
            label="From"
            type="datetime-local"
            shrink
            value={toInput(since)}
            onChange={({ target }) => setFilters({ time: undefined, since: fromInput(target.value) })}
          />
          <Field
            label="Until"
            type="datetime-local"
            shrink
            value={toInput(until)}
            onChange={({ target }) => setFilters({ time: undefined, until: fromInput(target.value) })}
          />
        </Box>
      </FacetFrame>
      {counted.map((facet) => (
        <FacetFrame
          key={facet}
          title={filterTitles[facet]}
          chosen={splitValues(filters[facet] ?? "").length}
          opens={facet === "outcome" || facet === "actor"}
        >
          <Values
            facet={facet}
            facets={facets[facet]}
            chosen={splitValues(filters[facet] ?? "")}
            onChoose={(values) =>
              // Each outcome alone is all that there is to narrow to.
              setFilters({
                [facet]: values.length === 0 ? undefined : joinValues(facet === "outcome" ? values.slice(-1) : values),
              })
            }
          />
        </FacetFrame>
      ))}
    </Box>
  );
}

interface ValuesProps {
  readonly facet: Counted;
  readonly facets: AuditFacets | undefined;
  readonly chosen: readonly string[];
  readonly onChoose: (values: readonly string[]) => void;
}

function Values({ facet, facets, chosen, onChoose }: ValuesProps) {
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  const rows = facetRows(facet, facets, joinValues(chosen));
  const text = wanted.trim().toLowerCase();
  const found =
    text === "" ? rows : rows.filter(({ label, value }) => nameHolds(label, text) || value.toLowerCase().includes(text));
  const short = text === "" && !all && rows.length > few + 2;
  const shown = short ? found.filter(({ value }, at) => at < few || chosen.includes(value)) : found;
  const toggle = (value: string) =>
    onChoose(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  if (rows.length === 0) {
    return <Box sx={{ color: "text.secondary" }}>{facets === undefined ? "Being counted." : "None."}</Box>;
  }
  return (
    <>
      {rows.length > many && (
        <Box sx={{ paddingBlock: 1 }}>
          <Field
            label={`Search: ${filterTitles[facet].toLowerCase()}`}
            shrink
            value={wanted}
            onChange={({ target }) => setWanted(target.value)}
          />
        </Box>
      )}
      <FacetValues label={filterTitles[facet]} scrolls={shown.length > 40}>
        {shown.map((row) => (
          <FacetValue
            key={row.value}
            label={row.label}
            count={row.count}
            noun="record"
            chosen={chosen.includes(row.value)}
            onToggle={() => toggle(row.value)}
          />
        ))}
      </FacetValues>
      {text !== "" && found.length === 0 && <Box sx={{ color: "text.secondary" }}>None matches.</Box>}
      {text === "" && rows.length > few + 2 && (
        <Button
          size="small"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          sx={{ minHeight: 28, paddingBlock: 0, marginInlineStart: -1 }}
        >
          {all ? "Fewer values" : `All ${count(rows.length)} values`}
        </Button>
      )}
    </>
  );
}

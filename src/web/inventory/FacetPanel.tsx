import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { memo, useMemo, useState } from "react";

import { nameHolds } from "#domain/name.ts";
import { count } from "#web/ui/counts.ts";
import { FacetFrame, FacetValue, FacetValues, facetsStyle } from "#web/ui/FacetFrame.tsx";
import { SearchField } from "#web/ui/SearchField.tsx";

import type { Facet, FacetChoices } from "./facet.ts";
import { chosenLabel, facetTitles } from "./facetWords.ts";
import type { FacetName } from "./link.ts";
import type { Narrowing } from "./useNarrowing.ts";

export interface FacetPanelProps {
  readonly narrowing: Narrowing;
  readonly choices: FacetChoices;
  /** Facets that the page has no use for. */
  readonly without: readonly FacetName[];
  readonly onChoose: (name: FacetName, values: readonly string[]) => void;
}

/** So many values of a facet are shown before somebody asks for more. */
const few = 8;

/** With more values than this, there is a search among them. */
const many = 16;

/** Facets that are open from the start. */
const openAtFirst: readonly FacetName[] = ["kind", "state", "finding"];

/** Facets whose values have an order of their own; those of the others come by how many tokens have them. */
const ordered: readonly FacetName[] = ["kind", "state", "finding", "age", "use"];

/** What the list can be narrowed by, each value with how many tokens it would leave. */
export const FacetPanel = memo(function FacetPanel({ narrowing, choices, without, onChoose }: FacetPanelProps) {
  if (narrowing.state === "failed") {
    return (
      <>
        <p role="alert">What the list can be narrowed by could not be loaded.</p>
        <Button onClick={narrowing.retry}>Try again</Button>
      </>
    );
  }
  return narrowing.state === "waiting" ? null : (
    <Box sx={facetsStyle}>
      {narrowing.facets
        // Days are asked for by a link; there is no list of all days.
        .filter(({ name }) => !without.includes(name) && (name !== "expires" || (choices.expires ?? none).length > 0))
        .map((facet) => (
          <FacetSection
            key={facet.name}
            facet={facet}
            counts={narrowing.counts[facet.name]}
            chosen={choices[facet.name] ?? none}
            onChoose={onChoose}
          />
        ))}
    </Box>
  );
});

const none: readonly string[] = [];

interface FacetSectionProps {
  readonly facet: Facet;
  readonly counts: Uint32Array | undefined;
  readonly chosen: readonly string[];
  readonly onChoose: FacetPanelProps["onChoose"];
}

const FacetSection = memo(function FacetSection({ facet, counts, chosen, onChoose }: FacetSectionProps) {
  const { name, state } = facet;
  const title = facetTitles[name];
  return (
    <FacetFrame title={title} chosen={chosen.length} opens={openAtFirst.includes(name)}>
      {state !== "known" && <StateWords facet={facet} />}
      {state !== "waiting" && state !== "failed" && (
        <Values facet={facet} counts={counts} chosen={chosen} title={title} onChoose={onChoose} />
      )}
    </FacetFrame>
  );
});

/** What is not known of a facet: nothing of it yet, nothing at all, or nothing of some tokens. */
function StateWords({ facet: { name, state } }: { readonly facet: Facet }) {
  const words = stateWords(name, state);
  return words === undefined ? null : (
    <Box component="p" sx={{ margin: 0, paddingBottom: 1, typography: "caption", color: "text.secondary" }}>
      {words}
    </Box>
  );
}

function stateWords(name: FacetName, state: Facet["state"]): string | undefined {
  switch (state) {
    case "known":
      return undefined;
    case "waiting":
      return name === "finding" ? "The tokens are still being judged." : "What tokens may do is still being read.";
    case "failed":
      return "What tokens may do could not be read.";
    case "partial":
      return name === "owner"
        ? "Of some tokens nobody is on record."
        : "What some tokens may do could not be read. They are in none of these.";
    default:
      return state satisfies never;
  }
}

interface ValuesProps extends FacetSectionProps {
  readonly title: string;
}

function Values({ facet, counts, chosen, title, onChoose }: ValuesProps) {
  const { name, values } = facet;
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  const inOrder = useMemo(() => valuesInOrder(facet), [facet]);
  const text = wanted.trim().toLowerCase();
  const listed = useMemo(() => {
    if (text !== "") return inOrder.filter((place) => nameHolds(values[place]?.label ?? "", text));
    const shown = all ? inOrder : inOrder.filter((place, at) => at < few || chosen.includes(values[place]?.value ?? ""));
    return inOrder.length <= few + 2 ? inOrder : shown;
  }, [inOrder, values, text, all, chosen]);
  // A chosen value that no token has any more can still be taken away.
  const strange = chosen.filter((value) => !facet.places.has(value));
  const toggle = (value: string) =>
    onChoose(name, chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <>
      {inOrder.length > many && (
        <Box sx={{ paddingBlock: 1 }}>
          <SearchField label={`Search: ${title.toLowerCase()}`} value={wanted} onChange={setWanted} />
        </Box>
      )}
      <FacetValues label={title} scrolls={listed.length > 40}>
        {strange.map((value) => (
          <FacetValue
            key={value}
            label={chosenLabel(facet, value)}
            count={0}
            noun="token"
            chosen
            onToggle={() => toggle(value)}
          />
        ))}
        {listed.slice(0, most).map((place) => {
          const found = values[place];
          return (
            found && (
              <FacetValue
                key={found.value}
                label={found.label}
                count={counts?.[place] ?? 0}
                noun="token"
                chosen={chosen.includes(found.value)}
                onToggle={() => toggle(found.value)}
              />
            )
          );
        })}
      </FacetValues>
      {text !== "" && listed.length === 0 && <Box sx={{ color: "text.secondary" }}>None matches.</Box>}
      {listed.length > most && (
        <Box sx={{ color: "text.secondary", typography: "caption" }}>{count(listed.length - most)} more; search for them.</Box>
      )}
      {text === "" && inOrder.length > few + 2 && (
        <Button
          size="small"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          sx={{ minHeight: 28, paddingBlock: 0, marginInlineStart: -1 }}
        >
          {all ? "Fewer values" : `All ${count(inOrder.length)} values`}
        </Button>
      )}
    </>
  );
}

/** More rows than this would keep the page waiting. */
const most = 200;

/** The places of a facet's values in the order in which they are shown. */
function valuesInOrder({ name, values, codes, sets }: Facet): readonly number[] {
  const places = values.map((_, place) => place);
  const tokens = new Uint32Array(values.length);
  const bySet = new Uint32Array(sets.length);
  for (const code of codes) bySet[code] = (bySet[code] ?? 0) + 1;
  sets.forEach((set, code) => {
    for (const place of set) tokens[place] = (tokens[place] ?? 0) + (bySet[code] ?? 0);
  });
  // Findings that nothing has are no choice.
  if (name === "finding") return places.filter((place) => (tokens[place] ?? 0) > 0);
  if (ordered.includes(name)) return places;
  return places.toSorted((a, b) => (tokens[b] ?? 0) - (tokens[a] ?? 0) || compare(values[a]?.label, values[b]?.label));
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { useDeferredValue, useEffect, useMemo } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { useFilterJudge } from "#web/policies/impact/useFilterJudge.ts";
import { useOrganization } from "#web/state/organization.tsx";

import { expiryFacet } from "./expiryDays.ts";
import { narrow, type Facet, type FacetChoices, type Narrowed } from "./facet.ts";
import {
  ageFacet,
  filterFacet,
  findingFacet,
  kindFacet,
  ownerFacet,
  rightFacet,
  stateFacet,
  lastUseFacet,
  viewFacet,
  type JudgedFindings,
} from "./facets.ts";
import { facetNames, splitValues } from "./link.ts";
import { lazySearchIndex, search } from "./search.ts";
import type { Inventory } from "./useInventory.ts";
import type { FacetTexts } from "./view.ts";

type FacetsAsText = { readonly [Name in keyof FacetTexts]: FacetTexts[Name] | undefined };

export interface NarrowingOptions {
  /** Ms since epoch. */
  readonly now: number;
  /** What is searched for, as typed. */
  readonly search: string;
  /** What is chosen, as the address has it. */
  readonly texts: FacetsAsText;
  /** The part of all tokens that the page is about; undefined for all. Memoised, or at module scope. */
  readonly within: ((token: InventoryToken) => boolean) | undefined;
  /** What was found about each token; undefined as long as that is not known. */
  readonly findings: JudgedFindings | undefined;
}

/** The tokens that a page shows of all there are, and how they could be narrowed. */
export interface Narrowing extends Narrowed {
  readonly facets: readonly Facet[];
  /** How many tokens the page is about. */
  readonly total: number;
}

/** Searches and narrows the tokens, and counts what other choices would leave. Behind the keystroke: it follows once there is time for it. */
export function useNarrowing(inventory: Inventory, options: NarrowingOptions): Narrowing {
  const { tokens, rights } = inventory;
  const { now, within, findings } = options;
  const { filterName } = useOrganization();
  const judge = useFilterJudge();
  // Each is made anew only when something that it rests on is another.
  const kind = useMemo(() => kindFacet(tokens), [tokens]);
  const owner = useMemo(() => ownerFacet(tokens), [tokens]);
  const state = useMemo(() => stateFacet(tokens, now), [tokens, now]);
  const age = useMemo(() => ageFacet(tokens, now), [tokens, now]);
  const use = useMemo(() => lastUseFacet(tokens, now), [tokens, now]);
  const filter = useMemo(() => filterFacet(tokens, filterName, judge), [tokens, filterName, judge]);
  const right = useMemo(() => rightFacet(tokens, rights), [tokens, rights]);
  const view = useMemo(() => viewFacet(tokens, rights), [tokens, rights]);
  const finding = useMemo(() => findingFacet(tokens, findings), [tokens, findings]);
  const expiresOn = useDeferredValue(options.texts.expires ?? "");
  const expires = useMemo(() => expiryFacet(tokens, splitValues(expiresOn)), [tokens, expiresOn]);
  const facets = useMemo(() => {
    const made = { kind, state, expires, finding, owner, right, view, filter, age, use };
    return facetNames.map((name) => made[name]);
  }, [kind, state, expires, finding, owner, right, view, filter, age, use]);

  const index = useSearchIndex(tokens);
  const wanted = useDeferredValue(options.search);
  const chosen = useDeferredValue(textOf(options.texts));
  const searched = useMemo(
    () => (wanted.trim() === "" ? undefined : search(index(), [right, view], wanted)),
    [index, right, view, wanted],
  );
  const base = useMemo(() => within && Uint8Array.from(tokens, (token) => (within(token) ? 1 : 0)), [tokens, within]);
  const total = useMemo(() => base?.reduce((sum, one) => sum + one, 0) ?? tokens.length, [base, tokens]);
  const found = useMemo(
    () =>
      base === undefined || searched === undefined ? (searched ?? base) : searched.map((one, place) => one & (base[place] ?? 0)),
    [base, searched],
  );
  const narrowed = useMemo(() => narrow(tokens.length, facets, choicesOf(chosen), found), [tokens, facets, chosen, found]);
  return useMemo(() => ({ ...narrowed, facets, total }), [narrowed, facets, total]);
}

/** Gives the index when it is asked for, and makes it beforehand once the page has nothing else to do. */
function useSearchIndex(tokens: readonly InventoryToken[]) {
  const index = useMemo(() => lazySearchIndex(tokens), [tokens]);
  useEffect(() => {
    const timer = setTimeout(index, 300);
    return () => clearTimeout(timer);
  }, [index]);
  return index;
}

/** A choice as a text, since texts are compared by what they say. */
function textOf(texts: FacetsAsText): string {
  return JSON.stringify(facetNames.map((name) => texts[name] ?? ""));
}

function choicesOf(text: string): FacetChoices {
  const texts = JSON.parse(text) as string[];
  return Object.fromEntries(facetNames.map((name, place) => [name, splitValues(texts[place] ?? "")]));
}

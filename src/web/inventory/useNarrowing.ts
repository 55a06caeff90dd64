import { queryOptions, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { useOrganization } from "#web/state/organization.tsx";

import type { Facet, FacetChoices, Narrowed } from "./facet.ts";
import type { JudgedFindings } from "./facets.ts";
import { facetNames, splitValues } from "./link.ts";
import type { SearchIndex } from "./search.ts";
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
  /** What narrows the list, as far as it is loaded. */
  readonly part: NarrowingPart;
}

/** What narrows the list: undefined until it is loaded. */
export interface NarrowingPart {
  readonly part: Part | undefined;
  readonly isError: boolean;
  /** Loads it again where that failed. */
  readonly retry: () => void;
}

/** The tokens that a page shows of all there are, and how they could be narrowed. */
export interface Narrowing extends Narrowed {
  readonly facets: readonly Facet[];
  /** How many tokens the page is about. */
  readonly total: number;
  /** `waiting` or `failed`: what narrows the list is not loaded, so there are no facets, and no token passes where something is asked for. */
  readonly state: "loaded" | "waiting" | "failed";
  /** Loads it again where that failed. */
  readonly retry: () => void;
}

/** What narrows the list. */
const narrowingQuery = queryOptions({
  queryKey: ["part", "narrowing"],
  queryFn: () => loadPart(() => import("./narrowing.ts")),
  staleTime: Infinity,
  structuralSharing: false,
});

/** Whether a list is searched or narrowed at all. */
export function asksForSome(search: string, texts: FacetsAsText): boolean {
  return search.trim() !== "" || facetNames.some((name) => (texts[name] ?? "") !== "");
}

/** Loads what narrows the list, once it is wanted. */
export function useNarrowingPart(wanted: boolean): NarrowingPart {
  const { data: part, isError, refetch } = useQuery({ ...narrowingQuery, enabled: wanted });
  return useMemo(() => ({ part, isError, retry: () => void refetch() }), [part, isError, refetch]);
}

/** Searches and narrows the tokens, and counts what other choices would leave. Behind the keystroke: it follows once there is time for it. */
export function useNarrowing(inventory: Inventory, options: NarrowingOptions): Narrowing {
  const { tokens, rights } = inventory;
  const { now, within, findings } = options;
  const { part, isError, retry } = options.part;
  const { filters, filterName } = useOrganization();
  const asksFor = asksForSome(options.search, options.texts);
  const judge = useMemo(() => part?.filterJudge((id) => filters.get(id)?.ipFilter), [part, filters]);
  // Each is made anew only when something that it rests on is another.
  const kind = useMemo(() => part?.kindFacet(tokens), [part, tokens]);
  const owner = useMemo(() => part?.ownerFacet(tokens), [part, tokens]);
  const state = useMemo(() => part?.stateFacet(tokens, now), [part, tokens, now]);
  const age = useMemo(() => part?.ageFacet(tokens, now), [part, tokens, now]);
  const use = useMemo(() => part?.lastUseFacet(tokens, now), [part, tokens, now]);
  const filter = useMemo(() => judge && part?.filterFacet(tokens, filterName, judge), [part, tokens, filterName, judge]);
  const right = useMemo(() => part?.rightFacet(tokens, rights), [part, tokens, rights]);
  const view = useMemo(() => part?.viewFacet(tokens, rights), [part, tokens, rights]);
  const finding = useMemo(() => part?.findingFacet(tokens, findings), [part, tokens, findings]);
  const expiresOn = useDeferredValue(options.texts.expires ?? "");
  const expires = useMemo(() => part?.expiryFacet(tokens, splitValues(expiresOn)), [part, tokens, expiresOn]);
  const facets = useMemo(() => {
    const made = { kind, state, expires, finding, owner, right, view, filter, age, use };
    return facetNames.flatMap((name) => made[name] ?? []);
  }, [kind, state, expires, finding, owner, right, view, filter, age, use]);

  const index = useSearchIndex(part, tokens);
  const wanted = useDeferredValue(options.search);
  const chosen = useDeferredValue(textOf(options.texts));
  const searched = useMemo(
    () =>
      part === undefined || index === undefined || right === undefined || view === undefined || wanted.trim() === ""
        ? undefined
        : part.search(index(), [right, view], wanted),
    [part, index, right, view, wanted],
  );
  const base = useMemo(() => within && Uint8Array.from(tokens, (token) => (within(token) ? 1 : 0)), [tokens, within]);
  const total = useMemo(() => base?.reduce((sum, one) => sum + one, 0) ?? tokens.length, [base, tokens]);
  const found = useMemo(
    () =>
      base === undefined || searched === undefined ? (searched ?? base) : searched.map((one, place) => one & (base[place] ?? 0)),
    [base, searched],
  );
  const narrowed = useMemo(
    () => part?.narrow(tokens.length, facets, choicesOf(chosen), found),
    [part, tokens, facets, chosen, found],
  );
  const shows = narrowed !== undefined || !asksFor;
  return useMemo(() => {
    if (narrowed !== undefined) return { ...narrowed, facets, total, state: "loaded", retry };
    const passes = shows ? (base ?? new Uint8Array(tokens.length).fill(1)) : new Uint8Array(tokens.length);
    const state = isError ? "failed" : "waiting";
    return { passes, passed: shows ? total : 0, doubted: 0, counts: {}, unanswered: [], facets, total, state, retry };
  }, [narrowed, facets, total, shows, base, tokens, isError, retry]);
}

type Part = typeof import("./narrowing.ts");

/** Gives the index when it is asked for, and makes it beforehand once the page has nothing else to do. */
function useSearchIndex(part: Part | undefined, tokens: readonly InventoryToken[]): (() => SearchIndex) | undefined {
  const index = useMemo(() => part?.lazySearchIndex(tokens), [part, tokens]);
  useEffect(() => {
    if (index === undefined) return undefined;
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

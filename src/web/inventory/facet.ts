import type { FacetName } from "./link.ts";

/** One thing that a list can be narrowed to. */
export interface FacetValue {
  /** As it stands in the address. */
  readonly value: string;
  /** What it is called; a name that people chose, as it is. */
  readonly label: string;
}

/**
 * How far what a facet tells of tokens is read. `partial`: some tokens are left out of every value, since it is not known of them.
 */
export type FacetState = "known" | "partial" | "waiting" | "failed";

/**
 * What a list can be narrowed by. A token can have several values of one facet, such as permissions. The different sets of values are
 * numbered, and there are few of them: 100,000 tokens are then told apart by one number each.
 */
export interface Facet {
  readonly name: FacetName;
  readonly state: FacetState;
  readonly values: readonly FacetValue[];
  /** The place of each value among `values`. */
  readonly places: ReadonlyMap<string, number>;
  /** For each token the number of its set of values. */
  readonly codes: Uint32Array;
  /** The places of the values in each set. */
  readonly sets: readonly (readonly number[])[];
  /** Given values, whether it is not known that the token at a place has one of them. Only asked of tokens that are in none of the values. */
  readonly inDoubt?: (values: readonly string[]) => (place: number) => boolean;
}

/** A facet in which one value stands for what is not known: its tokens may have any other. */
export function withDoubt(facet: Facet, unknown: string): Facet {
  const place = facet.places.get(unknown);
  if (place === undefined) return facet;
  const doubted = facet.sets.map((set) => set.includes(place));
  return { ...facet, inDoubt: () => (token) => doubted[facet.codes[token] ?? 0] === true };
}

/** Puts a facet together, token by token. */
export class FacetMaker {
  readonly values: FacetValue[] = [];
  readonly places = new Map<string, number>();
  readonly #sets: (readonly number[])[] = [];
  readonly #codes = new Map<string, number>();

  /** The place of a value, which comes to stand after those before it. `label` is asked for once. */
  place(value: string, label: () => string): number {
    const known = this.places.get(value);
    if (known !== undefined) return known;
    const place = this.values.push({ value, label: label() }) - 1;
    this.places.set(value, place);
    return place;
  }

  /** The number of a set of values, by their places. */
  code(places: readonly number[]): number {
    const key = places.join(" ");
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    const code = this.#sets.push(places) - 1;
    this.#codes.set(key, code);
    return code;
  }

  made(name: FacetName, state: FacetState, codes: Uint32Array): Facet {
    return { name, state, values: this.values, places: this.places, codes, sets: this.#sets };
  }
}

/** The values chosen of each facet: alternatives within one, and all facets together. */
export type FacetChoices = Readonly<Partial<Record<FacetName, readonly string[]>>>;

/** What a choice lets through, and what another would. */
export interface Narrowed {
  /** 1 for each token that the search and all facets let through. */
  readonly passes: Uint8Array;
  /** How many those are. */
  readonly passed: number;
  /** How many tokens may match besides, and nobody knows: of each facet that does not let them through, it is not known what they have. */
  readonly doubted: number;
  /** How many tokens each value of a facet would leave, under the search and the other facets' choice. */
  readonly counts: Readonly<Partial<Record<FacetName, Uint32Array>>>;
  /** Chosen facets of which nothing is known yet, or cannot be. No token passes then. */
  readonly unanswered: readonly Facet[];
}

/**
 * Narrows tokens and counts what each value would leave, in one pass.
 *
 * @param found 1 for each token that the search lets through; undefined where nothing is searched for
 */
export function narrow(tokens: number, facets: readonly Facet[], choices: FacetChoices, found: Uint8Array | undefined): Narrowed {
  const unanswered = facets.filter(({ name, state }) => isChosen(choices[name]) && (state === "waiting" || state === "failed"));
  const chosen = facets.map((facet) => allowedSets(facet, choices[facet.name]));
  const active = chosen.flatMap((allowed, place) =>
    allowed === undefined ? [] : [{ allowed, place, codes: facets[place]?.codes, isInDoubt: doubtsOf(facets[place], choices) }],
  );
  const setCounts = facets.map(({ sets }) => new Uint32Array(sets.length));
  const counted = facets.map(({ codes }, place) => ({ codes, counts: setCounts[place] ?? new Uint32Array() }));
  const passes = new Uint8Array(tokens);
  let passed = 0;
  let doubted = 0;
  for (let token = 0; token < tokens; token++) {
    if (found?.[token] === 0) continue;
    let failed = -1;
    let fails = 0;
    let certain = false;
    for (const { allowed, place, codes, isInDoubt } of active) {
      if (allowed[codes?.[token] ?? 0] === 1) continue;
      failed = place;
      certain ||= !isInDoubt?.(token);
      if (++fails > 1 && certain) break;
    }
    if (fails > 0 && !certain) doubted++;
    if (fails === 0) {
      passes[token] = 1;
      passed++;
      for (const { codes, counts } of counted) bump(counts, codes[token] ?? 0);
    } else if (fails === 1) {
      const only = counted[failed];
      if (only !== undefined) bump(only.counts, only.codes[token] ?? 0);
    }
  }
  if (unanswered.length > 0) {
    passes.fill(0);
    passed = 0;
    doubted = 0;
  }
  const counts = Object.fromEntries(facets.map((facet, place) => [facet.name, byValue(facet, setCounts[place])]));
  return { passes, passed, doubted, counts, unanswered };
}

function bump(counts: Uint32Array, code: number): void {
  counts[code] = (counts[code] ?? 0) + 1;
}

function doubtsOf(facet: Facet | undefined, choices: FacetChoices): ((place: number) => boolean) | undefined {
  return facet?.inDoubt?.(choices[facet.name] ?? []);
}

function isChosen(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0;
}

/** 1 for each set that has a chosen value; undefined where none is chosen, so that every set passes. */
function allowedSets({ sets, places, state }: Facet, values: readonly string[] | undefined): Uint8Array | undefined {
  // What is not known yet narrows nothing, so that the others are counted all the same.
  if (!isChosen(values) || state === "waiting" || state === "failed") return undefined;
  const wanted = new Set(values.map((value) => places.get(value)));
  return Uint8Array.from(sets, (set) => (set.some((place) => wanted.has(place)) ? 1 : 0));
}

function byValue({ sets, values }: Facet, counts: Uint32Array | undefined): Uint32Array {
  const sums = new Uint32Array(values.length);
  sets.forEach((set, code) => {
    const count = counts?.[code] ?? 0;
    if (count === 0) return;
    for (const place of set) sums[place] = (sums[place] ?? 0) + count;
  });
  return sums;
}

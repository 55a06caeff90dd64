import type { InventoryToken } from "#domain/inventory/item.ts";
import { leastOfId, likeness, nameHolds, visibleName } from "#domain/name.ts";

import type { Facet } from "./facet.ts";

/** What tokens are searched by, once for each reading of them. */
export interface SearchIndex {
  /** For each token its names in small letters, a line each. No search has two lines. */
  readonly names: readonly string[];
  /** By place, what names look like to people; only where that is not what they are. */
  readonly looks: ReadonlyMap<number, string>;
  /** For each token its id in small letters; empty for one that has none. */
  readonly ids: readonly string[];
  /** By the texts that were searched for last, 1 for each token with such a name. */
  readonly found: Map<string, Uint8Array>;
}

/** Of so many texts it is kept what was found: those of one word, letter by letter and back. */
const mostKept = 16;

/** Makes the index: name, id and owners of each token, the parser of an ingest token, and the configuration of a fleet token. */
export function searchIndex(tokens: readonly InventoryToken[]): SearchIndex {
  const looks = new Map<number, string>();
  const names = tokens.map(({ name, owner, written, ingest, fleet }, place) => {
    const all = [name, owner.name, written?.owner, ingest?.parser, fleet?.configuration?.name].filter((other) => other != null);
    const odd = all.filter((text) => !/^[ -~]*$/u.test(text));
    if (odd.length > 0) looks.set(place, odd.map(likeness).join("\n"));
    return [...all, ...odd.map(visibleName)].join("\n").toLowerCase();
  });
  return { names, looks, ids: tokens.map(({ id }) => id?.toLowerCase() ?? ""), found: new Map() };
}

/** {@link searchIndex}, made once it is asked for. */
export function lazySearchIndex(tokens: readonly InventoryToken[]): () => SearchIndex {
  let made: SearchIndex | undefined;
  return () => (made ??= searchIndex(tokens));
}

/** 1 for each token that has a text in a name. A name that has it has its beginning, too, so what that was found in is all that is looked through. */
function inNames({ names, found }: SearchIndex, text: string): Uint8Array {
  const known = found.get(text);
  if (known !== undefined) return known;
  let among: Uint8Array | undefined;
  for (let end = text.length - 1; end > 0 && among === undefined; end--) among = found.get(text.slice(0, end));
  const holding = new Uint8Array(names.length);
  names.forEach((name, place) => {
    if (among?.[place] !== 0 && name.includes(text)) holding[place] = 1;
  });
  for (const oldest of found.keys()) {
    if (found.size < mostKept) break;
    found.delete(oldest);
  }
  found.set(text, holding);
  return holding;
}

/** Whether what is searched for begins with one of the words, and goes on with those after it. Within words, short texts stand by chance. */
function beginsIn(words: readonly string[], text: string): boolean {
  return words.some((_, from) => words.slice(from).join("").toLowerCase().startsWith(text));
}

/**
 * 1 for each token that holds a text: in a name, an id, or what one of the facets says of it. Undefined where there is nothing to search for.
 *
 * @param facets of which the values are searched: permissions by name and label, repositories and views by name, and by their whole id
 */
export function search(index: SearchIndex, facets: readonly Facet[], wanted: string): Uint8Array | undefined {
  const text = wanted.trim().toLowerCase();
  if (text === "") return undefined;
  const { looks, ids } = index;
  const found = inNames(index, text).slice();
  const look = likeness(text);
  if (look !== "") {
    for (const [place, looked] of looks) if (looked.includes(look)) found[place] = 1;
  }
  if (text.length >= leastOfId) {
    ids.forEach((id, place) => {
      if (id.includes(text)) found[place] = 1;
    });
  }
  for (const { name, values, sets, codes } of facets) {
    const held = values.map(({ value, label }) =>
      name === "right"
        ? beginsIn(label.split(/(?<= )/u), text) || beginsIn(value.split(/(?=\p{Lu})/u), text)
        : nameHolds(label, text) || value.toLowerCase() === text,
    );
    if (!held.includes(true)) continue;
    const sure = Uint8Array.from(sets, (set) => (set.some((place) => held[place]) ? 1 : 0));
    for (let place = 0; place < codes.length; place++) if (sure[codes[place] ?? 0] === 1) found[place] = 1;
  }
  return found;
}

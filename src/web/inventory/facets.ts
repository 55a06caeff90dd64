import type { FilterJudge } from "#domain/filter/judge.ts";
import { whoseTurn, type Acting } from "#domain/inventory/acting.ts";
import { inventoryKinds, inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import { isTokenKind } from "#domain/token/kinds.ts";

import { FacetMaker, withDoubt, type Facet, type FacetState } from "./facet.ts";
import { facetSpecials, ownerValue, type FacetName } from "./link.ts";
import { isDisuse, lastUseWords } from "./lastUseWords.ts";
import { permissionLabel } from "./permissionLabel.ts";
import type { RightsReading } from "#domain/inventory/rightsReading.ts";
import { ageOf, ageWords, statesOf, stateWords, usesOf } from "./states.ts";
import { viewsOf } from "./words.ts";

/** The facet of kinds. */
export function kindFacet(tokens: readonly InventoryToken[]): Facet {
  const maker = new FacetMaker();
  const codes = new Map(inventoryKinds.map((kind) => [kind, maker.code([maker.place(kind, () => inventoryTraits[kind].title)])]));
  return maker.made(
    "kind",
    "known",
    codesOf(tokens, ({ kind }) => codes.get(kind) ?? 0),
  );
}

/** The facet of states, at an instant (ms since epoch). */
export function stateFacet(tokens: readonly InventoryToken[], now: number): Facet {
  return worded("state", tokens, stateWords, (token) => statesOf(token, now));
}

/** The facet of last use, at an instant (ms since epoch). Only a record proves disuse: where there is none, it is not offered, not even as 0. */
export function lastUseFacet(tokens: readonly InventoryToken[], now: number): Facet {
  if (tokens.length === 0 || tokens.some(({ lastUse }) => lastUse?.source === "recorded"))
    return withDoubt(
      worded("use", tokens, lastUseWords, (token) => usesOf(token, now)),
      "use-unknown",
    );
  const all = Object.entries(lastUseWords).map(([value, words], place) => ({ value, words, bit: 1 << place }));
  const provable = all.filter(({ value }) => !isDisuse(value));
  const words = Object.fromEntries(provable.map(({ value, words }) => [value, words]));
  const facet = worded("use", tokens, words, (token) => {
    const uses = usesOf(token, now);
    return provable.reduce((mask, { bit }, place) => ((uses & bit) === 0 ? mask : mask | (1 << place)), 0);
  });
  return withDoubt(facet, "use-unknown");
}

/** The facet of ages, at an instant (ms since epoch). */
export function ageFacet(tokens: readonly InventoryToken[], now: number): Facet {
  const maker = new FacetMaker();
  const codes = new Map(Object.entries(ageWords).map(([age, words]) => [age, maker.code([maker.place(age, () => words)])]));
  const made = maker.made(
    "age",
    "known",
    codesOf(tokens, (token) => codes.get(ageOf(token, now)) ?? 0),
  );
  return withDoubt(made, "age-unknown");
}

/** The facet of who is to act: people and tokens by name, and whom somebody wrote down. */
export function ownerFacet(tokens: readonly InventoryToken[]): Facet {
  const maker = new FacetMaker();
  const state = tokens.some((token) => ownerValue(whoseTurn(token)) === facetSpecials.noOwner) ? "partial" : "known";
  const codes = codesOf(tokens, (token) => {
    const acting = whoseTurn(token);
    return maker.code([maker.place(ownerValue(acting), () => ownerLabel(acting))]);
  });
  return withDoubt(maker.made("owner", state, codes), facetSpecials.noOwner);
}

/** Who is to act for a token, as a list names them. */
export function ownerLabel({ kind, name, id }: Acting): string {
  if (kind === "administrator") return "Local administrator";
  if (kind === "written") return [name, "(written down)"].join(" ");
  return name ?? id ?? "Not on record";
}

/**
 * The facet of IP filters. Ingest and fleet tokens, which cannot have any, are in no value.
 *
 * @param filterName gives a filter's name by id
 */
export function filterFacet(tokens: readonly InventoryToken[], filterName: (id: string) => string, judge: FilterJudge): Facet {
  const maker = new FacetMaker();
  const none = maker.place(facetSpecials.noFilter, () => "None");
  const refusing = maker.place(facetSpecials.refusesOwn, () => "Refuses its own last address");
  const nothing = maker.code([]);
  const without = maker.code([none]);
  const codes = codesOf(tokens, ({ kind, ipFilter, lastUse }) => {
    if (ipFilter === null) return isTokenKind(kind) ? without : nothing;
    const place = maker.place(ipFilter, () => filterName(ipFilter));
    const refuses = lastUse?.from != null && judge(ipFilter, lastUse.from) === "refuses";
    return maker.code(refuses ? [place, refusing] : [place]);
  });
  return maker.made("filter", "known", codes);
}

/** The facet of permissions, which waits for the reading of the rights. */
export function rightFacet(tokens: readonly InventoryToken[], rights: RightsReading): Facet {
  const maker = new FacetMaker();
  const nothing = maker.code([]);
  // Tokens with equal permissions share one array.
  const known = new Map<readonly string[], number>();
  const codes = codesOf(tokens, (token) => {
    const permissions = rights.of(token)?.permissions;
    if (permissions === undefined) return nothing;
    let code = known.get(permissions);
    if (code === undefined) {
      code = maker.code(permissions.map((name) => maker.place(name, () => permissionLabel(name))));
      known.set(permissions, code);
    }
    return code;
  });
  return maker.made("right", stateOfRights(rights), codes);
}

/** The facet of repositories and views: those that view tokens may use, and those that ingest tokens send to. */
export function viewFacet(tokens: readonly InventoryToken[], rights: RightsReading): Facet {
  const maker = new FacetMaker();
  const nothing = maker.code([]);
  const known = new Map<readonly string[] | string, number>();
  const codes = codesOf(tokens, (token) => {
    const key = token.ingest?.repository ?? rights.of(token)?.views;
    if (key === undefined) return nothing;
    let code = known.get(key);
    if (code === undefined) {
      code = maker.code((viewsOf(token, rights) ?? []).map(({ value, label }) => maker.place(value, () => label)));
      known.set(key, code);
    }
    return code;
  });
  return maker.made("view", stateOfRights(rights), codes);
}

function stateOfRights({ state }: RightsReading): FacetState {
  return state === "read" ? "known" : state;
}

/** What the facet of findings is made of. */
export interface JudgedFindings {
  readonly tokens: readonly InventoryToken[];
  /** By the place of a token, a bit for each rule. */
  readonly masks: { readonly found: Uint32Array; readonly unknown: Uint32Array };
  readonly rules: readonly { readonly rule: string; readonly bit: number; readonly title: string }[];
}

/**
 * The facet of findings. A token that could not be judged by every rule is in a value of its own, and never in the one without findings.
 *
 * @param judged undefined as long as nothing was judged; of other tokens while these are still being judged
 */
export function findingFacet(tokens: readonly InventoryToken[], judged: JudgedFindings | undefined): Facet {
  const maker = new FacetMaker();
  if (judged?.tokens !== tokens) return maker.made("finding", "waiting", new Uint32Array(tokens.length));
  const { found, unknown } = judged.masks;
  const bits = judged.rules.map(({ rule, bit, title }) => ({ bit, place: maker.place(rule, () => title) }));
  const none = maker.place(facetSpecials.noFinding, () => "None");
  const unjudged = maker.place(facetSpecials.unjudged, () => "Not all could be judged");
  const known = [new Map<number, number>(), new Map<number, number>()] as const;
  const codes = found.map((mask, index) => {
    const isWhole = unknown[index] === 0;
    const codesOfMasks = known[isWhole ? 0 : 1];
    let code = codesOfMasks.get(mask);
    if (code === undefined) {
      const places = bits.flatMap(({ bit, place }) => ((mask & bit) === 0 ? [] : [place]));
      code = maker.code(isWhole ? (places.length === 0 ? [none] : places) : [...places, unjudged]);
      codesOfMasks.set(mask, code);
    }
    return code;
  });
  const bitOf = new Map(judged.rules.map(({ rule, bit }) => [rule, bit]));
  return {
    ...maker.made("finding", "known", codes),
    inDoubt: (values) => {
      const asked = values.reduce((mask, value) => mask | (bitOf.get(value) ?? 0), 0);
      const none = values.includes(facetSpecials.noFinding);
      return (place) => ((unknown[place] ?? 0) & asked) !== 0 || (none && unknown[place] !== 0 && found[place] === 0);
    },
  };
}

/** A facet of few values. `maskOf` gives those of a token, the bit `1 << n` for the n-th. */
function worded(
  name: FacetName,
  tokens: readonly InventoryToken[],
  words: Readonly<Record<string, string>>,
  maskOf: (token: InventoryToken) => number,
): Facet {
  const maker = new FacetMaker();
  for (const [value, label] of Object.entries(words)) maker.place(value, () => label);
  const known = new Map<number, number>();
  const codes = codesOf(tokens, (token) => {
    const mask = maskOf(token);
    let code = known.get(mask);
    if (code === undefined) known.set(mask, (code = maker.code(placesIn(mask))));
    return code;
  });
  return maker.made(name, "known", codes);
}

/** The places of the bits in a mask. */
function placesIn(mask: number): number[] {
  return Array.from({ length: 32 }, (_, place) => place).filter((place) => (mask & (1 << place)) !== 0);
}

function codesOf(tokens: readonly InventoryToken[], code: (token: InventoryToken) => number): Uint32Array {
  const codes = new Uint32Array(tokens.length);
  tokens.forEach((token, place) => {
    codes[place] = code(token);
  });
  return codes;
}

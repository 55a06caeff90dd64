import type { InventoryKind } from "#domain/inventory/item.ts";
import { inventoryKinds, inventoryTraits } from "#domain/inventory/item.ts";
import { nameHolds, visibleName } from "#domain/name.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import { inventoryLink } from "#web/inventory/link.ts";
import { paths } from "#web/paths.ts";
import { typeWords, type PlaceType } from "#web/places/type.ts";
import { compareNames } from "#domain/compareNames.ts";

/** What is done from the search itself, without going anywhere. */
export const acts = ["read-again", "shortcuts", "light", "dark", "as-system", "sign-out"] as const;

/** One of {@link acts}. */
export type PlaceAction = (typeof acts)[number];

/** Something that can be gone to or done. */
export interface Place {
  /** What it stands under in the list. */
  readonly group: PlaceGroup;
  readonly label: string;
  /** A second line, such as a token's id. */
  readonly detail?: string;
  /** Where it leads, or what it does. */
  readonly leads: { readonly to: string } | { readonly act: PlaceAction };
  readonly rank: Rank;
}

/** The headings of the list, in its order among those that match as well. */
export const placeGroups = [
  "Pages",
  "Actions",
  "Lists of tokens",
  ...inventoryKinds.map(tokenGroup),
  "People",
  "Groups",
  "Roles",
  "Repositories and views",
  "IP filters",
  "Collector configurations",
  "In the list",
] as const;

/** One of {@link placeGroups}. */
export type PlaceGroup = (typeof placeGroups)[number];

/** The heading of the tokens of a kind. */
export function tokenGroup<Kind extends InventoryKind>(kind: Kind): `${(typeof inventoryTraits)[Kind]["title"]} tokens` {
  return `${inventoryTraits[kind].title} tokens`;
}

/** How well something matches, best first: it is what was typed, begins with it, has a word that does, holds it, or is like it. */
export type Rank = 0 | 1 | 2 | 3 | 4;

/** What a thing is found by. */
export interface FoundBy {
  readonly name: string;
  /** Its id, where a person may have one at hand. */
  readonly id?: string;
}

/** How well a thing matches a text by its name or its id; undefined where it does not. */
export function rankOf({ name, id = "" }: FoundBy, text: string): Rank | undefined {
  const wanted = text.toLowerCase();
  if (wanted === "") return undefined;
  const known = id.toLowerCase();
  const shown = visibleName(name).toLowerCase();
  if (known === wanted || shown === wanted) return 0;
  if (shown.startsWith(wanted)) return 1;
  const at = shown.indexOf(wanted);
  if (at > 0) return beginsWord(shown, wanted) ? 2 : 3;
  return nameHolds(name, wanted) || known.includes(wanted) ? 4 : undefined;
}

/** Whether any word of a text begins with another text. */
function beginsWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return true;
  }
  return false;
}

/** The places of the things that match a text, best first; those that match as well by name. */
export function placesOf<Thing extends FoundBy>(
  things: readonly Thing[],
  text: string,
  placeOf: (thing: Thing) => Omit<Place, "label" | "rank">,
): readonly Place[] {
  return things
    .flatMap((thing) => {
      const rank = rankOf(thing, text);
      return rank === undefined ? [] : [{ thing, rank }];
    })
    .toSorted((a, b) => a.rank - b.rank || compareNames(a.thing.name, b.thing.name))
    .map(({ thing, rank }) => ({ label: visibleName(thing.name), rank, ...placeOf(thing) }));
}

/** A heading with what stands under it. */
export interface FoundGroup {
  readonly heading: PlaceGroup;
  readonly places: readonly Place[];
  /** How many more match. */
  readonly more: number;
}

/**
 * The places under their headings, at most `most` under each. What is exactly what was typed comes first, then what begins with it; among
 * headings that match as well, pages and actions do, which are there at once and must not move when the rest is read.
 */
export function grouped(places: readonly Place[], most: number): FoundGroup[] {
  const tier = (group: readonly Place[]) => {
    const best = Math.min(...group.map(({ rank }) => rank));
    return best === 0 ? 0 : best <= 2 ? 1 : 2;
  };
  return placeGroups
    .map((heading) => ({ heading, all: places.filter(({ group }) => group === heading).toSorted((a, b) => a.rank - b.rank) }))
    .filter(({ all }) => all.length > 0)
    .toSorted((a, b) => tier(a.all) - tier(b.all))
    .map(({ heading, all }) => ({ heading, places: all.slice(0, most), more: Math.max(0, all.length - most) }));
}

/** Whether tokens match that are not shown. */
export function isCutShort(groups: readonly FoundGroup[], { moreTokens }: { readonly moreTokens: number }): boolean {
  const ofTokens: readonly string[] = inventoryKinds.map(tokenGroup);
  return moreTokens > 0 || groups.some(({ heading, more }) => more > 0 && ofTokens.includes(heading));
}

/** The list of all tokens, searched for a text: also by what is not searched here. */
export function listPlace(text: string): Place {
  return {
    group: "In the list",
    label: `Search all tokens for “${text}”, by owner, permission and view too`,
    leads: { to: inventoryLink({ search: text }) },
    rank: 4,
  };
}

/** What makes a place one, and no other: several actions may begin on one page. */
export function keyOf({ group, label, leads }: Place): string {
  return `${group} ${label} ${"to" in leads ? leads.to : leads.act}`;
}

/** An API token that the server found by a text. It may have other ways than this page to find it. */
export function tokenPlace(kind: TokenKind, token: { readonly id: string; readonly name: string }, text: string): Place {
  return {
    group: tokenGroup(kind),
    label: visibleName(token.name),
    detail: token.id,
    leads: { to: paths.token(kind, token.id) },
    rank: rankOf(token, text) ?? 4,
  };
}

/** Whether a thing is what was typed, or begins with it. Cheap, for very many. */
export function beginsWith({ name, id }: { readonly id: string; readonly name: string }, text: string): boolean {
  return id === text || name.slice(0, text.length).toLowerCase() === text.toLowerCase();
}

/** The users who match by username, full name or e-mail address. */
export function personPlaces(
  users: readonly {
    readonly id: string;
    readonly username: string;
    readonly fullName: string | null;
    readonly email: string | null;
  }[],
  text: string,
): readonly Place[] {
  return users
    .flatMap(({ id, username, fullName, email }): Place[] => {
      const ranks = [username, fullName ?? "", email ?? ""].flatMap((name) => rankOf({ name, id }, text) ?? []);
      if (ranks.length === 0) return [];
      const rank = ranks.reduce((best, other) => (other < best ? other : best));
      const detail = [fullName, email].flatMap((told) => (told === null ? [] : [visibleName(told)])).join(", ");
      const place = { group: "People", label: visibleName(username), leads: { to: paths.person(id) }, rank } as const;
      return [detail === "" ? place : { ...place, detail }];
    })
    .toSorted((a, b) => a.rank - b.rank || compareNames(a.label, b.label));
}

/** The groups that match. */
export function groupPlaces(groups: readonly { readonly id: string; readonly displayName: string }[], text: string) {
  return placesOf(
    groups.map(({ id, displayName }) => ({ id, name: displayName })),
    text,
    ({ id }) => ({ group: "Groups", detail: id, leads: { to: paths.group(id) } }),
  );
}

/** The roles that match. */
export function rolePlaces(roles: readonly { readonly id: string; readonly displayName: string }[], text: string) {
  return placesOf(
    roles.map(({ id, displayName }) => ({ id, name: displayName })),
    text,
    ({ id }) => ({ group: "Roles", detail: id, leads: { to: paths.role(id) } }),
  );
}

/** The IP filters that match. */
export function filterPlaces(filters: readonly { readonly id: string; readonly name: string }[], text: string) {
  return placesOf(filters, text, ({ id }) => ({ group: "IP filters", detail: id, leads: { to: paths.ipFilter(id) } }));
}

/** The repositories and views that match, by name or by id. */
export function repositoryPlaces(
  repositories: readonly { readonly id: string; readonly name: string; readonly type: PlaceType }[],
  text: string,
) {
  return placesOf(repositories, text, ({ name, type }) => ({
    group: "Repositories and views",
    detail: typeWords[type].one.replace(/^./u, (first) => first.toUpperCase()),
    leads: { to: paths.repository(name) },
  }));
}

/** The ingest tokens that match. */
export function ingestPlaces(tokens: readonly { readonly repository: string; readonly name: string }[], text: string) {
  return placesOf(tokens, text, ({ repository, name }) => ({
    group: "Ingest tokens",
    detail: visibleName(repository),
    leads: { to: paths.ingestToken(repository, name) },
  }));
}

/** The fleet tokens that match. */
export function fleetTokenPlaces(tokens: readonly { readonly handle: string; readonly name: string }[], text: string) {
  return placesOf(tokens, text, ({ handle }) => ({ group: "Fleet tokens", leads: { to: paths.fleetToken(handle) } }));
}

/** The collector configurations that match. */
export function configurationPlaces(configurations: readonly { readonly id: string; readonly name: string }[], text: string) {
  return placesOf(configurations, text, ({ id }) => ({
    group: "Collector configurations",
    detail: id,
    leads: { to: paths.collectorConfiguration(id) },
  }));
}

import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { nameHolds, visibleName } from "#domain/name.ts";

import { paths } from "#web/paths.ts";

/** Something that can be gone to. */
export interface Place {
  /** What it stands under in the list: "Pages", "View tokens". */
  readonly group: string;
  readonly label: string;
  /** A second line, such as a token's id. */
  readonly detail?: string;
  /** Its link. */
  readonly to: string;
}

/** Every page that has a link of its own. */
const pages: readonly Place[] = [
  { label: "Overview", to: paths.overview },
  { label: "Leaks", to: paths.leaks },
  ...tokenKinds.map((kind) => ({ label: `${kindTraits[kind].title} tokens`, to: paths.tokensOf(kind) })),
  { label: "Ingest tokens", to: paths.ingestTokens },
  { label: "Fleet tokens", to: paths.fleetTokens },
  { label: "Security policies", to: paths.policies },
  { label: "Recovery", to: paths.recovery },
  { label: "IP filters", to: paths.ipFilters },
  { label: "Collectors", to: paths.collectorConfigurations },
  ...tokenKinds.map((kind) => ({
    label: `Create ${kind === "organization" ? "an" : "a"} ${kindTraits[kind].noun} token`,
    to: paths.newToken(kind),
  })),
  { label: "Create an ingest token", to: paths.newIngestToken() },
  { label: "Create an IP filter", to: paths.newIpFilter },
].map((page) => ({ group: "Pages", ...page }));

/** The pages whose names hold every word of a text, in any case; without a text, the pages of the menu. */
export function pagesFor(text: string): readonly Place[] {
  const words = text.toLowerCase().split(/\s+/u);
  return pages.filter(({ label }) =>
    text === "" ? !label.startsWith("Create") : words.every((word) => label.toLowerCase().includes(word)),
  );
}

/** The IP filters whose name or id holds a text. */
export function filtersFor(
  filters: readonly { readonly id: string; readonly name: string }[],
  text: string,
  most: number,
): readonly Place[] {
  const wanted = text.toLowerCase();
  if (wanted === "") return [];
  return filters
    .filter(({ id, name }) => nameHolds(name, wanted) || id.toLowerCase().includes(wanted))
    .slice(0, most)
    .map(({ id, name }) => ({ group: "IP filters", label: visibleName(name), detail: id, to: paths.ipFilter(id) }));
}

/** The repositories whose name holds a text, with their ingest tokens, and the ingest tokens whose name does. */
export function ingestPlaces(
  repositories: readonly string[],
  tokens: readonly { readonly repository: string; readonly name: string }[],
  text: string,
  most: number,
): readonly Place[] {
  if (text === "") return [];
  return [
    ...tokens
      .filter(({ name }) => nameHolds(name, text.toLowerCase()))
      .slice(0, most)
      .map(({ repository, name }) => ({
        group: "Ingest tokens",
        label: visibleName(name),
        detail: visibleName(repository),
        to: paths.ingestToken(repository, name),
      })),
    ...repositories
      .filter((name) => nameHolds(name, text.toLowerCase()))
      .slice(0, most)
      .map((name) => ({
        group: "Ingest tokens",
        label: `Ingest tokens of ${visibleName(name)}`,
        to: paths.ingestRepository(name),
      })),
  ];
}

/** The fleet tokens whose name holds a text. */
export function fleetTokenPlaces(
  tokens: readonly { readonly handle: string; readonly name: string }[],
  text: string,
  most: number,
): readonly Place[] {
  return named(tokens, text, most).map(({ handle, name }) => ({
    group: "Fleet tokens",
    label: visibleName(name),
    to: paths.fleetToken(handle),
  }));
}

/** The collector configurations whose name holds a text. */
export function collectorPlaces(
  configurations: readonly { readonly id: string; readonly name: string }[],
  text: string,
  most: number,
): readonly Place[] {
  return named(configurations, text, most).map(({ id, name }) => ({
    group: "Collectors",
    label: visibleName(name),
    to: paths.collectorConfiguration(id),
  }));
}

function named<Item extends { readonly name: string }>(items: readonly Item[], text: string, most: number): readonly Item[] {
  return text === "" ? [] : items.filter(({ name }) => nameHolds(name, text.toLowerCase())).slice(0, most);
}

/** A token as a place. */
export function tokenPlace(kind: TokenKind, { id, name }: { readonly id: string; readonly name: string }): Place {
  return { group: `${kindTraits[kind].title} tokens`, label: visibleName(name), detail: id, to: paths.token(kind, id) };
}

/** Marks where a secret was removed. The text ends there: what is typed after it belongs to the secret. */
const cut = "~";

/**
 * A text without what must not stay on the page nor be sent, pasted or typed key by key: of a token string what stands before the `~` is
 * left, its id, and of an ingest token's value (a UUID) nothing. The {@link cut} stays in its place, to be deleted by whoever goes on typing.
 */
export function withoutSecret(text: string): string {
  const end = text.search(/~|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]/iu);
  return end < 0 ? text : text.slice(0, end) + cut;
}

/** What a text of {@link withoutSecret} looks for, and whether a secret was taken out of it. */
export function searchedFor(text: string): { readonly wanted: string; readonly removed: boolean } {
  const removed = text.endsWith(cut);
  return { wanted: (removed ? text.slice(0, -cut.length) : text).trim(), removed };
}

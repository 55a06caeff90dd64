import { nameInText } from "#domain/name.ts";
import type { PlaceView, UsedTokens } from "#domain/places/deletion.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

import type { KnownDeletion } from "./useDeletion.ts";
import type { KnownCount } from "./words.ts";

/** What a deletion does, in sentences. */
export interface DeletionItems {
  /** What stops. */
  readonly stops: readonly string[];
  /** What stays, without it. */
  readonly stays: readonly string[];
  /** Why the server certainly refuses; undefined where nothing is known to be in the way. */
  readonly lacking: string | undefined;
}

/** How many names are told before the rest is counted. */
const mostNames = 4;

/** What the deletion of a repository or view does, in sentences, and what of it is not known. */
export function deletionItems(known: KnownDeletion, what: "repository" | "view"): DeletionItems {
  const { deletion, ingest, view, holders, viewsKnown } = known;
  const { narrowed, emptied, views, bareViews, widerRoles, lacking } = deletion;
  const isView = what === "view";
  const stops = [
    ...(isView ? [] : [ingestWords(ingest, deletion.ingest)]),
    ...tokenWords(view, emptied, narrowed),
    rolesWords(holders),
    ...widerRoles.map(
      ({ role, users }) =>
        `what the role ${nameInText(role.name)} gives beyond it to ${countOf(users.length, "user")}, unless they have the role elsewhere too: ${listWords(shortened([...role.organizationPermissions, ...role.systemPermissions]))}`,
    ),
    ...(isView ? [] : ["its own parsers, and the events that are in it"]),
  ];
  const stays = isView
    ? ["the repositories that it shows, with all events in them"]
    : [
        ...(viewsKnown ? [] : ["views that show it, which are not known here"]),
        ...(bareViews.length === 0
          ? []
          : [`${named(bareViews)}, which then ${bareViews.length === 1 ? "shows" : "show"} nothing`]),
        ...(views.length === 0 ? [] : [`${named(views)}, which then ${views.length === 1 ? "shows" : "show"} the rest`]),
      ];
  return {
    stops,
    stays: [...stays, ...narrowedWords(narrowed)],
    lacking:
      lacking.length === 0
        ? undefined
        : `The server will refuse: users have roles here that also give ${listWords(shortened(lacking))}, which only who holds it may take away.`,
  };
}

function ingestWords(counted: KnownCount, used: UsedTokens): string {
  switch (counted.state) {
    case "known":
      return used.tokens.length === 0
        ? "no ingest tokens: it has none"
        : `${countOf(used.tokens.length, "ingest token")}${useWords(used)}: what is sent with ${used.tokens.length === 1 ? "it" : "them"} is refused`;
    case "none-possible":
      return "no ingest tokens: it takes none";
    case "reading":
    case "hidden":
    case "unknown":
    case "at-least":
      return "every ingest token of it, which are not known here: what is sent with them is refused";
    default:
      return counted satisfies never;
  }
}

function tokenWords(counted: KnownCount, emptied: UsedTokens, narrowed: UsedTokens): readonly string[] {
  const all = emptied.tokens.length + narrowed.tokens.length;
  const words: string[] = [];
  if (emptied.tokens.length > 0) {
    const one = emptied.tokens.length === 1;
    words.push(
      `${countOf(emptied.tokens.length, "view token")}${useWords(emptied)} that ${one ? "names" : "name"} nothing else: ${one ? "it reaches" : "they reach"} nothing any more, and ${one ? "stays" : "stay"} in the list until somebody deletes ${one ? "it" : "them"}`,
    );
  }
  if (counted.state !== "known") {
    words.push(
      all === 0 ? "what view tokens reach in it, which are not known here" : "view tokens that are not shown to you lose it too",
    );
  }
  return words;
}

function narrowedWords(narrowed: UsedTokens): readonly string[] {
  if (narrowed.tokens.length === 0) return [];
  const one = narrowed.tokens.length === 1;
  return [
    `${countOf(narrowed.tokens.length, "view token")}${useWords(narrowed)}, which ${one ? "loses" : "lose"} it and ${one ? "keeps its" : "keep their"} other repositories and views`,
  ];
}

function rolesWords(holders: KnownDeletion["holders"]): string {
  if (holders === undefined) return "the roles that users and groups have on it, which are not shown to you";
  const { people, groups } = holders;
  if (people === 0 && groups === 0) return "no roles: nobody has any on it";
  const parts = [people > 0 ? countOf(people, "user") : "", groups > 0 ? countOf(groups, "group") : ""].filter(
    (part) => part !== "",
  );
  return `the roles of ${listWords(parts)} on it`;
}

function useWords({ inUse, unknown, tokens }: UsedTokens): string {
  const parts = [
    inUse > 0 ? `${inUse === tokens.length && inUse > 1 ? "all" : count(inUse)} in use` : "",
    unknown > 0 ? `of ${count(unknown)} it is not known` : "",
  ].filter((words) => words !== "");
  return parts.length === 0 ? " (not in use)" : ` (${parts.join(", ")})`;
}

function named(views: readonly PlaceView[]): string {
  return `the ${views.length === 1 ? "view" : "views"} ${listWords(shortened(views.map(({ name }) => nameInText(name))))}`;
}

function shortened(items: readonly string[]): readonly string[] {
  return items.length <= mostNames + 1 ? items : [...items.slice(0, mostNames), `${count(items.length - mostNames)} more`];
}

import { beyond, type ComparedToken } from "#domain/inventory/compare.ts";
import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

/** A token of a comparison with what it is called there, which is like no other. */
export interface NamedToken extends ComparedToken {
  readonly title: string;
}

/** The name of a repository or view by its id; undefined where it is not known. */
type ViewName = (id: string) => string | undefined;

/** What sets each of the tokens apart from the others, in sentences. */
export function comparisonWords(tokens: readonly NamedToken[], viewName: ViewName): readonly string[] {
  const kinds = [...new Set(tokens.map(({ token }) => token.kind))];
  const apart = kinds.length > 1 ? [...kinds.map((kind) => sortWords[kind]), ...apartWords(kinds)] : [];
  const [one, other, ...more] = tokens;
  if (one === undefined || other === undefined) return apart;
  const sentences =
    more.length === 0
      ? [...pairWords(one, other, viewName), ...pairWords(other, one, viewName)]
      : tokens.flatMap((token) => aloneWords(token, tokens, viewName));
  return [...apart, ...new Set(sentences)];
}

/** What tokens of a kind can do at all. */
const sortWords = {
  personal: "A personal token may do whatever its user may do at the moment.",
  view: "A view token works on the repositories and views that it names, and nowhere else.",
  organization: "An organization token administers the organization, and never reads events.",
  system: "A system token administers the whole cluster, and never reads events.",
  ingest: "An ingest token sends events to one repository, and can do nothing else.",
  fleet: "A fleet token enrols collectors, and can do nothing else.",
} as const satisfies Record<InventoryKind, string>;

function apartWords(kinds: readonly InventoryKind[]): readonly string[] {
  const own = kinds.filter((kind) => kind !== "personal");
  if (own.length < 2) return [];
  const nouns = listWords(own.map((kind) => inventoryTraits[kind].noun));
  return [`Rights of ${nouns} tokens are of different sorts: they cannot be compared one to one.`];
}

/** What one of several tokens has that none of the others of its kind has. */
function aloneWords(one: NamedToken, tokens: readonly NamedToken[], viewName: ViewName): readonly string[] {
  const { token, rights, title } = one;
  const others = tokens.filter((other) => other !== one && other.token.kind === token.kind);
  if (token.kind === "personal") return [ofUserWords(title)];
  if (token.kind === "ingest" || token.kind === "fleet" || others.length === 0) return [];
  if (rights === undefined) return [unreadWords([title])];
  const read = others.flatMap((other) => other.rights ?? []);
  if (read.length < others.length) return [];
  const together = {
    permissions: read.flatMap(({ permissions }) => permissions),
    views: read.flatMap(({ views }) => views),
  };
  const difference = beyond(one, { token, rights: together, user: undefined });
  if (difference.type !== "known") return [];
  const { permissions, places } = difference;
  return [
    ...(permissions.length > 0 ? [`Only ${title} has ${quoted(permissions)}.`] : []),
    ...(places.length > 0 ? [`Only ${title} reaches ${placeWords(places.map((id) => viewName(id) ?? id))}.`] : []),
    ...(permissions.length + places.length === 0 ? [`Whatever ${title} has, another has too.`] : []),
  ];
}

function ofUserWords(title: string): string {
  return `${title} has the rights of its user, which come and go as the user’s do. Below is what is known of them now.`;
}

function unreadWords(titles: readonly string[]): string {
  return `The rights of ${listWords(titles)} could not be read, so they are not compared.`;
}

/** What one token has beyond another. What holds for both alike is worded the same either way, so that it is said once. */
function pairWords(one: NamedToken, other: NamedToken, viewName: ViewName): readonly string[] {
  const difference = beyond(one, other);
  const [a, b] = [one.title, other.title];
  switch (difference.type) {
    case "incomparable":
      return [];
    case "of-user":
      return one.token.kind === "personal" ? [ofUserWords(a)] : [];
    case "unknown": {
      const unread = [one, other].filter(({ rights }) => rights === undefined).map(({ title }) => title);
      return [unreadWords(unread.toSorted())];
    }
    case "known": {
      const { permissions, places } = difference;
      const back = beyond(other, one);
      if (permissions.length === 0 && places.length === 0) {
        const same = back.type === "known" && back.permissions.length === 0 && back.places.length === 0;
        return [same ? `${listWords([a, b].toSorted())} can do exactly the same.` : `${a} can do nothing that ${b} cannot.`];
      }
      const there = placeWords(places.map((id) => (one.token.kind === "ingest" ? id : (viewName(id) ?? id))));
      const more =
        permissions.length === 0
          ? []
          : [`${a} can do ${thingsWords(permissions.length)} that ${b} cannot: ${quoted(permissions)}.`];
      if (places.length === 0) return more;
      return permissions.length === 0
        ? [`${a} can do nothing else than ${b}, but does it also on ${there}.`]
        : [...more, `${a} reaches ${there}, which ${b} does not.`];
    }
    default:
      return difference satisfies never;
  }
}

function thingsWords(things: number): string {
  return things === 1 ? "one thing" : countOf(things, "thing");
}

function quoted(labels: readonly string[]): string {
  return listWords(labels.map((label) => `“${label}”`));
}

/** So many repositories and views are named; of more, their number is told. */
const mostNamed = 5;

function placeWords(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map(nameInText);
  if (names.length > mostNamed) return listWords([...shown, `${names.length - mostNamed} more`]);
  return listWords(shown);
}

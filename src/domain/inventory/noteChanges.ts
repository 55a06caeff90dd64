import { noteLimits } from "./noteTexts.ts";
import {
  keyText,
  type Dismissal,
  type FindingNotes,
  type KeptThresholds,
  type SuccessorLink,
  type TokenKey,
  type WrittenOwner,
} from "./notes.ts";
import type { NoteChange } from "./noteSchemas.ts";

/**
 * The same notes after a token took another's place, by a rotation or a renewal of a personal token; a link follows on both its sides. What
 * was noted of the successor already stays, whatever the former one has in its place.
 */
export function carryOver(notes: FindingNotes, from: TokenKey, to: TokenKey): FindingNotes {
  const [former, successor] = [keyText(from), keyText(to)];
  if (former === successor) return notes;
  const moved = <T extends { readonly token: TokenKey }>(all: readonly T[], placeOf: (one: T) => string): readonly T[] => {
    const taken = new Set(all.filter(({ token }) => keyText(token) === successor).map(placeOf));
    return all.flatMap((one) => {
      if (keyText(one.token) !== former) return [one];
      return taken.has(placeOf(one)) ? [] : [{ ...one, token: to }];
    });
  };
  const links = moved(notes.links, () => "").map((link) =>
    keyText(link.replaces) === former ? { ...link, replaces: to } : link,
  );
  return {
    ...notes,
    dismissals: moved(notes.dismissals, ({ rule }) => rule),
    owners: moved(notes.owners, () => ""),
    // The two may have been linked with each other.
    links: links.filter(({ token, replaces }) => keyText(token) !== keyText(replaces)),
  };
}

/** Why a change is refused: somebody else was first, there is no room, or links would run in a ring. */
export type NoteRefusal = "stale" | "full" | "ring";

/** The lists of what people write of tokens. */
export type NoteList = "dismissals" | "owners" | "links";

/** In which list a change puts something, or takes it from; undefined for the thresholds. */
export function listOf(change: NoteChange): NoteList | undefined {
  switch (change.type) {
    case "dismiss":
    case "bring-back":
      return "dismissals";
    case "own":
    case "disown":
      return "owners";
    case "link":
    case "unlink":
      return "links";
    case "thresholds":
      return undefined;
    default:
      return change satisfies never;
  }
}

/** Whether a change writes something, rather than takes it away. */
export function writes(change: NoteChange): boolean {
  return change.type !== "bring-back" && change.type !== "disown" && change.type !== "unlink";
}

/**
 * Whether a change to one thing may be made: what is there is what the caller saw, and there is room.
 *
 * @param present version of what is there; null for nothing
 * @param count how many there are of its kind
 */
export function refusalOfChange(change: NoteChange, present: string | null, count: number): NoteRefusal | undefined {
  if (present !== change.seen) return "stale";
  const list = listOf(change);
  return list !== undefined && writes(change) && present === null && count >= noteLimits[list] ? "full" : undefined;
}

/**
 * Whether links would run in a ring if `token` replaced `replaces`.
 *
 * @param next what a token replaces so far, each by a text that stands for it alone
 */
export function makesRing(next: (token: string) => string | undefined, token: string, replaces: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = replaces; at !== undefined && !seen.has(at); at = next(at)) {
    if (at === token) return true;
    seen.add(at);
  }
  return false;
}

const nouns = { dismissals: "dismissals", owners: "owners", links: "links between tokens" } as const satisfies Record<
  NoteList,
  string
>;

/** What is to be done with some of a list, so that there is room. */
const remedies = {
  dismissals: "Bring some back first.",
  owners: "Take some away first.",
  links: "Take some away first.",
} as const satisfies Record<NoteList, string>;

/**
 * What is said of a change that is refused.
 *
 * @param told whether deletions are told of. Of a cluster's they are not: most of what is kept may be of tokens that nobody lists any more
 */
export function noteRefusalWords(refusal: NoteRefusal, change: NoteChange, told: boolean): string {
  switch (refusal) {
    case "stale":
      return "Somebody else changed this meanwhile. Nothing of yours was saved. Look at what is there now, then decide again.";
    case "ring":
      return "The token that would be replaced replaces this one itself, directly or by others. Remove that link first. Nothing was saved.";
    case "full": {
      const list = listOf(change) ?? "dismissals";
      const tooMany = `There are ${noteLimits[list].toLocaleString("en-US")} ${nouns[list]}, and no more are kept.`;
      if (told) return `${tooMany} ${remedies[list]} Nothing was saved.`;
      return `${tooMany} Those of deleted tokens count, and nobody sees them here. ${remedies[list]} Or ask whoever runs this server to remove them, as docs/gateway.md says. Nothing was saved.`;
    }
    default:
      return refusal satisfies never;
  }
}

/** Who changes something, and when (ms since epoch). */
export interface NoteAuthor {
  readonly by: string;
  readonly at: number;
}

/** What came of a change of notes that are held as a value; `now` is what is there for the thing that it was about. */
export type AppliedChange =
  | { readonly ok: true; readonly notes: FindingNotes; readonly now: NotedNow }
  | { readonly ok: false; readonly refusal: NoteRefusal; readonly now: NotedNow };

/** What is there for one thing: a dismissal, an owner or a link (null for none), or the thresholds. */
export type NotedNow =
  | { readonly dismissal: Dismissal | null }
  | { readonly owner: WrittenOwner | null }
  | { readonly link: SuccessorLink | null }
  | { readonly thresholds: KeptThresholds };

/** Makes a change to notes. `version` is one that was never given before. */
export function applyChange(notes: FindingNotes, change: NoteChange, author: NoteAuthor, version: string): AppliedChange {
  const written = { ...author, version };
  switch (change.type) {
    case "thresholds": {
      const { set } = notes.thresholds;
      const refusal = refusalOfChange(change, set?.version ?? null, 0);
      if (refusal !== undefined) return { ok: false, refusal, now: { thresholds: notes.thresholds } };
      const thresholds = { values: change.values, set: written };
      return { ok: true, notes: { ...notes, thresholds }, now: { thresholds } };
    }
    case "dismiss":
    case "bring-back": {
      const { token, rule } = change;
      const next = change.type === "dismiss" ? { token, rule, note: change.note, until: change.until, ...written } : null;
      const done = put(notes.dismissals, change, next, (one) => one.rule === rule);
      if (!done.ok) return { ...done, now: { dismissal: done.now } };
      return { ok: true, notes: { ...notes, dismissals: done.all }, now: { dismissal: done.now } };
    }
    case "own":
    case "disown": {
      const next = change.type === "own" ? { token: change.token, owner: change.owner, ...written } : null;
      const done = put(notes.owners, change, next);
      if (!done.ok) return { ...done, now: { owner: done.now } };
      return { ok: true, notes: { ...notes, owners: done.all }, now: { owner: done.now } };
    }
    case "link":
    case "unlink": {
      const next = change.type === "link" ? { token: change.token, replaces: change.replaces, ...written } : null;
      const done = put(notes.links, change, next);
      if (!done.ok) return { ...done, now: { link: done.now } };
      if (change.type === "link") {
        const replaced = new Map(notes.links.map((link) => [keyText(link.token), keyText(link.replaces)]));
        const isRing = makesRing((text) => replaced.get(text), keyText(change.token), keyText(change.replaces));
        if (isRing) return { ok: false, refusal: "ring", now: { link: done.present } };
      }
      const owners = done.now === null ? notes.owners : withOwnerOfOld(notes.owners, done.now);
      return { ok: true, notes: { ...notes, owners, links: done.all }, now: { link: done.now } };
    }
    default:
      return change satisfies never;
  }
}

/** The owners after a token took another's place: whoever acts for the old one acts for the new one, where nobody else is to, and there is room. */
function withOwnerOfOld(owners: readonly WrittenOwner[], { token, replaces, by, at, version }: SuccessorLink) {
  const [text, old] = [keyText(token), keyText(replaces)];
  const former = owners.find((one) => keyText(one.token) === old);
  if (former === undefined || owners.length >= noteLimits.owners) return owners;
  if (owners.some((one) => keyText(one.token) === text)) return owners;
  return [...owners, { token, owner: former.owner, by, at, version }];
}

type Put<T> =
  | { readonly ok: true; readonly all: readonly T[]; readonly now: T | null; readonly present: T | null }
  | { readonly ok: false; readonly refusal: NoteRefusal; readonly now: T | null };

/** Puts something in the place of what is there of the same token; null takes it away. */
function put<T extends { readonly token: TokenKey; readonly version: string }>(
  all: readonly T[],
  change: Extract<NoteChange, { token: TokenKey }>,
  next: T | null,
  isPlace: (one: T) => boolean = () => true,
): Put<T> {
  const text = keyText(change.token);
  const isMeant = (one: T) => isPlace(one) && keyText(one.token) === text;
  const present = all.find(isMeant) ?? null;
  const refusal = refusalOfChange(change, present?.version ?? null, all.length);
  if (refusal !== undefined) return { ok: false, refusal, now: present };
  const others = all.filter((one) => !isMeant(one));
  return { ok: true, all: next === null ? others : [...others, next], now: next, present };
}

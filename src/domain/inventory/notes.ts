import * as z from "zod/mini";

import { day } from "#domain/duration.ts";
import { latestInstant } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";
import { hiddenFault } from "#domain/name.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { InventoryKind } from "./item.ts";
import { thresholdsSchema, type Thresholds } from "./thresholds.ts";

/** Bounds on what is kept about findings. */
export const noteLimits = {
  /** Dismissals of all tokens together. */
  dismissals: 10_000,
  /** Characters of a note, as JavaScript counts them. */
  noteLength: 500,
  /** Characters of the name of a rule. */
  ruleLength: 60,
  /** How far ahead a date of return may be, ms: five years. */
  ahead: 1826 * day,
} as const;

/**
 * Which token something is noted of. A governed token is known by its id and the instant of its making (ms since epoch), since a personal
 * token's id is its user's, and the next one has it too. An ingest token is known by its repository's name and its own, a fleet token by
 * the handle of its value. Nothing in it is secret.
 */
export type TokenKey =
  | { readonly kind: TokenKind; readonly id: string; readonly createdAt: number }
  | { readonly kind: "ingest"; readonly repository: string; readonly name: string }
  | { readonly kind: "fleet"; readonly handle: string };

/** That somebody dismissed a finding of a token. */
export interface Dismissal {
  readonly token: TokenKey;
  /** Name of the rule that finds it. One that this version does not have is kept, and nothing comes of it. */
  readonly rule: string;
  /** Why, in somebody's words. */
  readonly note: string;
  /** When the finding comes back, ms since epoch; null: when somebody brings it back. */
  readonly until: number | null;
  /** Username of who dismissed it. */
  readonly by: string;
  /** Ms since epoch. */
  readonly at: number;
  /** Another one with each change. */
  readonly version: string;
}

/** The thresholds in force, and who set them; `set` is null while they are the usual ones. */
export interface KeptThresholds {
  readonly values: Thresholds;
  readonly set: { readonly by: string; readonly at: number; readonly version: string } | null;
}

/** Everything kept about findings, as far as one may read it. */
export interface FindingNotes {
  readonly thresholds: KeptThresholds;
  readonly dismissals: readonly Dismissal[];
}

const identifier = z.string().check(z.regex(/^[\w.-]{1,100}$/u, "This is no id of a token."));
const aName = z.string().check(z.minLength(1), z.maxLength(1000));

export const tokenKeySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(tokenKinds), id: identifier, createdAt: z.int("This is no instant that a token was made at.") }),
  z.strictObject({ kind: z.literal("ingest"), repository: aName, name: aName }),
  z.strictObject({ kind: z.literal("fleet"), handle: z.string().check(z.regex(/^[0-9a-f]{12,64}$/u)) }),
]);

const ruleSchema = z
  .string()
  .check(
    z.regex(/^[A-Za-z][\w.-]*$/u, "A rule is named by letters, digits, dots and hyphens."),
    z.maxLength(noteLimits.ruleLength, `The name of a rule has at most ${noteLimits.ruleLength} characters.`),
  );

/** What holds the secret of an API token, the local administrator's too. */
const secretWithin = /(?:[A-Za-z0-9]{24}|localroot)~[A-Za-z0-9]{44}/u;

/** The form of a generated ingest token. In a link it is something else: the addresses of tickets and pages have UUIDs. */
const uuidWithin = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/iu;
const links = /https?:\/\/\S+/giu;

/** The note of a dismissal: some words, and no secret, as far as the form of one tells. That of a fleet token is the form of a token's id. */
export const noteSchema = z.string().check(
  z.trim(),
  z.minLength(1, "Say why in a few words."),
  z.maxLength(noteLimits.noteLength, `A note has at most ${noteLimits.noteLength} characters.`),
  z.check(({ value, issues }) => {
    // Lines may break where their writer wants it.
    const message = hiddenFault(value.replaceAll("\n", " "), "A note");
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  }),
  z.refine(
    (note) => !secretWithin.test(note),
    "There is a token in this note, with its secret. Others will read the note: take the token out, and rotate it if anybody else has seen it.",
  ),
  z.refine(
    (note) => !uuidWithin.test(note.replaceAll(links, " ")),
    "There is a UUID in this note, as the values of ingest tokens are. Others will read the note: take it out, and write the name of what it stands for.",
  ),
);

/** The date of return of a dismissal that is made at `now`, both in ms since epoch; null for none. */
export function untilSchema(now: number) {
  const far = new Date(Math.min(now + noteLimits.ahead, latestInstant)).toISOString().slice(0, 10);
  return z.nullable(
    z.int("A date of return is an instant in milliseconds.").check(
      z.refine((until) => until > now, "The date of return lies in the past. Choose a later one."),
      z.refine((until) => until <= now + noteLimits.ahead, `The date of return is at most five years ahead: ${far} or before.`),
    ),
  );
}

const versionSchema = z.string().check(z.minLength(1), z.maxLength(64));

/**
 * What may be asked for at `now` (ms since epoch):
 *
 * - `dismiss`: a finding of a token, anew or otherwise than before
 * - `bring-back`: what was dismissed
 * - `thresholds`: others than those in force
 *
 * `seen` is the version of what the caller saw in its place; null for nothing. Where something else is there by now, the change is refused.
 */
export function noteChangeSchema(now: number) {
  const odd = "This change has something in it that is not known here, or lacks something. Reload the page.";
  const about = { token: tokenKeySchema, rule: ruleSchema };
  const seen = z.nullable(versionSchema);
  return z.discriminatedUnion(
    "type",
    [
      z.strictObject({ type: z.literal("dismiss"), ...about, note: noteSchema, until: untilSchema(now), seen }, odd),
      z.strictObject({ type: z.literal("bring-back"), ...about, seen: versionSchema }, odd),
      z.strictObject({ type: z.literal("thresholds"), values: thresholdsSchema, seen }, odd),
    ],
    odd,
  );
}

/** See {@link noteChangeSchema}. */
export type NoteChange = z.infer<ReturnType<typeof noteChangeSchema>>;

/** One text for each key, and for no two the same. */
export function keyText(key: TokenKey): string {
  switch (key.kind) {
    case "ingest":
      return JSON.stringify([key.kind, key.repository, key.name]);
    case "fleet":
      return JSON.stringify([key.kind, key.handle]);
    default:
      return JSON.stringify([key.kind, key.id, key.createdAt]);
  }
}

/** The key of a token in the inventory; undefined where its making is not known, or beyond the exact numbers. */
export function tokenKeyOf(token: {
  readonly kind: InventoryKind;
  readonly id: string | undefined;
  readonly name: string;
  readonly createdAt: Long | undefined;
  readonly ingest?: { readonly repository: string };
  readonly fleet?: { readonly handle: string };
}): TokenKey | undefined {
  const { kind, id, name, createdAt, ingest, fleet } = token;
  if (kind === "ingest") return ingest && { kind, repository: ingest.repository, name };
  if (kind === "fleet") return fleet && { kind, handle: fleet.handle };
  return id === undefined || typeof createdAt !== "number" ? undefined : { kind, id, createdAt };
}

/** Dismissals by token and rule, so that very many tokens can be looked up; see {@link dismissedNow}. */
export type DismissalIndex = ReadonlyMap<string, ReadonlyMap<string, Dismissal>>;

/** Puts dismissals in order for looking them up. */
export function indexDismissals(dismissals: readonly Dismissal[]): DismissalIndex {
  const index = new Map<string, Map<string, Dismissal>>();
  for (const dismissal of dismissals) {
    const text = keyText(dismissal.token);
    const ofToken = index.get(text);
    if (ofToken === undefined) index.set(text, new Map([[dismissal.rule, dismissal]]));
    else ofToken.set(dismissal.rule, dismissal);
  }
  return index;
}

/** The dismissal of a finding, in force or past its date of return; undefined where there is none. */
export function dismissalOf(index: DismissalIndex, token: TokenKey, rule: string): Dismissal | undefined {
  return index.size === 0 ? undefined : index.get(keyText(token))?.get(rule);
}

/** The dismissal of a finding that is in force at `now` (ms since epoch). From its date of return on, the finding is back. */
export function dismissedNow(index: DismissalIndex, token: TokenKey, rule: string, now: number): Dismissal | undefined {
  const dismissal = dismissalOf(index, token, rule);
  return dismissal !== undefined && (dismissal.until === null || now < dismissal.until) ? dismissal : undefined;
}

/**
 * The same dismissals after a token took another's place, by a rotation or a renewal. What was noted of the successor already stays, whatever
 * the former one has for the same rule.
 */
export function carryOver(dismissals: readonly Dismissal[], from: TokenKey, to: TokenKey): readonly Dismissal[] {
  const [former, successor] = [keyText(from), keyText(to)];
  if (former === successor) return dismissals;
  const taken = new Set(dismissals.filter(({ token }) => keyText(token) === successor).map(({ rule }) => rule));
  return dismissals.flatMap((dismissal) => {
    if (keyText(dismissal.token) !== former) return [dismissal];
    return taken.has(dismissal.rule) ? [] : [{ ...dismissal, token: to }];
  });
}

/** Why a change is refused: somebody else was first, or there is no room. */
export type NoteRefusal = "stale" | "full";

/**
 * Whether a change to one thing may be made: what is there is what the caller saw, and there is room.
 *
 * @param present version of what is there; null for nothing
 * @param count how many dismissals there are
 */
export function refusalOfChange(change: NoteChange, present: string | null, count: number): NoteRefusal | undefined {
  if (present !== change.seen) return "stale";
  return change.type === "dismiss" && present === null && count >= noteLimits.dismissals ? "full" : undefined;
}

const tooMany = `There are ${noteLimits.dismissals.toLocaleString("en-US")} dismissals, and no more are kept.`;

/** What is said of a change that is refused. */
export const noteRefusalWords = {
  stale: "Somebody else changed this meanwhile. Nothing of yours was saved. Look at what is there now, then decide again.",
  full: `${tooMany} Bring some back first. Nothing was saved.`,
} as const satisfies Record<NoteRefusal, string>;

/** What is said instead in front of a cluster, which tells of no deletion: most of what is kept may be of tokens that nobody lists any more. */
export const fullBehindCluster = `${tooMany} Those of deleted tokens count, and nobody sees them here. Bring others back, or ask whoever runs this server to remove them, as docs/gateway.md says. Nothing was saved.`;

/** Who changes something, and when (ms since epoch). */
export interface NoteAuthor {
  readonly by: string;
  readonly at: number;
}

/** What came of a change of notes that are held as a value; `now` is what is there for the thing that it was about. */
export type AppliedChange =
  | { readonly ok: true; readonly notes: FindingNotes; readonly now: NotedNow }
  | { readonly ok: false; readonly refusal: NoteRefusal; readonly now: NotedNow };

/** What is there for one thing: a dismissal, null for none, or the thresholds. */
export type NotedNow = { readonly dismissal: Dismissal | null } | { readonly thresholds: KeptThresholds };

/** Makes a change to notes. `version` is one that was never given before. */
export function applyChange(notes: FindingNotes, change: NoteChange, { by, at }: NoteAuthor, version: string): AppliedChange {
  if (change.type === "thresholds") {
    const { set } = notes.thresholds;
    const refusal = refusalOfChange(change, set?.version ?? null, 0);
    if (refusal !== undefined) return { ok: false, refusal, now: { thresholds: notes.thresholds } };
    const thresholds = { values: change.values, set: { by, at, version } };
    return { ok: true, notes: { ...notes, thresholds }, now: { thresholds } };
  }
  const { token, rule } = change;
  const text = keyText(token);
  const isMeant = (one: Dismissal) => one.rule === rule && keyText(one.token) === text;
  const present = notes.dismissals.find(isMeant) ?? null;
  const refusal = refusalOfChange(change, present?.version ?? null, notes.dismissals.length);
  if (refusal !== undefined) return { ok: false, refusal, now: { dismissal: present } };
  const dismissal =
    change.type === "bring-back" ? null : { token, rule, note: change.note, until: change.until, by, at, version };
  const others = notes.dismissals.filter((one) => !isMeant(one));
  return {
    ok: true,
    notes: { ...notes, dismissals: dismissal === null ? others : [...others, dismissal] },
    now: { dismissal },
  };
}

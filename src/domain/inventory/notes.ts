import * as z from "zod/mini";

import { latestInstant } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { InventoryKind } from "./item.ts";
import { noteLimits, noteSchema, ownerSchema } from "./noteTexts.ts";
import type { Thresholds } from "./thresholds.ts";
import { thresholdsSchema } from "./thresholdsSchema.ts";

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

/** Who is to act for a token, as somebody wrote it down. A personal token has none: it is its user's. */
export interface WrittenOwner {
  readonly token: TokenKey;
  /** A person, a team, an e-mail address. */
  readonly owner: string;
  /** Username of who wrote it, or the name of the token that did. */
  readonly by: string;
  /** Ms since epoch. */
  readonly at: number;
  /** Another one with each change. */
  readonly version: string;
}

/** That a token takes the place of another of its kind. A token replaces one at most, never itself, and links never run in a ring. */
export interface SuccessorLink {
  /** The new one. */
  readonly token: TokenKey;
  /** The old one. */
  readonly replaces: TokenKey;
  /** Username of who said so, or the name of the token that did. */
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

/** Everything that people write of tokens, as far as one may read it. */
export interface FindingNotes {
  readonly thresholds: KeptThresholds;
  readonly dismissals: readonly Dismissal[];
  readonly owners: readonly WrittenOwner[];
  /** Of a link one may read both tokens. */
  readonly links: readonly SuccessorLink[];
}

const identifier = z.string().check(z.regex(/^[\w.-]{1,100}$/u, "This is no id of a token."));
const aName = z.string().check(z.minLength(1), z.maxLength(1000));

export const tokenKeySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(tokenKinds), id: identifier, createdAt: z.int("This is no instant that a token was made at.") }),
  z.strictObject({ kind: z.literal("ingest"), repository: aName, name: aName }),
  z.strictObject({ kind: z.literal("fleet"), handle: z.string().check(z.regex(/^[0-9a-f]{12,64}$/u)) }),
]);

/** The tokens that are not somebody's own. */
const sharedKeySchema = tokenKeySchema.check(
  z.refine(({ kind }) => kind !== "personal", "A personal token belongs to its user, and is replaced in place."),
);

/** @param token the new one */
function mayReplace(token: TokenKey, replaces: TokenKey): string | undefined {
  if (token.kind !== replaces.kind) return "A token takes the place of one of its own kind.";
  if (keyText(token) === keyText(replaces)) return "A token does not take its own place.";
  if (token.kind === "ingest" && replaces.kind === "ingest" && token.repository !== replaces.repository)
    return "An ingest token takes the place of one of its own repository.";
  return undefined;
}

const ruleSchema = z
  .string()
  .check(
    z.regex(/^[A-Za-z][\w.-]*$/u, "A rule is named by letters, digits, dots and hyphens."),
    z.maxLength(noteLimits.ruleLength, `The name of a rule has at most ${noteLimits.ruleLength} characters.`),
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
 * - `own`: an owner for a token, anew or another one
 * - `disown`: no owner written down any more
 * - `link`: the token that a token replaces, anew or another one
 * - `unlink`: none
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
      z.strictObject({ type: z.literal("own"), token: sharedKeySchema, owner: ownerSchema, seen }, odd),
      z.strictObject({ type: z.literal("disown"), token: sharedKeySchema, seen: versionSchema }, odd),
      z.strictObject({ type: z.literal("link"), token: sharedKeySchema, replaces: sharedKeySchema, seen }, odd).check(
        z.check(({ value: { token, replaces }, issues }) => {
          const message = mayReplace(token, replaces);
          if (message !== undefined) issues.push({ code: "custom", message, input: replaces, path: ["replaces"] });
        }),
      ),
      z.strictObject({ type: z.literal("unlink"), token: sharedKeySchema, seen: versionSchema }, odd),
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

/** Written owners by token; see {@link ownerOf}. */
export type OwnerIndex = ReadonlyMap<string, WrittenOwner>;

/** Puts owners in order for looking them up. */
export function indexOwners(owners: readonly WrittenOwner[]): OwnerIndex {
  return new Map(owners.map((owner) => [keyText(owner.token), owner]));
}

/** The owner that is written down for a token; undefined where there is none. */
export function ownerOf(index: OwnerIndex, token: TokenKey): WrittenOwner | undefined {
  return index.size === 0 ? undefined : index.get(keyText(token));
}

/** Links by either of their tokens; see {@link linkOf} and {@link linksTo}. */
export interface LinkIndex {
  readonly byToken: ReadonlyMap<string, SuccessorLink>;
  readonly byReplaced: ReadonlyMap<string, readonly SuccessorLink[]>;
}

/** Puts links in order for looking them up. */
export function indexLinks(links: readonly SuccessorLink[]): LinkIndex {
  const byReplaced = new Map<string, SuccessorLink[]>();
  for (const link of links) {
    const text = keyText(link.replaces);
    const ofToken = byReplaced.get(text);
    if (ofToken === undefined) byReplaced.set(text, [link]);
    else ofToken.push(link);
  }
  return { byToken: new Map(links.map((link) => [keyText(link.token), link])), byReplaced };
}

/** What a token replaces; undefined where nobody said so. */
export function linkOf({ byToken }: LinkIndex, token: TokenKey): SuccessorLink | undefined {
  return byToken.size === 0 ? undefined : byToken.get(keyText(token));
}

/** By what a token is replaced. */
export function linksTo({ byReplaced }: LinkIndex, token: TokenKey): readonly SuccessorLink[] {
  return byReplaced.size === 0 ? [] : (byReplaced.get(keyText(token)) ?? []);
}

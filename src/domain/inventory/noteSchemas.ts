import * as z from "zod/mini";

import { latestInstant } from "#domain/instant.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import { keyText, type TokenKey } from "./notes.ts";
import { noteLimits, noteSchema, ownerSchema } from "./noteTexts.ts";
import { thresholdsSchema } from "./thresholdsSchema.ts";

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

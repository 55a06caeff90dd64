import * as z from "zod/mini";

import { day } from "#domain/duration.ts";
import { hiddenFault } from "#domain/name.ts";

/** Bounds on what people write of tokens. */
export const noteLimits = {
  /** Dismissals of all tokens together. */
  dismissals: 10_000,
  /** Owners of all tokens together. */
  owners: 10_000,
  /** Links of all tokens together. */
  links: 10_000,
  /** Characters of an owner, as JavaScript counts them. */
  ownerLength: 200,
  /** Characters of a note, as JavaScript counts them. */
  noteLength: 500,
  /** Characters of the name of a rule. */
  ruleLength: 60,
  /** How far ahead a date of return may be, ms: five years. */
  ahead: 1826 * day,
} as const;

/** What holds the secret of an API token, the local administrator's too. */
const secretWithin = /(?:[A-Za-z0-9]{24}|localroot)~[A-Za-z0-9]{44}/u;

/** The form of a generated ingest token. In a link it is something else: the addresses of tickets and pages have UUIDs. */
const uuidWithin = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/iu;
const links = /https?:\/\/\S+/giu;

/** What others will read: no secret, as far as the form of one tells. That of a fleet token is the form of a token's id. */
function withoutSecret(what: string, it: string) {
  const reads = `Others will read ${it}`;
  return [
    z.refine<string>(
      (text) => !secretWithin.test(text),
      `There is a token in this ${what}, with its secret. ${reads}: take the token out, and rotate it if anybody else has seen it.`,
    ),
    z.refine<string>(
      (text) => !uuidWithin.test(text.replaceAll(links, " ")),
      `There is a UUID in this ${what}, as the values of ingest tokens are. ${reads}: take it out, and write the name of what it stands for.`,
    ),
  ] as const;
}

function withoutHidden(what: string, visible: (text: string) => string) {
  return z.check<string>(({ value, issues }) => {
    const message = hiddenFault(visible(value), what);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  });
}

/** The note of a dismissal: some words. */
export const noteSchema = z.string().check(
  z.trim(),
  z.minLength(1, "Say why in a few words."),
  z.maxLength(noteLimits.noteLength, `A note has at most ${noteLimits.noteLength} characters.`),
  // Lines may break where their writer wants it.
  withoutHidden("A note", (text) => text.replaceAll("\n", " ")),
  ...withoutSecret("note", "the note"),
);

/** Who is to act for a token: a person, a team, an e-mail address, in one line. */
export const ownerSchema = z.string().check(
  z.trim(),
  z.minLength(1, "Name a person, a team or an e-mail address."),
  z.maxLength(noteLimits.ownerLength, `An owner has at most ${noteLimits.ownerLength} characters.`),
  withoutHidden("An owner", (text) => text),
  ...withoutSecret("owner", "it"),
);

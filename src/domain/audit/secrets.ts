import { matchesIn, partClass, shortest } from "#domain/leak/match.ts";

/**
 * The secret of an API token, wherever somebody may have pasted one: in a name, in a rule's remark. Behind its id, with whatever it was
 * written together with, also cut off; or alone, by its length and a digit in it: some fields of LogScale's have names as long, of letters.
 */
const secrets =
  /(~|%7e)[A-Za-z0-9]{44,}|(?<=(?<![A-Za-z0-9])[A-Za-z0-9]{24,32}~)[A-Za-z0-9]{8,}|(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{44}(?![A-Za-z0-9])/giu;

/** A text without the secrets of API tokens. Ids stay. */
export function withoutTokens(text: string): string {
  return text.replaceAll(secrets, "$1…");
}

/** Ingest tokens are UUIDs; those of the fleet, and of links, may be JSON Web Tokens. */
const otherTokens =
  /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])|(?<![\w-])eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/giu;

/** A text without the secrets of tokens whose form tells them. Some ids have it too. */
export function withoutKnownForms(text: string): string {
  return withoutTokens(text.replaceAll(otherTokens, "…"));
}

/** Fleet tokens, and secrets that are glued to something, are in no other way told from names. */
const longRuns = /[A-Za-z0-9]{32,}/gu;

/** The code of a sign-in link, or the value of a session's cookie. */
const codes = /(?<=\bcode=)[\w-]{43}|(?<![\w-])[\w-]{43}(?![\w-])/gu;

/** What may be a token in another writing. */
const codedRuns = new RegExp(`[${partClass}]{${shortest},}`, "gu");

/**
 * A text that somebody wrote without what is, or may be, a secret: in plain, in the usual encodings, or broken over words and lines. What
 * looks as random as a secret goes too, such as some ids.
 */
export function withoutSecrets(text: string): string {
  const bare = withoutKnownForms(text)
    .replaceAll(codes, (run) => (stretches(run) >= 19 ? "…" : run))
    .replaceAll(longRuns, (run) => (isRandom(run) ? "…" : run))
    .replaceAll(codedRuns, (run) => (isCoded(run) ? "…" : run));
  return isBroken(text) ? "…" : bare;
}

/** Whether a text holds the secret of a token with something between its letters that one may leave out. */
function isBroken(text: string): boolean {
  const joined = text.replaceAll(/[\s\p{Cf}]+/gu, "");
  if (joined.length === text.length) return false;
  return [...joined.matchAll(/~([A-Za-z0-9]{44})/gu)].some(([, run = ""]) => !text.includes(run) && isRandom(run));
}

/** How often small letters, capitals and digits take turns. */
function stretches(text: string): number {
  return text.match(/[a-z]+|[A-Z]+|\d+/gu)?.length ?? 0;
}

/** Characters that are looked at together, and how often they take turns where they are random: of 500 one does not, and hardly any name does. */
const [width, turns] = [32, 13];

/** Whether in some part of a run small letters, capitals and digits take turns as in a random text. */
function isRandom(run: string): boolean {
  for (let at = 0; at + width <= run.length; at += 4) {
    const part = run.slice(at, at + width);
    if (stretches(part) >= turns && /[a-z]/u.test(part) && /[A-Z]/u.test(part)) return true;
  }
  return false;
}

function isCoded(run: string): boolean {
  const found = matchesIn({ text: run, openStart: false, openEnd: false, before: () => "" });
  return found.some(({ encodings }) => encodings.length > 0);
}

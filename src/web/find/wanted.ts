/** Marks where a secret was removed. The text ends there: what is typed after it belongs to the secret. */
const cut = "~";

/** Where a secret begins by its form: an API token's after its id, the value of an ingest token (a UUID), that of a signed fleet token. */
const secretForm = /~|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]|eyJ[\w-]{8,}\.[\w-]/iu;

/**
 * A text without what must not stay on the page nor be sent, pasted or typed key by key: of a token string what stands before the `~` is
 * left, its id, and of another value nothing. A value that somebody chose has no form, so what looks drawn by lot is taken out as well. The
 * {@link cut} stays in its place, to be deleted by whoever goes on typing.
 *
 * @param before what stood there until now: an id may be typed, and looks drawn by lot before it is whole
 */
export function withoutSecret(text: string, before = ""): string {
  const byForm = text.search(secretForm);
  const typed = text.length - before.length < pasted;
  // What stands before a form is the id, and judged by itself.
  const plain = byForm < 0 ? text : text.slice(0, byForm);
  const byLooks = [...plain.matchAll(/\S+/gu)].find(([run]) => looksDrawn(run) && !(typed && mayBecomeId.test(run)))?.index ?? -1;
  const ends = [byForm, byLooks].filter((end) => end >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends)) + cut;
}

/** How long ids are: a user's and a repository's 24, all others 32. */
const idForm = /^[A-Za-z0-9]{24}(?:[A-Za-z0-9]{8})?$/u;

/** What may become an id by typing on. */
const mayBecomeId = /^[A-Za-z0-9]{1,32}$/u;

/** Characters that come at once when they are pasted, and never by typing. */
const pasted = 12;

/** The fewest characters in a row that can look drawn by lot. */
const shortest = 16;

/**
 * Whether a run of characters looks as if it was drawn by lot: long, with digits, and changing between small letters, capitals, digits and
 * signs all the time, as no name does whose words are joined by hyphens and the like. An id looks so too, and is what one searches by.
 */
function looksDrawn(run: string): boolean {
  if (idForm.test(run)) return false;
  return run.split(/[-_.:/]/u).some((part) => {
    if (part.length < shortest || idForm.test(part)) return false;
    const classes = Array.from(part, classOf);
    const changes = classes.filter((found, index) => index > 0 && found !== classes[index - 1]).length;
    return classes.filter((found) => found === "digit" || found === "sign").length >= 3 && changes >= part.length * 0.3;
  });
}

function classOf(character: string): "small" | "capital" | "digit" | "sign" {
  if (/\p{Nd}/u.test(character)) return "digit";
  if (/\p{Lu}/u.test(character)) return "capital";
  return /\p{L}|\p{M}/u.test(character) ? "small" : "sign";
}

/** What a text of {@link withoutSecret} looks for, and whether a secret was taken out of it. */
export function searchedFor(text: string): { readonly wanted: string; readonly removed: boolean } {
  const removed = text.endsWith(cut);
  return { wanted: (removed ? text.slice(0, -cut.length) : text).trim(), removed };
}

/** Whether a text has the form of an id, which the value of a fleet token has as well. */
export function mayBeFleetValue(wanted: string): boolean {
  return idForm.test(wanted);
}

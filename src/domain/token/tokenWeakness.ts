/** Why a custom value could be found out by trying: it is short, or made of words, repetitions and sequences. */
export type TokenWeakness = "short" | "guessable";

/** What to tell about each weakness; a sentence. */
export const weaknessWords: Readonly<Record<TokenWeakness, string>> = {
  short: "The value is so short that it could be found by trying. Who finds it can send data in your name.",
  guessable:
    "The value is made of common words, repetitions or sequences, and could be guessed. Who guesses it can send data in your name.",
};

/** Fewer characters than this are short, whatever they are. */
const shortest = 16;

/** Guesses that take longer than anybody tries online, as a power of two. */
const enoughBits = 64;

const commonWords =
  /password|passwd|secret|token|ingest|humio|logscale|falcon|crowdstrike|changeme|letmein|welcome|qwerty|asdf|admin|root|test|demo|prod|default|example|company|splunk|elastic/giu;

/**
 * Judges a custom value by a rough count of what guessing it takes: common words, repetitions and sequences count as one character each. Null
 * when nothing speaks against it, as for a UUID. A warning, never a reason to refuse.
 */
export function customTokenWeakness(value: string): TokenWeakness | null {
  if (value.length < shortest) return "short";
  const text = value.replaceAll(commonWords, "w");
  let counted = 0;
  let previous = -2;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (Math.abs(code - previous) > 1) counted++;
    previous = code;
  }
  const alphabet =
    (/[a-z]/u.test(text) ? 26 : 0) +
    (/[A-Z]/u.test(text) ? 26 : 0) +
    (/\d/u.test(text) ? 10 : 0) +
    (/[^a-zA-Z\d]/u.test(text) ? 10 : 0);
  // Few different characters, however often, are few to choose from.
  const choices = Math.min(alphabet, new Set(text).size);
  return counted * Math.log2(Math.max(choices, 1)) < enoughBits ? "guessable" : null;
}

import { separated } from "#domain/separated.ts";

let conjunction: Intl.ListFormat | undefined;

/** How many words a list names before it counts the rest. */
const mostNamed = 5;

/** Words as a list in a sentence: `a, b, and c`; of very many the first few and how many more there are. */
export function listWords(words: readonly string[]): string {
  // A browser takes some ten ms for the format, which most lists can do without.
  if (words.length < 2) return words.join("");
  conjunction ??= new Intl.ListFormat("en-US", { type: "conjunction" });
  if (words.length <= mostNamed) return conjunction.format(words);
  const rest = words.length - mostNamed + 1;
  return conjunction.format([...words.slice(0, mostNamed - 1), `${separated(rest)} more`]);
}

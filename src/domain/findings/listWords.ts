const conjunction = new Intl.ListFormat("en-US", { type: "conjunction" });
const numbers = new Intl.NumberFormat("en-US");

/** How many words a list names before it counts the rest. */
const mostNamed = 5;

/** Words as a list in a sentence: `a, b, and c`; of very many the first few and how many more there are. */
export function listWords(words: readonly string[]): string {
  if (words.length <= mostNamed) return conjunction.format(words);
  const rest = words.length - mostNamed + 1;
  return conjunction.format([...words.slice(0, mostNamed - 1), `${numbers.format(rest)} more`]);
}

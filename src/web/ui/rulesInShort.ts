/** The most lines of rules to show in one line. */
const mostInShort = 50;

/** The rules of an IP filter's text in one line, without comments (a comment takes its whole line, a `;` included); a long filter is cut. */
export function rulesInShort(text: string): string {
  const rules = text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .flatMap((line) => line.split(";"))
    .map((rule) => rule.trim())
    .filter((rule) => rule !== "");
  return rules.slice(0, mostInShort).join(" · ") + (rules.length > mostInShort ? " …" : "");
}

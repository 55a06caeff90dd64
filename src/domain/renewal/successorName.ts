import { longestName } from "#domain/name.ts";

/** What a successor's name ends in: `-2` and up. What ends in `-1`, such as a region, was no successor. */
const numbered = /^(.+)-([2-9]|[1-9]\d{1,3})$/su;

/** The name to propose for the successor of something whose names are unique: `web-2` after `web`, `web-3` after `web-2`, or the next that is free. */
export function successorName(name: string, taken: ReadonlySet<string>): string {
  const [, base = name, number] = numbered.exec(name) ?? [];
  for (let next = Number(number ?? 1) + 1; ; next++) {
    const suffix = `-${next}`;
    // Letter by letter, so that none is cut in half.
    const letters = Array.from(base);
    while (letters.join("").length > longestName - suffix.length) letters.pop();
    const proposed = letters.join("") + suffix;
    if (!taken.has(proposed)) return proposed;
  }
}

/** The one of the known names that a mistyped one most likely stands for; undefined where none is near. */
export function nearestOf(text: string, known: readonly string[]): string | undefined {
  const typed = text.toLowerCase();
  if (typed.length > 2 * Math.max(...known.map(({ length }) => length))) return undefined;
  let nearest: string | undefined;
  let least = Infinity;
  for (const name of known) {
    const distance = edits(typed, name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  // A third of the letters may be wrong: `maxLifetime` is not far from `maximumLifetime`.
  return nearest !== undefined && least <= Math.max(2, Math.floor(nearest.length / 3)) && least < typed.length
    ? nearest
    : undefined;
}

/** How many letters have to be added, left out or changed to make one text of another. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const same = letter === to.charAt(column - 1) ? 0 : 1;
      next.push(Math.min((row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (row[column - 1] ?? 0) + same));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

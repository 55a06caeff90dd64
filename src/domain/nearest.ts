/** Longer names than this are not compared, since that takes as much time as there are letters in both, multiplied. */
const longestCompared = 200;

/** The one of the known names that a mistyped one most likely stands for; undefined where none is near. */
export function nearestOf(text: string, known: readonly string[]): string | undefined {
  if (text.length > longestCompared) return undefined;
  const typed = text.toLowerCase();
  let nearest: string | undefined;
  let least = typed.length;
  for (const name of known) {
    // A third of the letters may be wrong: `maxLifetime` is not far from `maximumLifetime`.
    const most = Math.min(least - 1, Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length / 3)));
    if (name.length > longestCompared || Math.abs(name.length - typed.length) > most) continue;
    const distance = edits(typed, name.toLowerCase());
    if (distance <= most) [nearest, least] = [name, distance];
  }
  return nearest;
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

/** No column is wider, so that one long name does not push the others apart: its own line is longer instead. */
const widestColumn = 48;

/** A table for people, a line at a time, each with a line break. Cells hold nothing that a terminal obeys. */
export function* textTable(headings: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  const widths = headings.map((heading, index) => {
    const widest = rows.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), heading.length);
    return Math.min(widest, widestColumn);
  });
  for (const row of [headings, ...rows]) {
    const cells = row.map((cell, index) => cell.padEnd(widths[index] ?? 0));
    yield `${cells.join("  ").trimEnd()}\n`;
  }
}

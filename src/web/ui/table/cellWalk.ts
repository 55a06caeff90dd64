/** A cell of a grid, both from 0. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** The part of a keyboard event that tells where to go. */
export interface PressedKey {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/**
 * Where a key leads from a cell; undefined when it leads nowhere, and is left to the browser.
 *
 * @param last the last cell of the grid; its row is -1 when there is none
 * @param page how many rows Page up and Page down pass
 */
export function cellReached(
  { key, altKey, ctrlKey, metaKey }: PressedKey,
  { row, column }: CellPlace,
  last: CellPlace,
  page: number,
): CellPlace | undefined {
  if (altKey || metaKey || last.row < 0) return undefined;
  const to = (nextRow: number, nextColumn: number) => ({
    row: Math.max(0, Math.min(last.row, nextRow)),
    column: Math.max(0, Math.min(last.column, nextColumn)),
  });
  switch (key) {
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowRight":
      return to(row, column + 1);
    case "ArrowLeft":
      return to(row, column - 1);
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(row - page, column);
    case "Home":
      return ctrlKey ? to(0, 0) : to(row, 0);
    case "End":
      return ctrlKey ? to(last.row, last.column) : to(row, last.column);
    default:
      return undefined;
  }
}

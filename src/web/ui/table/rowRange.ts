/** The part of a keyboard event that tells what is to be selected. */
export interface SelectingKey {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** What a key does to the selection of a grid: with the row that has the focus, with all rows from the one chosen last, or with all. */
export type Selecting = "row" | "range" | "all" | "none";

/** What a key does to the selection of a grid; undefined where it does nothing. */
export function selectingOf({ key, altKey, ctrlKey, metaKey, shiftKey }: SelectingKey): Selecting | undefined {
  if (altKey) return undefined;
  const command = ctrlKey || metaKey;
  if (key === " " && !command) return shiftKey ? "range" : "row";
  if (key.toLowerCase() === "a" && command && !shiftKey) return "all";
  return key === "Escape" && !command && !shiftKey ? "none" : undefined;
}

/**
 * The selection after all rows from one to another, both from 0, were put into it or taken out. Rows are named by their ids; what is selected
 * and not among the rows stays.
 */
export function withRange(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  from: number,
  to: number,
  put: boolean,
): ReadonlySet<string> {
  const next = new Set(selected);
  for (const id of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (put) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** The selection with the row at a place put into it, or taken out where it is in it. */
export function toggled(selected: ReadonlySet<string>, ids: readonly string[], place: number): ReadonlySet<string> {
  const id = ids[place];
  return id === undefined ? selected : withRange(selected, ids, place, place, !selected.has(id));
}

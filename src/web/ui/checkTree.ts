/** Something to choose in a {@link CheckTreeGroup}. */
export interface CheckTreeItem {
  /** Distinct in the whole tree. */
  readonly id: string;
  readonly label: string;
  /** The technical name, shown in monospace and searched as well. */
  readonly code?: string;
  readonly description?: string;
  /** A word of warning, which a sign stands with. */
  readonly note?: string;
  /** Its parts. It is chosen when all of them are, and has no meaning of its own. */
  readonly parts?: readonly CheckTreeItem[];
  /** Why it cannot be chosen; it can still be given up. */
  readonly refusal?: string | undefined;
  /** Why it is chosen whatever the user does. */
  readonly always?: string | undefined;
}

/** Items under a heading. */
export interface CheckTreeGroup {
  readonly title: string;
  readonly items: readonly CheckTreeItem[];
}

/** Whether an item is chosen; `mixed` when only some of its parts are. */
export type CheckState = boolean | "mixed";

/** One row of the tree as it is shown now. */
export interface TreeRow {
  readonly item: CheckTreeItem;
  readonly level: 1 | 2;
  /** Whether its parts are shown; undefined where there are none. */
  readonly expanded: boolean | undefined;
  readonly state: CheckState;
  /** Its place among the rows of its level, from 1, and how many there are. */
  readonly position: number;
  readonly siblings: number;
}

/** The rows of one heading. */
export interface CheckTreeSection {
  readonly title: string;
  readonly rows: readonly TreeRow[];
}

/** The ids that stand for an item: those of its parts, or its own. */
export function leavesOf(item: CheckTreeItem): readonly string[] {
  return item.parts?.map(({ id }) => id) ?? [item.id];
}

/** Whether an item is chosen where the ids in `chosen` are. */
export function stateOf(item: CheckTreeItem, chosen: ReadonlySet<string>): CheckState {
  if (item.always !== undefined) return true;
  const leaves = leavesOf(item);
  const count = leaves.filter((id) => chosen.has(id)).length;
  return count === 0 ? false : count === leaves.length ? true : "mixed";
}

/** The choice after an item was pressed: a partly chosen item is chosen as far as possible, a wholly chosen one is cleared. */
export function toggled(item: CheckTreeItem, chosen: ReadonlySet<string>): ReadonlySet<string> {
  if (item.always !== undefined) return chosen;
  const open = (item.parts ?? [item]).filter((part) => part.refusal === undefined || chosen.has(part.id)).map(({ id }) => id);
  const next = new Set(chosen);
  if (open.every((id) => chosen.has(id))) for (const id of open) next.delete(id);
  else for (const id of open) next.add(id);
  return next;
}

/** Whether pressing an item would change nothing, since it is always chosen or may not be. */
export function isFixed(item: CheckTreeItem, chosen: ReadonlySet<string>): boolean {
  return item.always !== undefined || (item.parts ?? [item]).every((part) => part.refusal !== undefined && !chosen.has(part.id));
}

/** Whether all words of a search are in an item's label, technical name or description. */
function matches(item: CheckTreeItem, words: readonly string[]): boolean {
  const text = `${item.label} ${item.code ?? ""} ${item.description ?? ""} ${item.note ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/**
 * The rows to show. A search keeps the items it finds, and opens those with a part that it finds. Without one, `expanded` decides; where it
 * says nothing, an item is open when some of its parts are chosen.
 */
export function visibleSections(
  groups: readonly CheckTreeGroup[],
  chosen: ReadonlySet<string>,
  expanded: ReadonlyMap<string, boolean>,
  search: string,
): CheckTreeSection[] {
  const words = search
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  return groups
    .map(({ title, items }) => {
      const shown = items
        .map((item) => ({
          item,
          whole: matches(item, words) || title.toLowerCase() === search.trim().toLowerCase(),
          parts: (item.parts ?? []).filter((part) => matches(part, words)),
        }))
        .filter(({ whole, parts }) => whole || parts.length > 0);
      const rows = shown.flatMap(({ item, whole, parts }, index): TreeRow[] => {
        const state = stateOf(item, chosen);
        const open = expanded.get(item.id) ?? (state === "mixed" || (words.length > 0 && !whole));
        const top: TreeRow = {
          item,
          level: 1,
          expanded: item.parts === undefined ? undefined : open,
          state,
          position: index + 1,
          siblings: shown.length,
        };
        const inner = whole ? (item.parts ?? []) : parts;
        if (item.parts === undefined || !open) return [top];
        return [
          top,
          ...inner.map((part, place) => ({
            item: part,
            level: 2 as const,
            expanded: undefined,
            state: stateOf(part, chosen),
            position: place + 1,
            siblings: inner.length,
          })),
        ];
      });
      return { title, rows };
    })
    .filter(({ rows }) => rows.length > 0);
}

/** The first rows of sections; a section of which no row is left goes. */
export function firstRows(sections: readonly CheckTreeSection[], most: number): readonly CheckTreeSection[] {
  let left = most;
  return sections.flatMap((section) => {
    const rows = section.rows.slice(0, left);
    left -= rows.length;
    return rows.length === 0 ? [] : [{ ...section, rows }];
  });
}

/** The choice in few words: an item stands for its parts where all are chosen. What is always chosen is left out. */
export function chosenItems(groups: readonly CheckTreeGroup[], chosen: ReadonlySet<string>): CheckTreeItem[] {
  return groups.flatMap(({ items }) =>
    items.flatMap((item) => {
      if (item.always !== undefined) return [];
      const state = stateOf(item, chosen);
      if (state === true) return [item];
      return state === "mixed" ? (item.parts ?? []).filter(({ id }) => chosen.has(id)) : [];
    }),
  );
}

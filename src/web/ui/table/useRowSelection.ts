import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent, type RefObject } from "react";

import { announce } from "#web/ui/LiveRegion.tsx";

import { selectingOf, toggled, withRange } from "./rowRange.ts";

/** Which rows of a table are selected. They are known by their ids, so sorting and narrowing leave the selection as it is. */
export interface TableSelection<Data> {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (next: ReadonlySet<string>) => void;
  /** What a row is called, in a sentence. */
  readonly nameOf: (row: Data) => string;
  /** Given what tells, when asked, the ids of the rows in sight. */
  readonly onSight: (look: () => readonly string[]) => void;
}

/** The ids of a table's rows, in its order. They are made only when they are asked for. */
export interface ListedRows {
  readonly length: number;
  readonly idAt: (index: number) => string | undefined;
}

/** The ids of rows from one to before another, both from 0. */
function idsOf(rows: ListedRows, from = 0, to = rows.length): string[] {
  const ids: string[] = [];
  for (let index = Math.max(0, from); index < Math.min(to, rows.length); index++) {
    const id = rows.idAt(index);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

export interface RowSelecting {
  /** Puts a row into the selection or takes it out; with `range`, all rows from the one chosen last, which they follow. */
  readonly toggle: (index: number, range: boolean) => void;
  /** Selects all rows, or takes all of them out. */
  readonly all: (put: boolean) => void;
  /** Does what a key says, with the row that has the focus; false where it says nothing of the selection. */
  readonly onKey: (event: KeyboardEvent<HTMLElement>, row: number) => boolean;
  readonly onKeyUp: (event: KeyboardEvent<HTMLElement>) => void;
}

/**
 * Selects rows by pointer and by keyboard.
 *
 * @param isPart whether `rows` are the first of more: then a key that selects all would not
 */
export function useRowSelection<Data>(
  selection: TableSelection<Data> | undefined,
  rows: ListedRows,
  isPart: boolean,
): RowSelecting {
  const anchor = useRef<string>(undefined);
  // Read when something is chosen: rows are drawn anew only where something of their own changes.
  const latest = useRef({ selection, rows, isPart });
  useEffect(() => {
    latest.current = { selection, rows, isPart };
  });

  const toggle = useCallback((index: number, range: boolean) => {
    const { selection: now, rows: shown } = latest.current;
    const id = shown.idAt(index);
    if (now === undefined || id === undefined) return;
    const ids = idsOf(shown);
    const from = anchor.current === undefined ? -1 : ids.indexOf(anchor.current);
    if (range && anchor.current !== undefined && from >= 0) {
      now.onChange(withRange(now.ids, ids, from, index, now.ids.has(anchor.current)));
      return;
    }
    anchor.current = id;
    now.onChange(toggled(now.ids, ids, index));
  }, []);
  const all = useCallback((put: boolean) => {
    const { selection: now, rows: shown } = latest.current;
    now?.onChange(withRange(now.ids, idsOf(shown), 0, shown.length - 1, put));
  }, []);
  const onKey = useCallback(
    (event: KeyboardEvent<HTMLElement>, row: number) => {
      const { selection: now } = latest.current;
      const selecting = selectingOf(event);
      if (now === undefined || selecting === undefined) return false;
      switch (selecting) {
        case "row":
        case "range": {
          // A button is pressed by the space bar, and a box of the row's own ticked.
          if (!isBox(event.target) && event.target instanceof Element && event.target.closest("button, input") !== null)
            return false;
          toggle(row, selecting === "range");
          break;
        }
        case "all":
          if (latest.current.isPart) announce("All can be selected once all are read.");
          else all(true);
          break;
        case "none":
          if (now.ids.size === 0) return false;
          now.onChange(new Set());
          break;
        default:
          selecting satisfies never;
      }
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    [toggle, all],
  );
  return useMemo(() => ({ toggle, all, onKey, onKeyUp }), [toggle, all, onKey]);
}

/** Whether something is the box that selects a row. */
function isBox(target: EventTarget): boolean {
  return target instanceof Element && target.closest("[data-select]") !== null;
}

/** The space bar selects when it goes down; a browser would tick the box when it comes up. */
function onKeyUp(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === " " && isBox(event.target)) event.preventDefault();
}

/** Tells whoever holds the selection which rows are in sight, when asked. */
export function useSight<Data>(
  selection: TableSelection<Data> | undefined,
  rows: ListedRows,
  scroller: RefObject<HTMLElement | null>,
  headHeight: number,
  rowHeight: number,
): void {
  useEffect(() => {
    selection?.onSight(() => {
      const { scrollTop, clientHeight } = scroller.current ?? { scrollTop: 0, clientHeight: 0 };
      // A row of which half is to be seen is in sight.
      const first = Math.round(scrollTop / rowHeight);
      const end = Math.round((scrollTop + clientHeight - headHeight) / rowHeight);
      return idsOf(rows, first, end);
    });
  });
}

import {
  startTransition,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from "react";

import { cellReached } from "./cellWalk.ts";
import { focusable } from "./TableRow.tsx";
import { useRowsInSight, type RowsInSight } from "./useRowsInSight.ts";

export interface RowWalkOptions {
  readonly rows: number;
  readonly columns: number;
  /** Height of a row, px. */
  readonly rowHeight: number;
  /** Height of what lies before the rows, and over them once they scroll, px. */
  readonly headHeight: number;
  /** Index of the first row in sight. */
  readonly position: number;
  readonly onPositionChange: ((position: number) => void) | undefined;
}

export interface RowWalk {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Indexes of the rows to draw, in their order. */
  readonly drawn: readonly number[];
  /** The cell at which the tab key enters. */
  readonly entry: { readonly row: number; readonly column: number };
  /** What the element around the rows takes. */
  readonly body: {
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
}

/** What the height of a table is taken to be until it was measured, px: the window's without what mostly stands beside it. */
const besideTable = 300;
const leastHeight = 360;

/** How many rows are drawn with the page. */
const drawnFirst = 2;

/** How many rows are drawn beyond those in sight at either end, so that scrolling shows no gap. */
const drawnBeyond = 10;

/** Draws only the rows in sight, scrolls to a row and tells of it, and walks the cells by keyboard. */
export function useRowWalk({ rows, columns, rowHeight, headHeight, position, onPositionChange }: RowWalkOptions): RowWalk {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [within, setWithin] = useState(false);
  // The page comes with the first rows, all in sight come with the next frame, and then what scrolling brings into sight: in one step, the browser
  // would put them in place and lay them out for longer than a page may take to answer.
  const [drawing, setDrawing] = useState<"first" | "sight" | "beyond">("first");
  useEffect(() => {
    if (drawing === "beyond") return undefined;
    const timer = setTimeout(() => startTransition(() => setDrawing(drawing === "first" ? "sight" : "beyond")));
    return () => clearTimeout(timer);
  }, [drawing]);
  const activeRow = Math.min(active.row, rows - 1);
  const sight = useRowsInSight(scroller, {
    rowHeight,
    headHeight,
    position,
    // The rows are drawn with all else of the page rather than once it was measured, which takes a long step by itself.
    height: Math.max(leastHeight, window.innerHeight - besideTable),
  });
  const drawn = drawnRows(sight, rows, drawing === "beyond" ? drawnBeyond : 0);
  if (drawing === "first") drawn.splice(drawnFirst);
  // The row that has the focus stays in the document however far it is scrolled away, or the focus would be lost.
  if (within && activeRow >= 0 && !drawn.includes(activeRow)) {
    if (activeRow < (drawn[0] ?? 0)) drawn.unshift(activeRow);
    else drawn.push(activeRow);
  }

  const focusCell = (row: number, column: number, tries = 5) => {
    requestAnimationFrame(() => {
      const cell = scroller.current?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
      if (cell) {
        focusable(cell).focus({ preventScroll: true });
        // The list itself may be out of sight, as may the column.
        cell.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      // The row may have to be drawn first, which scrolling does in a later frame.
      else if (tries > 1) focusCell(row, column, tries - 1);
    });
  };

  const bringIntoSight = (index: number) => {
    const element = scroller.current;
    if (element === null) return;
    const top = index * rowHeight;
    const least = top + rowHeight + headHeight - element.clientHeight;
    if (element.scrollTop > top) element.scrollTo({ top });
    else if (element.scrollTop < least) element.scrollTo({ top: least });
  };

  const reported = useRef(position);
  useEffect(() => {
    if (position === reported.current) return;
    reported.current = position;
    scroller.current?.scrollTo({ top: position * rowHeight });
  }, [position, rowHeight]);
  const { isScrolling } = sight;
  useEffect(() => {
    if (isScrolling || scroller.current === null) return;
    const first = Math.round(scroller.current.scrollTop / rowHeight);
    if (first === reported.current) return;
    reported.current = first;
    onPositionChange?.(first);
    // Another height of the rows moves them, which is no scrolling.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isScrolling, onPositionChange]);

  // Zooming and turning a phone change what a row is; the first one in sight and the focus stay.
  const measured = useRef(rowHeight);
  useLayoutEffect(() => {
    if (measured.current === rowHeight) return;
    measured.current = rowHeight;
    scroller.current?.scrollTo({ top: reported.current * rowHeight });
    if (within) focusCell(activeRow, active.column);
  });

  // The tab key enters at the cell that was last active, or at the first row in sight when that one is not.
  const row = drawn.includes(activeRow) ? activeRow : Math.min(sight.first, rows - 1);
  const entry = { row, column: active.column };

  return {
    scroller,
    drawn,
    entry,
    body: {
      onKeyDown: (event) => {
        const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
        const to = cellReached(event, entry, { row: rows - 1, column: columns - 1 }, page);
        if (to === undefined) return;
        event.preventDefault();
        setActive(to);
        bringIntoSight(to.row);
        focusCell(to.row, to.column);
      },
      onFocus: (event) => {
        setWithin(true);
        const [to, column] = event.target.closest<HTMLElement>("[data-cell]")?.dataset["cell"]?.split(":").map(Number) ?? [];
        if (to !== undefined && column !== undefined) setActive({ row: to, column });
      },
      onBlur: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setWithin(false);
      },
    },
  };
}

/** The rows in sight and some beyond. A list that became shorter is drawn before the browser tells that it scrolled back. */
function drawnRows({ first, end }: RowsInSight, rows: number, beyond: number): number[] {
  const to = Math.min(rows, end + beyond);
  const from = Math.max(0, Math.min(first, to - (end - first)) - beyond);
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

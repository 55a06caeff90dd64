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
import { drawnIndexes, scrolledTo, sightOf, type Sight } from "./sight.ts";
import { focusable } from "./TableRow.tsx";

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
  /** The rows to draw, and how much room before each belongs to rows that are not drawn, px. */
  readonly items: readonly { readonly index: number; readonly gap: number }[];
  /** The room after the last one that belongs to rows that are not drawn, px. */
  readonly gap: number;
  /** The cell at which the tab key enters. */
  readonly entry: { readonly row: number; readonly column: number };
  /** What the element around the rows takes. */
  readonly body: {
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
}

/** How long after the last of it scrolling counts as over, ms. */
const restAfter = 150;

/** How many rows are drawn beyond those in sight at either end, so that scrolling shows no gap. */
const drawnBeyond = 10;

/** Draws only the rows in sight, scrolls to a row and tells of it, and walks the cells by keyboard. */
export function useRowWalk({ rows, columns, rowHeight, headHeight, position, onPositionChange }: RowWalkOptions): RowWalk {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [within, setWithin] = useState(false);
  const activeRow = Math.min(active.row, rows - 1);
  const metrics = { rowHeight, headHeight };
  const [sight, setSight] = useState<Sight>(() => sightOf(position * rowHeight, window.innerHeight, metrics));
  const [overscan, setOverscan] = useState(0);
  const drawn = drawnIndexes(rows, sight, { overscan, kept: within ? activeRow : undefined });
  const items = drawn.map((index, place) => ({ index, gap: (index - (drawn[place - 1] ?? -1) - 1) * rowHeight }));
  const look = useRef(() => {});
  useLayoutEffect(() => {
    look.current = () => {
      const element = scroller.current;
      if (element === null) return;
      const next = sightOf(element.scrollTop, element.clientHeight, metrics);
      setSight((last) => (last.first === next.first && last.end === next.end ? last : next));
    };
  });

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

  const reported = useRef(position);
  const measured = useRef(rowHeight);
  useEffect(() => {
    if (position === reported.current) return;
    reported.current = position;
    scroller.current?.scrollTo({ top: position * rowHeight });
  }, [position, rowHeight]);
  const report = useRef(() => {});
  useEffect(() => {
    report.current = () => {
      if (scroller.current === null) return;
      const first = Math.round(scroller.current.scrollTop / rowHeight);
      if (first === reported.current) return;
      reported.current = first;
      onPositionChange?.(first);
    };
  });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    if (reported.current > 0) element.scrollTop = reported.current * measured.current;
    let resting: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      look.current();
      clearTimeout(resting);
      resting = setTimeout(() => report.current(), restAfter);
    };
    const observer = new ResizeObserver(() => look.current());
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    // The rows in sight come first. What scrolling brings into sight is drawn behind them.
    const timer = setTimeout(() => startTransition(() => setOverscan(drawnBeyond)));
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
      clearTimeout(resting);
      clearTimeout(timer);
    };
  }, []);

  // Zooming and turning a phone change what a row is; the first one in sight and the focus stay.
  useLayoutEffect(() => {
    if (measured.current === rowHeight) return;
    measured.current = rowHeight;
    scroller.current?.scrollTo({ top: reported.current * rowHeight });
    look.current();
    if (within) focusCell(activeRow, active.column);
  });

  // The tab key enters at the cell that was last active, or at the first row in sight when that one is not.
  const row = drawn.includes(activeRow) ? activeRow : Math.min(sight.first, rows - 1);
  const entry = { row, column: active.column };

  return {
    scroller,
    items,
    gap: (rows - (drawn.at(-1) ?? -1) - 1) * rowHeight,
    entry,
    body: {
      onKeyDown: (event) => {
        const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
        const to = cellReached(event, entry, { row: rows - 1, column: columns - 1 }, page);
        if (to === undefined) return;
        event.preventDefault();
        setActive(to);
        const element = scroller.current;
        if (element !== null) element.scrollTop = scrolledTo(to.row, element.scrollTop, element.clientHeight, metrics);
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

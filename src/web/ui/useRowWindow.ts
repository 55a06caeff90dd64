import { useCallback, useState } from "react";

/** Rows drawn beyond the window at either end, so that scrolling by a row shows no gap. */
const overscan = 2;

/** The part of a long list that is in sight. */
export interface RowWindow {
  /** Give this to the element that scrolls. */
  readonly scroller: (element: HTMLElement | null) => (() => void) | undefined;
  /** Indexes of the rows to draw. */
  readonly rows: readonly number[];
  /** Index of the first row wholly in sight. */
  readonly first: number;
}

/**
 * Which rows of a list are in sight, where all are of the same `height` (px). That they are makes this a division; a library for rows of
 * unknown heights would cost a thirtieth of the page's script.
 */
export function useRowWindow(count: number, height: number): RowWindow {
  const [seen, setSeen] = useState({ top: 0, bottom: 20, first: 0 });
  const scroller = useCallback(
    (element: HTMLElement | null) => {
      if (element === null) return undefined;
      const look = () => {
        const { scrollTop, clientHeight } = element;
        const next = {
          top: Math.floor(scrollTop / height),
          bottom: Math.ceil((scrollTop + clientHeight) / height),
          first: Math.ceil(scrollTop / height),
        };
        setSeen((last) => (last.top === next.top && last.bottom === next.bottom && last.first === next.first ? last : next));
      };
      const observer = new ResizeObserver(look);
      observer.observe(element);
      element.addEventListener("scroll", look, { passive: true });
      return () => {
        observer.disconnect();
        element.removeEventListener("scroll", look);
      };
    },
    [height],
  );
  // A list that became shorter is drawn before the browser tells that it scrolled back.
  const to = Math.min(count, seen.bottom + overscan);
  const from = Math.max(0, Math.min(seen.top, to - (seen.bottom - seen.top)) - overscan);
  return {
    scroller,
    rows: Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index),
    first: Math.min(seen.first, Math.max(0, count - 1)),
  };
}

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";

/** How long nothing scrolls before scrolling has come to rest, ms. */
const atRest = 150;

export interface RowsInSight {
  /** The first row of which something is to be seen, and the one after the last. */
  readonly first: number;
  readonly end: number;
  readonly isScrolling: boolean;
}

export interface RowsInSightOptions {
  /** Height of a row, px. */
  readonly rowHeight: number;
  /** Height of what lies over the rows at the top, px. */
  readonly headHeight: number;
  /** The first row in sight to begin with. */
  readonly position: number;
  /** What the height of the scroller is taken to be until it was measured, px. */
  readonly height: number;
}

/**
 * Which rows are in sight, where all are of one height: that makes it a division. `scroller` is drawn anew with what scrolling brings into sight
 * before the browser paints.
 */
export function useRowsInSight(scroller: RefObject<HTMLElement | null>, options: RowsInSightOptions): RowsInSight {
  const { rowHeight, headHeight, position, height } = options;
  const rangeAt = useCallback(
    (top: number, clientHeight: number) => ({
      first: Math.max(0, Math.floor(top / rowHeight)),
      end: Math.max(0, Math.ceil((top + clientHeight - headHeight) / rowHeight)),
    }),
    [rowHeight, headHeight],
  );
  const [seen, setSeen] = useState(() => ({ ...rangeAt(position * rowHeight, height), isScrolling: false }));
  const begin = useRef(position * rowHeight);
  useLayoutEffect(() => {
    if (begin.current > 0) scroller.current?.scrollTo({ top: begin.current });
    begin.current = 0;
  }, [scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const next = { ...rangeAt(element.scrollTop, element.clientHeight), isScrolling: timer !== undefined };
      setSeen((last) =>
        last.first === next.first && last.end === next.end && last.isScrolling === next.isScrolling ? last : next,
      );
    };
    const scrolled = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        look();
      }, atRest);
      flushSync(look);
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, [scroller, rangeAt]);
  return seen;
}

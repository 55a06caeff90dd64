import Box from "@mui/material/Box";
import TableSortLabel from "@mui/material/TableSortLabel";
import useMediaQuery from "@mui/material/useMediaQuery";
import { memo, useCallback, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { affectedColumns, AffectedRow, rowsStyle } from "./AffectedRow.tsx";
import type { ReasonContext } from "./changeWords.ts";
import type { Impact, ListSort, SortKey } from "./impact.ts";
import { useRowWindow } from "#web/ui/useRowWindow.ts";

export interface AffectedListProps {
  readonly impact: Impact;
  /** The places in the impact's plan of the changes to list, in order. */
  readonly places: readonly number[];
  readonly context: ReasonContext;
  readonly sort: ListSort;
  readonly onSort: (next: ListSort) => void;
  /** One below the other, for a narrow screen. */
  readonly stacked: boolean;
  /** What stands there when there is nothing to list. */
  readonly empty: ReactNode;
}

const headings: readonly { readonly title: string; readonly key: SortKey }[][] = [
  [
    { title: "Token", key: "name" },
    { title: "Kind", key: "kind" },
  ],
  [
    { title: "Harm", key: "harm" },
    { title: "Effect", key: "effect" },
  ],
  [{ title: "Before → after, and why", key: "expiry" }],
  [{ title: "Last used", key: "used" }],
];

/**
 * The affected tokens, however many there are: only those in sight are in the document. One stop of the tab key; arrow keys, Page up and
 * down, Home and End walk the tokens.
 */
export const AffectedList = memo(function AffectedList({
  impact,
  places,
  context,
  sort,
  onSort,
  stacked,
  empty,
}: AffectedListProps) {
  const body = useRef<HTMLElement>(null);
  const [active, setActive] = useState(0);
  const roomy = useMediaQuery("(min-height: 860px)", { noSsr: true });
  const height = stacked ? 126 : roomy ? 44 : 36;
  const { scroller, rows, first } = useRowWindow(places.length, height);
  const attach = useCallback(
    (element: HTMLElement | null) => {
      body.current = element;
      return scroller(element);
    },
    [scroller],
  );
  const entry = rows.includes(active) ? active : first;
  // The row that has the focus stays in the document however far it is scrolled away, or the focus would be lost.
  const [within, setWithin] = useState(false);
  const drawn = within && active < places.length && !rows.includes(active) ? [...rows, active] : rows;

  const walk = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((body.current?.clientHeight ?? 0) / height) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: entry + 1,
      ArrowUp: entry - 1,
      PageDown: entry + page,
      PageUp: entry - page,
      Home: 0,
      End: places.length - 1,
    };
    const wanted = steps[event.key];
    if (wanted === undefined || places.length === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(places.length - 1, wanted));
    setActive(next);
    const { scrollTop, clientHeight } = body.current ?? { scrollTop: 0, clientHeight: 0 };
    const highest = (next + 1) * height - clientHeight;
    body.current?.scrollTo({ top: Math.max(highest, Math.min(scrollTop, next * height)) });
    // The row may have to be drawn first, which scrolling does in a later frame.
    const focus = (tries: number) => {
      const row = body.current?.querySelector<HTMLElement>(`[aria-rowindex="${next + 2}"] [tabindex]`);
      if (row) row.focus({ preventScroll: true });
      else if (tries > 0) requestAnimationFrame(() => focus(tries - 1));
    };
    requestAnimationFrame(() => focus(5));
  };

  return (
    <Box
      role="table"
      aria-label="Affected tokens"
      aria-rowcount={places.length + 1}
      sx={{
        display: "flex",
        flexDirection: "column",
        // On a phone the whole panel scrolls, and the list is as high as can be read at once.
        ...(stacked ? { flex: "none", height: "75dvh" } : { minHeight: 0, flex: 1 }),
      }}
    >
      <Box role="rowgroup" sx={stacked ? { flexShrink: 0 } : { overflowY: "scroll", scrollbarWidth: "thin" }}>
        <Box role="row" aria-rowindex={1} sx={stacked ? stackedHead : head}>
          {headings.map((column) => (
            <Box key={column[0]?.key} role="presentation" sx={{ display: "flex", columnGap: 2 }}>
              {column.map(({ title, key }) => (
                <Box
                  key={key}
                  role="columnheader"
                  aria-sort={key !== sort.column ? undefined : sort.descending ? "descending" : "ascending"}
                >
                  <TableSortLabel
                    active={key === sort.column}
                    direction={key === sort.column && sort.descending ? "desc" : "asc"}
                    onClick={() => onSort({ column: key, descending: key === sort.column && !sort.descending })}
                  >
                    {title}
                  </TableSortLabel>
                </Box>
              ))}
            </Box>
          ))}
        </Box>
      </Box>
      <Box
        ref={attach}
        role="rowgroup"
        data-rows
        onKeyDown={walk}
        onFocus={(event) => {
          setWithin(true);
          const index = Number(event.target.closest("[aria-rowindex]")?.getAttribute("aria-rowindex"));
          if (index >= 2) setActive(index - 2);
        }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) setWithin(false);
        }}
        sx={{
          overflowY: "scroll",
          scrollbarWidth: "thin",
          flex: 1,
          minHeight: stacked ? 120 : 0,
          position: "relative",
          contain: "strict",
        }}
      >
        {places.length === 0 ? (
          <div role="row">
            <div role="cell">{empty}</div>
          </div>
        ) : (
          <Box role="presentation" sx={stacked ? stackedRows : wideRows} style={{ height: places.length * height }}>
            {drawn.map((index) => {
              const place = places[index] ?? -1;
              const change = impact.plan.changes[place];
              const disruption = impact.disruption.ofChanges[place];
              return (
                change &&
                disruption && (
                  <AffectedRow
                    key={change.token.id}
                    change={change}
                    disruption={disruption}
                    context={context}
                    index={index}
                    start={index * height}
                    height={height}
                    entry={index === entry}
                  />
                )
              );
            })}
          </Box>
        )}
      </Box>
    </Box>
  );
});

const wideRows = { position: "relative", ...rowsStyle.wide } as const;
const stackedRows = { position: "relative", ...rowsStyle.stacked } as const;

const head = {
  display: "grid",
  gridTemplateColumns: affectedColumns,
  columnGap: 2,
  paddingInline: 1,
  typography: "caption",
  color: "text.secondary",
  borderBottom: 1,
  borderColor: "divider",
  whiteSpace: "nowrap",
  "& .MuiTableSortLabel-root": { fontSize: "inherit" },
} as const;

const stackedHead = {
  display: "flex",
  flexWrap: "wrap",
  columnGap: 3,
  paddingBlock: 1,
  typography: "caption",
  color: "text.secondary",
  borderBottom: 1,
  borderColor: "divider",
  whiteSpace: "nowrap",
} as const;

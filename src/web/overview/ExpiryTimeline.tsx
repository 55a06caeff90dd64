import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import { daysValue, daysWords, type Span } from "#web/inventory/expiryDays.ts";
import { inventoryLink } from "#web/inventory/link.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { unmarked } from "#web/theme.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { Spoken } from "#web/ui/Spoken.tsx";

import { countExpiries, daysAhead, type Expiries, type ExpiryWeek } from "./expiries.ts";

/** What expires in the weeks ahead, by kind. It is a table whose cells have bars, so it needs no other words for those who see no bars. */
export function ExpiryTimeline({ inventory, now }: { readonly inventory: Inventory; readonly now: number }) {
  const { tokens, kinds, waiting } = inventory;
  const expiries = useMemo(() => countExpiries(tokens, now, columnsOf(kinds)), [tokens, now, kinds]);
  const title = `What expires in the next ${daysAhead} days`;
  if (expiries.total === 0) {
    return (
      <Panel title={title}>
        {waiting ? (
          <LoadingShape label="Counting what expires" shape="table" rows={10} />
        ) : (
          <Typography sx={{ color: "text.secondary" }}>No token that was read expires then.</Typography>
        )}
      </Panel>
    );
  }
  return (
    <Panel title={title}>
      <Typography sx={{ color: "text.secondary" }}>
        <Link component={RouterLink} to={inventoryLink({ state: ["expires-90d"], sort: "expireAt" })}>
          {countOf(expiries.total, "token")}
        </Link>
        {waiting && " so far"}, by weeks of your calendar. Each number opens the list of those tokens.
      </Typography>
      <Box sx={{ overflowX: "auto", position: "relative" }}>
        <Table
          expiries={expiries}
          waitsFor={kinds.flatMap(({ kind, state }) => (state === "waiting" ? kind : []))}
          title={title}
        />
      </Box>
    </Panel>
  );
}

/** The kinds that have a column whatever expires: one that came while the page is read would move the others. */
function columnsOf(kinds: Inventory["kinds"]): readonly TokenKind[] {
  return kinds.flatMap(({ kind, state }) => (isTokenKind(kind) && state !== "hidden" && state !== "failed" ? kind : []));
}

interface TableProps {
  readonly expiries: Expiries;
  /** The kinds that are not read yet. */
  readonly waitsFor: readonly InventoryKind[];
  readonly title: string;
}

function Table({ expiries: { kinds, weeks, most }, waitsFor, title }: TableProps) {
  return (
    <Box component="table" aria-label={title} sx={tableStyle}>
      <thead>
        <tr>
          <th scope="col">Week</th>
          <th scope="col" data-all>
            All
          </th>
          {kinds.map((kind) => (
            <th key={kind} scope="col" data-count>
              {inventoryTraits[kind].title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.from}>
            <th scope="row">{shortDays(week)}</th>
            <td data-all>
              <Total week={week} most={most} waiting={waitsFor.length > 0} />
            </td>
            {kinds.map((kind, place) => (
              <td key={kind} data-count>
                <Count span={week} kind={kind} tokens={week.counts[place] ?? 0} waiting={waitsFor.includes(kind)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Box>
  );
}

function linkOf(span: Span, kind?: InventoryKind): string {
  return inventoryLink({
    state: ["expires-90d"],
    expires: [daysValue(span)],
    sort: "expireAt",
    ...(kind !== undefined && { kind: [kind] }),
  });
}

interface NoneProps {
  /** Whether some that would count here are not read yet. */
  readonly waiting: boolean;
}

function None({ waiting }: NoneProps) {
  return <span className="quiet">{waiting ? "…" : "–"}</span>;
}

interface CountProps extends NoneProps {
  readonly span: Span;
  readonly kind: InventoryKind;
  readonly tokens: number;
}

function Count({ span, kind, tokens, waiting }: CountProps) {
  if (tokens === 0) return <None waiting={waiting} />;
  return (
    <Link component={RouterLink} to={linkOf(span, kind)}>
      {count(tokens)}
      <Spoken>
        {" "}
        {inventoryTraits[kind].noun} {tokens === 1 ? "token" : "tokens"}, {daysWords(span)}
      </Spoken>
    </Link>
  );
}

interface TotalProps extends NoneProps {
  readonly week: ExpiryWeek;
  readonly most: number;
}

/** A bar as long as its share of the fullest week, with its number. */
function Total({ week, most, waiting }: TotalProps) {
  if (week.total === 0) return <None waiting={waiting} />;
  return (
    <Link component={RouterLink} to={linkOf(week)} underline="none" sx={{ display: "flex", alignItems: "center", gap: 2 }}>
      <Box sx={{ flex: 1, minWidth: 48 }} aria-hidden>
        <Box
          sx={{
            width: `${Math.max(2, (100 * week.total) / most)}%`,
            height: 12,
            backgroundColor: "text.disabled",
            // Forced colours remove grounds.
            border: `1px solid ${unmarked}`,
            "@media (forced-colors: active)": { borderColor: "CanvasText" },
          }}
        />
      </Box>
      <Box component="span" sx={{ minWidth: 32, textAlign: "end", textDecoration: "underline", textUnderlineOffset: "0.2em" }}>
        {count(week.total)}
        <Spoken>
          {" "}
          {week.total === 1 ? "token" : "tokens"} of all kinds, {daysWords(week)}
        </Spoken>
      </Box>
    </Link>
  );
}

const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The days of a week, as short as they are clear within a quarter of a year: `26 Nov – 2 Dec`. */
function shortDays({ from, to }: Span): string {
  return `${shortDay.format(from)} – ${shortDay.format(to - 1)}`;
}

const tableStyle = {
  width: "100%",
  borderCollapse: "collapse",
  "& th, & td": { paddingBlock: "3px", paddingInline: 1, textAlign: "start", fontWeight: 400, whiteSpace: "nowrap" },
  "& thead th": { typography: "caption", color: "text.secondary" },
  "& tbody tr": { borderTop: 1, borderColor: "frame.line" },
  "& [data-count]": { textAlign: "end", paddingInlineEnd: 3 },
  "& [data-all]": { width: "40%", paddingInlineEnd: 4 },
} as const;

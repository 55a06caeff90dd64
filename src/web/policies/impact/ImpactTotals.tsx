import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { memo } from "react";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { EffectCounts } from "#domain/policy/plan.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { count } from "#web/ui/counts.ts";

import type { Impact } from "./impact.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";

export interface ImpactTotalsProps {
  readonly impact: Impact;
  readonly kinds: readonly KindSeen[];
  /** For a narrow screen. */
  readonly stacked: boolean;
}

const columns = [
  "deleted",
  "shortened",
  "filtered",
  "unchanged",
  "alreadyExpired",
  "seen",
] as const satisfies readonly (keyof EffectCounts)[];

type Column = (typeof columns)[number];

/** How many tokens of each kind meet which fate. Every figure has its place, which no other figure can move. */
export const ImpactTotals = memo(function ImpactTotals({ impact, kinds, stacked }: ImpactTotalsProps) {
  return (
    // Where it is wider than the screen it scrolls by itself, which the keyboard must be able to do as well.
    <Box
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label="Totals of the impact"
      sx={{ overflowX: "auto", flexShrink: 0, "&:focus-visible": { outlineOffset: -2 } }}
    >
      <Box component="table" sx={stacked ? stackedStyle : tableStyle}>
        <caption>Tokens by effect and kind</caption>
        {stacked ? <ByEffect impact={impact} kinds={kinds} /> : <ByKind impact={impact} kinds={kinds} />}
      </Box>
      <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 1 }}>
        Ingest and fleet tokens are not governed by these policies. Expired tokens are purged within five minutes.
      </Typography>
    </Box>
  );
});

type TableProps = Omit<ImpactTotalsProps, "stacked">;

/** A row for each kind: for a wide screen. */
function ByKind({ impact, kinds }: TableProps) {
  return (
    <>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              <ColumnTitle column={column} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr data-total>
          <th scope="row">All kinds</th>
          {columns.map((column) => (
            <Figure key={column} column={column} value={impact.totals[column]} unknown={nothingKnown(kinds)} />
          ))}
        </tr>
        {kinds.map((seen) => (
          <tr key={seen.kind}>
            <th scope="row">{kindTraits[seen.kind].title}</th>
            {columns.map((column) => (
              <Figure key={column} column={column} value={impact.plan.counts[seen.kind][column]} seen={seen} />
            ))}
          </tr>
        ))}
      </tbody>
    </>
  );
}

/** A row for each effect: for a phone, where the kinds fit side by side and the effects would not. */
function ByEffect({ impact, kinds }: TableProps) {
  return (
    <>
      <thead>
        <tr>
          <th scope="col">Effect</th>
          <th scope="col">All</th>
          {kinds.map(({ kind }) => (
            <th key={kind} scope="col">
              <KindTitle kind={kind} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {columns.map((column) => (
          <tr key={column}>
            <th scope="row">
              <ColumnTitle column={column} />
            </th>
            <Figure column={column} value={impact.totals[column]} unknown={nothingKnown(kinds)} strong />
            {kinds.map((seen) => (
              <Figure key={seen.kind} column={column} value={impact.plan.counts[seen.kind][column]} seen={seen} />
            ))}
          </tr>
        ))}
      </tbody>
    </>
  );
}

/** A kind as the head of a narrow column: the longest name would push the last kind out of sight. */
function KindTitle({ kind }: { readonly kind: TokenKind }) {
  const { title } = kindTraits[kind];
  if (title.length <= 8) return title;
  return (
    <Box component="abbr" title={title} sx={{ textDecoration: "none" }}>
      {`${title.slice(0, 3)}.`}
    </Box>
  );
}

function ColumnTitle({ column }: { readonly column: Column }) {
  switch (column) {
    case "alreadyExpired":
      return "expired";
    case "seen":
      return "seen";
    default:
      return <EffectSign effect={column} />;
  }
}

interface FigureProps {
  readonly column: Column;
  readonly value: number;
  /** The kind that the figure is of; absent for all kinds together. */
  readonly seen?: KindSeen;
  /** Whether nothing is known at all, so that a zero would be a claim. */
  readonly unknown?: boolean;
  readonly strong?: boolean;
}

function nothingKnown(kinds: readonly KindSeen[]): boolean {
  return kinds.every(knowsNothing);
}

function knowsNothing({ seen, state }: KindSeen): boolean {
  return seen === 0 && state !== "complete";
}

function Figure({ column, value, seen, unknown = seen !== undefined && knowsNothing(seen), strong = false }: FigureProps) {
  const effect = column === "deleted" || column === "shortened" || column === "filtered" ? column : undefined;
  return (
    <td data-effect={value > 0 ? effect : "none"} data-strong={strong ? "" : undefined}>
      {unknown && column !== "seen" ? "?" : count(value)}
      {seen !== undefined && column === "seen" && (
        <span data-seen={seen.state === "complete" ? "all" : "part"}>{seenShort[seen.state]}</span>
      )}
    </td>
  );
}

const seenShort = { complete: "all", partial: "some", hidden: "none", failed: "none", waiting: "…" } as const satisfies Record<
  KindSeen["state"],
  string
>;

const tableStyle = {
  width: "100%",
  borderCollapse: "collapse",
  fontVariantNumeric: "tabular-nums",
  "& caption": { position: "absolute", width: 1, height: 1, overflow: "hidden", clip: "rect(0 0 0 0)" },
  "& th, & td": {
    padding: "3px 8px",
    textAlign: "right",
    fontWeight: 400,
    whiteSpace: "nowrap",
    borderBottom: 1,
    borderColor: "divider",
  },
  "& thead th": { typography: "caption", color: "text.secondary" },
  "& th:first-of-type": { textAlign: "left", paddingLeft: 0 },
  "& thead th:first-of-type": { textAlign: "left", paddingLeft: 0 },
  "& td:last-child, & thead th:last-child": { minWidth: "5.5em", paddingRight: 0 },
  "& [data-total] > *": { fontSize: "1rem", fontWeight: 600 },
  // Here once and not on each figure, for all of them are made anew with every keystroke.
  "& td[data-effect='none']": { color: "text.secondary" },
  "& td[data-effect='deleted']": { color: "effects.deleted.main" },
  "& td[data-effect='shortened']": { color: "effects.shortened.main" },
  "& td[data-effect='filtered']": { color: "effects.filtered.main" },
  "& td[data-strong]": { fontWeight: 600 },
  "& [data-seen]": { marginLeft: 1 },
  "& [data-seen='all']": { color: "text.secondary" },
  "& [data-seen='part']": { color: "warning.main" },
  // Room for six digits: a figure that grows moves nothing.
  "& td": { minWidth: "4.6em" },
} as const;

const stackedStyle = {
  ...tableStyle,
  fontSize: "0.75rem",
  "& th, & td": { ...tableStyle["& th, & td"], padding: "3px" },
  "& td": { minWidth: 0 },
  "& td:last-child, & thead th:last-child": { paddingRight: 0 },
  "& td > span": { display: "block" },
} as const;

import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { memo } from "react";

import { kindTraits } from "#domain/kinds.ts";
import type { EffectCounts } from "#domain/plan.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";

import { formatCount } from "./effects.ts";
import type { Impact } from "./impact.ts";
import type { KindSeen } from "./useTokens.ts";

/** What {@link ImpactTotals} takes. */
export interface ImpactTotalsProps {
  readonly impact: Impact;
  readonly kinds: readonly KindSeen[];
}

const columns = [
  "deleted",
  "shortened",
  "filtered",
  "unchanged",
  "alreadyExpired",
  "seen",
] as const satisfies readonly (keyof EffectCounts)[];

/** How many tokens of each kind meet which fate. Every figure has its place, which no other figure can move. */
export const ImpactTotals = memo(function ImpactTotals({ impact, kinds }: ImpactTotalsProps) {
  const { totals, plan } = impact;
  return (
    // Wider than a small phone: then it scrolls by itself, which the keyboard must be able to do as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <Box
      tabIndex={0}
      role="region"
      aria-label="Totals of the impact"
      sx={{ overflowX: "auto", "&:focus-visible": { outlineOffset: -2 } }}
    >
      <Box component="table" sx={tableStyle}>
        <caption>Tokens by effect and kind</caption>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">
              <EffectSign effect="deleted" />
            </th>
            <th scope="col">
              <EffectSign effect="shortened" />
            </th>
            <th scope="col">
              <EffectSign effect="filtered" />
            </th>
            <th scope="col">
              <EffectSign effect="unchanged" />
            </th>
            <th scope="col">expired</th>
            <th scope="col">seen</th>
          </tr>
        </thead>
        <tbody>
          <tr data-total>
            <th scope="row">All kinds</th>
            {columns.map((column) => (
              <Figure key={column} column={column} count={totals[column]} />
            ))}
          </tr>
          {kinds.map(({ kind, state }) => (
            <tr key={kind}>
              <th scope="row">{kindTraits[kind].title}</th>
              {columns.slice(0, -1).map((column) => (
                <Figure
                  key={column}
                  column={column}
                  count={plan.counts[kind][column]}
                  unknown={plan.counts[kind].seen === 0 && state !== "complete"}
                />
              ))}
              <td>
                <span>{formatCount(plan.counts[kind].seen)}</span>
                <Box component="span" sx={{ color: state === "complete" ? "text.secondary" : "warning.main", marginLeft: 1 }}>
                  {seenShort[state]}
                </Box>
              </td>
            </tr>
          ))}
        </tbody>
      </Box>
      <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 1 }}>
        Ingest and fleet tokens are not governed by these policies. Expired tokens are purged within five minutes.
      </Typography>
    </Box>
  );
});

const seenShort = { complete: "all", partial: "some", hidden: "none", failed: "none", waiting: "…" } as const satisfies Record<
  KindSeen["state"],
  string
>;

function Figure({
  column,
  count,
  unknown = false,
}: {
  readonly column: (typeof columns)[number];
  readonly count: number;
  readonly unknown?: boolean;
}) {
  const effect = column === "deleted" || column === "shortened" || column === "filtered" ? column : undefined;
  return (
    <Box
      component="td"
      sx={{ color: count > 0 && effect ? `effects.${effect}.main` : count === 0 ? "text.secondary" : undefined }}
    >
      {unknown ? "?" : formatCount(count)}
    </Box>
  );
}

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
  "& td:last-child, & thead th:last-child": { minWidth: "5.5em", paddingRight: 0 },
  "& [data-total] > *": { fontSize: "1rem", fontWeight: 600 },
  // Room for six digits: a figure that grows moves nothing.
  "& td": { minWidth: "4.6em" },
} as const;

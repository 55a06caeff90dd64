import Box from "@mui/material/Box";
import { memo } from "react";

import { kindTraits } from "#domain/token/kinds.ts";
import { leastLong } from "#domain/long.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { CellTabIndex, Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime, relativeTime, shortTime } from "#web/ui/times.ts";

import { beforeAfter, expiryWords, reasonWords, type ReasonContext } from "./changeWords.ts";
import type { SeenToken } from "./effects.ts";
import { replacesFilter } from "./impactCsv.ts";

export interface AffectedRowProps {
  readonly change: TokenChange<SeenToken>;
  readonly context: ReasonContext;
  /** Place in the whole list, from 0. */
  readonly index: number;
  /** Px from the top of the list. */
  readonly start: number;
  readonly height: number;
  /** One below the other, for a narrow screen. */
  readonly stacked: boolean;
  /** Whether the tab key enters the list here. */
  readonly entry: boolean;
}

/** The widths of the columns on a wide screen: token with its kind, effect, before and after with the reason, last use. */
export const affectedColumns = "minmax(120px, 1.1fr) 108px minmax(220px, 2.4fr) 88px";

/** One affected token. Everything in it is made only when it is in sight. */
export const AffectedRow = memo(function AffectedRow({
  change,
  context,
  index,
  start,
  height,
  stacked,
  entry,
}: AffectedRowProps) {
  const { token } = change;
  return (
    <Box
      role="row"
      aria-rowindex={index + 2}
      data-token={token.id}
      sx={stacked ? stackedStyle : rowStyle}
      style={{ height, transform: `translateY(${start}px)` }}
    >
      <Box role="rowheader" sx={{ fontWeight: 500 }} data-area="name">
        <CellTabIndex value={entry ? 0 : -1}>
          <Hint cut hint={<ChangeHint change={change} context={context} />}>
            <Name>{token.name}</Name>
          </Hint>
        </CellTabIndex>
      </Box>
      <Box role="cell" data-area="kind" sx={{ color: "text.secondary" }}>
        {kindTraits[token.kind].noun}
      </Box>
      <Box role="cell" data-area="effect">
        {change.type === "delete" ? (
          <EffectSign effect="deleted" />
        ) : (
          <>
            {change.expireAt && <EffectSign effect="shortened" />}
            {change.ipFilter && (
              <EffectSign effect="filtered">{replacesFilter(change) ? "filter replaced" : "filter set"}</EffectSign>
            )}
          </>
        )}
      </Box>
      <Box role="cell" data-area="change">
        {beforeAfter(change, context.filterName).map(({ before, after }) => (
          <div key={before}>
            {before} → <strong>{after}</strong>
          </div>
        ))}
      </Box>
      <Box role="cell" data-area="reason" sx={{ color: "text.secondary" }}>
        {reasonWords(change, context)}
      </Box>
      <Box role="cell" data-area="used" sx={{ color: "text.secondary" }}>
        {token.lastUse === undefined
          ? "unknown"
          : token.lastUse.at === null
            ? "never used"
            : relativeTime(leastLong(token.lastUse.at, context.now), context.now)}
      </Box>
    </Box>
  );
});

function ChangeHint({ change, context }: Pick<AffectedRowProps, "change" | "context">) {
  const { token } = change;
  return (
    <>
      <strong>
        <Name>{token.name}</Name>
      </strong>
      <br />
      Id {token.id}
      <br />
      Created {localTime(token.createdAt)}
      <br />
      Now {expiryWords(token.expireAt)},{" "}
      {token.ipFilter === null ? "no IP filter" : `IP filter ${context.filterName(token.ipFilter)}`}
      <br />
      {lastUseLine(token)}
      <br />
      {reasonWords(change, context)}
    </>
  );
}

function lastUseLine({ lastUse }: SeenToken): string {
  if (lastUse === undefined) return "Last use unknown";
  if (lastUse.at === null) return "Never used";
  return `${lastUse.source === "recorded" ? "Last used" : "Used, as the audit log has it,"} ${shortTime(lastUse.at)}`;
}

const shared = {
  position: "absolute",
  top: 0,
  left: 0,
  width: "100%",
  display: "grid",
  overflow: "hidden",
  borderBottom: 1,
  borderColor: "divider",
  fontSize: "0.75rem",
  lineHeight: 1.4,
  columnGap: 2,
  "& > *": { minWidth: 0, overflow: "hidden", overflowWrap: "anywhere" },
  "& strong": { fontWeight: 600 },
  '& [data-area="name"]': { gridArea: "name", fontSize: "0.875rem", display: "flex" },
  '& [data-area="kind"]': { gridArea: "kind" },
  '& [data-area="effect"]': { gridArea: "effect" },
  '& [data-area="change"]': { gridArea: "change" },
  '& [data-area="change"] > div, & [data-area="reason"]': { whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis" },
  '& [data-area="reason"]': { gridArea: "reason" },
  '& [data-area="used"]': { gridArea: "used" },
} as const;

const rowStyle = {
  ...shared,
  gridTemplate: `"name effect change used" auto "kind effect reason used" auto / ${affectedColumns}`,
  alignContent: "center",
  paddingInline: 2,
  "&:hover": { backgroundColor: "frame.well" },
  '& [data-area="effect"] > span': { display: "flex" },
} as const;

const stackedStyle = {
  ...shared,
  gridTemplate: `"name used" auto "effect kind" auto "change change" auto "reason reason" 1fr / 1fr auto`,
  paddingBlock: 1.5,
  '& [data-area="reason"]': { gridArea: "reason", whiteSpace: "normal" },
  '& [data-area="effect"]': { gridArea: "effect", display: "flex", gap: 3 },
  '& [data-area="kind"]': { gridArea: "kind", textAlign: "right" },
  '& [data-area="used"]': { gridArea: "used", textAlign: "right" },
} as const;

import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { memo } from "react";

import type { DisruptionTotals, Harm } from "#domain/policy/disruption.ts";
import { count } from "#web/ui/counts.ts";
import { HarmSign, harmSigns, toldHarms, UseCounts } from "#web/ui/HarmSign.tsx";

export interface HarmTotalsProps {
  readonly totals: DisruptionTotals;
  /** The class that the list is narrowed to. */
  readonly chosen: Harm | undefined;
  readonly onChoose: (harm: Harm | undefined) => void;
  /** For a narrow screen. */
  readonly stacked: boolean;
}

/** What stops working, by when, and who is locked out: each with how much of it is in use. A figure narrows the list to its tokens. */
export const HarmTotals = memo(function HarmTotals({ totals, chosen, onChoose, stacked }: HarmTotalsProps) {
  return (
    <Box role="group" aria-label="What stops working" sx={stacked ? stackedStyle : wideStyle}>
      {toldHarms.map((harm) => {
        const of = totals.byHarm[harm];
        return (
          <ButtonBase
            key={harm}
            aria-pressed={chosen === harm}
            onClick={() => onChoose(chosen === harm ? undefined : harm)}
            sx={{
              ...figureStyle,
              ...(of.tokens > 0 && { backgroundColor: `harms.${harmSigns[harm].sign}.tint` }),
              ...(chosen === harm && { outline: 2, outlineOffset: -2, outlineColor: "text.primary" }),
            }}
          >
            <HarmSign harm={harm} bare>
              {harmSigns[harm].brief}
            </HarmSign>{" "}
            <Box component="span" sx={countsStyle}>
              <Box component="span" data-tokens sx={{ fontSize: "0.8125rem", fontWeight: 600 }}>
                {count(of.tokens)}
              </Box>{" "}
              {of.tokens > 0 && <UseCounts of={of} />}
            </Box>
          </ButtonBase>
        );
      })}
    </Box>
  );
});

const figureStyle = {
  display: "flex",
  flexDirection: "column",
  alignItems: "flex-start",
  justifyContent: "flex-start",
  minWidth: 0,
  paddingInline: 1,
  paddingBlock: 0.5,
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  fontFamily: "inherit",
  fontSize: "0.75rem",
  lineHeight: 1.35,
  overflow: "hidden",
  textAlign: "start",
  fontVariantNumeric: "tabular-nums",
} as const;

const countsStyle = {
  display: "flex",
  flexWrap: "wrap",
  columnGap: 1,
  alignItems: "baseline",
  "& [data-use]": { display: "contents" },
} as const;

const wideStyle = {
  display: "grid",
  // As the words are long; a figure that grows moves nothing.
  gridTemplateColumns: "1fr 1fr 1fr 1fr 1.15fr",
  // In a narrower panel no wider than its words.
  "@media (max-width: 1340px)": { gridTemplateColumns: "90fr 114fr 104fr 88fr 134fr" },
  gap: 1,
  flexShrink: 0,
} as const;

const stackedStyle = { display: "grid", gridTemplateColumns: "repeat(2, minmax(0, 1fr))", gap: 1, flexShrink: 0 } as const;

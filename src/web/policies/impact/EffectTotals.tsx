import ClosedIcon from "@mui/icons-material/ExpandMoreOutlined";
import OpenIcon from "@mui/icons-material/ExpandLessOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import useMediaQuery from "@mui/material/useMediaQuery";
import { memo, Suspense, useId, useState } from "react";

import { lazyPart } from "#web/ui/lazyPart.tsx";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { count } from "#web/ui/counts.ts";

import { effectCounters, effects, type Effect } from "./effects.ts";
import type { ImpactTotalsProps } from "./ImpactTotals.tsx";

const ImpactTotals = lazyPart(async () => (await import("./ImpactTotals.tsx")).ImpactTotals);

export interface EffectTotalsProps extends ImpactTotalsProps {
  /** The effect that the list is narrowed to. */
  readonly chosen: Effect | undefined;
  readonly onChoose: (effect: Effect | undefined) => void;
}

/** What changes, in one line; by kind as well where there is room, or where somebody asks. A figure narrows the list to its tokens. */
export const EffectTotals = memo(function EffectTotals({ impact, kinds, stacked, chosen, onChoose }: EffectTotalsProps) {
  const id = useId();
  const room = useMediaQuery("(min-height: 860px)", { noSsr: true });
  const [asked, setAsked] = useState<boolean>();
  const open = asked ?? room;
  const { totals } = impact;
  return (
    <Box sx={{ flexShrink: 0 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1, typography: "caption" }}>
        <Box role="group" aria-label="What changes" sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
          {effects.map((effect) => (
            <Button
              key={effect}
              size="small"
              color="inherit"
              aria-pressed={chosen === effect}
              onClick={() => onChoose(chosen === effect ? undefined : effect)}
              sx={{ ...lineButton, ...(chosen === effect && { backgroundColor: "action.selected" }) }}
            >
              <EffectSign effect={effectCounters[effect]}>
                {count(totals[effectCounters[effect]])} {lineWords[effect]}
              </EffectSign>
            </Button>
          ))}
        </Box>
        <Box component="span" sx={{ color: "text.secondary", flex: "1 1 auto" }}>
          {count(totals.unchanged)} unchanged
          {totals.alreadyExpired > 0 && ` · ${count(totals.alreadyExpired)} expired`} · {count(totals.seen)} seen
        </Box>
        <Button
          size="small"
          color="inherit"
          aria-expanded={open}
          aria-controls={`${id}-kinds`}
          endIcon={open ? <OpenIcon /> : <ClosedIcon />}
          onClick={() => setAsked(!open)}
          sx={lineButton}
        >
          By kind
        </Button>
      </Box>
      <div id={`${id}-kinds`}>
        {open && (
          <Suspense fallback={<Box sx={{ height: 185 }} />}>
            <ImpactTotals impact={impact} kinds={kinds} stacked={stacked} />
          </Suspense>
        )}
      </div>
    </Box>
  );
});

const lineWords = { delete: "deleted", shorten: "shortened", filter: "IP filter" } as const satisfies Record<Effect, string>;

const lineButton = {
  minHeight: 26,
  minWidth: 0,
  paddingBlock: 0,
  paddingInline: 1,
  fontSize: "0.75rem",
  whiteSpace: "nowrap",
} as const;

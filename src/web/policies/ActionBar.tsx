import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { HarmSign } from "#web/ui/HarmSign.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";
import { count } from "#web/ui/counts.ts";

import { isHarmful } from "./apply/consent.ts";
import { applyLabel } from "./impact/effects.ts";
import type { Preview } from "./impact/usePreview.ts";
import type { AllTokens } from "./useTokens.ts";

export interface ActionBarProps {
  /** Id of the form that the button submits. */
  readonly formId: string;
  readonly preview: Preview;
  readonly tokens: AllTokens;
  /** Whether the page is reading again before it asks. */
  readonly checking: boolean;
  readonly onDiscard: () => void;
  readonly onStop: () => void;
  /** On a narrow screen: opens the impact, which otherwise stands beside the form. */
  readonly onOpenImpact: (() => void) | undefined;
}

/** The bar that stays in sight: discard, and a button that says what it does. It submits the form. */
export function ActionBar({ formId, preview, tokens, checking, onDiscard, onStop, onOpenImpact }: ActionBarProps) {
  const { edited, impact } = preview;
  const { byHarm } = impact.disruption.totals;
  const stopping = byHarm["at-once"].tokens + byHarm["within-a-day"].tokens + byHarm["within-a-week"].tokens;
  return (
    <Box
      sx={{
        position: "sticky",
        bottom: 0,
        zIndex: 3,
        marginTop: 4,
        marginInline: { xs: -4, md: -6 },
        marginBottom: { xs: -4, md: -6 },
        paddingInline: { xs: 4, md: 6 },
        paddingBlock: 2,
        borderTop: 1,
        borderColor: "divider",
        backgroundColor: "background.paper",
        display: "flex",
        flexWrap: "wrap",
        gap: 3,
        alignItems: "center",
      }}
    >
      {onOpenImpact && (
        <Button
          fullWidth
          variant="outlined"
          onClick={onOpenImpact}
          aria-haspopup="dialog"
          sx={{
            justifyContent: "space-between",
            gap: 1,
            paddingInline: 2,
            fontSize: "0.75rem",
            whiteSpace: "nowrap",
            fontVariantNumeric: "tabular-nums",
          }}
        >
          <HarmSign harm="at-once" bare>
            {count(stopping)} stop
          </HarmSign>
          <HarmSign harm="locked-out" bare>
            {count(byHarm["locked-out"].tokens)} locked out
          </HarmSign>
          <EffectSign effect="shortened">{count(impact.totals.shortened)} shortened</EffectSign>
        </Button>
      )}
      <Button onClick={onDiscard} disabled={!edited || checking}>
        Discard
      </Button>
      {onOpenImpact === undefined && <Box sx={{ flex: 1 }} />}
      {checking && <Checking onStop={onStop} />}
      <Button
        type="submit"
        form={formId}
        variant="contained"
        disabled={!edited || tokens.waiting}
        // Not disabled while reading: it would lose the focus. A second press does nothing.
        aria-busy={checking}
        color={isHarmful(impact.disruption.totals) && edited ? "error" : "primary"}
        sx={onOpenImpact && { flex: 1 }}
      >
        {label(preview, tokens)}
      </Button>
    </Box>
  );
}

function label({ edited, valid, impact }: Preview, { waiting, complete, kinds }: AllTokens): string {
  if (!edited) return "Nothing to save";
  if (!valid) return "Correct the draft first";
  if (waiting) return "Waiting for the tokens";
  return applyLabel(impact.totals, impact.disruption.totals, complete.length === kinds.length);
}

function Checking({ onStop }: { readonly onStop: () => void }) {
  const progress = useOverallLoadProgress();
  return (
    <Box role="status" sx={{ display: "flex", alignItems: "center", justifyContent: "flex-end", gap: 3 }}>
      <Typography variant="caption">
        Reading policies and tokens again
        {progress && `, ${count(progress.loaded)} of ${count(progress.total)}`}
      </Typography>
      <ProgressBar label="Reading again" progress={progress} width={100} />
      <Button size="small" onClick={onStop}>
        Stop
      </Button>
    </Box>
  );
}

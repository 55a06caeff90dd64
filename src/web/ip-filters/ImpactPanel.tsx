import AcceptedIcon from "@mui/icons-material/CheckCircleOutlined";
import ExpiredIcon from "@mui/icons-material/HourglassDisabledOutlined";
import LetInIcon from "@mui/icons-material/LoginOutlined";
import RefusedIcon from "@mui/icons-material/DoDisturbOnOutlined";
import ShutOutIcon from "@mui/icons-material/BlockOutlined";
import UnknownIcon from "@mui/icons-material/HelpOutlineOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import Typography from "@mui/material/Typography";
import type { ComponentType } from "react";

import type { UseReach } from "#web/last-use/auditUse.ts";
import { Panel } from "#web/ui/Panel.tsx";

import { effectSentences, isSerious, riskWords } from "./effectWords.ts";
import { countEffects, effectsOnUse, type EffectOnUse, type OwnRisk, type TokenImpact } from "./impact.ts";

/** The sign of each effect. */
export const effectIcons = {
  "shut-out": { icon: ShutOutIcon, color: "effects.deleted.main" },
  "let-in": { icon: LetInIcon, color: "effects.filtered.main" },
  refused: { icon: RefusedIcon, color: "text.secondary" },
  accepted: { icon: AcceptedIcon, color: "text.secondary" },
  unknown: { icon: UnknownIcon, color: "text.secondary" },
  expired: { icon: ExpiredIcon, color: "text.secondary" },
} as const satisfies Record<EffectOnUse, { icon: ComponentType<SvgIconProps>; color: string }>;

export interface FilterImpactPanelProps {
  readonly state: ImpactState;
  readonly address: string;
}

/** What is known of an edit's effect; `undecided` while the text cannot be read. */
export type ImpactState =
  | { readonly type: "unchanged" }
  | { readonly type: "undecided" }
  | {
      readonly type: "known";
      readonly impacts: readonly TokenImpact[];
      readonly risk: OwnRisk | undefined;
      /** Whether tokens are still being read, so that there may be more. */
      readonly waiting: boolean;
      /** How far it is known from where tokens are used. */
      readonly reach: UseReach;
      /** Whether the rules in force can be read here, so that there is something to compare with. */
      readonly comparable: boolean;
    };

const reachWords = {
  recorded: "Each token is judged by the one address of its last use; from where else it is used is not on record.",
  audited:
    "Each token is judged by the one address that the audit log has of its last action; from where else it is used is not known.",
  unknown: "This server does not tell from where tokens are used. Test the addresses that you know.",
} as const satisfies Record<UseReach, string>;

/** What the edit does to the tokens that use the filter, before it is saved. */
export function ImpactPanel({ state, address }: FilterImpactPanelProps) {
  return (
    <Panel title="What this edit does">
      {state.type === "unchanged" ? (
        <Typography sx={{ color: "text.secondary" }}>Nothing yet: the rules are those in force.</Typography>
      ) : state.type === "undecided" ? (
        <Typography sx={{ color: "text.secondary" }}>This is known once every line can be read.</Typography>
      ) : (
        <>
          {state.risk !== undefined && <RiskAlert risk={state.risk} address={address} />}
          {(state.impacts.length > 0 || !state.waiting) && <EffectList impacts={state.impacts} />}
          {state.waiting && (
            <Typography sx={{ color: "text.secondary" }}>The tokens are still being read; there may be more.</Typography>
          )}
          {state.impacts.length > 0 && (
            <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
              {reachWords[state.reach]}
            </Typography>
          )}
          {!state.comparable && (
            <Typography variant="caption" component="p" sx={{ color: "warning.main" }}>
              The rules in force cannot be read here, so there is nothing to compare with.
            </Typography>
          )}
        </>
      )}
    </Panel>
  );
}

/** The danger for whoever edits. */
export function RiskAlert({ risk, address }: { readonly risk: OwnRisk; readonly address: string }) {
  return <Alert severity={isSerious(risk) ? "error" : "warning"}>{riskWords(risk, address)}</Alert>;
}

/** How many tokens each effect falls on; the first line says the worst. */
export function EffectList({ impacts }: { readonly impacts: readonly TokenImpact[] }) {
  const counts = countEffects(impacts);
  if (impacts.length === 0) return <Typography>No token that is visible to you uses this filter.</Typography>;
  return (
    <Box
      component="ul"
      aria-label="Effects on tokens"
      sx={{ listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: 1.5 }}
    >
      {effectsOnUse
        .filter((effect) => counts[effect] > 0)
        .map((effect) => {
          const { icon: Icon, color } = effectIcons[effect];
          return (
            <Box component="li" key={effect} data-effect={effect} sx={{ display: "flex", gap: 2, alignItems: "flex-start" }}>
              <Icon aria-hidden fontSize="small" sx={{ color, flexShrink: 0 }} />
              <Box component="span" sx={effect === "shut-out" ? { color, fontWeight: 600 } : undefined}>
                {effectSentences[effect](counts[effect])}
              </Box>
            </Box>
          );
        })}
    </Box>
  );
}

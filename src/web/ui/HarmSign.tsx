import StopsIcon from "@mui/icons-material/Dangerous";
import LockedOutIcon from "@mui/icons-material/Lock";
import { styled } from "@mui/material/styles";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType, ReactNode } from "react";

import type { Harm, HarmCount } from "#domain/policy/disruption.ts";
import type { UseState } from "#domain/token/lastUse.ts";
import { appTheme, type HarmSignName } from "#web/theme.ts";

import { count } from "./counts.ts";

const icons = { stops: StopsIcon, lockedOut: LockedOutIcon } as const satisfies Record<HarmSignName, ComponentType<SvgIconProps>>;

/** The sign and the words of each class of harm, and how briefly its time is said beside the sign: the same everywhere. */
export const harmSigns = {
  "at-once": { sign: "stops", words: "stops now", brief: "stops now" },
  "within-a-day": { sign: "stops", words: "stops within 24 hours", brief: "within 24 hours" },
  "within-a-week": { sign: "stops", words: "stops within 7 days", brief: "within 7 days" },
  "locked-out": { sign: "lockedOut", words: "locked out", brief: "locked out" },
  "may-be-locked-out": { sign: "lockedOut", words: "may be locked out", brief: "may be locked out" },
} as const satisfies Record<Harm, { readonly sign: HarmSignName; readonly words: string; readonly brief: string }>;

/** The classes of harm in the order in which they are told: what stops, by when; then who is locked out. */
export const toldHarms = [
  "at-once",
  "within-a-day",
  "within-a-week",
  "locked-out",
  "may-be-locked-out",
] as const satisfies readonly Harm[];

export interface HarmSignProps {
  readonly harm: Harm;
  /** Words in place of the harm's own, where a sentence needs others. */
  readonly children?: ReactNode;
  /** Whether nothing stands on the harm's ground, for where a surface has it already. */
  readonly bare?: boolean;
}

/** The sign of a harm: icon and words on the harm's ground. Where colours are forced, a line takes the ground's place. */
export function HarmSign({ harm, children, bare = false }: HarmSignProps) {
  const { sign, words } = harmSigns[harm];
  const Icon = icons[sign];
  return (
    <Sign data-sign={sign} data-ground={bare ? undefined : ""}>
      <Icon aria-hidden />
      <span>{children ?? words}</span>
    </Sign>
  );
}

const theme = appTheme();
const { palette, shape } = theme.vars;

// Worked out once and not by each that is drawn, for lists are full of these and made anew with every keystroke.
const Sign = styled("span")({
  display: "inline-flex",
  alignItems: "center",
  gap: theme.spacing(1),
  maxWidth: "100%",
  whiteSpace: "nowrap",
  "&[data-ground]": {
    outline: "1px solid transparent",
    outlineOffset: -1,
    paddingInline: theme.spacing(1),
    borderRadius: shape.borderRadius,
    lineHeight: 1.3,
  },
  "&[data-sign='stops']": { color: palette.harms.stops.main },
  "&[data-sign='lockedOut']": { color: palette.harms.lockedOut.main },
  "&[data-ground][data-sign='stops']": { backgroundColor: palette.harms.stops.tint },
  "&[data-ground][data-sign='lockedOut']": { backgroundColor: palette.harms.lockedOut.tint },
  "& > svg": { fontSize: "1.15em", flexShrink: 0 },
});

/** What a dot says of use. */
export type UseDotState = "used" | "unused" | "unknown";

/** The dot of a state of use. */
export function dotOf(state: UseState): UseDotState {
  return state === "not" ? "unused" : state === "unknown" ? "unknown" : "used";
}

/** The words of a state of use. */
export const dotWords = {
  used: "in use",
  unused: "not in use",
  unknown: "not known whether in use",
} as const satisfies Record<UseDotState, string>;

/** Filled: in use; empty: not in use; dotted: nobody knows. Words stand beside it. */
export function UseDot({ state }: { readonly state: UseDotState }) {
  return <Dot aria-hidden data-state={state} />;
}

// Borders and no grounds, which forced colours would take away.
const Dot = styled("span")({
  display: "inline-block",
  flexShrink: 0,
  width: 8,
  height: 8,
  borderRadius: "50%",
  boxSizing: "border-box",
  color: palette.text.primary,
  border: "2px dotted currentColor",
  "&[data-state='used']": { border: "4px solid currentColor" },
  "&[data-state='unused']": { border: "1px solid currentColor" },
});

/** How many of a count of harm are in use, and of how many nobody knows. */
export function UseCounts({ of }: { readonly of: HarmCount }) {
  return (
    <Counts data-use>
      <span>
        <UseDot state="used" />
        {count(of.inUse)} in use
      </span>{" "}
      <span>
        <UseDot state="unknown" />
        {count(of.useUnknown)} not known
      </span>
    </Counts>
  );
}

const Counts = styled("span")({
  display: "inline-flex",
  flexWrap: "wrap",
  columnGap: theme.spacing(2),
  color: palette.text.primary,
  "& > span": { display: "inline-flex", alignItems: "center", gap: theme.spacing(1), whiteSpace: "nowrap" },
});

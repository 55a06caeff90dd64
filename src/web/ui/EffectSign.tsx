import DeletedIcon from "@mui/icons-material/DeleteOutlined";
import ShortenedIcon from "@mui/icons-material/ContentCutOutlined";
import UnchangedIcon from "@mui/icons-material/DragHandleOutlined";
import FilteredIcon from "@mui/icons-material/ShieldOutlined";
import { styled } from "@mui/material/styles";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType, ReactNode } from "react";

import { appTheme, effects, type EffectName } from "#web/theme.ts";

/** The icon and the word of each effect: the same in the preview, charts, tables, buttons and reports. */
export const effectSigns = {
  deleted: { icon: DeletedIcon, word: "deleted" },
  shortened: { icon: ShortenedIcon, word: "shortened" },
  filtered: { icon: FilteredIcon, word: "IP filter" },
  unchanged: { icon: UnchangedIcon, word: "unchanged" },
} as const satisfies Record<EffectName, { icon: ComponentType<SvgIconProps>; word: string }>;

export interface EffectSignProps {
  readonly effect: EffectName;
  /** Words in place of the effect's own, where a sentence needs others. */
  readonly children?: ReactNode;
  /** Sets the sign on the effect's quiet surface, for where it stands by itself. */
  readonly tinted?: boolean;
}

/** The sign of an effect: icon and word in the effect's colour. */
export function EffectSign({ effect, children, tinted = false }: EffectSignProps) {
  const { icon: Icon, word } = effectSigns[effect];
  return (
    <Sign data-effect={effect} data-tinted={tinted ? "" : undefined}>
      <Icon aria-hidden />
      <span>{children ?? word}</span>
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
  "&[data-tinted]": { paddingInline: theme.spacing(1.5), paddingBlock: theme.spacing(0.5), borderRadius: shape.borderRadius },
  ...Object.fromEntries(
    effects.flatMap((effect) => [
      [`&[data-effect='${effect}']`, { color: palette.effects[effect].main }],
      [`&[data-effect='${effect}'][data-tinted]`, { backgroundColor: palette.effects[effect].tint }],
    ]),
  ),
  "& > svg": { fontSize: "1.15em", flexShrink: 0 },
});

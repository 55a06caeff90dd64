import DeletedIcon from "@mui/icons-material/DeleteOutlined";
import ShortenedIcon from "@mui/icons-material/ContentCutOutlined";
import UnchangedIcon from "@mui/icons-material/DragHandleOutlined";
import FilteredIcon from "@mui/icons-material/ShieldOutlined";
import Box from "@mui/material/Box";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType, ReactNode } from "react";

import type { EffectName } from "#web/theme.ts";

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
    <Box
      component="span"
      sx={{
        display: "inline-flex",
        alignItems: "center",
        gap: 1,
        color: `effects.${effect}.main`,
        ...(tinted && { backgroundColor: `effects.${effect}.tint`, paddingInline: 1.5, paddingBlock: 0.5, borderRadius: 1 }),
      }}
    >
      <Icon aria-hidden sx={{ fontSize: "1.15em", flexShrink: 0 }} />
      <span>{children ?? word}</span>
    </Box>
  );
}

import EscalatesIcon from "@mui/icons-material/KeyOutlined";
import DestroysIcon from "@mui/icons-material/DeleteForeverOutlined";
import LeaksIcon from "@mui/icons-material/OutputOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType } from "react";

import type { TokenWarning } from "./warnings.ts";

const icons: Partial<Record<TokenWarning["type"], ComponentType<SvgIconProps>>> = {
  escalates: EscalatesIcon,
  "acts-as-owner": EscalatesIcon,
  destroys: DestroysIcon,
  leaks: LeaksIcon,
};

/** Things to think about, each with its sign. Nothing when there are none. */
export function WarningList({ warnings }: { readonly warnings: readonly TokenWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <Box
      component="ul"
      aria-label="To think about"
      sx={{
        listStyle: "none",
        margin: 0,
        padding: 3,
        borderRadius: 1,
        backgroundColor: "effects.shortened.tint",
        display: "flex",
        flexDirection: "column",
        gap: 2,
      }}
    >
      {warnings.map(({ type, text }) => {
        const Icon = icons[type] ?? WarningIcon;
        return (
          <Box component="li" key={type} data-warning={type} sx={{ display: "flex", gap: 2, alignItems: "flex-start" }}>
            <Icon aria-hidden fontSize="small" sx={{ color: "effects.shortened.main", flexShrink: 0 }} />
            <span>{text}</span>
          </Box>
        );
      })}
    </Box>
  );
}

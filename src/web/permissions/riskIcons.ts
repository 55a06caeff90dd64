import EscalatesIcon from "@mui/icons-material/KeyOutlined";
import DestroysIcon from "@mui/icons-material/DeleteForeverOutlined";
import LeaksIcon from "@mui/icons-material/OutputOutlined";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType } from "react";

import type { PermissionRisk } from "#domain/token/permissions.ts";

/** The icon of each risk, the same everywhere. */
export const riskIcons = {
  escalates: EscalatesIcon,
  destroys: DestroysIcon,
  leaks: LeaksIcon,
} as const satisfies Record<PermissionRisk, ComponentType<SvgIconProps>>;

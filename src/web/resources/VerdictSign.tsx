import AmbiguousIcon from "@mui/icons-material/QuestionMarkOutlined";
import DiffersIcon from "@mui/icons-material/DifferenceOutlined";
import ExistsIcon from "@mui/icons-material/CheckOutlined";
import MissingIcon from "@mui/icons-material/RemoveCircleOutlineOutlined";
import NotSeenIcon from "@mui/icons-material/SearchOffOutlined";
import RefusedIcon from "@mui/icons-material/DoNotDisturbOutlined";
import RepeatedIcon from "@mui/icons-material/FileCopyOutlined";
import StoppedIcon from "@mui/icons-material/Dangerous";
import Box from "@mui/material/Box";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType } from "react";

import type { ResourceVerdict } from "#domain/resources/check.ts";
import { verdictWords } from "#domain/resources/words.ts";

const signs = {
  "not-seen": { Icon: NotSeenIcon, color: "warning.main" },
  refused: { Icon: RefusedIcon, color: "error.main" },
  stopped: { Icon: StoppedIcon, color: "error.main" },
  repeated: { Icon: RepeatedIcon, color: "warning.main" },
  ambiguous: { Icon: AmbiguousIcon, color: "warning.main" },
  differs: { Icon: DiffersIcon, color: "warning.main" },
  missing: { Icon: MissingIcon, color: "warning.main" },
  exists: { Icon: ExistsIcon, color: "text.secondary" },
} as const satisfies Record<ResourceVerdict, { readonly Icon: ComponentType<SvgIconProps>; readonly color: string }>;

/** The words of a verdict where they stand alone. */
export function verdictTitle(verdict: ResourceVerdict): string {
  const words = verdictWords[verdict];
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The sign and the words of a verdict. */
export function VerdictSign({ verdict }: { readonly verdict: ResourceVerdict }) {
  const { Icon, color } = signs[verdict];
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1, whiteSpace: "nowrap", color }}>
      <Icon aria-hidden sx={{ fontSize: "1.15em" }} />
      {verdictTitle(verdict)}
    </Box>
  );
}

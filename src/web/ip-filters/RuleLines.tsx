import AllowedIcon from "@mui/icons-material/CheckOutlined";
import DeniedIcon from "@mui/icons-material/BlockOutlined";
import FaultIcon from "@mui/icons-material/ErrorOutlineOutlined";
import RemarkIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import { memo, type ComponentType } from "react";

import { monospace } from "#web/theme.ts";

/** What there is to say of a line: a fault, a remark, or that it decides addresses under test. */
export interface LineMark {
  readonly tone: "fault" | "remark" | "allow" | "deny";
  /** Short; it stands behind the line where there is room. */
  readonly text: string;
}

/** The look of text and lines, which the editor's text area must share to lie exactly over them. */
export const lineStyle = {
  fontFamily: monospace,
  fontSize: "0.8125rem",
  lineHeight: "22px",
  letterSpacing: 0,
  whiteSpace: "pre-wrap",
  overflowWrap: "anywhere",
  tabSize: 4,
  paddingLeft: "60px",
  paddingRight: "12px",
} as const;

const tones = {
  fault: { icon: FaultIcon, color: "effects.deleted.main", tint: "effects.deleted.tint" },
  remark: { icon: RemarkIcon, color: "effects.shortened.main", tint: "effects.shortened.tint" },
  allow: { icon: AllowedIcon, color: "effects.filtered.main", tint: "effects.filtered.tint" },
  deny: { icon: DeniedIcon, color: "effects.filtered.main", tint: "effects.filtered.tint" },
} as const satisfies Record<LineMark["tone"], { icon: ComponentType<SvgIconProps>; color: string; tint: string }>;

export interface RuleLinesProps {
  readonly text: string;
  /** What there is to say, by line from 1; the first of a line gives it its sign. */
  readonly marks: ReadonlyMap<number, readonly LineMark[]>;
  /** Whether only numbers, signs and notes are seen, because a text area lies over the lines. */
  readonly underlay?: boolean;
}

/** The lines of a filter with numbers, and with what there is to say of each. */
export function RuleLines({ text, marks, underlay = false }: RuleLinesProps) {
  return (
    <Box sx={{ ...lineStyle, paddingLeft: 0, paddingRight: 0, overflow: "hidden", ...rowStyles }}>
      {text.split("\n").map((line, index) => (
        <Line
          // Lines have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          number={index + 1}
          text={line}
          marks={marks.get(index + 1) ?? noMarks}
          underlay={underlay}
        />
      ))}
    </Box>
  );
}

const noMarks: readonly LineMark[] = [];

interface LineProps {
  readonly number: number;
  readonly text: string;
  readonly marks: readonly LineMark[];
  readonly underlay: boolean;
}

const Line = memo(function Line({ number, text, marks, underlay }: LineProps) {
  const first = marks[0];
  const tone = first && tones[first.tone];
  const Icon = tone?.icon;
  return (
    <Box className="line" data-line={number} data-tone={first?.tone} sx={tone && { backgroundColor: tone.tint }}>
      <span className="number" aria-hidden>
        {number}
      </span>
      {Icon && tone && <Icon aria-hidden className="sign" sx={{ color: tone.color }} />}
      <span className={underlay ? "hidden" : undefined}>{text}</span>
      {marks.length > 0 && (
        <Box component="span" className="note" sx={{ color: tone?.color }}>
          {marks.map((mark) => mark.text).join(" · ")}
        </Box>
      )}
    </Box>
  );
});

const rowStyles = {
  "& .line": { position: "relative", minHeight: 22, paddingLeft: lineStyle.paddingLeft, paddingRight: lineStyle.paddingRight },
  "& .number": {
    position: "absolute",
    left: 20,
    width: 28,
    textAlign: "right",
    color: "text.secondary",
    userSelect: "none",
  },
  "& .sign": { position: "absolute", left: 4, top: 3, fontSize: 16 },
  "& .hidden": { visibility: "hidden" },
  // Out of the flow, so that a note never wraps or moves the line that it stands behind.
  "& .note": {
    position: "absolute",
    marginLeft: "24px",
    whiteSpace: "nowrap",
    typography: "caption",
    lineHeight: "22px",
    display: { xs: "none", md: "inline" },
  },
} as const;

import HighIcon from "@mui/icons-material/Error";
import LowIcon from "@mui/icons-material/InfoOutlined";
import MediumIcon from "@mui/icons-material/WarningAmberOutlined";
import { styled } from "@mui/material/styles";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType, ReactNode } from "react";

import type { Severity } from "#domain/findings/rule.ts";
import { appTheme } from "#web/theme.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";

import type { TokenSigns } from "./reading.ts";

const icons = { high: HighIcon, medium: MediumIcon, low: LowIcon } as const satisfies Record<
  Severity,
  ComponentType<SvgIconProps>
>;

/** What a finding of each severity is called; with a capital it stands by itself. */
export const severityWords = { high: "High", medium: "Medium", low: "Low" } as const satisfies Record<Severity, string>;

export interface SeveritySignProps {
  readonly severity: Severity;
  /** Words in place of the severity's own. */
  readonly children?: ReactNode;
}

/** The sign of a severity: icon and word. */
export function SeveritySign({ severity, children }: SeveritySignProps) {
  const Icon = icons[severity];
  return (
    <Sign data-severity={severity}>
      <Icon aria-hidden />
      <span>{children ?? severityWords[severity]}</span>
    </Sign>
  );
}

const theme = appTheme();
const { palette } = theme.vars;

// Worked out once and not by each that is drawn, for lists are full of these.
const Sign = styled("span")({
  display: "inline-flex",
  alignItems: "center",
  gap: theme.spacing(1),
  whiteSpace: "nowrap",
  // Its own baseline is that of the icon, which would lift it above the cells beside it.
  verticalAlign: "top",
  "&[data-severity='high']": { color: palette.error.main },
  "&[data-severity='medium']": { color: palette.warning.main },
  "&[data-severity='low']": { color: palette.text.secondary },
  // Where there is no room for all of it, it ends as the other cells do and not within a letter.
  maxWidth: "100%",
  "& > span": { overflow: "hidden", textOverflow: "ellipsis" },
  "& > svg": { fontSize: "1.15em", flexShrink: 0 },
});

/** A token's findings in a cell: the worst severity and how many; on hover and focus, which. */
export function FindingSigns({ signs }: { readonly signs: TokenSigns }) {
  const { worst, found, unjudged } = signs;
  return (
    <Hint hint={<SignsHint signs={signs} />}>
      {worst === undefined ? (
        <span className="quiet">{unjudged > 0 ? `None, ${count(unjudged)} not judged` : "None"}</span>
      ) : (
        <SeveritySign severity={worst}>
          {severityWords[worst]}, {countOf(found, "finding")}
        </SeveritySign>
      )}
    </Hint>
  );
}

function SignsHint({ signs: { titles, dismissed, unjudged } }: { readonly signs: TokenSigns }) {
  const also = [
    ...(dismissed > 0 ? [`${countOf(dismissed, "finding")} dismissed.`] : []),
    ...(unjudged > 0 ? [`${countOf(unjudged, "rule")} could not be judged here.`] : []),
  ];
  return (
    <>
      {titles.length === 0 ? "Nothing was found." : titles.join(". ") + "."} {also.join(" ")}
    </>
  );
}

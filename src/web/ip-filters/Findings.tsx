import FaultIcon from "@mui/icons-material/ErrorOutlineOutlined";
import OkIcon from "@mui/icons-material/CheckCircleOutlined";
import RemarkIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { countOf } from "#web/ui/counts.ts";

import type { ReadText } from "./text.ts";

export interface FindingsProps {
  /** Id of the list, for the editor to refer to. */
  readonly id: string;
  readonly read: ReadText;
  /** Goes to a place in the text, line and column from 1; absent where the text is not edited. */
  readonly onShowLine?: (line: number, column: number) => void;
  /** Puts an address to the test. */
  readonly onTry: (address: string) => void;
}

/** Longer lists of remarks are cut here: nobody reads more. */
const mostShown = 100;

/** The faults of a filter in words, or what may not be meant, each leading to its line. The place is always taken. */
export function Findings({ id, read, onShowLine, onTry }: FindingsProps) {
  const { rules, faults, remarks } = read;
  const title =
    faults.length > 0
      ? `${countOf(faults.length, "fault")} to correct`
      : rules === undefined
        ? "No rule yet"
        : remarks.length > 0
          ? countOf(remarks.length, "remark")
          : "Nothing to remark";
  return (
    <Box component="section" id={id} aria-label="Faults and remarks" sx={{ minWidth: 0 }}>
      <Typography variant="h3" component="h2" sx={{ display: "flex", gap: 1.5, alignItems: "center" }}>
        {faults.length > 0 ? (
          <FaultIcon aria-hidden fontSize="small" sx={{ color: "effects.deleted.main" }} />
        ) : remarks.length > 0 ? (
          <RemarkIcon aria-hidden fontSize="small" sx={{ color: "effects.shortened.main" }} />
        ) : (
          rules !== undefined && <OkIcon aria-hidden fontSize="small" sx={{ color: "success.main" }} />
        )}
        <span role="status">{title}</span>
      </Typography>
      <Box component="ul" sx={{ margin: 0, marginTop: 1, paddingInlineStart: 5, "& li + li": { marginTop: 1 } }}>
        {faults.map(({ line, column, message }) => (
          <li key={`${line}:${column}`}>
            <Place line={line} column={column} onShowLine={onShowLine}>
              Line {line}, column {column}
            </Place>
            : {message}
          </li>
        ))}
        {remarks.slice(0, mostShown).map(({ finding, line }) => (
          <li key={finding.message}>
            {finding.message}{" "}
            {onShowLine !== undefined && (
              <Place line={line} column={1} onShowLine={onShowLine}>
                Go to line {line}
              </Place>
            )}
            {finding.type === "readings-differ" && (
              <>
                {onShowLine !== undefined && ", "}
                <Link component="button" type="button" onClick={() => onTry(finding.example)}>
                  {onShowLine === undefined ? "Test" : "test"} {finding.example}
                </Link>
              </>
            )}
          </li>
        ))}
        {remarks.length > mostShown && <li>and {countOf(remarks.length - mostShown, "more remark")}</li>}
      </Box>
    </Box>
  );
}

interface PlaceProps {
  readonly line: number;
  readonly column: number;
  readonly onShowLine: FindingsProps["onShowLine"];
  readonly children: ReactNode;
}

function Place({ line, column, onShowLine, children }: PlaceProps) {
  if (onShowLine === undefined) return <span>{children}</span>;
  return (
    <Link component="button" type="button" onClick={() => onShowLine(line, column)} sx={{ verticalAlign: "baseline" }}>
      {children}
    </Link>
  );
}

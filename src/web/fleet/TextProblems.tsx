import ErrorIcon from "@mui/icons-material/ErrorOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";

import type { YamlProblem } from "#logscale/collectorYaml.ts";
import { countOf } from "#web/ui/counts.ts";

interface TextProblemsProps {
  readonly problems: readonly YamlProblem[];
  readonly onShow: (problem: YamlProblem) => void;
}

/** What is wrong with the text, in words, each leading to its place. */
export function TextProblems({ problems, onShow }: TextProblemsProps) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const summary =
    problems.length === 0
      ? "The text is sound."
      : [errors > 0 ? countOf(errors, "fault") : "", warnings > 0 ? countOf(warnings, "warning") : ""].filter(Boolean).join(", ");
  return (
    <section aria-label="Check of the text">
      <Typography role="status" sx={{ fontWeight: problems.length === 0 ? 400 : 600 }}>
        {summary}
      </Typography>
      {problems.length > 0 && (
        <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
          {problems.slice(0, mostShown).map((problem) => (
            <Box
              component="li"
              key={`${problem.from} ${problem.message}`}
              sx={{ display: "flex", gap: 2, alignItems: "flex-start", marginTop: 1 }}
            >
              {problem.severity === "error" ? (
                <ErrorIcon color="error" fontSize="small" titleAccess="Fault" />
              ) : (
                <WarningIcon color="warning" fontSize="small" titleAccess="Warning" />
              )}
              <span>
                <Link component="button" type="button" onClick={() => onShow(problem)}>
                  Line {problem.line}, column {problem.column}
                </Link>
                : {problem.message}
              </span>
            </Box>
          ))}
        </Box>
      )}
    </section>
  );
}

/** How many problems are spelled out: one can be the cause of many. */
const mostShown = 8;

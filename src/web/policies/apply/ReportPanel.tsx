import CloseIcon from "@mui/icons-material/CloseOutlined";
import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";

import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planForKinds, totalCounts } from "#domain/policy/plan.ts";
import { lossesOf } from "#domain/policy/recoveryKit.ts";
import { paths } from "#web/paths.ts";
import { useOrganization, type FilterName } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { Name } from "#web/ui/Name.tsx";

import { useFilterJudge } from "#web/policies/impact/useFilterJudge.ts";
import { expiryWords } from "#web/policies/impact/changeWords.ts";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { affectedBy } from "#web/policies/warn/owners.ts";
import { countEffects, type SeenToken } from "#web/policies/impact/effects.ts";
import { asPredicted, type Report } from "./proposal.ts";
import { Stopping } from "./Stopping.tsx";
import { reportCsv, reportJson, reportRows, resultWords, type ReportRow } from "./report.ts";
import { differenceWords } from "#web/policies/draft/values.ts";

const CalendarDialog = lazyDialog(async () => (await import("#web/policies/warn/CalendarDialog.tsx")).CalendarDialog);
const WarnDialog = lazyDialog(async () => (await import("#web/policies/warn/WarnDialog.tsx")).WarnDialog);

export interface ReportPanelProps {
  readonly report: Report;
  readonly onDismiss: () => void;
}

/** Lists are cut here: past this many the rest is in the files. */
const mostListed = 100;

/** What a change did, held against what was predicted. Stays until dismissed. */
export function ReportPanel({ report, onDismiss }: ReportPanelProps) {
  const { filterName } = useOrganization();
  const judge = useFilterJudge();
  const heading = useRef<HTMLHeadingElement>(null);
  // The panel is made anew for each report.
  useEffect(() => heading.current?.focus(), []);
  const differing = useMemo(() => reportRows(report).filter(({ result }) => result !== "as-predicted"), [report]);
  const { proposal, outcome, compared, policies, reading, answerLost } = report;
  const good = asPredicted(report);
  const keptInKit = useMemo(
    () => lossesOf(proposal.plan.changes, disruptionOf(proposal.plan.changes, proposal.reading.now, judge).ofChanges).length > 0,
    [proposal, judge],
  );
  const [warning, setWarning] = useState(false);
  const [saving, setSaving] = useState(false);
  const shortens = outcome.confirmed.some((change) => change.type === "restrict" && change.expireAt !== undefined);
  // What is found to be carried out, and nothing else.
  const warned = useMemo(
    () => affectedBy(outcome.confirmed, disruptionOf(outcome.confirmed, proposal.reading.now, judge)),
    [outcome, proposal, judge],
  );
  const counts = countEffects(totalCounts(proposal.plan, compared));
  const notCompared = tokenKinds.filter((kind) => !compared.includes(kind));
  const file = `policy-report-${fileInstant(reading.now)}`;
  return (
    <Alert
      severity={good ? "success" : "warning"}
      component="section"
      sx={{ marginBottom: 4, "& .MuiAlert-message": { flex: 1, minWidth: 0 } }}
    >
      <Box sx={{ display: "flex", flexDirection: "column", gap: 2 }}>
        <Typography variant="h2" ref={heading} tabIndex={-1} sx={{ outline: "none" }}>
          {good ? `Applied exactly as predicted: ${counts}` : "Applied, but not everything is as predicted"}
        </Typography>
        {answerLost && <Typography>The server’s answer was lost; this is what was found afterwards.</Typography>}
        {!good && (
          <Typography>
            Predicted: {counts}. Found as predicted: {count(report.outcome.confirmed.length)} of{" "}
            {count(planForKinds(proposal.plan, compared).changes.length)} changes
            {differing.length > 0 && `; ${countOf(differing.length, "token")} differ`}.
          </Typography>
        )}
        {policies.length > 0 && (
          <div>
            <Typography>In force is not what was applied; somebody may have changed it since (applied → in force):</Typography>
            <Box component="ul" sx={{ margin: 0, paddingLeft: 5 }}>
              {policies.map((difference) => (
                <li key={`${difference.kind}.${difference.field}`}>{differenceWords(difference, filterName)}</li>
              ))}
            </Box>
          </div>
        )}
        {differing.length > 0 && (
          <Box
            component="ul"
            tabIndex={0}
            aria-label="Tokens that differ"
            sx={{ margin: 0, paddingLeft: 5, maxHeight: 240, overflow: "auto", overflowWrap: "anywhere" }}
          >
            {differing.slice(0, mostListed).map((row) => (
              <li key={row.token.id}>
                <Name>{row.token.name}</Name> ({kindTraits[row.token.kind].noun}): <strong>{resultWords[row.result]}</strong>,{" "}
                {rowWords(row, filterName)}
              </li>
            ))}
            {differing.length > mostListed && <li>and {count(differing.length - mostListed)} more, in the files</li>}
          </Box>
        )}
        <Stopping report={report} />
        {notCompared.length > 0 && (
          <Typography>
            Not compared, because not visible: {listWords(notCompared.map((kind) => kindTraits[kind].noun))} tokens.
          </Typography>
        )}
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          <Button
            size="small"
            variant="outlined"
            startIcon={<DownloadIcon />}
            onClick={() => downloadText(`${file}.csv`, "text/csv", reportCsv(report, filterName, judge))}
          >
            Report as CSV
          </Button>
          <Button
            size="small"
            variant="outlined"
            startIcon={<DownloadIcon />}
            onClick={() => downloadText(`${file}.json`, "application/json", reportJson(report, judge))}
          >
            Report as JSON
          </Button>
          {shortens && (
            <Button
              size="small"
              variant="outlined"
              startIcon={<DownloadIcon />}
              aria-haspopup="dialog"
              onClick={() => setSaving(true)}
            >
              Calendar
            </Button>
          )}
          {keptInKit && (
            <Button size="small" component={Link} to={paths.recovery}>
              Make stopped tokens again
            </Button>
          )}
          {warned.length > 0 && (
            <Button size="small" aria-haspopup="dialog" onClick={() => setWarning(true)}>
              Whom to warn
            </Button>
          )}
          <Button size="small" startIcon={<CloseIcon />} onClick={onDismiss}>
            Dismiss
          </Button>
        </Box>
      </Box>
      {saving && (
        <Suspense fallback={null}>
          <CalendarDialog changes={outcome.confirmed} phase="made" at={reading.now} onClose={() => setSaving(false)} />
        </Suspense>
      )}
      {warning && (
        <Suspense fallback={null}>
          <WarnDialog affected={warned} phase="made" at={reading.now} onClose={() => setWarning(false)} />
        </Suspense>
      )}
    </Alert>
  );
}

/** What was expected of a token and what was found, in words. */
function rowWords({ predicted, found }: ReportRow, filterName: FilterName): string {
  const state = (token: SeenToken | null) =>
    token === null
      ? "deleted"
      : `${expiryWords(token.expireAt)}, ${token.ipFilter === null ? "no IP filter" : `IP filter ${filterName(token.ipFilter)}`}`;
  if (predicted === undefined) return "created or rotated meanwhile";
  return `predicted: ${state(predicted)}; found: ${found === null ? "gone" : state(found)}`;
}

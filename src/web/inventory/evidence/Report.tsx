import PrintIcon from "@mui/icons-material/PrintOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import GlobalStyles from "@mui/material/GlobalStyles";
import Modal from "@mui/material/Modal";
import { useId, useMemo } from "react";

import { nameInText } from "#domain/name.ts";
import { severities } from "#domain/findings/rule.ts";
import { evidenceRow, neverValue, unknownValue, type EvidenceContext, type EvidenceRow } from "#domain/inventory/evidence.ts";
import type { EvidenceCover } from "#domain/inventory/evidenceFile.ts";
import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import { findingThresholdNames, thresholdRules } from "#domain/inventory/thresholds.ts";
import { wordPermissions } from "#domain/token/permissionWords.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Name, Words } from "#web/ui/Name.tsx";

/** The most tokens that a report holds. More belong into a file. */
export const mostReported = 5000;

export interface ReportProps {
  /** At most {@link mostReported}. */
  readonly tokens: readonly InventoryToken[];
  readonly context: EvidenceContext;
  readonly cover: EvidenceCover;
  readonly onClose: () => void;
}

/** The evidence as it goes on paper: the cover, every row, and each finding with its reason. Light, whatever the page is. */
export function Report({ tokens, context, cover, onClose }: ReportProps) {
  const id = useId();
  const rows = useMemo(() => tokens.map((token) => evidenceRow(token, context)), [tokens, context]);
  return (
    <Modal open onClose={onClose} hideBackdrop disableScrollLock sx={frame}>
      <Box role="dialog" aria-modal aria-labelledby={id} tabIndex={-1} data-color-scheme="light" sx={sheet}>
        <GlobalStyles styles={paper} />
        <Box className="bar">
          <Button onClick={onClose}>Close the report</Button>
          <Button variant="contained" startIcon={<PrintIcon />} onClick={() => window.print()}>
            Print, or save as PDF
          </Button>
        </Box>
        <h1 id={id}>Tokens: a report</h1>
        <Cover cover={cover} rows={rows} />
        <Tokens rows={rows} />
        <Rules rows={rows} />
      </Box>
    </Modal>
  );
}

function Cover({ cover, rows }: { readonly cover: EvidenceCover; readonly rows: readonly EvidenceRow[] }) {
  const { exportedAt, exportedBy, organization, backend, list, kinds, thresholds, rights } = cover;
  const missing = kinds.flatMap((kind) => kind.missing ?? []);
  const facts: readonly (readonly [string, string])[] = [
    ["Made", `${exportedAt} by the ${exportedBy.kind} ${nameInText(exportedBy.name)}`],
    [
      "Of",
      [organization ?? "an organization of unknown name", `${backend.kind} at ${backend.url}`, backend.version]
        .filter(Boolean)
        .join(", "),
    ],
    [
      "Tokens",
      `${count(rows.length)}, ${list.narrowedBy.length === 0 ? "not narrowed" : `narrowed to ${list.narrowedBy.join("; ")}`}, sorted by ${list.sortedBy}`,
    ],
    ["Link", list.link ?? ""],
    [
      "Findings",
      severities
        .map(
          (severity) =>
            `${severity} on ${countOf(rows.filter((row) => row.findings.some((finding) => finding.severity === severity)).length, "token")}`,
        )
        .join(", "),
    ],
    ...(thresholds === null
      ? []
      : [
          [
            "Thresholds",
            findingThresholdNames
              .map((name) => `${thresholdRules[name].label.toLowerCase()} ${countOf(thresholds[name], "day")}`)
              .join(", "),
          ] as const,
        ]),
  ];
  return (
    <>
      <dl>
        {facts.map(([term, words]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <Words>{words}</Words>
            </dd>
          </div>
        ))}
      </dl>
      <h2>Not in it</h2>
      {missing.length === 0 && rights === "read" ? (
        <p>Every kind was read in full.</p>
      ) : (
        <ul>
          {missing.map((words) => (
            <li key={words}>{words}</li>
          ))}
          {rights !== "read" && <li>permissions and views: not all could be read; such stand as unknown.</li>}
        </ul>
      )}
    </>
  );
}

const headings = ["Name", "Kind", "Owner", "Created", "Expires", "Last used", "IP filter", "May", "Findings"] as const;

function Tokens({ rows }: { readonly rows: readonly EvidenceRow[] }) {
  return (
    <>
      <h2>Tokens</h2>
      <p>Times in UTC. “Unknown” never means no.</p>
      <table>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the rows stay as they are
            <TokenRow key={index} row={row} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function TokenRow({ row }: { readonly row: EvidenceRow }) {
  const { findings, findingsDismissed, findingsNotJudged } = row;
  return (
    <tr>
      <th scope="row">
        <Name>{row.name}</Name>
        <small>{row.id}</small>
      </th>
      <td>{inventoryTraits[row.kind].noun}</td>
      <td>
        {row.writtenOwner === null || row.writtenOwner === unknownValue ? (
          <bdi>{row.owner}</bdi>
        ) : (
          <>
            <bdi>{row.writtenOwner}</bdi>
            <small>
              written down; created by <bdi>{row.owner}</bdi>
            </small>
          </>
        )}
        {row.writtenOwner === unknownValue && <small>a written one could not be read</small>}
      </td>
      <td>{minuteOf(row.created)}</td>
      <td>{row.state === "expired" ? `${minuteOf(row.expires)}, expired` : minuteOf(row.expires)}</td>
      <td>
        {minuteOf(row.lastUsed)}
        {row.lastUsedFrom !== null && row.lastUsedFrom !== unknownValue && <small>from {row.lastUsedFrom}</small>}
        {row.lastUseKnownBy === "at-least" && <small>or later</small>}
      </td>
      <td>{row.ipFilterId === null ? "none" : <bdi>{row.ipFilter}</bdi>}</td>
      <td>
        <Words>{rightsText(row)}</Words>
      </td>
      <td>
        {findings.map(({ rule, severity, title, reason }) => (
          <p key={rule}>
            <strong>
              {title} ({severity}).
            </strong>{" "}
            <Words>{reason}</Words>
          </p>
        ))}
        {findingsDismissed.map(({ rule, title, note, dismissedBy, until }) => (
          <p key={rule}>
            {title}: dismissed by <bdi>{dismissedBy}</bdi>
            {until === neverValue ? "" : ` until ${minuteOf(until)}`}. <bdi>{note}</bdi>
          </p>
        ))}
        {findingsNotJudged.length > 0 && <small>{countOf(findingsNotJudged.length, "rule")} not judged</small>}
      </td>
    </tr>
  );
}

/** How findings were judged and what to do, once for each rule that found something. */
function Rules({ rows }: { readonly rows: readonly EvidenceRow[] }) {
  const found = new Map(rows.flatMap(({ findings }) => findings.map((finding) => [finding.rule, finding] as const)));
  const rules = [...found.values()].toSorted((a, b) => rank(a.severity) - rank(b.severity));
  if (rules.length === 0) return null;
  return (
    <>
      <h2>How findings were judged</h2>
      <dl>
        {rules.map(({ rule, title, severity, judged }) => (
          <div key={rule}>
            <dt>
              {title} ({severity}),{" "}
              {countOf(rows.filter(({ findings }) => findings.some((one) => one.rule === rule)).length, "token")}
            </dt>
            <dd>
              <Words>{judged}</Words>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function rank(severity: string): number {
  return severities.findIndex((one) => one === severity);
}

/** A time to the minute; a word as it is. */
function minuteOf(time: string): string {
  return time.replace(/^(.+)T(\d\d:\d\d):.*Z$/u, "$1 $2");
}

function rightsText({ kind, rights, permissions, views, repository, configuration }: EvidenceRow): string {
  switch (rights) {
    case "user":
      return "whatever its user may";
    case "sends-events":
      return `send events to ${repository === null ? unknownValue : nameInText(repository)}`;
    case "enrols-collectors":
      return configuration === null ? "enrol collectors" : `enrol collectors with ${nameInText(configuration)}`;
    case "unknown":
      return unknownValue;
    case "token": {
      if (kind === "ingest" || kind === "fleet") return unknownValue;
      const { groups, unknown } = wordPermissions(kind, permissions);
      const labels = [...groups.flatMap(({ entries }) => entries.map(({ label }) => label)), ...unknown];
      const what = labels.length === 0 ? "nothing" : labels.join(", ");
      return kind === "view" ? `${what}; on ${views.length === 0 ? "nothing any more" : views.join(", ")}` : what;
    }
    default:
      return rights satisfies never;
  }
}

const frame = { overflow: "auto", "@media print": { position: "static", overflow: "visible" } } as const;

const sheet = {
  backgroundColor: "background.paper",
  color: "text.primary",
  minHeight: "100%",
  padding: { xs: 4, md: 8 },
  fontSize: "0.8125rem",
  "@media print": { padding: 0, fontSize: "8pt", lineHeight: 1.3 },
  "& .bar": {
    display: "flex",
    justifyContent: "flex-end",
    gap: 2,
    position: "sticky",
    top: 0,
    backgroundColor: "background.paper",
    paddingBlock: 2,
    "@media print": { display: "none" },
  },
  "& h1": { typography: "h1", marginBlock: 0 },
  "& h2": { typography: "h2", marginBlock: "16px 4px", breakAfter: "avoid" },
  "& p": { margin: 0 },
  "& dl": { margin: 0 },
  "& dl > div": { display: "flex", flexWrap: "wrap", columnGap: 3 },
  "& dt": { fontWeight: 600, minWidth: 90 },
  "& dd": { margin: 0, flex: "1 1 60%", overflowWrap: "anywhere" },
  "& table": { width: "100%", borderCollapse: "collapse", marginBlock: "4px", tableLayout: "fixed" },
  // Above the rows of every page.
  "& thead": { display: "table-header-group" },
  "& tr": { breakInside: "avoid" },
  "& th, & td": {
    textAlign: "start",
    verticalAlign: "top",
    padding: "3px 6px",
    borderBottom: 1,
    borderColor: "divider",
    overflowWrap: "anywhere",
    fontWeight: 400,
  },
  "& thead th": { fontWeight: 600, borderColor: "text.primary" },
  "& thead th:nth-of-type(2)": { width: "8%" },
  "& thead th:nth-of-type(8)": { width: "14%" },
  "& thead th:nth-of-type(9)": { width: "36%" },
  "& small": { display: "block", fontSize: "0.85em", color: "text.secondary" },
} as const;

/** The paper itself: nothing of the page but the report, and a number on each sheet. */
const paper = {
  "@media print": {
    "body > *:not(.MuiModal-root)": { display: "none !important" },
    "html, body": { backgroundColor: "#fff", height: "auto !important", overflow: "visible !important" },
  },
  "@page": {
    size: "A4 landscape",
    margin: "12mm 10mm 15mm",
    "@bottom-left": { content: '"Tokenhouse: tokens"', fontSize: "8pt" },
    "@bottom-right": { content: '"Page " counter(page) " of " counter(pages)', fontSize: "8pt" },
  },
} as const;

import RemoveIcon from "@mui/icons-material/CloseOutlined";
import YesIcon from "@mui/icons-material/CheckOutlined";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Fragment, useId, useMemo, useState, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { compareTokens, type RightCell } from "#domain/inventory/compare.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import { inventoryColumns, type ColumnContext } from "#web/inventory/columns.tsx";
import { FindingsCell, signsText } from "#web/inventory/findings/FindingsCell.tsx";
import type { FindingsReading } from "#web/inventory/findings/reading.ts";
import { tokenLink } from "#web/inventory/link.ts";
import type { RightsReading } from "#domain/inventory/rightsReading.ts";
import { RiskSign } from "#web/permissions/RightsInWords.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { compareNames } from "#domain/compareNames.ts";
import { countOf } from "#web/ui/counts.ts";
import { Name, Words } from "#web/ui/Name.tsx";

import type { NamedToken } from "./words.ts";

export interface CompareTableProps {
  readonly tokens: readonly NamedToken[];
  readonly rights: RightsReading;
  /** Undefined until they were judged. */
  readonly findings: FindingsReading | undefined;
  /** The server's present time, ms since epoch. */
  readonly now: number;
  readonly onRemove: (key: string) => void;
}

const facts = [
  "kind",
  "owner",
  "createdAt",
  "expireAt",
  "ipFilter",
  "lastUsedAt",
  "lastUsedFrom",
  "configuration",
  "parser",
] as const;

const sortTitles = {
  view: "On repositories and views",
  organization: "In the organization",
  system: "On the cluster",
} as const satisfies Record<PermissionKind, string>;

/** Tokens in columns: what each is, and each right that one of them has. */
export function CompareTable({ tokens, rights, findings, now, onRemove }: CompareTableProps) {
  const id = useId();
  const { filters } = useOrganization();
  const [differing, setDiffering] = useState(false);
  const { sections, places } = useMemo(() => compareTokens(tokens), [tokens]);
  const columns = useMemo(() => {
    const all = inventoryColumns({ now, filters, rights, kind: undefined, findings: findingsColumn(findings) });
    return facts.flatMap((fact) => all.find((column) => column.id === fact) ?? []);
  }, [now, filters, rights, findings]);
  const shows = (cells: readonly string[]) => !differing || new Set(cells).size > 1;
  const named = places
    .map(({ id: place, cells }) => ({ place, cells, name: rights.viewName(place) ?? place }))
    .toSorted((a, b) => compareNames(a.name, b.name));
  const row = (key: string, heading: ReactNode, cells: readonly ReactNode[]) => (
    <tr key={key}>
      <th scope="row">{heading}</th>
      {cells.map((cell, index) => (
        <td key={tokens[index]?.token.key}>{cell}</td>
      ))}
    </tr>
  );
  const heading = (key: string, words: string, level: "part" | "group") => (
    <tr key={key} className={level}>
      <th scope="rowgroup" colSpan={tokens.length + 1}>
        {words}
      </th>
    </tr>
  );
  return (
    <>
      <label htmlFor={id}>
        <input id={id} type="checkbox" checked={differing} onChange={(event) => setDiffering(event.target.checked)} /> Only what
        differs
      </label>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a stop of the tab key, the keyboard could not scroll it */}
      <Box tabIndex={0} role="group" aria-label="Tokens side by side" sx={frame}>
        <table>
          <thead>
            <tr>
              <th scope="col">Compared</th>
              {tokens.map(({ token, title }) => (
                <th key={token.key} scope="col">
                  <Box sx={{ display: "flex", alignItems: "flex-start", justifyContent: "space-between", gap: 1 }}>
                    <Link component={RouterLink} to={tokenLink(token)} sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
                      <Words>{title}</Words>
                    </Link>
                    <IconButton
                      size="small"
                      aria-label={`Take ${title} out of the comparison`}
                      onClick={() => onRemove(token.key)}
                    >
                      <RemoveIcon fontSize="inherit" />
                    </IconButton>
                  </Box>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {heading("about", "What it is", "part")}
            {columns
              .filter(({ text }) => shows(tokens.map(({ token }) => text(token))))
              .filter(({ id: column, text }) => !optional.has(column) || tokens.some(({ token }) => text(token) !== ""))
              .map(({ id: column, title, cell }) =>
                row(
                  column,
                  title,
                  tokens.map(({ token }) => cell(token)),
                ),
              )}
          </tbody>
          {sections.map(({ sort, groups }) => (
            <tbody key={sort}>
              {heading(sort, sortTitles[sort], "part")}
              {groups.map(({ title, rows }) => {
                const shown = rows.filter(({ cells }) => shows(cells.map((cell) => JSON.stringify(cell))));
                if (shown.length === 0) return null;
                return (
                  <Fragment key={title}>
                    {heading(title, title, "group")}
                    {shown.map(({ permission, label, description, risk, cells }) =>
                      row(
                        permission,
                        <>
                          <span title={`${description} ${permission}`}>{label}</span>
                          {risk !== null && (
                            <Typography component="div" variant="caption">
                              <RiskSign risk={risk} />
                            </Typography>
                          )}
                        </>,
                        cells.map((cell, index) => <HeldSign key={tokens[index]?.token.key} {...cell} />),
                      ),
                    )}
                  </Fragment>
                );
              })}
            </tbody>
          ))}
          {named.length > 0 && (
            <tbody>
              {heading("places", "Repositories and views", "part")}
              {named
                .filter(({ cells }) => shows(cells))
                .map(({ place, name, cells }) =>
                  row(
                    place,
                    <Name>{name}</Name>,
                    cells.map((held, index) => <HeldSign key={tokens[index]?.token.key} held={held} />),
                  ),
                )}
            </tbody>
          )}
        </table>
      </Box>
      {new Set(tokens.map(({ token }) => token.kind)).size > 1 && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          “Not of this sort”: tokens of that kind cannot have such rights at all.
        </Typography>
      )}
    </>
  );
}

function findingsColumn(findings: FindingsReading | undefined): NonNullable<ColumnContext["findings"]> {
  return {
    text: (token) => signsText(findings?.signsOf(token)),
    order: () => undefined,
    cell: (token) => <FindingsCell signs={findings?.signsOf(token)} />,
  };
}

/** Left out where no token has any. */
const optional: ReadonlySet<string> = new Set(["configuration", "parser"]);

function HeldSign({ held, on }: RightCell) {
  switch (held) {
    case "yes":
      return (
        <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
          <YesIcon aria-hidden fontSize="inherit" />
          yes{on === undefined ? "" : `, on ${countOf(on, "of them", "of them")}`}
        </Box>
      );
    case "no":
      return <span className="quiet">no</span>;
    case "unknown":
      return <span className="quiet">not known</span>;
    case "other":
      return <span className="quiet">not of this sort</span>;
    default:
      return held satisfies never;
  }
}

const frame = {
  overflowX: "auto",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "background.paper",
  "& table": { borderCollapse: "separate", borderSpacing: 0, minWidth: "100%" },
  "& th, & td": {
    textAlign: "start",
    verticalAlign: "top",
    fontWeight: 400,
    padding: "6px 12px",
    borderBottom: 1,
    borderColor: "frame.line",
    minWidth: { xs: 140, md: 180 },
    maxWidth: 320,
    overflowWrap: "anywhere",
  },
  // What a row is about stays in sight while the tokens scroll.
  "& tbody th[scope='row'], & thead th:first-of-type": {
    position: "sticky",
    insetInlineStart: 0,
    zIndex: 1,
    backgroundColor: "background.paper",
    minWidth: { xs: 120, md: 220 },
    maxWidth: { xs: 150, md: 320 },
  },
  "& tr.part th": { fontWeight: 600, backgroundColor: "frame.well" },
  "& tr.group th": { typography: "caption", color: "text.secondary", fontWeight: 600 },
} as const;

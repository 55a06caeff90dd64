import Box from "@mui/material/Box";
import type { TableColumn } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { paths } from "#web/paths.ts";
import { monospace } from "#web/theme.ts";
import { rulesInShort } from "#web/ui/rulesInShort.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name, Words } from "#web/ui/Name.tsx";

import { readText } from "./text.ts";
import type { FilterUse } from "./use.ts";

/** A filter with who uses it. */
export interface FilterRow extends IpFilter {
  readonly use: FilterUse;
  /** Its name, with part of its id where another filter has the same name. */
  readonly distinctName: string;
}

/** The columns of the list of filters. */
export const filterColumns: TableColumn<FilterRow>[] = [
  {
    id: "name",
    header: "Name",
    size: 180,
    value: ({ name }) => name,
    cell: (row) => <NameCell filter={row} />,
  },
  {
    id: "rules",
    header: "Rules",
    size: 180,
    meta: { places: 2 },
    cell: (row) => (
      <Hint
        cut
        hint={
          <Box component="span" sx={{ fontFamily: monospace, whiteSpace: "pre-wrap" }}>
            {row.ipFilter}
          </Box>
        }
      >
        <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.75rem" }}>
          {rulesInShort(row.ipFilter)}
        </Box>
      </Hint>
    ),
  },
  {
    id: "remarks",
    header: "Remarks",
    size: 100,
    cell: (row) => <RemarksCell text={row.ipFilter} />,
  },
  ...tokenKinds.map((kind): TableColumn<FilterRow> => ({
    id: kind,
    header: kindTraits[kind].title,
    size: kind === "organization" ? 128 : 96,
    meta: { align: "end", title: `${kindTraits[kind].title} tokens` },
    // What is not known comes before every count.
    value: ({ use }) => (isCounted(use, kind) ? use.kinds[kind].tokens.length : -1),
    cell: (row) => <CountCell use={row.use} kind={kind} />,
  })),
  {
    id: "enforced",
    header: "Enforced by",
    size: 130,
    value: ({ use }) => (use.policies?.length ?? 0) + (use.dashboards === true ? 1 : 0),
    cell: (row) => <EnforcedCell use={row.use} />,
  },
];

function isCounted({ kinds }: FilterUse, kind: TokenKind): boolean {
  return kinds[kind].state === "complete" || kinds[kind].tokens.length > 0;
}

function NameCell({ filter: { id, name, distinctName } }: { readonly filter: FilterRow }) {
  return (
    <Hint
      cut
      component={RouterLink}
      to={paths.ipFilter(id)}
      hint={
        <>
          <Name>{name}</Name>
          <br />
          <span style={{ fontFamily: monospace }}>{id}</span>
          {distinctName !== nameInText(name) && (
            <>
              <br />
              Another IP filter has the same name, or one that looks like it.
            </>
          )}
        </>
      }
    >
      <Words>{distinctName}</Words>
    </Hint>
  );
}

function RemarksCell({ text }: { readonly text: string }) {
  const { faults, remarks, rules } = readText(text);
  if (rules === undefined) {
    return (
      <Hint hint={faults[0] === undefined ? "There is no rule in it." : `Line ${faults[0].line}: ${faults[0].message}`}>
        cannot be read here
      </Hint>
    );
  }
  if (remarks.length === 0) return <span className="quiet">none</span>;
  return (
    <Hint
      hint={
        <Box component="ul" sx={{ margin: 0, paddingInlineStart: 4 }}>
          {remarks.map(({ finding }) => (
            <li key={finding.message}>{finding.message}</li>
          ))}
        </Box>
      }
    >
      {countOf(remarks.length, "remark")}
    </Hint>
  );
}

function CountCell({ use, kind }: { readonly use: FilterUse; readonly kind: TokenKind }) {
  const { state, tokens } = use.kinds[kind];
  const { noun } = kindTraits[kind];
  switch (state) {
    case "complete":
      return tokens.length === 0 ? <span className="quiet">0</span> : count(tokens.length);
    case "partial":
      return (
        <Hint hint={`Only some of the ${noun} tokens are visible to you; more may use it.`}>
          {tokens.length === 0 ? <span className="quiet">not known</span> : `${count(tokens.length)} or more`}
        </Hint>
      );
    case "hidden":
      return (
        <Hint hint={`None of the ${noun} tokens are visible to you.`}>
          <span className="quiet">not known</span>
        </Hint>
      );
    case "failed":
      return (
        <Hint hint={`The ${noun} tokens could not be read.`}>
          <span className="quiet">not read</span>
        </Hint>
      );
    case "waiting":
      return <span className="quiet">…</span>;
    default:
      return state satisfies never;
  }
}

function EnforcedCell({ use: { policies, dashboards } }: { readonly use: FilterUse }) {
  if (policies === undefined) return <span className="quiet">not known</span>;
  const words = [
    ...(policies.length > 0 ? [`policy: ${policies.map((kind) => kindTraits[kind].title.toLowerCase()).join(", ")}`] : []),
    ...(dashboards === true ? ["read-only dashboards"] : []),
  ].join("; ");
  return words === "" ? (
    <span className="quiet">nothing</span>
  ) : (
    <Hint cut hint={words}>
      {words}
    </Hint>
  );
}

import type { ColumnDef } from "@tanstack/react-table";
import { Link as RouterLink } from "react-router";

import { paths } from "#web/paths.ts";
import { compareNames } from "#web/ui/compareNames.ts";
import { count } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import type { IngestToken } from "./queries.ts";

/** The columns that can be sorted by. */
export const sortColumns = ["repository", "name", "parser", "weakness", "lastUsedAt", "eventsInLastDay", "events"] as const;

/** One of {@link sortColumns}. */
export type IngestSortColumn = (typeof sortColumns)[number];

/**
 * The columns of the list of ingest tokens.
 *
 * @param now ms since epoch
 * @param several whether the list holds more than one repository, which then has a column
 * @param knowsUse whether the backend counts what comes in with a token
 */
export function tokenColumns(now: number, several: boolean, knowsUse: boolean): ColumnDef<IngestToken>[] {
  const columns: (ColumnDef<IngestToken> & { readonly shown: boolean })[] = [
    {
      id: "name",
      shown: true,
      header: "Name",
      size: 190,
      accessorFn: ({ name }) => name,
      sortingFn: (a, b) => compareNames(a.original.name, b.original.name),
      cell: ({ row: { original } }) => (
        <Hint
          cut
          component={RouterLink}
          to={paths.ingestToken(original.repository, original.name)}
          hint={<Name>{original.name}</Name>}
        >
          <Name>{original.name}</Name>
        </Hint>
      ),
    },
    {
      id: "repository",
      shown: several,
      header: "Repository",
      size: 160,
      accessorFn: ({ repository }) => repository,
      sortingFn: (a, b) => compareNames(a.original.repository, b.original.repository),
      cell: ({ row: { original } }) => (
        <Hint
          cut
          component={RouterLink}
          to={paths.ingestRepository(original.repository)}
          hint={<Name>{original.repository}</Name>}
        >
          <Name>{original.repository}</Name>
        </Hint>
      ),
    },
    {
      id: "lastUsedAt",
      shown: knowsUse,
      header: "Last used",
      size: 146,
      accessorFn: ({ use }) => use?.lastUsedAt ?? -1,
      cell: ({
        row: {
          original: { use },
        },
      }) =>
        use?.lastUsedAt == null ? (
          <span className="quiet">never</span>
        ) : (
          <Instant
            at={use.lastUsedAt}
            now={presentAfter(use.lastUsedAt, now)}
            {...(use.lastUsedFrom !== null && { more: `From ${use.lastUsedFrom}` })}
          />
        ),
    },
    {
      id: "weakness",
      shown: knowsUse,
      header: "Value",
      size: 120,
      accessorFn: ({ use }) => (use?.weakness == null ? (use?.isCustom === true ? 1 : 0) : 2),
      cell: ({ row: { original } }) =>
        original.use?.weakness != null ? (
          <strong>chosen, weak</strong>
        ) : original.use?.isCustom === true ? (
          "chosen"
        ) : (
          <span className="quiet">generated</span>
        ),
    },
    {
      id: "parser",
      shown: true,
      header: "Parser",
      size: 120,
      accessorFn: ({ parser }) => parser ?? "",
      sortingFn: (a, b) => compareNames(a.original.parser ?? "", b.original.parser ?? ""),
      cell: ({ row: { original } }) =>
        original.parser === null ? (
          <span className="quiet">none</span>
        ) : (
          <Hint cut hint={<Name>{original.parser}</Name>}>
            <Name>{original.parser}</Name>
          </Hint>
        ),
    },
    {
      id: "eventsInLastDay",
      shown: knowsUse,
      header: "Events, last day",
      size: 152,
      meta: { align: "end" },
      accessorFn: ({ use }) => use?.eventsInLastDay ?? 0,
      cell: ({ row: { original } }) => count(original.use?.eventsInLastDay ?? 0),
    },
    {
      id: "events",
      shown: knowsUse,
      header: "Events",
      size: 110,
      meta: { align: "end" },
      accessorFn: ({ use }) => use?.events ?? 0,
      cell: ({ row: { original } }) => count(original.use?.events ?? 0),
    },
  ];
  return columns.filter(({ shown }) => shown);
}

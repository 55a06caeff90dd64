import Button from "@mui/material/Button";
import type { ColumnDef } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import { compareNames } from "#domain/compareNames.ts";
import { nameInText } from "#domain/name.ts";
import { Quiet } from "#web/inventory/cells.tsx";
import { paths } from "#web/paths.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";

/** A member of a group as a row. */
export interface MemberRow {
  readonly id: string;
  readonly username: string;
  readonly fullName: string | null;
  /** Asks about taking them out; undefined where the reader may not. */
  readonly onTakeOut: (() => void) | undefined;
}

/** The columns of a group's members; the last one is for who may change them. */
export const memberColumns: ColumnDef<MemberRow>[] = [
  {
    id: "member",
    header: "Username",
    size: 220,
    accessorFn: ({ username }) => username,
    sortingFn: (a, b) => compareNames(a.original.username, b.original.username),
    cell: ({ row: { original } }) => (
      <Hint cut component={RouterLink} to={paths.person(original.id)} hint={<Name>{original.username}</Name>}>
        <Name>{original.username}</Name>
      </Hint>
    ),
  },
  {
    id: "full",
    header: "Full name",
    size: 220,
    accessorFn: ({ fullName }) => fullName ?? "",
    sortingFn: (a, b) => compareNames(a.original.fullName ?? "", b.original.fullName ?? ""),
    cell: ({ row: { original } }) => (original.fullName === null ? <Quiet>none</Quiet> : <Name>{original.fullName}</Name>),
  },
  {
    id: "out",
    header: "Take out",
    size: 110,
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <Button
        size="small"
        color="error"
        onClick={original.onTakeOut}
        aria-label={`Take out ${nameInText(original.username)}`}
        sx={{ minWidth: 0, paddingInline: 2, marginInlineStart: -2 }}
      >
        Take out…
      </Button>
    ),
  },
];

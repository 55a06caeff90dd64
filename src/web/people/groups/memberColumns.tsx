import Button from "@mui/material/Button";
import type { TableColumn } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

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
export const memberColumns: TableColumn<MemberRow>[] = [
  {
    id: "member",
    header: "Username",
    size: 220,
    value: ({ username }) => username,
    cell: (row) => (
      <Hint cut component={RouterLink} to={paths.person(row.id)} hint={<Name>{row.username}</Name>}>
        <Name>{row.username}</Name>
      </Hint>
    ),
  },
  {
    id: "full",
    header: "Full name",
    size: 220,
    value: ({ fullName }) => fullName ?? "",
    cell: (row) => (row.fullName === null ? <Quiet>none</Quiet> : <Name>{row.fullName}</Name>),
  },
  {
    id: "out",
    header: "Take out",
    size: 110,
    cell: (row) => (
      <Button
        size="small"
        color="error"
        onClick={row.onTakeOut}
        aria-label={`Take out ${nameInText(row.username)}`}
        sx={{ minWidth: 0, paddingInline: 2, marginInlineStart: -2 }}
      >
        Take out…
      </Button>
    ),
  },
];

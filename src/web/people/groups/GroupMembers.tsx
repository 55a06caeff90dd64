import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Suspense, useMemo, useState } from "react";

import { nameHolds } from "#domain/name.ts";
import { finder } from "#web/list/finder.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { count } from "#web/ui/counts.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { memberColumns, type MemberRow } from "./memberColumns.tsx";
import type { GroupDetail } from "./queries.ts";

const AddMembersDialog = lazyDialog(async () => (await import("./AddMembersDialog.tsx")).AddMembersDialog);
const TakeOutDialog = lazyDialog(async () => (await import("./TakeOutDialog.tsx")).TakeOutDialog);

const dialect: ListDialect<"member" | "full", object> = { columns: ["member", "full"], usual: "member", filters: {} };

const find = finder<MemberRow>(
  ({ id, username, fullName }, text) =>
    id.toLowerCase() === text || [username, fullName ?? ""].some((told) => nameHolds(told, text)),
);

export interface GroupMembersProps {
  readonly group: GroupDetail;
  readonly mayManage: boolean;
}

/** Who is in a group. */
export function GroupMembers({ group, mayManage }: GroupMembersProps) {
  const { id, users, userCount } = group;
  const view = useListView(dialect);
  const [action, setAction] = useState<"add" | { readonly leaving: MemberRow }>();
  const close = () => setAction(undefined);
  const rows = useMemo(
    () =>
      users.map((user): MemberRow => ({
        ...user,
        onTakeOut: mayManage ? () => setAction({ leaving: { ...user, onTakeOut: undefined } }) : undefined,
      })),
    [users, mayManage],
  );
  return (
    <Panel title={`Members (${count(userCount)})`}>
      {mayManage && (
        <Box>
          <Button variant="outlined" size="small" startIcon={<AddIcon />} onClick={() => setAction("add")}>
            Add members…
          </Button>
        </Box>
      )}
      <ListTable
        noun={["member", "members"]}
        view={view}
        rows={rows}
        columns={mayManage ? memberColumns : memberColumns.slice(0, 2)}
        rowId={idOf}
        searched="Username, full name or id"
        find={find}
        maxHeight="420px"
        empty={
          <Typography>
            {userCount === 0 ? "Nobody is in the group, so nobody has what it gives." : "Its members are not shown to you."}
          </Typography>
        }
      />
      {users.length > 0 && users.length < userCount && (
        <Typography sx={{ color: "text.secondary" }}>{count(userCount - users.length)} more are not shown to you.</Typography>
      )}
      <Suspense fallback={null}>
        {action === "add" && <AddMembersDialog group={group} onClose={close} />}
        {typeof action === "object" && (
          <TakeOutDialog groupId={id} groupName={group.displayName} user={action.leaving} onClose={close} />
        )}
      </Suspense>
    </Panel>
  );
}

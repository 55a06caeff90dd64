import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Suspense, useState } from "react";

import { isSame } from "#domain/people/access.ts";
import { onOrganization, onSystem, type Holdings } from "#domain/token/rights.ts";
import { nameInText } from "#domain/name.ts";
import { AssignedRoles } from "#web/people/access/AssignedRoles.tsx";
import { decidesSomewhere, mayTakeFromGroup } from "#web/people/access/mayGive.ts";
import { grantedRole } from "#logscale/readAccess.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { assignmentsOf, type GroupDetail, type NamedAssignment } from "./queries.ts";

const AssignToGroupDialog = lazyDialog(async () => (await import("./AssignToGroupDialog.tsx")).AssignToGroupDialog);
const TakeFromGroupDialog = lazyDialog(async () => (await import("./TakeFromGroupDialog.tsx")).TakeFromGroupDialog);

export interface GroupRolesProps {
  readonly group: GroupDetail;
  /** The reader's. */
  readonly holdings: Holdings;
  /** Whether roles are assigned here at all. */
  readonly mayChange: boolean;
}

/** What a group gives its members: its roles with where they hold, in words. */
export function GroupRoles({ group, holdings, mayChange }: GroupRolesProps) {
  const [action, setAction] = useState<"assign" | NamedAssignment>();
  const close = () => setAction(undefined);
  const assigned = assignmentsOf(group);
  return (
    <Panel title="What the group gives">
      <Typography>
        {assigned.length === 0
          ? "No role is assigned to the group, so it gives its members nothing."
          : "Every member holds what these roles allow, in sessions and by the personal token too."}
      </Typography>
      <AssignedRoles
        label="Roles of the group"
        inWords
        assigned={assigned}
        onTake={mayChange ? (one) => setAction(assigned.find((each) => isSame(each, one))) : undefined}
        mayTake={(one) => mayTakeFromGroup(holdings, grantedRole(one.role), one)}
      />
      {mayChange && assignsAnywhere(holdings) && (
        <Box>
          <Button variant="outlined" size="small" startIcon={<AddIcon />} onClick={() => setAction("assign")}>
            Assign a role…
          </Button>
        </Box>
      )}
      <Suspense fallback={null}>
        {action === "assign" && <AssignToGroupDialog group={group} holdings={holdings} onClose={close} />}
        {typeof action === "object" && (
          <TakeFromGroupDialog groupId={group.id} groupName={nameInText(group.displayName)} assignment={action} onClose={close} />
        )}
      </Suspense>
    </Panel>
  );
}

function assignsAnywhere(holdings: Holdings): boolean {
  return (
    decidesSomewhere(holdings) ||
    onOrganization(holdings, "ChangeOrganizationPermissions") === true ||
    onSystem(holdings, "ChangeSystemPermissions") === true
  );
}

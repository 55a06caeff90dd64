import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import { unknownHoldings } from "#domain/token/rights.ts";
import { paths } from "#web/paths.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { count } from "#web/ui/counts.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { AssignedRoles } from "./access/AssignedRoles.tsx";
import { decidesSomewhere, mayTakeFromUser } from "./access/mayGive.ts";
import { grantedRole } from "#logscale/readAccess.ts";
import type { UserDetail } from "./queries.ts";
import { ownAssignments, type OwnAssignment } from "./roleSets.ts";

const AddToGroupDialog = lazyDialog(async () => (await import("./AddToGroupDialog.tsx")).AddToGroupDialog);
const AssignToUserDialog = lazyDialog(async () => (await import("./AssignToUserDialog.tsx")).AssignToUserDialog);
const TakeFromUserDialog = lazyDialog(async () => (await import("./TakeFromUserDialog.tsx")).TakeFromUserDialog);
const TakeOutDialog = lazyDialog(async () => (await import("./groups/TakeOutDialog.tsx")).TakeOutDialog);

export interface UserAccessProps {
  readonly user: UserDetail;
  /** Whether the reader administers users. */
  readonly mayManage: boolean;
}

/** The groups that a user is in, and the roles of the user's own; both are changed from here. */
export function UserAccess({ user, mayManage }: UserAccessProps) {
  const { data: holdings = unknownHoldings } = useQuery(holdingsQuery);
  const { id, username, groups = [] } = user;
  const [action, setAction] = useState<
    | { readonly type: "join" | "assign" }
    | { readonly type: "leave"; readonly group: (typeof groups)[number] }
    | { readonly type: "take"; readonly assignment: OwnAssignment }
  >();
  const close = () => setAction(undefined);
  const own = ownAssignments(user);
  return (
    <>
      <Panel title={`Groups (${count(groups.length)})`}>
        {groups.length === 0 ? (
          <Typography>The user is in no group.</Typography>
        ) : (
          <Box
            component="ul"
            aria-label="Groups of the user"
            sx={{ listStyle: "none", margin: 0, padding: 0, border: 1, borderColor: "divider", borderRadius: 1 }}
          >
            {groups.map((group) => (
              <Box
                component="li"
                key={group.id}
                sx={{
                  display: "flex",
                  justifyContent: "space-between",
                  alignItems: "center",
                  gap: 3,
                  paddingInline: 3,
                  paddingBlock: 1.5,
                  "& + &": { borderTop: 1, borderColor: "divider" },
                }}
              >
                <Link component={RouterLink} to={paths.group(group.id)} sx={{ overflowWrap: "anywhere" }}>
                  <Name>{group.displayName}</Name>
                </Link>
                {mayManage && (
                  <Button
                    size="small"
                    color="error"
                    aria-label={`Take out of the group ${nameInText(group.displayName)}`}
                    onClick={() => setAction({ type: "leave", group })}
                  >
                    Take out…
                  </Button>
                )}
              </Box>
            ))}
          </Box>
        )}
        {mayManage && (
          <Box>
            <Button variant="outlined" size="small" startIcon={<AddIcon />} onClick={() => setAction({ type: "join" })}>
              Add to a group…
            </Button>
          </Box>
        )}
      </Panel>
      <Panel title={`Roles of their own (${count(own.length)})`}>
        {own.length === 0 && <Typography>No role is given to the user directly.</Typography>}
        <AssignedRoles
          label="Roles of the user"
          assigned={own}
          onTake={(assignment) => setAction({ type: "take", assignment })}
          mayTake={({ role, placeId }) => mayTakeFromUser(holdings, grantedRole(role), placeId)}
        />
        {decidesSomewhere(holdings) && (
          <Box>
            <Button variant="outlined" size="small" startIcon={<AddIcon />} onClick={() => setAction({ type: "assign" })}>
              Assign a role…
            </Button>
          </Box>
        )}
      </Panel>
      <Suspense fallback={null}>
        {action?.type === "join" && <AddToGroupDialog user={user} onClose={close} />}
        {action?.type === "assign" && <AssignToUserDialog user={user} holdings={holdings} onClose={close} />}
        {action?.type === "take" && <TakeFromUserDialog user={user} assignment={action.assignment} onClose={close} />}
        {action?.type === "leave" && (
          <TakeOutDialog groupId={action.group.id} groupName={action.group.displayName} user={{ id, username }} onClose={close} />
        )}
      </Suspense>
    </>
  );
}

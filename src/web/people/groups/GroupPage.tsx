import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import EditIcon from "@mui/icons-material/EditOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink, useNavigate, useParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { onOrganization, unknownHoldings } from "#domain/token/rights.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { paths } from "#web/paths.ts";
import { OfCluster } from "#web/people/OfCluster.tsx";
import { One } from "#web/people/One.tsx";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count } from "#web/ui/counts.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { mainAndSide } from "#web/ui/mainAndSide.ts";
import { Name } from "#web/ui/Name.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { GroupMembers } from "./GroupMembers.tsx";
import { GroupRoles } from "./GroupRoles.tsx";
import { assignmentsOf, groupQuery, type GroupDetail } from "./queries.ts";

const GroupDialog = lazyDialog(async () => (await import("./GroupDialog.tsx")).GroupDialog);
const RemoveGroupDialog = lazyDialog(async () => (await import("./RemoveGroupDialog.tsx")).RemoveGroupDialog);

/** One group: what it gives, who is in it, and what can be done about it. */
export function GroupPage() {
  const { id = "" } = useParams();
  const query = useQuery(groupQuery(id));
  return (
    <One noun="group" id={id} query={query} list={paths.groups} listLabel="Groups">
      {(group, notice) => <Group key={id} group={group} notice={notice} />}
    </One>
  );
}

function Group({ group, notice }: { readonly group: GroupDetail; readonly notice: ReactNode }) {
  const { gateway } = useOrganization();
  const navigate = useNavigate();
  const { data: holdings = unknownHoldings } = useQuery({ ...holdingsQuery, enabled: !gateway });
  const mayManage = !gateway && onOrganization(holdings, "ManageUsers") === true;
  const [action, setAction] = useState<"rename" | "remove">();
  const close = () => setAction(undefined);
  const { id, displayName } = group;
  return (
    <>
      <PageHeader
        title={nameInText(displayName)}
        actions={
          mayManage && (
            <>
              <Button variant="outlined" startIcon={<EditIcon />} onClick={() => setAction("rename")}>
                Rename…
              </Button>
              <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => setAction("remove")}>
                Remove…
              </Button>
            </>
          )
        }
      >
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={listLink(paths.groups)}>
            Group
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the group's id" />
        </Box>
      </PageHeader>
      {notice !== null && <Box sx={{ marginBottom: 5 }}>{notice}</Box>}
      {gateway && <OfCluster what="Groups" />}
      <Box sx={mainAndSide}>
        <Box sx={column}>
          <GroupRoles group={group} holdings={holdings} mayChange={!gateway} />
          <GroupMembers group={group} mayManage={mayManage} />
        </Box>
        <GroupFacts group={group} />
      </Box>
      <Box sx={{ ...column, marginTop: 6 }}>
        <OwnActivity asked={{ about: [id] }} />
      </Box>
      <Suspense fallback={null}>
        {action === "rename" && <GroupDialog group={group} onClose={close} />}
        {action === "remove" && (
          <RemoveGroupDialog
            group={group}
            onRemoved={() => {
              tellAt(paths.groups, `The group ${nameInText(displayName)} was removed.`);
              void navigate(listLink(paths.groups), { replace: true });
            }}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}

const column = { display: "flex", flexDirection: "column", gap: 6, minWidth: 0 } as const;

function GroupFacts({ group }: { readonly group: GroupDetail }) {
  const { lookupName, userCount } = group;
  const assigned = assignmentsOf(group);
  return (
    <Panel title="About the group">
      <Facts>
        <Fact term="Members">{count(userCount)}</Fact>
        <Fact term="Roles">{count(new Set(assigned.map(({ roleId }) => roleId)).size)}</Fact>
        <Fact term="Lookup name">
          {lookupName == null || lookupName === "" ? <span className="quiet">none</span> : <Name>{lookupName}</Name>}
        </Fact>
      </Facts>
    </Panel>
  );
}

import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import EditIcon from "@mui/icons-material/EditOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink, useNavigate, useParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { permissionsOf } from "#domain/people/effective.ts";
import { permissionKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { onOrganization, unknownHoldings } from "#domain/token/rights.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { paths } from "#web/paths.ts";
import { grantedRole } from "#logscale/readAccess.ts";
import { OfCluster } from "#web/people/OfCluster.tsx";
import { One } from "#web/people/One.tsx";
import { textOr } from "#web/people/queries.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count } from "#web/ui/counts.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";
import { Name } from "#web/ui/Name.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { RoleEditorHead } from "./RoleEditorHead.tsx";
import { RoleHolders } from "./RoleHolders.tsx";
import { roleQuery, type RoleDetail } from "./queries.ts";

const RemoveRoleDialog = lazyDialog(async () => (await import("./RemoveRoleDialog.tsx")).RemoveRoleDialog);
const RoleEditor = lazyPart(async () => (await import("./RoleEditor.tsx")).RoleEditor);

/** One role: what it allows, who has it where, and what can be done about it; or the form that changes it. */
export function RolePage({ changing = false }: { readonly changing?: boolean }) {
  const { id = "" } = useParams();
  const query = useQuery(roleQuery(id));
  return (
    <One noun="role" id={id} query={query} list={paths.roles} listLabel="Roles">
      {(role, notice) => <Role key={id} role={role} changing={changing} notice={notice} />}
    </One>
  );
}

interface RoleProps {
  readonly role: RoleDetail;
  readonly changing: boolean;
  readonly notice: ReactNode;
}

function Role({ role, changing, notice }: RoleProps) {
  const { gateway } = useOrganization();
  const navigate = useNavigate();
  const { data: holdings = unknownHoldings, isPending } = useQuery({ ...holdingsQuery, enabled: !gateway });
  const mayChange = !gateway && onOrganization(holdings, "ChangeOrganizationPermissions") === true;
  const [removing, setRemoving] = useState(false);
  const { id, displayName, description } = role;
  if (changing && (mayChange || (!gateway && isPending))) {
    const loading = <LoadingShape label="Loading the form" shape="form" rows={5} />;
    return (
      <>
        <RoleEditorHead role={role} />
        <Suspense fallback={loading}>{mayChange ? <RoleEditor role={role} /> : loading}</Suspense>
      </>
    );
  }
  const given = permissionKinds.filter((kind) => permissionsOf(grantedRole(role), kind).length > 0);
  return (
    <>
      <PageHeader
        title={nameInText(displayName)}
        actions={
          mayChange && (
            <>
              <Button component={RouterLink} to={paths.changeRole(id)} variant="outlined" startIcon={<EditIcon />}>
                Change
              </Button>
              <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => setRemoving(true)}>
                Remove…
              </Button>
            </>
          )
        }
      >
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={listLink(paths.roles)}>
            Role
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the role's id" />
        </Box>
      </PageHeader>
      {notice !== null && <Box sx={{ marginBottom: 5 }}>{notice}</Box>}
      {gateway && <OfCluster what="Roles" />}
      <Box sx={mainAndSide}>
        <Box sx={column}>
          <Panel title="What it allows">
            {given.length === 0 && <Typography>It holds no permissions.</Typography>}
            {given.map((kind) => (
              <section key={kind} aria-label={headings[kind]}>
                <Typography variant="h3" sx={{ marginBottom: 2 }}>
                  {headings[kind]}
                </Typography>
                <RightsInWords kind={kind} permissions={permissionsOf(grantedRole(role), kind)} />
              </section>
            ))}
          </Panel>
        </Box>
        <Box sx={column}>
          <Panel title="About the role">
            <Facts>
              <Fact term="Description">
                {textOr(description) === null ? <span className="quiet">none</span> : <Name>{description ?? ""}</Name>}
              </Fact>
              <Fact term="Users">{count(role.usersCount)} directly</Fact>
              <Fact term="Groups">{count(role.groupsCount)}</Fact>
            </Facts>
          </Panel>
          <RoleHolders role={role} />
        </Box>
      </Box>
      <Box sx={{ ...column, marginTop: 6 }}>
        <OwnActivity asked={{ about: [id] }} />
      </Box>
      <Suspense fallback={null}>
        {removing && (
          <RemoveRoleDialog
            role={role}
            onRemoved={() => {
              tellAt(paths.roles, `The role ${nameInText(displayName)} was removed.`);
              void navigate(listLink(paths.roles), { replace: true });
            }}
            onClose={() => setRemoving(false)}
          />
        )}
      </Suspense>
    </>
  );
}

const column = { display: "flex", flexDirection: "column", gap: 6, minWidth: 0 } as const;

const headings = {
  view: "On the repositories and views where it is assigned",
  organization: "In the organization",
  system: "On the whole cluster",
} as const satisfies Record<PermissionKind, string>;

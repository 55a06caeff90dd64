import AddIcon from "@mui/icons-material/AddOutlined";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Suspense, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { readingOf } from "#web/list/reading.ts";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { OfCluster } from "#web/people/OfCluster.tsx";
import { PeopleTabs } from "#web/people/PeopleTabs.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { roleColumns } from "./columns.tsx";
import { RoleEditorHead } from "./RoleEditorHead.tsx";
import { rolesQuery, type ListedRole } from "./queries.ts";

const RoleEditor = lazyPart(async () => (await import("./RoleEditor.tsx")).RoleEditor);

const purpose =
  "Permissions under one name. A role is assigned to users on a repository or view, and to groups there, in the organization, or on the whole cluster.";

const dialect: ListDialect<"role" | "users" | "groups" | "view" | "organization" | "system", object> = {
  columns: ["role", "users", "groups", "view", "organization", "system"],
  usual: "role",
  filters: {},
};

const find = finder<ListedRole>(
  ({ id, displayName, description, ...role }, text) =>
    id.toLowerCase() === text ||
    [displayName, description ?? ""].some((told) => nameHolds(told, text)) ||
    [...role.viewPermissions, ...role.organizationPermissions, ...role.systemPermissions].some((name) =>
      name.toLowerCase().includes(text),
    ),
);

/** All roles, or the form of a new one. */
export function RolesPage({ creating = false }: { readonly creating?: boolean }) {
  const { gateway } = useOrganization();
  const roles = useQuery(rolesQuery);
  const reading = readingOf(roles);
  const { data, failure } = reading;
  const mayCreate = !gateway && data?.mayChange === true;
  if (creating && mayCreate) {
    return (
      <>
        <RoleEditorHead role={undefined} />
        <Suspense fallback={<LoadingShape label="Loading the form" shape="form" rows={5} />}>
          <RoleEditor role={undefined} />
        </Suspense>
      </>
    );
  }
  const create = mayCreate && (
    <Button component={RouterLink} to={paths.newRole} variant="contained" size="small" startIcon={<AddIcon />}>
      Create
    </Button>
  );
  return (
    <ListPage
      title="Roles"
      path={paths.roles}
      what="roles"
      purpose={purpose}
      {...reading}
      tabs={<PeopleTabs at="Roles" />}
      hidden={
        data === undefined && failure?.kind === "refused" ? (
          <EmptyState title="Roles are not shown to you">
            They are listed to whoever administers users (<code>ManageUsers</code>) or gives roles (<code>ChangeUserAccess</code>,{" "}
            <code>ChangeOrganizationPermissions</code>, <code>ChangeSystemPermissions</code>). Your own roles stand on your own
            page.
          </EmptyState>
        ) : undefined
      }
      partial={gateway ? <OfCluster what="Roles" /> : undefined}
      create={create}
    >
      {(read) => <RoleTable roles={read.roles} create={create} />}
    </ListPage>
  );
}

function RoleTable({ roles, create }: { readonly roles: readonly ListedRole[]; readonly create: ReactNode }) {
  const view = useListView(dialect);
  return (
    <ListTable
      noun={["role", "roles"]}
      view={view}
      rows={roles}
      columns={roleColumns}
      rowId={idOf}
      searched="Name, description, permission or id"
      find={find}
      empty={
        <EmptyState title="There are no roles" action={create}>
          {purpose}
        </EmptyState>
      }
    />
  );
}

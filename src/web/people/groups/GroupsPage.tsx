import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, type ReactNode } from "react";

import { nameHolds } from "#domain/name.ts";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { readingOf } from "#web/list/reading.ts";
import { useCreating } from "#web/list/useCreating.ts";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { OfCluster } from "#web/people/OfCluster.tsx";
import { PeopleTabs } from "#web/people/PeopleTabs.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { count } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

import { groupColumns, groupRow, type ListedGroupRow } from "./columns.tsx";
import { groupsQuery, type ListedGroup } from "./queries.ts";

const GroupDialog = lazyDialog(async () => (await import("./GroupDialog.tsx")).GroupDialog);

const purpose =
  "Users who get the same roles together. Whoever joins a group holds what its roles give, and loses it on leaving.";

const dialect: ListDialect<"group" | "members" | "roles" | "places" | "lookup", object> = {
  columns: ["group", "members", "roles", "places", "lookup"],
  usual: "group",
  filters: {},
};

const find = finder<ListedGroupRow>(
  ({ id, name, lookupName, roles }, text) =>
    id.toLowerCase() === text || [name, lookupName ?? "", ...roles].some((told) => nameHolds(told, text)),
);

/** All groups. */
export function GroupsPage() {
  const { gateway } = useOrganization();
  const groups = useQuery(groupsQuery);
  const reading = readingOf(groups);
  const { data, failure } = reading;
  const { asked, start, stop } = useCreating();
  const mayCreate = !gateway && data?.mayManage === true;
  const create = mayCreate && (
    <Button variant="contained" size="small" startIcon={<AddIcon />} onClick={start}>
      Create
    </Button>
  );
  return (
    <>
      <ListPage
        title="Groups"
        path={paths.groups}
        what="groups"
        purpose={purpose}
        {...reading}
        tabs={<PeopleTabs at="Groups" />}
        hidden={
          data === undefined && failure?.kind === "refused" ? (
            <EmptyState title="Groups are not shown to you">
              They are listed to whoever administers users (<code>ManageUsers</code>) or gives roles (
              <code>ChangeUserAccess</code>, <code>ChangeOrganizationPermissions</code>, <code>ChangeSystemPermissions</code>).
              Your own groups stand on your own page.
            </EmptyState>
          ) : undefined
        }
        partial={
          <>
            {gateway && <OfCluster what="Groups" />}
            {data !== undefined && data.total > data.groups.length && (
              <Alert severity="info" sx={{ marginBottom: 4 }}>
                These are the first {count(data.groups.length)} of {count(data.total)} groups.
              </Alert>
            )}
          </>
        }
        create={create}
      >
        {(read) => <GroupTable groups={read.groups} create={create} />}
      </ListPage>
      <Suspense fallback={null}>{asked && mayCreate && <GroupDialog group={undefined} onClose={stop} />}</Suspense>
    </>
  );
}

function GroupTable({ groups, create }: { readonly groups: readonly ListedGroup[]; readonly create: ReactNode }) {
  const view = useListView(dialect);
  const rows = useMemo(() => groups.map(groupRow), [groups]);
  return (
    <ListTable
      noun={["group", "groups"]}
      view={view}
      rows={rows}
      columns={groupColumns}
      rowId={idOf}
      searched="Name, lookup name, role or id"
      find={find}
      empty={
        <EmptyState title="There are no groups" action={create}>
          {purpose}
        </EmptyState>
      }
    />
  );
}

import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { tokensByUser } from "#domain/people/owned.ts";
import { failureOf } from "#web/api/failure.ts";
import { serverUrl } from "#web/api/server.ts";
import { offers } from "#web/api/session.ts";
import { useInventory } from "#web/inventory/useInventory.ts";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { readingOf } from "#web/list/reading.ts";
import { useCreating } from "#web/list/useCreating.ts";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { sessionsQuery } from "#web/sessions/requests.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";

import { userColumns, type PersonRow } from "./columns.tsx";
import { PeopleTabs } from "./PeopleTabs.tsx";
import { isRootSession, usersQuery, type ListedUser } from "./queries.ts";
import { isAmong, readWho, type UserFilters } from "./who.ts";
import { lastSeenOf, tokenReach } from "./words.ts";

// What it is drawn with loads behind the rows.
const WhoField = lazyPart(async () => (await import("./WhoField.tsx")).WhoField);

const AddUserDialog = lazyDialog(async () => (await import("./AddUserDialog.tsx")).AddUserDialog);

const purpose = "Who can sign in, and by what: users with their roles, their tokens and when they were last seen.";

const dialect: ListDialect<"user" | "standing" | "full" | "email" | "roles" | "tokens" | "seen", UserFilters> = {
  columns: ["user", "standing", "full", "email", "roles", "tokens", "seen"],
  usual: "user",
  filters: { who: readWho },
};

const bySearch = finder<PersonRow>(
  ({ id, username, fullName, email, roles = [] }, text) =>
    id.toLowerCase() === text || [username, fullName ?? "", email ?? "", ...roles].some((told) => nameHolds(told, text)),
);

/** Everybody who can sign in. */
export function PeoplePage() {
  const { session, gateway } = useOrganization();
  const people = useQuery(usersQuery);
  const reading = readingOf(people);
  const { data, failure } = reading;
  const { asked, start, stop } = useCreating();
  const mayCreate = !gateway && data?.mayManage === true;
  return (
    <>
      <ListPage
        title="People"
        path={paths.people}
        what="users"
        purpose={purpose}
        {...reading}
        tabs={<PeopleTabs at="Users" />}
        hidden={
          data === undefined && failure?.kind === "refused" ? (
            <Hidden own={session.user?.id} cluster={gateway ? serverUrl(session) : undefined} />
          ) : undefined
        }
        partial={gateway ? <OfCluster url={serverUrl(session)} /> : undefined}
        create={
          mayCreate && (
            <Button variant="contained" size="small" startIcon={<AddIcon />} onClick={start}>
              Create
            </Button>
          )
        }
      >
        {(read) => <UserTable users={read.users} />}
      </ListPage>
      <Suspense fallback={null}>
        {asked && mayCreate && <AddUserDialog users={data.users} byRoot={isRootSession(session)} onCancel={stop} />}
      </Suspense>
    </>
  );
}

function UserTable({ users }: { readonly users: readonly ListedUser[] }) {
  const { session } = useOrganization();
  const view = useListView(dialect);
  const reading = useQuery({ ...sessionsQuery(undefined), enabled: offers(session, "sessions") });
  const { data: sessions, isLoading, isLoadingError } = reading;
  const inventory = useInventory({ rights: false });
  const own = session.user?.id;
  const rows = useMemo(() => {
    const tokensOf = tokensByUser(inventory.tokens);
    const reach = tokenReach(inventory.kinds);
    const ofPersonal = tokenReach(inventory.kinds.filter(({ kind }) => kind === "personal"));
    const isCut = isLoadingError || (sessions !== undefined && sessions.totalResults > sessions.results.length);
    const seenReach = isLoading ? "reading" : isCut && ofPersonal === "whole" ? "partial" : ofPersonal;
    const alive = new Map<string, number>();
    for (const { userId, lastSeenAt } of sessions?.results ?? []) {
      if (userId != null) alive.set(userId, Math.max(alive.get(userId) ?? 0, Number(lastSeenAt)));
    }
    return users.map((user): PersonRow => {
      const tokens = tokensOf(user);
      const session = alive.get(user.id);
      const seen = lastSeenOf(session, tokens, user.id);
      return { ...user, own: user.id === own, tokens: tokens.length, reach, signedIn: session !== undefined, seen, seenReach };
    });
  }, [users, inventory.tokens, inventory.kinds, sessions, isLoading, isLoadingError, own]);
  const { who } = view.filters;
  const find = useMemo(() => {
    return (all: readonly PersonRow[], search: string) => {
      const found = bySearch(all, search);
      return who === undefined ? found : found.filter((user) => isAmong(who, user));
    };
  }, [who]);
  return (
    <>
      {isLoadingError && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title="The sessions could not be read, so nobody is shown as signed in"
            failure={failureOf(reading.error)}
            onRetry={() => void reading.refetch()}
          />
        </Box>
      )}
      <ListTable
        noun={["user", "users"]}
        view={view}
        rows={rows}
        columns={userColumns}
        rowId={idOf}
        searched="Name, e-mail, role or id"
        find={find}
        filters={
          // Its place is kept, so that nothing moves when it comes.
          <Suspense fallback={<Box sx={{ width: 200, height: 40 }} />}>
            <WhoField view={view} />
          </Suspense>
        }
        empty={<EmptyState title="There are no users">{purpose}</EmptyState>}
      />
    </>
  );
}

interface HiddenProps {
  /** Id of the reader, where it is a user. */
  readonly own: string | undefined;
  /** Where the cluster's own pages are; undefined where there is no cluster. */
  readonly cluster: string | undefined;
}

function Hidden({ own, cluster }: HiddenProps) {
  return (
    <EmptyState
      title="Other users are not shown to you"
      action={
        own !== undefined && (
          <Button component={RouterLink} to={paths.person(own)} variant="outlined">
            Your own page
          </Button>
        )
      }
    >
      It takes the organization permission to manage users (<code>ManageUsers</code>).
      {cluster !== undefined && <> LogScale’s own pages show what it lets you see.</>}
    </EmptyState>
  );
}

/** What a cluster does not tell here, and where it is changed. */
function OfCluster({ url }: { readonly url: string }) {
  return (
    <Alert severity="info" sx={{ marginBottom: 4 }}>
      These are the cluster’s users; in one with several organizations, those of all of them where you manage it. They are added,
      changed and removed in LogScale itself, under Organization settings, Users:{" "}
      <Link href={url} target="_blank" rel="noreferrer">
        open LogScale
      </Link>
      . Groups give rights there too, and are not listed here.
    </Alert>
  );
}

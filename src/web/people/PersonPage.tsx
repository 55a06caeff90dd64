import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link as RouterLink, useParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { tokensByUser } from "#domain/people/owned.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/failure.ts";
import { serverUrl } from "#web/api/server.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useInventory } from "#web/inventory/useInventory.ts";
import { paths } from "#web/paths.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";
import { Name } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { textOr, userQuery, type UserDetail } from "./queries.ts";
import { UserRights } from "./UserRights.tsx";
import { UserSessions } from "./UserSessions.tsx";
import { UserTokens } from "./UserTokens.tsx";

/** One user: what the user may do, by which tokens and sessions, what was done, and what can be done about it. */
export function PersonPage() {
  const { id = "" } = useParams();
  // Another user begins with nothing of the one before.
  return <OnePerson key={id} id={id} />;
}

function OnePerson({ id }: { readonly id: string }) {
  const query = useQuery(userQuery(id));
  const found = query.data?.user ?? undefined;
  // When somebody removes the user while the page is open, the page keeps what it was.
  const [last, setLast] = useState(found);
  if (found !== undefined && found !== last) setLast(found);
  const user = found ?? last;
  const failure = query.isError ? failureOf(query.error) : undefined;
  const back = (
    <Button component={RouterLink} to={listLink(paths.people)} variant="outlined">
      People
    </Button>
  );
  const gone = (query.data !== undefined && found === undefined) || failure?.kind === "refused";
  if (user === undefined) {
    return (
      <>
        <PageHeader title="User" actions={back} />
        {gone ? (
          <NoUser id={id} refused={failure?.message} back={back} />
        ) : failure !== undefined ? (
          <ErrorState title="The user could not be read" failure={failure} onRetry={() => void query.refetch()} />
        ) : (
          <LoadingShape label="Loading the user" shape="form" rows={4} />
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader title={nameInText(user.username)}>
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={listLink(paths.people)}>
            User
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the user's id" />
          <Link component={RouterLink} to={paths.incidentOf({ user: id })}>
            Incident…
          </Link>
        </Box>
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3, marginBottom: 5, "&:empty": { display: "none" } }}>
        {gone && (
          <Alert severity="warning" action={back}>
            This user was removed since the page was read. Below is what it was.
          </Alert>
        )}
        {failure !== undefined && failure.kind !== "refused" && (
          <ErrorState
            title="The user could not be read again; below is what was read before"
            failure={failure}
            onRetry={() => void query.refetch()}
          />
        )}
        <Notes id={id} />
      </Box>
      <Person user={user} />
      <Box sx={{ display: "flex", flexDirection: "column", gap: 6, marginTop: 6 }}>
        <UserStory key={String(gone)} id={id} opens={gone} />
      </Box>
    </>
  );
}

/** What there is to say of every user's page: that it is the reader's own, or a cluster's. */
function Notes({ id }: { readonly id: string }) {
  const { session, gateway } = useOrganization();
  return (
    <>
      {session.user?.id === id && <Alert severity="info">This is you.</Alert>}
      {gateway && (
        <Alert severity="info">
          Users of a cluster are changed and removed in LogScale itself, under Organization settings, Users:{" "}
          <Link href={serverUrl(session)} target="_blank" rel="noreferrer">
            open LogScale
          </Link>
          .
        </Alert>
      )}
    </>
  );
}

function Person({ user }: { readonly user: UserDetail }) {
  const { id, username } = user;
  const inventory = useInventory({ rights: false });
  const tokens = useMemo(() => tokensByUser(inventory.tokens)({ id, username }), [inventory.tokens, id, username]);
  return (
    <Box sx={mainAndSide}>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 6, minWidth: 0 }}>
        <UserRights user={user} />
        <UserTokens tokens={tokens} kinds={inventory.kinds} reading={inventory.waiting} onRetry={inventory.reload} />
      </Box>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 6, minWidth: 0 }}>
        <UserFacts user={user} />
        <UserSessions id={id} username={username} />
      </Box>
    </Box>
  );
}

function UserFacts({ user }: { readonly user: UserDetail }) {
  const now = useServerNow();
  const fullName = textOr(user.fullName);
  const email = textOr(user.email);
  const created = Date.parse(user.createdAt);
  return (
    <Panel title="About the user">
      <Facts>
        <Fact term="Full name">{fullName === null ? <span className="quiet">none</span> : <Name>{fullName}</Name>}</Fact>
        <Fact term="E-mail">{email === null ? <span className="quiet">none</span> : <Name>{email}</Name>}</Fact>
        <Fact term="Root">{user.isRoot ? "Yes" : "No"}</Fact>
        <Fact term="Owner">{user.isOrgRoot ? "Yes" : "No"}</Fact>
        {!Number.isNaN(created) && (
          <Fact term="Added">
            <Instant at={created} now={presentAfter(created, now)} />
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}

interface UserStoryProps {
  readonly id: string;
  /** Whether it is there from the start. */
  readonly opens: boolean;
}

/** What is on record of a user, who may be gone: what the user did, and what was done about the user. */
function UserStory({ id, opens }: UserStoryProps) {
  return (
    <>
      <OwnActivity title="What the user did" asked={{ actor: [id] }} opens={opens} />
      <OwnActivity title="What was done about the user" asked={{ about: [id] }} opens={opens} />
    </>
  );
}

interface NoUserProps {
  readonly id: string;
  /** What the server said, where it refused. */
  readonly refused: string | undefined;
  readonly back: React.ReactNode;
}

/** Stands in place of a user who is gone, or who is not shown to the reader. */
function NoUser({ id, refused, back }: NoUserProps) {
  return (
    <>
      <EmptyState
        title={refused === undefined ? "There is no such user" : "There is no such user, or the user is not shown to you"}
        action={back}
      >
        {refused === undefined ? "The user may have been removed." : `The server says: ${refused}.`} The id asked for is{" "}
        <Box component="span" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
          {id}
        </Box>
        . What the user left is on the page of{" "}
        <Link component={RouterLink} to={paths.incidentOf({ user: id })}>
          an incident
        </Link>
        .
      </EmptyState>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 6, maxWidth: 900, marginInline: "auto" }}>
        <UserStory id={id} opens />
      </Box>
    </>
  );
}

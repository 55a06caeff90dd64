import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, useState, type ReactNode } from "react";
import { Link as RouterLink, useParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { tokensByUser } from "#domain/people/owned.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
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
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";
import { Name } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { PersonButtons, type UserAction } from "./PersonButtons.tsx";
import { isRootSession, textOr, userQuery, type UserDetail } from "./queries.ts";
import { UserAccess } from "./UserAccess.tsx";
import { UserRights } from "./UserRights.tsx";
import { UserSessions } from "./UserSessions.tsx";
import { UserTokens } from "./UserTokens.tsx";
import { tokenReach } from "./words.ts";

const ChangeUserDialog = lazyDialog(async () => (await import("./ChangeUserDialog.tsx")).ChangeUserDialog);
const LastSignIn = lazyPart(async () => (await import("./LastSignIn.tsx")).LastSignIn);
const LinkDialog = lazyDialog(async () => (await import("#web/sessions/LinkDialog.tsx")).LinkDialog);
const OwnershipDialog = lazyDialog(async () => (await import("./OwnershipDialog.tsx")).OwnershipDialog);
const RemoveUserDialog = lazyDialog(async () => (await import("./RemoveUserDialog.tsx")).RemoveUserDialog);

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
  const refused = failure?.kind === "refused";
  const absent = refused || (query.data !== undefined && found === undefined);
  // A cluster says nothing of a user whom it does not show.
  const removed = absent && !refused && query.data?.mayManage === true;
  if (user === undefined) {
    return (
      <>
        <PageHeader title="User" actions={back} />
        {absent ? (
          <NoUser id={id} certain={removed} refused={refused ? failure.message : undefined} back={back} />
        ) : failure !== undefined ? (
          <ErrorState title="The user could not be read" failure={failure} onRetry={() => void query.refetch()} />
        ) : (
          <LoadingShape label="Loading the user" shape="form" rows={4} />
        )}
      </>
    );
  }
  return (
    <Person
      user={user}
      mayManage={!absent && query.data?.mayManage === true}
      absent={absent}
      notice={
        absent ? (
          <Alert severity="warning" action={back}>
            {removed
              ? "This user was removed since the page was read. Below is what was read before."
              : "This user is not shown to you any more. Below is what was read before."}
          </Alert>
        ) : failure !== undefined ? (
          <ErrorState
            title="The user could not be read again; below is what was read before"
            failure={failure}
            onRetry={() => void query.refetch()}
          />
        ) : null
      }
    />
  );
}

interface PersonProps {
  readonly user: UserDetail;
  readonly mayManage: boolean;
  /** Whether the user is gone, or not shown any more. */
  readonly absent: boolean;
  readonly notice: ReactNode;
}

function Person({ user, mayManage, absent, notice }: PersonProps) {
  const { session, gateway } = useOrganization();
  const { id, username } = user;
  const inventory = useInventory({ rights: false });
  const tokens = useMemo(() => tokensByUser(inventory.tokens)({ id, username }), [inventory.tokens, id, username]);
  const [action, setAction] = useState<UserAction>();
  const close = () => setAction(undefined);
  const byRoot = isRootSession(session);
  return (
    <>
      <PageHeader
        title={nameInText(username)}
        actions={!gateway && mayManage && <PersonButtons user={user} byRoot={byRoot} onAct={setAction} />}
      >
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
        {notice}
        <Notes id={id} />
      </Box>
      <Box sx={mainAndSide}>
        <Box sx={column}>
          <UserRights user={user} />
          <UserTokens tokens={tokens} kinds={inventory.kinds} reading={inventory.waiting} onRetry={inventory.reload} />
        </Box>
        <Box sx={column}>
          <UserFacts user={user} />
          {!gateway && <UserAccess user={user} mayManage={mayManage} />}
          <UserSessions id={id} username={username} />
        </Box>
      </Box>
      <Box sx={{ ...column, marginTop: 6 }}>
        <UserStory key={String(absent)} id={id} opens={absent} />
      </Box>
      <Suspense fallback={null}>
        {action === "change" && <ChangeUserDialog user={user} byRoot={byRoot} own={session.user?.id === id} onClose={close} />}
        {action === "link" && <LinkDialog username={username} onClose={close} />}
        {action === "own" && <OwnershipDialog user={user} onClose={close} />}
        {action === "remove" && (
          <RemoveUserDialog user={user} tokens={tokens} whole={tokenReach(inventory.kinds) === "whole"} onClose={close} />
        )}
      </Suspense>
    </>
  );
}

const column = { display: "flex", flexDirection: "column", gap: 6, minWidth: 0 } as const;

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

function UserFacts({ user }: { readonly user: UserDetail }) {
  const { session } = useOrganization();
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
        {offers(session, "auditTrail") && (
          <Fact term="Last sign-in">
            <Suspense fallback={<span className="quiet">…</span>}>
              <LastSignIn id={user.id} own={session.user?.id === user.id} />
            </Suspense>
          </Fact>
        )}
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
  /** Whether everybody is shown to the reader, so that there certainly is none. */
  readonly certain: boolean;
  /** What the server said, where it refused. */
  readonly refused: string | undefined;
  readonly back: ReactNode;
}

/** Stands in place of a user who is gone, or who is not shown to the reader. */
function NoUser({ id, certain, refused, back }: NoUserProps) {
  return (
    <>
      <EmptyState
        title={certain ? "There is no such user" : "There is no such user, or the user is not shown to you"}
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

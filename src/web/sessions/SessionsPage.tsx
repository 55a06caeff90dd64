import LinkIcon from "@mui/icons-material/LinkOutlined";
import EndIcon from "@mui/icons-material/LogoutOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useCallback, useMemo, useState } from "react";
import { Link as RouterLink } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { offers } from "#web/api/session.ts";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { readingOf } from "#web/list/reading.ts";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { count } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";

import { sessionColumns, type SessionRow } from "./columns.tsx";
import type { SessionsToEnd } from "./EndDialog.tsx";
import { sessionsQuery, type BrowserSession } from "./requests.ts";
import { actsAs, begunBy } from "./words.ts";

const EndDialog = lazyDialog(async () => (await import("./EndDialog.tsx")).EndDialog);
const LinkDialog = lazyDialog(async () => (await import("./LinkDialog.tsx")).LinkDialog);

const purpose = "Who is signed in here by a browser. A session that is ended is refused at its next request.";

/** A user's id: letters and digits, as long as ids are. */
const userFilter = (text: string) => (/^[A-Za-z0-9]{24}$/u.test(text) ? text : undefined);

const dialect: ListDialect<"user" | "address" | "since" | "seen", { user: string }> = {
  columns: ["user", "address", "since", "seen"],
  usual: "user",
  filters: { user: userFilter },
};

const find = finder<SessionRow>(
  (session, text) =>
    nameHolds(actsAs(session), text) ||
    [session.fullName, begunBy(session), session.address, session.userAgent].some((told) =>
      (told ?? "").toLowerCase().includes(text),
    ),
);

type Asked = { readonly type: "end"; readonly ending: SessionsToEnd } | { readonly type: "link" };

/** The sessions that are alive, one's own or everybody's, and what ends them. */
export function SessionsPage() {
  const session = useSession();
  const offered = offers(session, "sessions");
  const view = useListView(dialect);
  const { user: userId } = view.filters;
  const sessions = useQuery({ ...sessionsQuery(userId), enabled: offered });
  const [asked, setAsked] = useState<Asked>();
  const close = useCallback(() => setAsked(undefined), []);
  // Always the same, so that the rows are, too.
  const end = useCallback((one: BrowserSession) => setAsked({ type: "end", ending: { type: "one", session: one } }), []);
  const { data } = sessions;
  const username = data?.results.find((one) => one.userId === userId)?.username ?? undefined;
  return (
    <>
      <ListPage
        title="Sessions"
        path={paths.sessions}
        what="sessions"
        purpose={purpose}
        {...readingOf(sessions)}
        hidden={offered ? undefined : <Elsewhere gateway={session.backend === "gateway"} />}
        partial={
          data !== undefined && data.totalResults > data.results.length ? (
            <Alert severity="info" sx={{ marginBottom: 4 }}>
              These are the {count(data.results.length)} of {count(data.totalResults)} sessions that were used last.
            </Alert>
          ) : undefined
        }
        create={
          data !== undefined && (
            <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
              {data.mayEndAll && (
                <Button variant="outlined" size="small" startIcon={<LinkIcon />} onClick={() => setAsked({ type: "link" })}>
                  Let somebody in
                </Button>
              )}
              {data.mayEndAll && userId === undefined && (
                <Button
                  variant="outlined"
                  size="small"
                  color="error"
                  startIcon={<EndIcon />}
                  onClick={() =>
                    setAsked({
                      type: "end",
                      ending: {
                        type: "all",
                        organizationId: data.organizationId,
                        sessions: data.results,
                        total: data.totalResults,
                      },
                    })
                  }
                >
                  End all
                </Button>
              )}
              {userId !== undefined && username !== undefined && data.results.length > 0 && (
                <Button
                  variant="outlined"
                  size="small"
                  color="error"
                  startIcon={<EndIcon />}
                  onClick={() =>
                    setAsked({
                      type: "end",
                      ending: { type: "user", userId, username, sessions: data.results, total: data.totalResults },
                    })
                  }
                >
                  End all of this user
                </Button>
              )}
            </Box>
          )
        }
      >
        {(read) => (
          <>
            {!read.mayEndAll && userId === undefined && (
              <Typography sx={{ marginBottom: 4, color: "text.secondary" }}>
                You see your own. Who administers users sees everybody’s.
              </Typography>
            )}
            {userId !== undefined && (
              <Typography sx={{ marginBottom: 4 }}>
                Those that act as {username === undefined ? "one user" : <Name>{username}</Name>}.{" "}
                <Link component={RouterLink} to={paths.sessions}>
                  Show all sessions
                </Link>
              </Typography>
            )}
            <SessionTable sessions={read.results} view={view} onEnd={end} />
          </>
        )}
      </ListPage>
      <Suspense fallback={null}>
        {asked?.type === "end" && <EndDialog ending={asked.ending} onClose={close} />}
        {asked?.type === "link" && <LinkDialog username={username} onClose={close} />}
      </Suspense>
    </>
  );
}

interface TableProps {
  readonly sessions: readonly BrowserSession[];
  readonly view: ReturnType<typeof useListView<"user" | "address" | "since" | "seen", { user: string }>>;
  readonly onEnd: (session: BrowserSession) => void;
}

function SessionTable({ sessions, view, onEnd }: TableProps) {
  const rows = useMemo(
    () => sessions.map((session): SessionRow => ({ ...session, onEnd: () => onEnd(session) })),
    [sessions, onEnd],
  );
  return (
    <ListTable
      noun={["session", "sessions"]}
      view={view}
      rows={rows}
      columns={sessionColumns}
      rowId={idOf}
      searched="User, token, address or browser"
      find={find}
      empty={<EmptyState title="There are no sessions">Nobody is signed in by a browser as this user.</EmptyState>}
    />
  );
}

/** Why there are no sessions to list, and how to end one all the same. */
function Elsewhere({ gateway }: { readonly gateway: boolean }) {
  if (!gateway) {
    return (
      <EmptyState title="This server does not list its sessions">
        It serves what LogScale serves alone. Started without <code>--strict-logscale</code>, it does.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="In front of a cluster there are no sessions to list"
      action={
        <Button component={RouterLink} to={paths.tokens} variant="outlined">
          All tokens
        </Button>
      }
    >
      This server keeps none: the token that somebody pasted is in the cookie of their browser alone, sealed, for twelve hours. To
      end such a session, <strong>rotate or delete the token</strong> in LogScale: the cluster refuses it at the next request,
      wherever the cookie is. Signing out takes the cookie from your own browser.
    </EmptyState>
  );
}

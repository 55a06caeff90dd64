import EndIcon from "@mui/icons-material/LogoutOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";

import { isSessionOf, type IncidentSubject } from "#domain/incident/incident.ts";
import { failureOf } from "#web/api/client.ts";
import type { SessionsToEnd } from "#web/sessions/EndDialog.tsx";
import { SessionList } from "#web/sessions/SessionList.tsx";
import { sessionsQuery, type BrowserSession } from "#web/sessions/requests.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Panel } from "#web/ui/Panel.tsx";

const EndDialog = lazyDialog(async () => (await import("#web/sessions/EndDialog.tsx")).EndDialog);

export interface SessionsPanelProps {
  readonly subject: IncidentSubject;
  /** Joins the records of all that is done about the incident. */
  readonly act: string;
  readonly now: number;
}

/** The sessions that an incident has now, each of which can be ended; all of a user at once. */
export function SessionsPanel({ subject, act, now }: SessionsPanelProps) {
  const { data, isError, error, refetch } = useQuery({ ...sessionsQuery(undefined), staleTime: 0 });
  const [ending, setEnding] = useState<SessionsToEnd>();
  if (data === undefined) {
    return (
      <Panel title="Sessions">
        {isError ? (
          <ErrorState title="The sessions could not be read" failure={failureOf(error)} onRetry={() => void refetch()} />
        ) : (
          <Typography role="status">Reading the sessions.</Typography>
        )}
      </Panel>
    );
  }
  const sessions = data.results.filter((session) => isSessionOf(subject, session));
  const user = soleUser(subject, data);
  // Of a personal token the id is its user's.
  const about = [subject.user, subject.token];
  const letIn = sessions.filter(
    ({ userId, linkedBy }) => linkedBy !== null && about.includes(linkedBy) && !about.includes(userId ?? undefined),
  );
  return (
    <Panel title={`Sessions (${count(sessions.length)})`}>
      <Typography>
        {sessions.length === 0
          ? "No session that is alive belongs to it."
          : "A session that is ended is refused at its next request. Whoever still has the token can begin another."}
        {letIn.length === 1 &&
          " 1 session of another user began by a link of this user’s. It goes on when this user’s are ended: end it by itself."}
        {letIn.length > 1 &&
          ` ${count(letIn.length)} sessions of other users began by links of this user’s. They go on when this user’s are ended: end each by itself.`}
        {!data.mayEndAll && " You see and end your own sessions alone: those of others take the right to manage users."}
        {data.totalResults > data.results.length &&
          ` Only the ${count(data.results.length)} sessions that were used last were looked through, of ${count(data.totalResults)}.`}
      </Typography>
      {user !== undefined && (
        <Box>
          <Button variant="outlined" color="error" size="small" startIcon={<EndIcon />} onClick={() => setEnding(user)}>
            End {user.total === undefined ? "all sessions" : countOf(user.total, "session")} of the user…
          </Button>
        </Box>
      )}
      <SessionList sessions={sessions} now={now} onEnd={(session) => setEnding({ type: "one", session })} />
      {ending !== undefined && (
        <Suspense fallback={null}>
          <EndDialog ending={ending} act={act} onClose={() => setEnding(undefined)} />
        </Suspense>
      )}
    </Panel>
  );
}

interface Listed {
  readonly results: readonly BrowserSession[];
  readonly totalResults: number;
}

type UserEnding = SessionsToEnd & { readonly type: "user" };

/** All sessions of the user whom the incident is about, where there are any: also those that an address or a span of time leaves out, for all are ended. */
function soleUser({ user, token }: IncidentSubject, { results, totalResults }: Listed): UserEnding | undefined {
  const own = results.filter(({ userId }) => userId !== null && (userId === user || userId === token));
  const [first] = own;
  if (first?.userId == null) return undefined;
  const total = results.length < totalResults ? undefined : own.length;
  return { type: "user", userId: first.userId, username: first.username ?? first.userId, sessions: own, total };
}

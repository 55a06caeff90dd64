import EndIcon from "@mui/icons-material/LogoutOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";

import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import type { SessionsToEnd } from "#web/sessions/EndDialog.tsx";
import { sessionsQuery } from "#web/sessions/requests.ts";
import { SessionList } from "#web/sessions/SessionList.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Panel } from "#web/ui/Panel.tsx";

const EndDialog = lazyDialog(async () => (await import("#web/sessions/EndDialog.tsx")).EndDialog);

export interface UserSessionsProps {
  readonly id: string;
  readonly username: string;
}

/** The sessions that act as a user; each can be ended, and all of them at once. */
export function UserSessions({ id, username }: UserSessionsProps) {
  const { session, gateway } = useOrganization();
  const now = useServerNow();
  const offered = offers(session, "sessions");
  const { data, isError, error, refetch } = useQuery({ ...sessionsQuery(id), enabled: offered });
  const [ending, setEnding] = useState<SessionsToEnd>();
  if (!offered) {
    return (
      <Panel title="Sessions">
        <Typography>
          {gateway
            ? "In front of a cluster there are none to list: the token that somebody pasted is in the cookie of their browser alone. To end such a session, rotate or delete the token."
            : "This server does not list its sessions. Started without --strict-logscale, it does."}
        </Typography>
      </Panel>
    );
  }
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
  const { results, totalResults } = data;
  return (
    <Panel title={`Sessions (${count(totalResults)})`}>
      <Typography>
        {totalResults === 0
          ? "Nobody is signed in by a browser as this user."
          : "A session that is ended is refused at its next request. Whoever still has the personal token can begin another."}
        {totalResults > results.length && ` These are the ${count(results.length)} that were used last.`}
      </Typography>
      <SessionList sessions={results} now={now} onEnd={(one) => setEnding({ type: "one", session: one })} />
      {totalResults > 0 && (
        <Box>
          <Button
            variant="outlined"
            color="error"
            size="small"
            startIcon={<EndIcon />}
            onClick={() => setEnding({ type: "user", userId: id, username, sessions: results, total: totalResults })}
          >
            End {countOf(totalResults, "session")}…
          </Button>
        </Box>
      )}
      {ending !== undefined && (
        <Suspense fallback={null}>
          <EndDialog ending={ending} onClose={() => setEnding(undefined)} />
        </Suspense>
      )}
    </Panel>
  );
}

import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import type { RevokeSessionInput } from "#logscale/generated/graphql.ts";
import { failureOf } from "#web/api/failure.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { useAction } from "#web/form/useAction.ts";
import { countOf } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { endingOf, endSessions, sessionsKey, sessionsQuery, type BrowserSession } from "./requests.ts";
import { actsAs, begunBy, browserInWords } from "./words.ts";

/** Which sessions are to be ended. */
export type SessionsToEnd =
  | { readonly type: "one"; readonly session: BrowserSession }
  | {
      readonly type: "user";
      readonly userId: string;
      readonly username: string;
      readonly sessions: readonly BrowserSession[];
      /** How many there are; undefined where not all were read. */
      readonly total: number | undefined;
    }
  | {
      readonly type: "all";
      readonly organizationId: string;
      readonly sessions: readonly BrowserSession[];
      readonly total: number;
    };

export interface EndDialogProps {
  readonly ending: SessionsToEnd;
  /** Joins the record with those of what else belongs to the same act. */
  readonly act?: string;
  readonly onClose: () => void;
}

/** Asks before sessions are ended, and ends them. */
export function EndDialog({ ending, act, onClose }: EndDialogProps) {
  const client = useQueryClient();
  const input = inputOf(ending);
  const own = (ending.type === "one" ? [ending.session] : ending.sessions).some(({ isCurrent }) => isCurrent);
  const { title, confirm, done, calls } = wordsOf(ending);
  const action = useAction({
    failure: "Nothing was ended",
    calls: () => [{ title: calls, ...endingOf(input) }],
    lost: {
      title: "It is not known whether it was ended",
      action: "Look whether it is over",
      watch: () => async () => {
        const left = await client.query({ ...sessionsQuery(userOf(ending)), staleTime: 0 });
        if (!left.results.some((session) => isMeant(ending, session))) return { found: undefined };
        announce("It is still there. You can end it now.");
        return "not-done";
      },
    },
    send: async () => {
      try {
        await endSessions(input, act);
      } catch (error) {
        // One that is over already is as it should be. Its own end may also come before its answer.
        if (ending.type !== "one" || failureOf(error).code !== "NOT_FOUND") throw error;
      }
    },
    done: async () => {
      announce(done);
      onClose();
      // Where it was one's own, this finds out that nobody is signed in any more.
      await client.invalidateQueries({ queryKey: sessionsKey });
    },
    failed: () => void client.invalidateQueries({ queryKey: sessionsKey }),
  });
  return (
    <ActionDialog
      action={action}
      title={title}
      confirm={confirm}
      destructive
      {...(ending.type === "all" && { typed: { expected: "all sessions", label: "Type “all sessions” to confirm" } })}
      onCancel={onClose}
    >
      <WhatHappens ending={ending} />
      {own && (
        <Alert severity="warning" sx={{ marginTop: 3 }}>
          {ending.type === "one" ? "This is the session that you are in." : "Your own is among them."} You will be signed out here
          at once, and what you have not saved is lost.
        </Alert>
      )}
    </ActionDialog>
  );
}

function WhatHappens({ ending }: { readonly ending: SessionsToEnd }) {
  switch (ending.type) {
    case "one": {
      const { session } = ending;
      return (
        <Typography>
          Begun by {begunBy(session)}, {browserInWords(session.userAgent)}, from {session.address ?? "an unknown address"}. It is
          refused from its next request on. What it was begun by stays: whoever has the token, or gets another link, can sign in
          again.
        </Typography>
      );
    }
    case "user":
      return (
        <Typography>
          All of them are refused from their next request on, and so is every sign-in link for this user, or made by this user,
          that nobody has used yet. Sessions of others that began by a link of this user’s go on: end those by themselves. The
          personal token stays: delete or rotate it where nobody is to get in with it. Automation that sends the token is not
          affected.
        </Typography>
      );
    case "all":
      return (
        <Typography>
          Everybody is signed out at their next request, and every sign-in link that nobody has used yet is void. Tokens stay, and
          automation that sends them is not affected.
        </Typography>
      );
    default:
      return ending satisfies never;
  }
}

function wordsOf(ending: SessionsToEnd): {
  readonly title: string;
  readonly confirm: string;
  readonly done: string;
  readonly calls: string;
} {
  switch (ending.type) {
    case "one":
      return {
        title: `End the session of ${nameInText(actsAs(ending.session))}?`,
        confirm: "End it",
        done: "The session is over.",
        calls: "End a session",
      };
    case "user":
      return {
        title: `End all sessions of ${nameInText(ending.username)}?`,
        confirm: ending.total === undefined ? "End all of them" : `End ${countOf(ending.total, "session")}`,
        done: "The sessions are over.",
        calls: "End all sessions of a user",
      };
    case "all":
      return {
        title: "End all sessions?",
        confirm: `End ${countOf(ending.total, "session")}`,
        done: "All sessions are over.",
        calls: "End all sessions",
      };
    default:
      return ending satisfies never;
  }
}

function inputOf(ending: SessionsToEnd): RevokeSessionInput {
  switch (ending.type) {
    case "one":
      return { revocationType: "Session", id: ending.session.id };
    case "user":
      return { revocationType: "User", id: ending.userId };
    case "all":
      return { revocationType: "Organization", id: ending.organizationId };
    default:
      return ending satisfies never;
  }
}

/** Whose sessions tell whether they are over: of everybody's only those that were used last are listed. */
function userOf(ending: SessionsToEnd): string | undefined {
  if (ending.type === "user") return ending.userId;
  return (ending.type === "one" && ending.session.userId) || undefined;
}

/** Whether a session that is there now is one of those that were to be ended. One that began since is not. */
function isMeant(ending: SessionsToEnd, { id }: BrowserSession): boolean {
  return ending.type === "one" ? ending.session.id === id : ending.sessions.some((session) => session.id === id);
}

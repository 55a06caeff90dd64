import Box from "@mui/material/Box";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { Failure } from "#logscale/errors.ts";

import { failureOf } from "#web/api/failure.ts";
import { resumeSession, sessionIn, signIn } from "#web/api/session.ts";
import { paths } from "#web/paths.ts";
import { signInCode } from "./code.ts";
import { Threshold } from "./Threshold.tsx";
import { TokenForm } from "./TokenForm.tsx";

interface SignInPageProps {
  /** The one-time code of the link that led here. */
  readonly code?: string;
  /** Whether the reader wanted another page, to which signing in leads. */
  readonly wanted?: boolean;
  /** Whether the reader has just signed out here. */
  readonly left?: boolean;
}

/** Signs in, by the code of a link or by a pasted token. */
export default function SignInPage({ code, wanted = false, left = false }: SignInPageProps) {
  const client = useQueryClient();
  const session = sessionIn(client);
  const gateway = session?.backend === "gateway" ? session.host : undefined;
  const [failed, setFailed] = useState<{ readonly code: string; readonly failure: Failure }>();

  useEffect(() => {
    if (code === undefined) return;
    const enter = async () => {
      try {
        await spend(client, code);
        goToOverview();
        signInCode.set(undefined);
      } catch (error) {
        setFailed({ code, failure: failureOf(error) });
      }
    };
    void enter();
  }, [client, code]);

  const failure = failed !== undefined && failed.code === code ? failed.failure : undefined;
  if (code !== undefined && failure === undefined) return <Threshold busy title="Signing you in" />;
  if (code !== undefined && failure?.kind === "unreachable") {
    return (
      <Threshold
        title="Tokenhouse cannot be reached"
        action={{
          label: "Try the link again",
          run: () => {
            tried.delete(code);
            setFailed(undefined);
            signInCode.set(undefined);
            signInCode.set(code);
          },
        }}
      >
        The server does not answer, so the link is most likely still good. Check that the server runs, then try again.
      </Threshold>
    );
  }
  return (
    <Threshold title={failure !== undefined ? "This link does not sign in" : left ? "You are signed out" : "Sign in"}>
      {failure === undefined ? (
        <p>
          {left
            ? `This browser no longer has a session here.${wanted ? " Signing in leads back to the page you left." : ""} `
            : wanted && "Sign in to open the page you asked for. "}
          {gateway === undefined ? (
            <>
              Open the sign-in link that the server printed when it started, or paste an API token. A link works once and for ten
              minutes; a fresh one is printed on the server’s machine by {linkCommand}.
            </>
          ) : (
            <>
              Paste an API token of the LogScale cluster at <code>{gateway}</code>. It is checked there, and then kept nowhere but
              in a sealed cookie of this browser, for 12 hours at most.
            </>
          )}
        </p>
      ) : (
        <>
          <p>{failure.message}</p>
          <p>
            On the server’s machine a fresh link is printed by {linkCommand}, and by starting the server again. Or paste an API
            token.
          </p>
        </>
      )}
      <Box sx={{ marginTop: 5 }}>
        <TokenForm
          onSignedIn={() => {
            if (code !== undefined) goToOverview();
            signInCode.set(undefined);
          }}
        />
      </Box>
      <NoticeOtherTab />
    </Threshold>
  );
}

/** Leaves the address that the link led to. The router comes with the dashboard, and begins where it finds itself. */
function goToOverview(): void {
  window.history.replaceState(window.history.state, "", paths.overview);
}

/** Both commands, since the server does not know how it was installed. */
const linkCommand = (
  <>
    <code>npm run sign-in-link</code> in Tokenhouse’s folder, or by <code>tokenhouse sign-in-link</code> where it is installed as
    a package
  </>
);

const tried = new Map<string, Promise<void>>();

/** Uses a code once, however often the effect that asks for it runs. */
function spend(client: Parameters<typeof signIn>[0], code: string): Promise<void> {
  const running = tried.get(code) ?? signIn(client, { code });
  tried.set(code, running);
  return running;
}

/** Signs this page in as well when a link was opened in another tab. */
function NoticeOtherTab() {
  const client = useQueryClient();
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState === "visible" && (await resumeSession(client).catch(() => false))) signInCode.set(undefined);
    };
    const onChange = () => void look();
    document.addEventListener("visibilitychange", onChange);
    return () => document.removeEventListener("visibilitychange", onChange);
  }, [client]);
  return null;
}

import Box from "@mui/material/Box";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { linkCommand, signInTitle, signInWords, type TextWithCode } from "#logscale/signInWords.ts";

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
    <Threshold title={failure !== undefined ? "This link does not sign in" : left ? "You are signed out" : signInTitle}>
      {failure === undefined ? (
        <p>
          <WithCode>{signInWords(session ?? unknownServer, { left, wanted })}</WithCode>
        </p>
      ) : (
        <>
          <p>{failure.message}</p>
          <p>
            On the server’s machine a fresh link is printed by <WithCode>{linkCommand}</WithCode>, and by starting the server
            again. Or paste an API token.
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

/** Before it is known which server this is, it is taken for one that knows its users. */
const unknownServer = { backend: "embedded", host: "" } as const;

function WithCode({ children }: { readonly children: TextWithCode }) {
  return children.map((part, index) =>
    // oxlint-disable-next-line react/no-array-index-key -- the parts have nothing but their order
    typeof part === "string" ? part : <code key={index}>{part.code}</code>,
  );
}

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

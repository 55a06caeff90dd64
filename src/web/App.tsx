import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { Suspense } from "react";

import { isSignedIn } from "#logscale/session.ts";
import { isPageWanted } from "#logscale/wantedPage.ts";

import { failureOf } from "./api/failure.ts";
import { loadPart } from "./api/loadPart.ts";
import { sentSession } from "./api/pageStart.ts";
import { queryClient } from "./api/queryClient.ts";
import { sessionQuery, signedOut } from "./api/session.ts";
import { KeptScheme } from "./KeptScheme.tsx";
import { Threshold } from "./sign-in/Threshold.tsx";
import { nextTask } from "./state/nextTask.ts";
import { useStore } from "./state/store.ts";
import { signInCode } from "./sign-in/code.ts";
import { styleCache } from "./styleCache.ts";
import { appTheme } from "./theme.ts";
import { lazy } from "./ui/lazyPage.tsx";

const SignInPage = lazy(() => loadPart(() => import("./sign-in/SignInPage.tsx")));
const SignedIn = lazy(() =>
  loadPart(async () => {
    const shell = await import("./shell/SignedIn.tsx");
    await nextTask();
    await shell.begin(window.location.pathname);
    return shell;
  }),
);

/**
 * Finds out who is signed in, where the page was not sent with it, and loads what is then shown. Ends as well where that fails: the app says
 * so.
 */
export async function prepare(): Promise<void> {
  if (sentSession !== undefined) queryClient.setQueryData(sessionQuery.queryKey, sentSession);
  const nobody = sentSession !== undefined && !isSignedIn(sentSession);
  const asked = sentSession === undefined ? queryClient.query(sessionQuery) : undefined;
  await Promise.allSettled([(nobody ? SignInPage : SignedIn).load(), asked]);
}

/** The app, with everything around it that pages rely on. */
export function App() {
  return (
    <CacheProvider value={styleCache}>
      <ThemeProvider theme={appTheme()} defaultMode="system" noSsr>
        <CssBaseline enableColorScheme />
        <KeptScheme />
        <QueryClientProvider client={queryClient}>
          <Suspense fallback={<Threshold busy title="Tokenhouse" />}>
            <Door />
          </Suspense>
        </QueryClientProvider>
      </ThemeProvider>
    </CacheProvider>
  );
}

/**
 * The sign-in page for everybody who is not signed in, at whatever URL they came to, so that signing in leads there; else the dashboard.
 */
function Door() {
  const session = useQuery(sessionQuery);
  const code = useStore(signInCode);
  const left = useStore(signedOut);

  if (code !== undefined) return <SignInPage code={code} />;
  if (session.data !== undefined)
    return isSignedIn(session.data) ? (
      <SignedIn session={session.data} />
    ) : (
      <SignInPage left={left} wanted={isPageWanted(window.location.pathname)} />
    );
  if (session.isPending) return <Threshold busy title="Tokenhouse" />;
  const failure = failureOf(session.error);
  return (
    <Threshold
      // In front of a cluster it is mostly the cluster that does not answer, and Tokenhouse that says so.
      title={failure.kind === "unreachable" ? "Tokenhouse cannot be reached" : "Who you are cannot be found out now"}
      action={{ label: "Try again", run: () => void session.refetch(), busy: session.isFetching }}
    >
      {failure.message}
    </Threshold>
  );
}

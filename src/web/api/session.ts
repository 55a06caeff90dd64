import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { toFailure } from "#logscale/errors.ts";
import { isSignedIn, refusalIn, sessionFrom, type ExtensionName, type Session, type SignIn } from "#logscale/session.ts";

import { CallError, errorOf } from "./failure.ts";
import { sessionEnded, watchedFetch } from "./connection.ts";
import { forgetSentAnswers } from "./pageStart.ts";
import { createStore } from "#web/state/store.ts";

export type { Session, SignIn };

/** Whether the reader signed out here: the page that was left is none that was asked for. */
export const signedOut = createStore(false);

const headers = { accept: "application/json" };

/**
 * The session of this browser, also when nobody is signed in (`isSignedIn` tells). A session that the page was using and that is over
 * stays in the cache, and is marked as ended: the pages stay as they are while the shell asks to sign in again.
 */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ client, signal }): Promise<Session> => {
    const session = await readSession(await ask({ method: "GET", headers, signal }));
    const former = client.getQueryData<Session>(["session"]);
    if (isSignedIn(session) || former === undefined || !isSignedIn(former)) return session;
    sessionEnded.set(true);
    return former;
  },
  staleTime: Infinity,
});

/** The session as a query always gives it to a component below the shell, which renders only with one. */
export function sessionIn(client: QueryClient): Session | undefined {
  return client.getQueryData(sessionQuery.queryKey);
}

/**
 * Signs in and puts the new session into the cache. What the former session had read is dropped when somebody else signed in, and
 * read again in any case.
 *
 * @throws CallError: `refused` when the code or the token is not accepted
 */
export async function signIn(client: QueryClient, credential: SignIn): Promise<void> {
  await adopt(client, await begin(credential));
}

async function begin(credential: SignIn): Promise<Session> {
  const response = await ask({
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(credential),
  });
  if (response.status === 401 && "token" in credential) {
    throw new CallError({
      kind: "refused",
      message: "The server does not accept this token. It may be incomplete, expired, deleted or rotated.",
    });
  }
  return readSession(response);
}

/**
 * Goes on by the new secret of the token that the session acts as. The embedded server sees to it itself; in front of a cluster the session
 * is the token, and would end with the old secret before anybody could read the new one. Never rejects: where it fails, the page asks to
 * sign in again as it would have done anyway.
 */
export async function continueWith(client: QueryClient, session: Session, token: string): Promise<void> {
  if (session.backend !== "gateway") return;
  await begin({ token })
    .then((next) => adopt(client, next, { continued: true }))
    .catch(() => undefined);
}

/** Looks whether the browser has a session again, for instance because a sign-in link was opened in another tab; true when it does. */
export async function resumeSession(client: QueryClient): Promise<boolean> {
  const session = await readSession(await ask({ method: "GET", headers }));
  if (!isSignedIn(session)) return false;
  await adopt(client, session);
  return true;
}

/**
 * Signs out and forgets everything that was read.
 *
 * @throws CallError when the server did not confirm it; the session then still stands
 */
export async function signOut(client: QueryClient): Promise<void> {
  const response = await ask({ method: "DELETE", headers });
  if (!response.ok && response.status !== 401) throw await refusalOf(response);
  forgetSentAnswers();
  await client.cancelQueries();
  client.removeQueries({ predicate: notTheSession });
  sessionEnded.set(false);
  signedOut.set(true);
  const former = sessionIn(client);
  if (former === undefined) return;
  const { clientAddress, backend, host, scheme, extensions } = former;
  const server = { backend, host, ...(scheme !== undefined && { scheme }), extensions };
  client.setQueryData(sessionQuery.queryKey, { clientAddress, ...server });
}

/** Whether the backend offers something beyond LogScale's schema. */
export function offers(session: Session, extension: ExtensionName): boolean {
  return session.extensions.includes(extension);
}

/** Makes a session the page's own. `continued`: it is the former one with a new secret. The token's id may differ; its rights do not. */
async function adopt(client: QueryClient, session: Session, { continued = false } = {}): Promise<void> {
  forgetSentAnswers();
  // A look at the session that was sent before it began is answered without it, and must not arrive after it.
  await client.cancelQueries({ queryKey: sessionQuery.queryKey });
  const former = sessionIn(client);
  client.setQueryData(sessionQuery.queryKey, session);
  sessionEnded.set(false);
  signedOut.set(false);
  const others = { predicate: notTheSession };
  const same = continued || (former !== undefined && identityOf(former) === identityOf(session));
  // Not awaited: the pages show by themselves that they read again.
  void (same ? client.invalidateQueries(others) : client.resetQueries(others));
}

function notTheSession(query: { readonly queryKey: readonly unknown[] }): boolean {
  return query.queryKey[0] !== sessionQuery.queryKey[0];
}

/**
 * Who a session acts as; two sessions of the same identity see the same. A personal token has its user's rights, so it makes no
 * difference whether the user came by a link or pasted one.
 */
function identityOf({ backend, host, user, tokenId, tokenName }: Session): string {
  return JSON.stringify([backend, host, user ? [user.id] : [tokenId ?? null, tokenName ?? null]]);
}

async function ask(init: RequestInit): Promise<Response> {
  try {
    return await watchedFetch("/session", { credentials: "same-origin", redirect: "error", cache: "no-store", ...init });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new CallError(toFailure({ graphQLErrors: [] }, "query"), { cause: error });
  }
}

async function readSession(response: Response): Promise<Session> {
  if (!response.ok) throw await refusalOf(response);
  const session = sessionFrom(await response.json().catch(() => null));
  if (session !== undefined) return session;
  throw new CallError({
    kind: "unexpected",
    message: "The server's answer about the session is not one this page understands. Reload the page.",
  });
}

/** What the server says in the body where it has something to say, else what its status means. */
async function refusalOf(response: Response): Promise<CallError> {
  const text = await response.text().catch(() => "");
  const message = refusalIn(parseJson(text));
  const { status } = response;
  if (message === undefined) return errorOf(response, toFailure({ graphQLErrors: [], response: { status } }, "query"));
  return errorOf(response, { kind: status < 500 ? "refused" : "unexpected", message });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { queryOptions, type QueryClient } from "@tanstack/react-query";
import * as z from "zod/mini";

import { toFailure } from "#logscale/errors.ts";

import { CallError } from "./client.ts";
import { sessionEnded, watchedFetch } from "./connection.ts";

const sessionSchema = z.object({
  /** The user that the session acts as; absent for a token that is nobody's. */
  user: z.nullish(
    z.object({
      id: z.string(),
      username: z.string(),
      fullName: z.nullish(z.string()),
      email: z.nullish(z.string()),
      isRoot: z.optional(z.boolean()),
    }),
  ),
  /** Id of the token that was pasted; absent for a session begun by link. */
  tokenId: z.nullish(z.string()),
  tokenKind: z.nullish(z.string()),
  tokenName: z.nullish(z.string()),
  /** The address that the server sees this browser at: what IP filters judge. */
  clientAddress: z.string(),
  backend: z.enum(["embedded", "gateway"]),
  /** Host of the backend, for people. */
  host: z.string(),
  /** What the backend offers beyond LogScale's schema. */
  extensions: z.array(z.string()),
});

/** Who is signed in, from where, and what the backend can do. */
export type Session = z.infer<typeof sessionSchema>;

/** How somebody proves who they are: the one-time code of a sign-in link, or an API token. */
export type Credential = { readonly code: string } | { readonly token: string };

const headers = { accept: "application/json" };

/** The session of this browser; null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    const response = await ask({ method: "GET", headers, signal });
    if (response.status === 401) return null;
    if (!response.ok) throw refused(response);
    return readSession(response);
  },
  staleTime: Infinity,
});

/**
 * Signs in and puts the new session into the cache. What the former session had read is dropped when somebody else signed in, and
 * read again in any case.
 *
 * @throws CallError: `refused` when the code or the token is not accepted
 */
export async function signIn(client: QueryClient, credential: Credential): Promise<Session> {
  const response = await ask({
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(credential),
  });
  if (!response.ok) throw refused(response, credential);
  const session = await readSession(response);
  const former = client.getQueryData(sessionQuery.queryKey);
  client.setQueryData(sessionQuery.queryKey, session);
  sessionEnded.set(false);
  const others = { predicate: (query: { queryKey: readonly unknown[] }) => query.queryKey[0] !== sessionQuery.queryKey[0] };
  // Not awaited: the pages show by themselves that they read again.
  void (former && identityOf(former) === identityOf(session) ? client.invalidateQueries(others) : client.resetQueries(others));
  return session;
}

/**
 * Signs out and forgets everything that was read.
 *
 * @throws CallError when the server did not confirm it; the session then still stands
 */
export async function signOut(client: QueryClient): Promise<void> {
  const response = await ask({ method: "DELETE", headers });
  if (!response.ok && response.status !== 401) throw refused(response);
  await client.cancelQueries();
  client.setQueryData(sessionQuery.queryKey, null);
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0] });
  sessionEnded.set(false);
}

/** Whether the backend offers something beyond LogScale's schema. */
export function offers(session: Session, extension: "personalTokens" | "tokenVisibility" | "tokenUse" | "planCheck"): boolean {
  return session.extensions.includes(extension);
}

/** What a session acts as; two sessions of the same identity see the same. */
function identityOf(session: Session): string {
  return JSON.stringify([session.backend, session.host, session.user?.id ?? null, session.tokenId ?? null]);
}

async function ask(init: RequestInit): Promise<Response> {
  try {
    return await watchedFetch("/session", { credentials: "same-origin", redirect: "error", cache: "no-store", ...init });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new CallError(toFailure({ networkError: error instanceof Error ? error : undefined, graphQLErrors: [] }, "query"), {
      cause: error,
    });
  }
}

async function readSession(response: Response): Promise<Session> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = sessionSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CallError(
    { kind: "unexpected", message: "The server's answer about the session is not one this page understands. Reload the page." },
    { cause: parsed.error },
  );
}

function refused(response: Response, credential?: Credential): CallError {
  const { status } = response;
  if (credential !== undefined && (status === 400 || status === 401 || status === 404 || status === 410)) {
    return new CallError({
      kind: "refused",
      message:
        "code" in credential
          ? "This sign-in link was used already, or its ten minutes are over."
          : "The server does not accept this token. It may be incomplete, expired, deleted or rotated.",
    });
  }
  return new CallError(toFailure({ graphQLErrors: [], response: { status } }, "query"));
}

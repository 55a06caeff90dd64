import { membersOf } from "#domain/members.ts";
import { toFailure, type ErrorCode } from "#logscale/errors.ts";
import { refusalIn } from "#logscale/session.ts";

import { sessionEnded, watchedFetch } from "./connection.ts";
import { CallError, errorOf } from "./failure.ts";

/** What is asked of a route of the server's own, beside GraphQL. */
export interface RouteRequest {
  readonly method: "GET" | "POST";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether it changes something: decides what a lost answer means. */
  readonly changes?: boolean;
  readonly signal?: AbortSignal;
}

/** What the statuses mean by which the server says no to what was asked. With any other it failed. */
const refusals: Readonly<Partial<Record<number, ErrorCode>>> = {
  400: "BAD_INPUT",
  403: "NOT_ALLOWED",
  404: "NOT_FOUND",
  409: "STALE_VERSION",
  429: "BUSY",
};

/** Asks one of the server's own routes and gives its answer, as it came. Throws {@link CallError}. */
export async function askRoute(path: string, request: RouteRequest): Promise<unknown> {
  const response = await openRoute(path, request);
  const answer: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  if (answer === undefined) throw await refusalOf(response, request);
  return answer;
}

/** {@link askRoute} for an answer that is read while it comes: gives the response, whatever its status. */
export async function openRoute(path: string, request: RouteRequest): Promise<Response> {
  const { method, body, signal } = request;
  const init: RequestInit = {
    method,
    headers: { accept: "application/json", ...(method === "POST" && { "content-type": "application/json" }) },
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  return watchedFetch(path, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new CallError(toFailure({ graphQLErrors: [] }, operationOf(request)), { cause: error });
  });
}

function operationOf({ changes = false }: RouteRequest) {
  return changes ? "mutation" : "query";
}

/** Why an answer is none. */
export async function refusalOf(response: Response, request: RouteRequest): Promise<CallError> {
  const answer: unknown = response.bodyUsed ? undefined : await response.json().catch(() => undefined);
  const { status } = response;
  if (status === 401) sessionEnded.set(true);
  const contentType = response.headers.get("content-type") ?? "";
  const message = refusalIn(answer);
  if (message === undefined)
    return errorOf(response, toFailure({ graphQLErrors: [], response: { status, contentType } }, operationOf(request)));
  const { field } = membersOf(answer);
  const code = refusals[status];
  return errorOf(
    response,
    code === undefined
      ? { kind: "unexpected", message }
      : { kind: "refused", message, code, ...(typeof field === "string" && { field }) },
  );
}

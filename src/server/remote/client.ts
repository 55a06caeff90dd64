import { z } from "zod";

import { quotingRequest, requestIdHeader, toFailure, type Failure } from "#logscale/errors.ts";
import { parseJson, writeJson } from "#logscale/json.ts";
import type { Operation } from "#logscale/operation.ts";
import { parseLocalAdminToken } from "#domain/token/tokenString.ts";

import { localAdminPlaces } from "#server/auth/localAdmin.ts";

import { codeOf } from "#server/startError.ts";

import type { ServerClock } from "./clock.ts";
import { asSaid } from "./said.ts";

/** Which server a command talks to, and as whom. */
export interface RemoteServer {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly credential: string;
  /** Where its time is kept, for whoever needs it. */
  readonly clock?: ServerClock;
}

/** A call failed. The message is meant for whoever ran the command. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  readonly failure: Failure;

  constructor(message: string, failure: Failure) {
    super(message);
    this.failure = failure;
  }
}

/** The failure of a call. Throws any other error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RemoteError) return { ...error.failure, message: error.message };
  throw error;
}

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }))
    .optional()
    .catch(undefined),
});

/** How long a call may take, in ms. */
const callTime = 120_000;

/** What an answer may have at most, in bytes. */
const longestAnswer = 256 * 1024 * 1024;

/**
 * Runs a query of LogScale's GraphQL and gives its data. An answer that brings errors is a failure even where it brings data too. The
 * credential goes to the server's own address and nowhere else: no redirect is followed.
 *
 * @throws RemoteError
 */
export function ask<Data, Variables>(
  server: RemoteServer,
  document: Operation<Data, Variables>,
  variables: Variables,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Data> {
  return call(server, "query", { query: document, variables }, signal);
}

/**
 * Runs a mutation of LogScale's GraphQL, once: it cannot be called off, and where its answer is lost the failure's kind is
 * `unknown-outcome`. Otherwise as {@link ask}.
 *
 * @throws RemoteError
 */
export function send<Data, Variables>(
  server: RemoteServer,
  document: Operation<Data, Variables>,
  variables: Variables,
  extensions?: Readonly<Record<string, unknown>>,
): Promise<Data> {
  return call(server, "mutation", { query: document, variables, ...(extensions && { extensions }) });
}

async function call<Data>(
  { origin, credential, clock }: RemoteServer,
  operation: "query" | "mutation",
  body: object,
  signal?: AbortSignal,
): Promise<Data> {
  const timeout = AbortSignal.timeout(callTime);
  const sent = Date.now();
  let status: number | undefined;
  let requestId: string | null = null;
  let contentType = "";
  let text: string | undefined;
  try {
    const response = await fetch(new URL("/graphql", origin), {
      method: "POST",
      headers: { authorization: `Bearer ${credential}`, "content-type": "application/json", accept: "application/json" },
      body: writeJson(body),
      redirect: "error",
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    clock?.note(response, sent, Date.now());
    status = response.status;
    requestId = response.headers.get(requestIdHeader);
    contentType = response.headers.get("content-type") ?? "";
    text = await bounded(response);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (status === undefined) throw unreachable(origin, error, operation);
  }
  const answer = text === undefined || status !== 200 ? undefined : read(text);
  const errors = answer?.errors ?? [];
  if (answer !== undefined && errors.length === 0 && answer.data != null) return answer.data as Data;
  const failure = quotingRequest(
    toFailure({ graphQLErrors: errors, response: { ...(status !== undefined && { status }), contentType } }, operation),
    requestId,
  );
  throw new RemoteError(wordsOf(origin, credential, failure), failure);
}

/**
 * Asks a path of the server that is not LogScale's, and gives its answer as JSON. Nothing is thrown but where it is called off: without a status
 * no whole answer came, and what is no JSON has no body.
 */
export async function askRoute(
  { origin, credential }: RemoteServer,
  path: string,
  signal: AbortSignal,
  method: "GET" | "POST" = "GET",
): Promise<{ readonly status?: number; readonly body?: unknown }> {
  try {
    const response = await fetch(new URL(path, origin), {
      method,
      headers: { authorization: `Bearer ${credential}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(callTime)]),
    });
    return { status: response.status, body: parsed(await bounded(response)) };
  } catch (error) {
    if (signal.aborted) throw error;
    return {};
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function read(text: string): z.infer<typeof answerSchema> | undefined {
  return answerSchema.safeParse(parsed(text)).data;
}

/** The text of an answer, unless it is longer than any that is asked for. */
async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestAnswer) throw new Error("The answer is too long.");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function wordsOf(origin: string, credential: string, { kind, message }: Failure): string {
  switch (kind) {
    case "unauthenticated":
      return `${origin} does not accept the token. It may be incomplete, expired, deleted or rotated.`;
    case "address-refused":
      return parseLocalAdminToken(credential) === null
        ? `${origin} refuses this machine's address: the token's IP filter does not accept it.`
        : `${origin} refuses this machine's address. ${localAdminPlaces}`;
    default:
      return `${origin}: ${asSaid(message)}`;
  }
}

/** What stands before a connection, so that nothing was sent. */
const unconnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function unreachable(origin: string, cause: unknown, operation: "query" | "mutation"): RemoteError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = codeOf(reason);
  const redirected = reason instanceof Error && reason.message.includes("redirect");
  const unsent = redirected || (code !== undefined && unconnected.has(code));
  const failure = toFailure({ graphQLErrors: [] }, unsent ? "query" : operation);
  if (failure.kind === "unknown-outcome") return new RemoteError(`${origin}: ${failure.message}`, failure);
  return new RemoteError(
    redirected
      ? `${origin} leads to another address, which the token was not sent to. Name the server's own address.`
      : `No server answers at ${origin}${code === undefined ? "" : ` (${code})`}.`,
    failure,
  );
}

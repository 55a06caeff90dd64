import { Client, createRequest, fetchExchange, type AnyVariables } from "urql";

import type { PlanCheck } from "#logscale/convert.ts";
import { toFailure, type Failure, type GraphqlCallError } from "#logscale/errors.ts";
import type { Operation } from "#logscale/operation.ts";
import { queriesPath } from "#logscale/queries.ts";

import { sessionEnded, watchedFetch } from "./connection.ts";
import { CallError, errorOf } from "./failure.ts";
import { takeSentAnswer } from "./pageStart.ts";
import { queryClient } from "./queryClient.ts";
import { offers, sessionIn } from "./session.ts";
import { exactVariables, readingText, wholeData } from "./exact.ts";
import { togetherFetch } from "./together.ts";

export { serverNow } from "./connection.ts";
export { CallError, failureOf } from "./failure.ts";

/** Names the token whose place a new one takes: by its id, or an ingest token by its name. */
interface Replacing {
  readonly replaces: string;
}

/** Joins the records that the audit trail has of one act. */
interface Joining {
  readonly act: string;
}

/** What may go along with a call. */
export interface CallOptions {
  /** The request's standard `extensions` member; the embedded server reads `tokenhouse` from it. */
  readonly extensions?: { readonly tokenhouse: PlanCheck | Replacing | Joining };
  /** Calls the request off. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const ownServer = { credentials: "same-origin", redirect: "error" } as const;

const client = new Client({
  url: "/graphql",
  exchanges: [fetchExchange],
  // GET would put variables into addresses and logs, and the server refuses it.
  preferGetMethod: false,
  // React Query is the only cache.
  requestPolicy: "network-only",
  fetch: watchedFetch,
  fetchOptions: ownServer,
});

/** Sends queries of the same moment together, to a server that takes them so. */
const fetchTogether = togetherFetch(
  (body, signal) =>
    watchedFetch(queriesPath, { ...ownServer, method: "POST", headers: { "content-type": "application/json" }, body, signal }),
  watchedFetch,
);

function takesTogether(): boolean {
  const session = sessionIn(queryClient);
  return session !== undefined && offers(session, "queries");
}

let calls = 0;

/**
 * Runs one GraphQL operation and gives its data.
 *
 * An answer that brings errors is a failure, even where it brings data as well: a list that lacks what could not be read would make a
 * plan that lies. A mutation that brings both was carried out, and only what it reports back is incomplete; that is `unknown-outcome`,
 * so that nobody repeats it blindly.
 *
 * @throws CallError with the failure to show; the signal's reason when called off
 */
export async function call<Data, Variables extends AnyVariables>(
  document: Operation<Data, Variables>,
  variables: Variables,
  { extensions, signal }: CallOptions = {},
): Promise<Data> {
  signal?.throwIfAborted();
  const sent = takeSentAnswer(document, variables ?? {});
  if (sent !== undefined) return sent;
  const operation = /^mutation\b/u.test(document) ? "mutation" : "query";
  const exact = exactVariables(variables);
  const send = operation === "query" && takesTogether() ? fetchTogether : watchedFetch;
  // A key of its own: urql would let two equal queries share one request, and calling off the first would then fail the second.
  const request = { ...createRequest<Data, Variables>(document, exact.plain, extensions), key: ++calls };
  let text: string | undefined;
  const context = {
    fetch: async (input: RequestInfo | URL, init: RequestInit = {}) => {
      const signals = [init.signal, signal].filter((one) => one != null);
      const response = await send(input, { ...(await exact.into(init)), signal: AbortSignal.any(signals) });
      return readingText(response, (read) => {
        text = read;
      });
    },
  };
  const result = await (
    operation === "mutation"
      ? client.executeMutation<Data, Variables>(request, context)
      : client.executeQuery<Data, Variables>(request, context)
  ).toPromise();

  signal?.throwIfAborted();
  const response: unknown = result.error?.response;
  const failure = failureIn(operation, {
    data: result.data,
    ...(result.error && { error: result.error }),
    ...(response instanceof Response && {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
    }),
  });
  if (failure?.kind === "unauthenticated") sessionEnded.set(true);
  if (failure !== undefined) {
    const cause = { cause: result.error };
    throw response instanceof Response ? errorOf(response, failure, cause) : new CallError(failure, cause);
  }
  if (result.data == null) throw new CallError(noData(operation));
  return wholeData(result.data, text);
}

/** What came of a request, as far as it decides whether the call failed. */
export interface CallResult {
  readonly data?: unknown;
  readonly error?: GraphqlCallError;
  /** Status of the HTTP response, when there was one. */
  readonly status?: number;
  /** Its content type; empty when it names none. */
  readonly contentType?: string;
}

/** Why a call counts as failed, by the rules of {@link call}; undefined when it succeeded. */
export function failureIn(
  operation: "query" | "mutation",
  { data, error, status, contentType }: CallResult,
): Failure | undefined {
  if (error === undefined) return data == null ? noData(operation) : undefined;
  const { networkError, graphQLErrors } = error;
  const first = graphQLErrors[0];
  if (operation === "mutation" && first !== undefined && carriedOut(data)) {
    return { kind: "unknown-outcome", message: `The change was made, but the answer is incomplete: ${first.message}` };
  }
  const response = status !== undefined && { response: { status, ...(contentType !== undefined && { contentType }) } };
  return toFailure({ networkError, graphQLErrors, ...response }, operation);
}

function noData(operation: "query" | "mutation"): Failure {
  return {
    kind: operation === "mutation" ? "unknown-outcome" : "unexpected",
    message: "The server answered without data, which is not how LogScale answers.",
  };
}

/** Whether an answer to a mutation holds a result: GraphQL sets the field to null when the mutation itself failed. */
function carriedOut(data: unknown): boolean {
  return typeof data === "object" && data !== null && Object.values(data).some((value) => value != null);
}

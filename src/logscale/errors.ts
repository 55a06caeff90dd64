/**
 * Codes that the embedded server puts into `extensions.code` of an error of its own. A real LogScale sends none, and what it says
 * is shown as it is.
 */
export const errorCodes = [
  /** The caller lacks a right; the message names it as LogScale does. */
  "NOT_ALLOWED",
  /** An argument is wrong; `extensions.field` names it where it is one field of a form. */
  "BAD_INPUT",
  "NOT_FOUND",
  /** The request breaks the token security policy in force; `extensions.field` names the field. */
  "POLICY_VIOLATION",
  /** What was to be deleted is in use; the message names the users. */
  "IN_USE",
  /** The policies or the tokens are no longer what the caller was shown; nothing was changed. */
  "PLAN_CHANGED",
  /** Somebody else published or deleted what was to be changed since the caller read it; nothing was changed. */
  "STALE_VERSION",
  /** The document is too deep, too long or too costly, or its answer would be; the message says how to ask for less. */
  "TOO_COSTLY",
  /** The caller has too many requests open; this one was not carried out and may be sent again. */
  "BUSY",
  /** The disk of the database is full; nothing was changed. */
  "STORAGE_FULL",
  /** The database cannot be reached, or cannot read or write its files; nothing was changed. */
  "STORAGE_FAILED",
  "INTERNAL",
] as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Codes that a gateway puts into `extensions.code` when it answers in place of the cluster:
 *
 * - `CLUSTER_UNREACHABLE`: no connection; nothing was sent
 * - `CLUSTER_SILENT`: the request may have arrived, but no answer came back
 * - `CLUSTER_UNEXPECTED`: something answered that is not LogScale, or not in a way that can be passed on
 */
export const gatewayErrorCodes = ["CLUSTER_UNREACHABLE", "CLUSTER_SILENT", "CLUSTER_UNEXPECTED"] as const;

/** One of {@link gatewayErrorCodes}. */
export type GatewayErrorCode = (typeof gatewayErrorCodes)[number];

/** What the embedded server adds to an error. */
export interface ErrorExtensions {
  readonly code: ErrorCode;
  /** Name of the input field at fault, as in the contract, where there is one. */
  readonly field?: string;
}

/**
 * What a failed call comes down to for a user:
 *
 * - `unauthenticated`: the session or token is no longer accepted
 * - `address-refused`: the IP filter of the credential does not accept this address
 * - `refused`: the server understood and said no; `message` is its own
 * - `unreachable`: no server answered, and nothing can have happened: the request was a reading one, or was never sent
 * - `unknown-outcome`: the answer to a mutation was lost; it may or may not have been carried out
 * - `unexpected`: something answered, but not as LogScale does
 */
export type FailureKind = "unauthenticated" | "address-refused" | "refused" | "unreachable" | "unknown-outcome" | "unexpected";

/** A failed call, ready to be shown. `code` and `field` are there when the embedded server sent them. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly field?: string;
}

/** The parts of a GraphQL client's error that matter here (urql's CombinedError has this shape). */
export interface GraphqlCallError {
  readonly networkError?: Error | undefined;
  readonly graphQLErrors: readonly { readonly message: string; readonly extensions?: Record<string, unknown> | undefined }[];
  /** The HTTP response, when there was one. */
  readonly response?: { readonly status?: number; readonly contentType?: string } | undefined;
}

/** The header of an answer that has the id by which the server's log has the request. */
export const requestIdHeader = "x-request-id";

/** The failures of the server itself, which it masks: its log alone says why. */
const loggedFailures: ReadonlySet<ErrorCode | undefined> = new Set(["STORAGE_FULL", "STORAGE_FAILED", "INTERNAL"]);

/**
 * The failure with the id of its request, for whoever has to look into the server's log. A refusal says itself what is wrong. Null: the answer
 * had no id, or there was none.
 */
export function quotingRequest(failure: Failure, id: string | null | undefined): Failure {
  const { kind, code, message } = failure;
  const explained = kind === "refused" ? !loggedFailures.has(code) : kind === "unauthenticated" || kind === "address-refused";
  const quoted = withRequestId(message, id);
  return explained || quoted === message ? failure : { ...failure, message: quoted };
}

/** A sentence with the id of the request that it is about, by which the server's log has it; as it is where the answer had none. */
export function withRequestId(sentence: string, id: string | null | undefined): string {
  if (!/^[\w-]{1,64}$/u.test(id ?? "")) return sentence;
  return `${sentence}${/[.!?…]$/u.test(sentence) ? "" : "."} Request id: ${id}.`;
}

/** Makes one {@link Failure} of a failed GraphQL call. `operation` decides what a lost answer means. */
export function toFailure(error: GraphqlCallError, operation: "query" | "mutation"): Failure {
  const first = error.graphQLErrors[0];
  if (first !== undefined) {
    const byGateway = gatewayErrorCodes.find((known) => known === first.extensions?.["code"]);
    if (byGateway !== undefined) return gatewayFailure(byGateway, first.message, operation);
    const { code, field } = readExtensions(first.extensions);
    // A server that failed on a change does not know either whether it was made: its database may have gone as it answered.
    if (code !== "INTERNAL" || operation === "query")
      return { kind: "refused", message: first.message, ...(code && { code }), ...(field && { field }) };
  }
  const status = error.response?.status;
  // LogScale refuses in plain text. A page is the work of something in front of it, which knows nothing of tokens.
  const isPage = /^text\/html\b/iu.test(error.response?.contentType ?? "");
  if (status === 401 && !isPage)
    return { kind: "unauthenticated", message: "Your sign-in is no longer accepted. Sign in again; nothing you typed is lost." };
  if (status === 403 && !isPage)
    return { kind: "address-refused", message: "The IP filter of your credential does not accept the address you are using." };
  // 429 and 413 come from in front of the GraphQL server, so nothing was carried out.
  if (status === 429)
    return { kind: "refused", code: "BUSY", message: "The server asks for fewer requests. Wait a minute, then try again." };
  if (status === 413) return { kind: "refused", message: "The request is larger than the server accepts." };
  if (operation === "mutation") {
    return {
      kind: "unknown-outcome",
      message: "The answer was lost, so it is not known whether the change was made. Read again before you repeat it.",
    };
  }
  if (status === undefined || status === 0) {
    return {
      kind: "unreachable",
      message: "The server does not answer. Nothing was changed. Check that it runs, then try again.",
    };
  }
  if (isPage || (status >= 200 && status < 300)) {
    return {
      kind: "unexpected",
      message: `What came back is ${isPage ? "a web page" : "no GraphQL"} (status ${status}), so it is not LogScale that answered. A sign-in page or a proxy may stand in front of it.`,
    };
  }
  return { kind: "unexpected", message: `The server answered with status ${status}, which is not how LogScale answers.` };
}

/** What it means that the gateway had to answer in place of the cluster; the message is the gateway's own. */
function gatewayFailure(code: GatewayErrorCode, message: string, operation: "query" | "mutation"): Failure {
  if (code === "CLUSTER_UNREACHABLE") return { kind: "unreachable", message };
  if (operation === "mutation")
    return { kind: "unknown-outcome", message: `${message} Read again before you repeat the change.` };
  return { kind: code === "CLUSTER_SILENT" ? "unreachable" : "unexpected", message };
}

/** Reads what the embedded server adds to an error; anything else gives an empty object. */
function readExtensions(extensions: Record<string, unknown> | undefined): Partial<ErrorExtensions> {
  const code = errorCodes.find((known) => known === extensions?.["code"]);
  const field = extensions?.["field"];
  return { ...(code && { code }), ...(typeof field === "string" && { field }) };
}

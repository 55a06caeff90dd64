import type { GatewayErrorCode } from "#logscale/errors.ts";

/** Why the gateway answers in place of the cluster. */
export interface ClusterFailure {
  readonly status: 413 | 502 | 504;
  /** What the failure means for a change that was asked for; absent where the request itself was at fault. */
  readonly code?: GatewayErrorCode;
  /** Meant for the caller. */
  readonly message: string;
}

/** A request was larger than the gateway takes. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  readonly statusCode = 413;

  /** `limit` in bytes, and the setting that it comes from where there is one. */
  constructor(limit: number, setting?: string) {
    const from = setting === undefined ? "" : ` (${setting})`;
    super(`The request is larger than the ${limit.toLocaleString("en-US")} bytes that this gateway takes${from}.`);
  }
}

/** Errors of connecting: not a byte of the request was sent. */
const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EACCES",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** TLS errors have codes of OpenSSL and of Node. These beginnings and words mean that no connection was made. */
const tlsTrouble = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/u;

/**
 * What an error of the connection to the cluster comes to. What was never sent is told apart from what may have arrived, because a change
 * may be repeated only after the one. `timeout` in ms.
 */
export function failureOfCluster(error: unknown, host: string, timeout: number): ClusterFailure {
  for (const cause of causesOf(error)) {
    if (cause instanceof TooLargeError) return { status: 413, message: cause.message };
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
    if (tlsTrouble.test(code)) {
      return {
        status: 502,
        code: "CLUSTER_UNREACHABLE",
        message: `No safe connection to the LogScale cluster at ${host} could be made (${code}). Whoever runs this gateway can name the authority of its certificate with --logscale-ca. Nothing was sent.`,
      };
    }
    if (neverSent.has(code)) {
      return {
        status: 502,
        code: "CLUSTER_UNREACHABLE",
        message: `The LogScale cluster at ${host} cannot be reached (${code}). Nothing was sent to it. Try again once it is back.`,
      };
    }
    if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
      return {
        status: 504,
        code: "CLUSTER_SILENT",
        message: `The LogScale cluster at ${host} did not answer within ${seconds(timeout)}. It may still carry out what it was sent.`,
      };
    }
    if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return answerTooLarge(host);
  }
  return {
    status: 502,
    code: "CLUSTER_SILENT",
    message: `The connection to the LogScale cluster at ${host} broke off before it answered. It may have carried out what it was sent.`,
  };
}

/** The cluster's answer is larger than is passed on. */
export function answerTooLarge(host: string): ClusterFailure {
  return {
    status: 502,
    code: "CLUSTER_UNEXPECTED",
    message: `The answer of the LogScale cluster at ${host} is larger than this gateway passes on.`,
  };
}

/** Something answered, but not as LogScale does. */
export function unexpectedAnswer(host: string, status: number): ClusterFailure {
  const what =
    status >= 300 && status < 400
      ? `${host} sends requests on to another address (status ${status}), and tokens are sent nowhere else.`
      : `What answers at ${host} does not answer as LogScale does (status ${status}).`;
  return {
    status: 502,
    code: "CLUSTER_UNEXPECTED",
    message: `${what} A sign-in page or a proxy may stand in front of it; whoever runs this gateway should check its --logscale.`,
  };
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(cause);
    // Several addresses were tried.
    if (cause instanceof AggregateError) causes.push(...cause.errors.filter((inner) => inner instanceof Error));
  }
  return causes;
}

function seconds(ms: number): string {
  return ms === 1000 ? "1 second" : `${ms / 1000} seconds`;
}

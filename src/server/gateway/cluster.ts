import { Agent } from "undici";
import { z } from "zod";

import { readingConnector } from "./connector.ts";
import { failureOfCluster, unexpectedAnswer, type ClusterFailure } from "./failures.ts";

/** The LogScale cluster that a gateway stands in front of, and how it may be reached. */
export interface ClusterOptions {
  /** Scheme, host and port. Requests go here and nowhere else. */
  readonly origin: string;
  /** Certificates (PEM) that alone may vouch for the cluster; undefined: those that Node trusts. */
  readonly ca?: string | undefined;
  /** How long to wait for the head of an answer, and then for each further part of it, in ms. */
  readonly timeout: number;
  /** The largest answer that is passed on, in bytes. */
  readonly answerLimit: number;
}

/** What a GraphQL request of our own came to. */
export type ClusterAnswer =
  | { readonly type: "result"; readonly data: unknown; readonly refused: boolean }
  /** The cluster does not accept the credential: 401, or 403 because of the address. */
  | { readonly type: "denied"; readonly status: 401 | 403 }
  | { readonly type: "failed"; readonly failure: ClusterFailure };

/** A request of our own to the cluster. */
export interface ClusterRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query. Whatever of it comes from elsewhere is encoded already. */
  readonly path: string;
  /** Sent as JSON; undefined: no body. */
  readonly body?: unknown;
  /** Calls the request off. */
  readonly signal?: AbortSignal | undefined;
}

export interface Cluster {
  readonly origin: string;
  /** Host, and port where it is not the scheme's own. */
  readonly host: string;
  readonly scheme: "http" | "https";
  readonly timeout: number;
  readonly answerLimit: number;
  /** Pools the connections; everything that goes to the cluster goes through it. */
  readonly agent: Agent;
  /** Sends a request with somebody's credential; its status and body. Rejects where no whole answer came (see `failureOfCluster`). */
  send(token: string, request: ClusterRequest): Promise<{ readonly status: number; readonly text: string }>;
  /** Runs a query with somebody's credential. Never rejects. */
  query(token: string, query: string, variables?: Readonly<Record<string, unknown>>): Promise<ClusterAnswer>;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/**
 * How many connections to the cluster there may be. A request holds one from its first byte on: with few, strangers who send slowly would
 * keep everybody waiting; with no limit, one client could open any number.
 */
const mostConnections = 4096;

/** How long making a connection may take, in ms. */
const connectTimeout = 10_000;

const resultSchema = z
  .object({ data: z.unknown(), errors: z.array(z.object({ message: z.string() })) })
  .partial()
  .refine(({ data, errors }) => data !== undefined || errors !== undefined);

/** Prepares a connection. Nothing is sent before the first request. */
export function connectCluster({ origin, ca, timeout, answerLimit }: ClusterOptions): Cluster {
  const { host, protocol } = new URL(origin);
  const agent = new Agent({
    connections: mostConnections,
    // Said outright, since an environment variable could turn it off otherwise.
    connect: readingConnector({
      timeout: Math.min(timeout, connectTimeout),
      rejectUnauthorized: true,
      ...(ca !== undefined && { ca }),
    }),
    headersTimeout: timeout,
    bodyTimeout: timeout,
    maxResponseSize: answerLimit,
  });
  async function send(token: string, { method, path, body, signal }: ClusterRequest) {
    const answer = await agent.request({
      origin,
      path,
      method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
  return {
    origin,
    host,
    scheme: protocol === "http:" ? "http" : "https",
    timeout,
    answerLimit,
    agent,
    send,
    async query(token, query, variables = {}) {
      try {
        const { status, text } = await send(token, { method: "POST", path: "/graphql", body: { query, variables } });
        if (status === 401 || status === 403) return { type: "denied", status };
        const result = status === 200 ? resultSchema.safeParse(parseJson(text)) : undefined;
        if (result?.success !== true) return { type: "failed", failure: unexpectedAnswer(host, status) };
        return { type: "result", data: result.data.data, refused: (result.data.errors ?? []).length > 0 };
      } catch (error) {
        return { type: "failed", failure: failureOfCluster(error, host, timeout) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** A JSON text as a value; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { InjectOptions, LightMyRequestResponse } from "fastify";

import { ask } from "./callers.ts";
import type { TestServer } from "./server.ts";

/** Creates an ingest token as the local administrator does, in `sandbox` unless told otherwise, and returns its value. */
export async function ingestToken(
  server: TestServer,
  input: {
    readonly name?: string;
    readonly repositoryName?: string;
    readonly parser?: string;
    readonly customToken?: string;
  } = {},
): Promise<string> {
  const { data, text } = await ask(
    server,
    server.localAdmin,
    "mutation ($input: AddIngestTokenV3Input!) { addIngestTokenV3(input: $input) { token } }",
    { input: { repositoryName: "sandbox", name: "a shipper", ...input } },
  );
  const { token } = (data?.["addIngestTokenV3"] ?? {}) as { token?: string };
  if (token === undefined) throw new Error(`No ingest token was created: ${text}`);
  return token;
}

/** Creates a repository as the local administrator does. */
export async function repository(server: TestServer, name: string): Promise<void> {
  const { errors } = await ask(
    server,
    server.localAdmin,
    "mutation ($name: String!) { createRepository(name: $name) { repository { id } } }",
    { name },
  );
  if (errors.length > 0) throw new Error(errors[0]?.message);
}

/** Sends a body to an ingest route. */
export function send(
  server: TestServer,
  url: string,
  authorization: string | undefined,
  payload: string | Buffer,
  options: InjectOptions = {},
): Promise<LightMyRequestResponse> {
  const headers = { ...(authorization !== undefined && { authorization }), ...options.headers };
  return server.app.inject({ method: "POST", url, payload, ...options, headers });
}

/** What a repository received and its tokens have counted, by name. */
export async function received(server: TestServer, name = "sandbox") {
  const { data, text } = await ask(
    server,
    server.localAdmin,
    `query ($name: String!) { repository(name: $name) {
      ingestTokens { name events bytes eventsInLastDay lastUsedAt lastUsedFrom }
      recentEvents { text size tokenName parserName receivedAt } } }`,
    { name },
  );
  if (data === null) throw new Error(text);
  return (data as { readonly repository: ReceivedEvents }).repository;
}

/** See {@link received}. */
export interface ReceivedEvents {
  readonly ingestTokens: readonly {
    readonly name: string;
    readonly events: number;
    readonly bytes: number;
    readonly eventsInLastDay: number;
    readonly lastUsedAt: number | null;
    readonly lastUsedFrom: string | null;
  }[];
  readonly recentEvents: readonly {
    readonly text: string;
    readonly size: number;
    readonly tokenName: string;
    readonly parserName: string | null;
    readonly receivedAt: number;
  }[];
}

import { createServer, request as requestTo, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Writable } from "node:stream";

import type { FastifyInstance } from "fastify";

import { buildGateway } from "#server/gateway/gateway.ts";
import type { NoteStore } from "#server/gateway/notes/noteStore.ts";

import { openTestStore } from "./databases.ts";
import { auditLog, queryJobs, type AuditLog } from "./queryJobs.ts";
import { testServer, type TestServer } from "./server.ts";

/**
 * The same organization as a command may meet it:
 *
 * - `embedded`: an embedded server
 * - `strict`: one that serves LogScale's part alone
 * - `logscale`: that without anything that a LogScale does not have, such as the address at which a Tokenhouse says what it is; with an
 *   audit log
 * - `gateway`: a gateway in front of that
 */
export const remoteNames = ["embedded", "strict", "gateway", "logscale"] as const;

/** One of {@link remoteNames}. */
export type RemoteName = (typeof remoteNames)[number];

/** See {@link remoteNames}. */
export interface Remotes {
  /** The embedded server, with its clock and its store. */
  readonly server: TestServer;
  readonly origins: Readonly<Record<RemoteName, string>>;
  /** The administrator's personal token. */
  readonly credential: string;
  /** The audit log of the cluster, which the administrator may search. */
  readonly audit: AuditLog;
  /** What was sent to `logscale`, by the gateway too: each request's address and body. */
  readonly sent: { readonly url: string; readonly body: string }[];
  close(): Promise<void>;
}

const host = { host: "127.0.0.1", port: 0 };

/** @param notes where the gateway keeps what people write of tokens; nothing is kept without */
export async function openRemotes({ notes }: { readonly notes?: NoteStore } = {}): Promise<Remotes> {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  const strict = await testServer(store, { extensions: false, now: () => server.now });
  const strictOrigin = await strict.app.listen(host);
  const { tokenString: credential } = await server.token({ kind: "personal", name: "admin" });
  const audit = auditLog([], [credential]);
  const sent: { url: string; body: string }[] = [];
  const logscale = await startLogscale({ origin: strictOrigin, sent, audit, now: () => server.now });
  const address = logscale.address();
  if (address === null || typeof address === "string") throw new Error("It has a port.");
  const logscaleOrigin = `http://127.0.0.1:${address.port}`;
  const gateway = await buildGateway({ logscale: logscaleOrigin, key: new Uint8Array(32).fill(1), failedSignIns: 1e6, notes });
  const apps: FastifyInstance[] = [gateway, strict.app, server.app];
  return {
    server,
    origins: {
      embedded: await server.app.listen(host),
      strict: strictOrigin,
      gateway: await gateway.listen(host),
      logscale: logscaleOrigin,
    },
    credential,
    audit,
    sent,
    async close() {
      logscale.closeAllConnections();
      logscale.close();
      for (const app of apps) await app.close();
      await store.close();
    },
  };
}

/** What LogScale has too. */
const ofLogscale = /^\/(?:graphql$|api\/v1\/)/u;

interface Logscale {
  /** Who answers in its place. */
  readonly origin: string;
  readonly sent: { url: string; body: string }[];
  readonly audit: AuditLog;
  readonly now: () => number;
}

async function startLogscale(how: Logscale): Promise<Server> {
  const logscale = createServer((request, response) => {
    void queryJobs(how.audit, request, response).then((served) => served || forward(request, response, how));
  });
  await new Promise<void>((resolve) => logscale.listen(0, "127.0.0.1", resolve));
  return logscale;
}

function forward(request: IncomingMessage, response: ServerResponse, { origin, sent, now }: Logscale): void {
  const { url = "/", method, headers } = request;
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    sent.push({ url, body: body.toString() });
    if (!ofLogscale.test(url)) {
      response.writeHead(404).end("Not found");
      return;
    }
    const forwarded = requestTo(new URL(url, origin), { method, headers }, (answer) => {
      // Its clock is the organization's.
      response.writeHead(answer.statusCode ?? 500, { ...answer.headers, date: new Date(now()).toUTCString() });
      answer.pipe(response);
    });
    forwarded.end(body);
  });
}

/** Keeps what a command writes, as a pipe would take it. */
export function pipeOf() {
  let text = "";
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  return { output, text: () => text };
}

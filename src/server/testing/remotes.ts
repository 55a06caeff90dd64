import { createServer, request as requestTo, type Server } from "node:http";

import { Writable } from "node:stream";

import type { FastifyInstance } from "fastify";

import { buildGateway } from "#server/gateway/gateway.ts";
import type { NoteStore } from "#server/gateway/notes/noteStore.ts";

import { openTestStore } from "./databases.ts";
import { testServer, type TestServer } from "./server.ts";

/**
 * The same organization as a command may meet it:
 *
 * - `embedded`: an embedded server
 * - `strict`: one that serves LogScale's part alone
 * - `gateway`: a gateway in front of that
 * - `logscale`: that without anything that a LogScale does not have, such as the address at which a Tokenhouse says what it is
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
  /** What was sent to `logscale`: each request's address and body. */
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
  const gateway = await buildGateway({ logscale: strictOrigin, key: new Uint8Array(32).fill(1), failedSignIns: 1e6, notes });
  const apps: FastifyInstance[] = [gateway, strict.app, server.app];
  const sent: { url: string; body: string }[] = [];
  const logscale = await startLogscale(strictOrigin, sent, () => server.now);
  const address = logscale.address();
  if (address === null || typeof address === "string") throw new Error("It has a port.");
  return {
    server,
    origins: {
      embedded: await server.app.listen(host),
      strict: strictOrigin,
      gateway: await gateway.listen(host),
      logscale: `http://127.0.0.1:${address.port}`,
    },
    credential: (await server.token({ kind: "personal", name: "admin" })).tokenString,
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

async function startLogscale(origin: string, sent: { url: string; body: string }[], now: () => number): Promise<Server> {
  const logscale = createServer((request, response) => {
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
  });
  await new Promise<void>((resolve) => logscale.listen(0, "127.0.0.1", resolve));
  return logscale;
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

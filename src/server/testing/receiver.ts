import { createServer, type IncomingHttpHeaders } from "node:http";

import { onTestFinished } from "vitest";

/** A request that a receiver got. */
export interface ReceivedPost {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server that notes what is posted to it. */
export interface Receiver {
  /** Scheme, host and port. */
  readonly url: string;
  readonly posts: readonly ReceivedPost[];
  /** Statuses to answer with, one after the other; 204 when there is none left. */
  readonly answers: number[];
}

/** Starts a receiver for one test. */
export async function startReceiver(): Promise<Receiver> {
  const posts: ReceivedPost[] = [];
  const answers: number[] = [];
  // It ends no connection while somebody is about to post on it again.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.shift() ?? 204, { location: "/elsewhere" }).end("what a receiver says is kept nowhere");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  return { url: `http://127.0.0.1:${address.port}`, posts, answers };
}

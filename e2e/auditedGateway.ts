import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import { auditLog, queryJobs, type AuditLog } from "#server/testing/queryJobs.ts";

import { startGateway, test as base } from "./fixtures.ts";

/** A gateway in front of a cluster that has an audit log to search. */
interface AuditedGateway {
  readonly url: string;
  readonly audit: AuditLog;
}

/** Stories that have a page in front of a cluster with an audit log. */
export const test = base.extend<{ gateway: AuditedGateway }>({
  backend: "gateway",
  gateway: async ({ server }, use) => {
    const audit = auditLog([], []);
    // Searches are answered here, everything else by the server behind.
    const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
      if (await queryJobs(audit, request, response)) return;
      const { authorization = "" } = request.headers;
      const answer = await fetch(server.cluster + (request.url ?? ""), {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: await text(request),
      });
      const body = await answer.text();
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" }).end(body);
    };
    // At the end of a test the gateway and the server may be gone before the last request is.
    const cluster = createServer((request, response) => void answerTo(request, response).catch(() => response.destroy()));
    cluster.listen(0, "127.0.0.1");
    await once(cluster, "listening");
    const address = cluster.address();
    if (address === null || typeof address === "string") throw new Error("The cluster has no port.");
    const gateway = await startGateway(`http://127.0.0.1:${address.port}`);
    await use({ url: gateway.url, audit });
    await gateway.close();
    cluster.closeAllConnections();
    cluster.close();
  },
});

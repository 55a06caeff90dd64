import { once } from "node:events";
import { createServer, type Server } from "node:http";

import type { FastifyInstance } from "fastify";

import { buildGateway } from "#server/gateway/gateway.ts";

import { auditLog, queryJobs, type AuditLog } from "./queryJobs.ts";

/** A gateway in front of a cluster that has an audit log and nothing else. */
export interface AuditedGateway {
  readonly log: AuditLog;
  readonly cluster: Server;
  readonly gateway: FastifyInstance;
  readonly url: string;
  close(): Promise<void>;
}

/** @param readers the credentials that may search the audit log */
export async function openAuditedGateway(readers: readonly string[]): Promise<AuditedGateway> {
  const log = auditLog([], readers);
  const cluster = createServer((request, response) => {
    void queryJobs(log, request, response).then((served) => served || response.writeHead(500).end());
  }).listen(0, "127.0.0.1");
  await once(cluster, "listening");
  const address = cluster.address();
  if (address === null || typeof address === "string") throw new Error("The cluster has no port.");
  const gateway = await buildGateway({ logscale: `http://127.0.0.1:${address.port}`, key: new Uint8Array(32).fill(3) });
  const url = await gateway.listen({ host: "127.0.0.1", port: 0 });
  const close = async () => {
    gateway.server.closeAllConnections();
    await gateway.close();
    cluster.closeAllConnections();
    cluster.close();
  };
  return { log, cluster, gateway, url, close };
}

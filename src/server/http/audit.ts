import { Readable } from "node:stream";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Kysely } from "kysely";

import type { Rights } from "#server/access/permissions.ts";
import { allRecords } from "#server/audit/read.ts";
import { verifyAudit, type ChainReport, type KnownHead } from "#server/audit/verify.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { sendMessage } from "./signIn.ts";

/** Where the whole trail is looked through, and where it is read. */
export const auditVerificationPath = "/api/tokenhouse/audit/verification";
export const auditExportPath = "/api/tokenhouse/audit/export";

export interface AuditRoutes {
  readonly db: Kysely<Database>;
  readonly vault: Vault;
  /** The end of the trail outside the database; undefined where there is none. */
  readonly knownHead: () => KnownHead | undefined;
  /** What whoever asks may do; hooks of the scope see to it that somebody does. */
  readonly rights: (request: FastifyRequest) => Promise<Rights>;
}

/** Whether somebody may read all of the trail, as LogScale has it: root, and owners of the organization. Others read their own acts. */
export function readsWholeTrail({ root, owner }: Rights): boolean {
  return root || owner;
}

/** Registers the routes of the whole trail, for who may read all of it. */
export function registerAudit(app: FastifyInstance, { db, vault, knownHead, rights }: AuditRoutes): void {
  let looking: Promise<ChainReport> | undefined;
  const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header("cache-control", "no-store");
    if (readsWholeTrail(await rights(request))) return undefined;
    return sendMessage(reply, 403, "Only root and owners of the organization may read the whole audit trail.");
  };
  app.get(auditVerificationPath, async (request, reply) => {
    const refused = await refuse(request, reply);
    if (refused !== undefined) return refused;
    // Of several who ask at once, all get the same answer: the trail may be long.
    looking ??= verifyAudit(db, vault, knownHead()).finally(() => {
      looking = undefined;
    });
    return looking;
  });
  app.get(auditExportPath, async (request, reply) => {
    const refused = await refuse(request, reply);
    if (refused !== undefined) return refused;
    return reply.type("application/x-ndjson; charset=utf-8").send(Readable.from(lines(db)));
  });
}

async function* lines(db: Kysely<Database>): AsyncGenerator<string, void, void> {
  for await (const record of allRecords(db)) yield `${record}\n`;
}

import { tmpdir } from "node:os";
import { Readable } from "node:stream";

import type { FastifyInstance, FastifyRequest } from "fastify";

import type { Claimed } from "#server/access/judgement.ts";
import { actorOf, type Trail } from "#server/audit/trail.ts";
import { backupPath } from "#server/backup/format.ts";
import { dumpWhileServing } from "#server/backup/spool.ts";
import { ClientError } from "#server/errors.ts";
import type { Store } from "#server/store/client.ts";
import { sendMessage } from "./signIn.ts";

export interface BackupRoute {
  readonly store: Store;
  /** Where a backup waits to be taken; undefined: where the system has room for such things. */
  readonly folder: string | undefined;
  readonly now: () => number;
  readonly trail: Trail;
  /** Who asks; hooks of the scope see to it that somebody does. */
  readonly claimed: (request: FastifyRequest) => Claimed;
  /** Records that somebody was refused a backup. */
  readonly refused: (request: FastifyRequest, error: ClientError) => Promise<void>;
}

/**
 * Registers the route by which the command line gets a backup of a server that runs. It gives out everything that the database has, and takes
 * nothing: neither what to give nor where to.
 */
export function registerBackup(app: FastifyInstance, { store, folder, now, trail, claimed, refused }: BackupRoute): void {
  let running = false;
  app.post(backupPath, { bodyLimit: 1024 }, async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const { identity, address } = claimed(request);
    if (identity.caller.type !== "local-root" || identity.sessionIdHash !== undefined) {
      const error = new ClientError("NOT_ALLOWED", "Only the local administrator's token makes backups.");
      await refused(request, error);
      return sendMessage(reply, 403, error.message);
    }
    if (running) return sendMessage(reply, 429, "Another backup is under way. Try again when it is done.");
    running = true;
    try {
      // Before anything is given out: there is no backup without its record.
      const entry = { type: "tokenhouse.backup.make", action: "save", target: null } as const;
      const actor = actorOf(identity.caller, identity, address);
      await trail.append(store.db, entry, { at: now(), actor, operation: `POST ${backupPath}` });
      const left = new AbortController();
      reply.raw.once("close", () => left.abort());
      const lines = Readable.from(dumpWhileServing(store, folder ?? tmpdir(), now, left.signal), { objectMode: false });
      lines.once("close", () => (running = false));
      return reply.type("application/x-ndjson; charset=utf-8").send(lines);
    } catch (error) {
      running = false;
      throw error;
    }
  });
}

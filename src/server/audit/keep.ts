import type { FastifyBaseLogger } from "fastify";

import { day, minute } from "#domain/duration.ts";

import type { Store } from "#server/store/client.ts";
import type { Vault } from "#server/vault.ts";
import { hex } from "./chain.ts";
import { readKnownHead, writeKnownHead } from "./head.ts";
import { cutAudit } from "./retention.ts";
import { sealAudit } from "./seal.ts";
import { streamAudit, type StreamTarget } from "./stream.ts";
import { makeTrail } from "./trail.ts";

/** How often what was committed is chained, in ms: within a second, with the time it takes. */
export const sealInterval = 500;

/** How often what is wrong with the trail is told, in ms. */
const toldEvery = minute;

/** How long a record may wait to be chained until that is told, in ms. */
const longestWait = minute;

/** What keeping the trail takes. */
export interface AuditKeeping {
  readonly store: Pick<Store, "db">;
  readonly vault: Vault;
  readonly dataDir: string;
  /** How long records are kept, in days. */
  readonly retention: number;
  readonly stream: StreamTarget | undefined;
  readonly log: Pick<FastifyBaseLogger, "info" | "warn" | "error">;
  readonly now: () => number;
}

/** Makes what chains the trail, writes its end down and its records out, each time that it is called; and what retention deletes. */
export function auditKeeper({ store, vault, dataDir, retention, stream, log, now }: AuditKeeping) {
  const { db } = store;
  const trail = makeTrail(vault);
  const toldAt = new Map<string, number>();
  /** Logs what is wrong, each thing once in a while: the trail is looked at twice a second. */
  const tell = (what: string, more: object = {}) => {
    if (now() - (toldAt.get(what) ?? -Infinity) < toldEvery) return;
    toldAt.set(what, now());
    log.error(more, what);
  };
  /** The record that waits longest, and since when it was found waiting. */
  let waits: { readonly number: number; readonly since: number } | undefined;
  /** Tells where nothing is chained any more: a record that waits to be chained can be taken away unnoticed. */
  const watch = async () => {
    const first = await db
      .selectFrom("auditRecords")
      .select("number")
      .where("position", "is", null)
      .orderBy("number")
      .limit(1)
      .executeTakeFirst();
    if (first === undefined || first.number !== waits?.number) waits = first && { number: first.number, since: now() };
    else if (now() - waits.since >= longestWait) {
      tell(
        "the audit trail is not chained: some other connection to the database has held the lock for that for a minute or longer",
      );
    }
  };
  let wrote = false;
  return {
    async seal(): Promise<void> {
      const sealed = await sealAudit(db, vault, now());
      if (sealed === undefined) await watch();
      else {
        waits = undefined;
        const { head, records, foreign } = sealed;
        if (records > 0) {
          log.info({ seal: head.number, records: head.lastPosition, mac: hex(head.mac) }, "the audit trail was chained");
        }
        if (foreign > 0) log.error({ records: foreign }, "the audit trail has records that this server did not write");
        if (wrote && readKnownHead(dataDir) === undefined) {
          tell("the end of the audit trail in the data folder was removed while the server ran, and is written anew");
        }
        if ((await writeKnownHead(db, dataDir, head)) === "broken") {
          tell(
            "the audit trail does not go on from its end in the data folder: an older database was restored, its end was cut off, or the file was altered. Run `tokenhouse audit verify`.",
            { seal: head.number, records: head.lastPosition },
          );
        } else wrote = true;
      }
      if (stream === undefined) return;
      try {
        await streamAudit(db, dataDir, stream, () =>
          log.warn(
            "the audit trail is written out from its beginning: audit-stream.json names no place in it, since the database has another audit trail now, or the file is damaged",
          ),
        );
      } catch (error) {
        tell("the audit trail could not be written out; it is tried again", { err: error });
      }
    },
    async cut(): Promise<void> {
      const at = now();
      const deleted = await cutAudit(db, vault, trail, at - retention * day, at);
      if (deleted !== undefined && deleted > 0) log.info({ records: deleted }, "retention deleted records of the audit trail");
    },
  };
}

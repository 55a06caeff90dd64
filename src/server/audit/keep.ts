import type { FastifyBaseLogger } from "fastify";

import { day, minute } from "#domain/duration.ts";

import type { Store } from "#server/store/client.ts";
import type { Vault } from "#server/vault.ts";
import { hex } from "./chain.ts";
import { writeKnownHead } from "./head.ts";
import { cutAudit } from "./retention.ts";
import { sealAudit } from "./seal.ts";
import { streamAudit, type StreamTarget } from "./stream.ts";
import { makeTrail } from "./trail.ts";

/** How often what was committed is chained, in ms: within a second, with the time it takes. */
export const sealInterval = 500;

/** How often a trail that does not go on from the end in the data folder is told of, in ms. */
const toldEvery = minute;

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
  let toldAt = -Infinity;
  return {
    async seal(): Promise<void> {
      const sealed = await sealAudit(db, vault, now());
      if (sealed !== undefined) {
        const { head, records, foreign } = sealed;
        if (records > 0) {
          log.info({ seal: head.number, records: head.lastPosition, mac: hex(head.mac) }, "the audit trail was chained");
        }
        if (foreign > 0) log.error({ records: foreign }, "the audit trail has records that this server did not write");
        if ((await writeKnownHead(db, dataDir, head)) === "broken" && now() - toldAt >= toldEvery) {
          toldAt = now();
          log.error(
            { seal: head.number, records: head.lastPosition },
            "the audit trail does not go on from its end in the data folder: an older database was restored, or its end was cut off. Run `tokenhouse audit verify`.",
          );
        }
      }
      if (stream !== undefined) await streamAudit(db, dataDir, stream);
    },
    async cut(): Promise<void> {
      const at = now();
      const deleted = await cutAudit(db, vault, trail, at - retention * day, at);
      if (deleted !== undefined && deleted > 0) log.info({ records: deleted }, "retention deleted records of the audit trail");
    },
  };
}

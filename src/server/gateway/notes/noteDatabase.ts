import type { Kysely, Transaction } from "kysely";

import { tokenKeySchema, type Dismissal, type TokenKey } from "#domain/inventory/notes.ts";
import { parseJson } from "#server/gateway/cluster.ts";
import { lockNotes } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import type { Store } from "#server/store/client.ts";
import {
  carryNotesOver,
  changeNotes,
  dismissalOf,
  readDismissals,
  readThresholds,
  type NotedToken,
  type TokenNoteRow,
} from "#server/store/tokenNotes.ts";
import type { NoteStore } from "./noteStore.ts";

/**
 * What gateways keep about findings in a database that several of them share.
 *
 * @param cluster host and port of the cluster whose tokens they are
 */
export function databaseNoteStore({ db, close }: Pick<Store, "db" | "close">, cluster: string): NoteStore {
  return {
    async read() {
      const rows = await readDismissals(db, cluster);
      return { thresholds: await readThresholds(db, cluster), dismissals: rows.flatMap(readDismissal) };
    },
    change: (change, author) =>
      inTurn(db, (trx) =>
        changeNotes(trx, cluster, change, change.type === "thresholds" ? undefined : notedOf(change.token), author),
      ),
    carryOver: (from, to) =>
      inTurn(db, async (trx) => {
        await carryNotesOver(trx, cluster, notedOf(from), notedOf(to));
      }),
    close,
  };
}

/** Runs a change that no other one comes between. */
function inTurn<T>(db: Kysely<Database>, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel("read committed")
    .execute(async (trx) => {
      await lockNotes(trx);
      return work(trx);
    });
}

function notedOf(key: TokenKey): NotedToken {
  switch (key.kind) {
    case "ingest":
      return { kind: key.kind, tokenId: JSON.stringify([key.repository, key.name]), tokenCreatedAt: null };
    case "fleet":
      return { kind: key.kind, tokenId: key.handle, tokenCreatedAt: null };
    default:
      return { kind: key.kind, tokenId: key.id, tokenCreatedAt: key.createdAt };
  }
}

function readDismissal(row: TokenNoteRow): Dismissal[] {
  const key = tokenKeySchema.safeParse(keyOf(row));
  return key.success ? [dismissalOf(row, key.data)] : [];
}

function keyOf({ kind, tokenId, tokenCreatedAt }: TokenNoteRow): unknown {
  if (kind === "fleet") return { kind, handle: tokenId };
  if (kind !== "ingest") return { kind, id: tokenId, createdAt: tokenCreatedAt };
  const names = parseJson(tokenId);
  return Array.isArray(names) ? { kind, repository: names[0], name: names[1] } : undefined;
}

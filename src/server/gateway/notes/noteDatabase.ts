import type { Kysely, Transaction } from "kysely";

import type { TokenKey } from "#domain/inventory/notes.ts";
import { tokenKeySchema, type NoteChange } from "#domain/inventory/noteSchemas.ts";
import { parseJson } from "#server/gateway/cluster.ts";
import { lockNotes } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import type { Store } from "#server/store/client.ts";
import {
  carryNotesOver,
  changeNotes,
  notesOf,
  readNoteRows,
  readThresholds,
  replacedOf,
  type NotedToken,
  type NotedTokens,
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
      const keyed = (await readNoteRows(db, cluster)).flatMap((row) => {
        const token = keyOf(row);
        const replaced = replacedOf(row);
        return token === undefined ? [] : [{ row, token, replaces: replaced && keyOf(replaced) }];
      });
      return { thresholds: await readThresholds(db, cluster), ...notesOf(keyed) };
    },
    change: (change, author) => inTurn(db, (trx) => changeNotes(trx, cluster, change, notedIn(change), author, keyOf)),
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

function notedIn(change: NoteChange): NotedTokens | undefined {
  if (change.type === "thresholds") return undefined;
  return { token: notedOf(change.token), ...(change.type === "link" && { replaces: notedOf(change.replaces) }) };
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

/** The key of a token; undefined where what is kept is none. */
function keyOf(noted: NotedToken): TokenKey | undefined {
  return tokenKeySchema.safeParse(partsOf(noted)).data;
}

function partsOf({ kind, tokenId, tokenCreatedAt }: NotedToken): unknown {
  if (kind === "fleet") return { kind, handle: tokenId };
  if (kind !== "ingest") return { kind, id: tokenId, createdAt: tokenCreatedAt };
  const names = parseJson(tokenId);
  return Array.isArray(names) ? { kind, repository: names[0], name: names[1] } : undefined;
}

import { sql, type Kysely, type Selectable, type Transaction } from "kysely";

import {
  refusalOfChange,
  type Dismissal,
  type KeptThresholds,
  type NoteAuthor,
  type NoteChange,
  type NoteRefusal,
  type TokenKey,
} from "#domain/inventory/notes.ts";
import { thresholdsFrom, usualThresholds } from "#domain/inventory/thresholds.ts";
import type { NoteOutcome } from "#logscale/findingNotes.ts";

import { randomId } from "./ids.ts";
import type { TokenNoteTable } from "./noteTables.ts";
import type { Database } from "./schema.ts";

/** A note as read from the store. */
export type TokenNoteRow = Selectable<TokenNoteTable>;

/** By what a token is known in the table of notes. */
export type NotedToken = Pick<TokenNoteRow, "kind" | "tokenId" | "tokenCreatedAt">;

/** Whose tokens the notes of this database are about where no cluster is named: its own. */
export const ownTokens = "";

/** What came of a change; `now` is what is there afterwards, or was there before a change that is refused. */
export type NoteResult =
  | { readonly ok: true; readonly now: NoteOutcome }
  | { readonly ok: false; readonly refusal: NoteRefusal; readonly now: NoteOutcome };

/** The dismissals of a cluster's tokens. */
export function readDismissals(db: Kysely<Database>, cluster: string): Promise<TokenNoteRow[]> {
  return db.selectFrom("tokenNotes").selectAll().where("cluster", "=", cluster).where("type", "=", "dismissal").execute();
}

/** A row as a dismissal of the token that it is about. */
export function dismissalOf({ rule, text, until, writtenBy, writtenAt, version }: TokenNoteRow, token: TokenKey): Dismissal {
  return { token, rule, note: text, until, by: writtenBy, at: writtenAt, version };
}

/** The thresholds in force. One that a release before this one did not know is the usual one. */
export async function readThresholds(db: Kysely<Database>, cluster: string): Promise<KeptThresholds> {
  const row = await db.selectFrom("findingThresholds").selectAll().where("cluster", "=", cluster).executeTakeFirst();
  if (row === undefined) return { values: usualThresholds, set: null };
  return { values: thresholdsFrom(JSON.parse(row.days)), set: { by: row.setBy, at: row.setAt, version: row.version } };
}

/**
 * Makes a change to one thing, if what is there is what its author saw. The transaction holds the lock on notes, and has found that the
 * author may do so.
 *
 * @param token the token that a dismissal is about
 */
export async function changeNotes(
  trx: Transaction<Database>,
  cluster: string,
  change: NoteChange,
  token: NotedToken | undefined,
  author: NoteAuthor,
): Promise<NoteResult> {
  if (change.type === "thresholds") return setThresholds(trx, cluster, change, author);
  if (token === undefined) throw new Error("A dismissal is about a token.");
  const row = { cluster, type: "dismissal", rule: change.rule, ...token } as const;
  const found = await trx
    .selectFrom("tokenNotes")
    .selectAll()
    .where("cluster", "=", cluster)
    .where("kind", "=", row.kind)
    .where("tokenId", "=", row.tokenId)
    .where("type", "=", row.type)
    .where("rule", "=", row.rule)
    .executeTakeFirst();
  // One of a token that was there before this one under the same id counts for nothing.
  const present = found?.tokenCreatedAt === row.tokenCreatedAt ? found : undefined;
  const outcome = (there: TokenNoteRow | undefined) => ({
    dismissal: there === undefined ? null : dismissalOf(there, change.token),
  });
  const count = change.type === "dismiss" && found === undefined ? await countDismissals(trx, cluster) : 0;
  const refusal = refusalOfChange(change, present?.version ?? null, count);
  if (refusal !== undefined) return { ok: false, refusal, now: outcome(present) };
  if (change.type === "bring-back") {
    await trx
      .deleteFrom("tokenNotes")
      .where("cluster", "=", cluster)
      .where("kind", "=", row.kind)
      .where("tokenId", "=", row.tokenId)
      .where("type", "=", row.type)
      .where("rule", "=", row.rule)
      .execute();
    return { ok: true, now: outcome(undefined) };
  }
  const written = await trx
    .insertInto("tokenNotes")
    .values({ ...row, ...noteValues(change, author) })
    .onConflict((conflict) =>
      conflict
        .columns(["cluster", "kind", "tokenId", "type", "rule"])
        .doUpdateSet({ tokenCreatedAt: row.tokenCreatedAt, ...noteValues(change, author) }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return { ok: true, now: outcome(written) };
}

function noteValues({ note, until }: Extract<NoteChange, { type: "dismiss" }>, { by, at }: NoteAuthor) {
  return { text: note, until, writtenBy: by, writtenAt: at, version: randomId(16) };
}

async function countDismissals(trx: Transaction<Database>, cluster: string): Promise<number> {
  const { count } = await trx
    .selectFrom("tokenNotes")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("cluster", "=", cluster)
    .where("type", "=", "dismissal")
    .executeTakeFirstOrThrow();
  return count;
}

async function setThresholds(
  trx: Transaction<Database>,
  cluster: string,
  change: Extract<NoteChange, { type: "thresholds" }>,
  { by, at }: NoteAuthor,
): Promise<NoteResult> {
  const present = await readThresholds(trx, cluster);
  const refusal = refusalOfChange(change, present.set?.version ?? null, 0);
  if (refusal !== undefined) return { ok: false, refusal, now: { thresholds: present } };
  const row = { days: JSON.stringify(change.values), setBy: by, setAt: at, version: randomId(16) };
  await trx
    .insertInto("findingThresholds")
    .values({ cluster, ...row })
    .onConflict((conflict) => conflict.column("cluster").doUpdateSet(row))
    .execute();
  return { ok: true, now: { thresholds: await readThresholds(trx, cluster) } };
}

/**
 * Puts what is noted of a token at the one that took its place. What is noted of the successor already stays, in place of what the former one
 * has for the same rule. Call it in the transaction that replaces the token.
 */
export async function carryNotesOver(
  trx: Transaction<Database>,
  cluster: string,
  from: Pick<NotedToken, "kind" | "tokenId">,
  to: Pick<NotedToken, "tokenId" | "tokenCreatedAt">,
): Promise<void> {
  await sql`
    update token_notes as noted set token_id = ${to.tokenId}, token_created_at = ${to.tokenCreatedAt}
    where cluster = ${cluster} and kind = ${from.kind} and token_id = ${from.tokenId} and not exists (
      select from token_notes as own
      where own.cluster = noted.cluster and own.kind = noted.kind and own.token_id = ${to.tokenId} and own.type = noted.type
        and own.rule = noted.rule and ${to.tokenId} <> ${from.tokenId})`.execute(trx);
  if (to.tokenId === from.tokenId) return;
  await trx
    .deleteFrom("tokenNotes")
    .where("cluster", "=", cluster)
    .where("kind", "=", from.kind)
    .where("tokenId", "=", from.tokenId)
    .execute();
}

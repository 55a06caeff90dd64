import { sql, type Kysely, type Selectable, type Transaction } from "kysely";

import {
  listOf,
  makesRing,
  refusalOfChange,
  writes,
  type NoteAuthor,
  type NotedNow,
  type NoteList,
  type NoteRefusal,
} from "#domain/inventory/noteChanges.ts";
import { noteLimits } from "#domain/inventory/noteTexts.ts";
import type { FindingNotes, KeptThresholds, TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { thresholdsFrom } from "#domain/inventory/thresholdsSchema.ts";

import { randomId } from "./ids.ts";
import type { NoteType, TokenNoteTable } from "./noteTables.ts";
import type { Database } from "./schema.ts";

/** A note as read from the store. */
export type TokenNoteRow = Selectable<TokenNoteTable>;

/** By what a token is known in the table of notes. */
export type NotedToken = Pick<TokenNoteRow, "kind" | "tokenId" | "tokenCreatedAt">;

/** The tokens that a change is about. */
export interface NotedTokens {
  readonly token: NotedToken;
  /** What it replaces, of a link. */
  readonly replaces?: NotedToken;
}

/** Whose tokens the notes of this database are about where no cluster is named: its own. */
export const ownTokens = "";

/** What came of a change; `now` is what is there afterwards, or was there before a change that is refused. */
export type NoteResult =
  | { readonly ok: true; readonly now: NotedNow }
  | { readonly ok: false; readonly refusal: NoteRefusal; readonly now: NotedNow };

const typeOf = { dismissals: "dismissal", owners: "owner", links: "link" } as const satisfies Record<NoteList, NoteType>;

/** The notes of a cluster's tokens. */
export function readNoteRows(db: Kysely<Database>, cluster: string): Promise<TokenNoteRow[]> {
  return db.selectFrom("tokenNotes").selectAll().where("cluster", "=", cluster).execute();
}

/** The token that a link's row says is replaced; undefined of other rows. */
export function replacedOf({ kind, replacesId, replacesCreatedAt }: TokenNoteRow): NotedToken | undefined {
  return replacesId === null ? undefined : { kind, tokenId: replacesId, tokenCreatedAt: replacesCreatedAt };
}

/** A note, and how everybody else knows the tokens that it is about. */
export interface KeyedNote {
  readonly row: TokenNoteRow;
  readonly token: TokenKey;
  /** Of a link; undefined where it cannot be told. */
  readonly replaces: TokenKey | undefined;
}

/** Rows as notes. A link of which the replaced token cannot be told is left out. */
export function notesOf(keyed: readonly KeyedNote[]): Pick<FindingNotes, NoteList> {
  return {
    dismissals: keyed.flatMap((note) => dismissalOf(note) ?? []),
    owners: keyed.flatMap((note) => ownerOf(note) ?? []),
    links: keyed.flatMap((note) => linkOf(note) ?? []),
  };
}

function writtenOf({ writtenBy, writtenAt, version }: TokenNoteRow) {
  return { by: writtenBy, at: writtenAt, version };
}

function dismissalOf({ row, token }: KeyedNote) {
  if (row.type !== "dismissal") return undefined;
  return { token, rule: row.rule, note: row.text, until: row.until, ...writtenOf(row) };
}

function ownerOf({ row, token }: KeyedNote) {
  return row.type === "owner" ? { token, owner: row.text, ...writtenOf(row) } : undefined;
}

function linkOf({ row, token, replaces }: KeyedNote) {
  return row.type === "link" && replaces !== undefined ? { token, replaces, ...writtenOf(row) } : undefined;
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
 * @param noted the tokens that it is about; undefined where it is about the thresholds
 * @param keyOf how others know a token; undefined where that cannot be told
 */
export async function changeNotes(
  trx: Transaction<Database>,
  cluster: string,
  change: NoteChange,
  noted: NotedTokens | undefined,
  author: NoteAuthor,
  keyOf: (token: NotedToken) => Promise<TokenKey | undefined> | TokenKey | undefined,
): Promise<NoteResult> {
  if (change.type === "thresholds") return setThresholds(trx, cluster, change, author);
  if (noted === undefined) throw new Error("A note is about a token.");
  const { token } = noted;
  const list = listOf(change) ?? "dismissals";
  const row = { cluster, type: typeOf[list], rule: "rule" in change ? change.rule : "", ...token } as const;
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
  const outcome = async (there: TokenNoteRow | undefined): Promise<NotedNow> => {
    const replaced = there && replacedOf(there);
    const note = there && { row: there, token: change.token, replaces: replaced && (await keyOf(replaced)) };
    switch (list) {
      case "dismissals":
        return { dismissal: (note && dismissalOf(note)) ?? null };
      case "owners":
        return { owner: (note && ownerOf(note)) ?? null };
      case "links":
        return { link: (note && linkOf(note)) ?? null };
      default:
        return list satisfies never;
    }
  };
  const count = writes(change) && found === undefined ? await countNotes(trx, cluster, row.type) : 0;
  const refusal =
    refusalOfChange(change, present?.version ?? null, count) ??
    ((await runsInRing(trx, cluster, change, noted)) ? "ring" : undefined);
  if (refusal !== undefined) return { ok: false, refusal, now: await outcome(present) };
  if (!writes(change)) {
    await trx
      .deleteFrom("tokenNotes")
      .where("cluster", "=", cluster)
      .where("kind", "=", row.kind)
      .where("tokenId", "=", row.tokenId)
      .where("type", "=", row.type)
      .where("rule", "=", row.rule)
      .execute();
    return { ok: true, now: await outcome(undefined) };
  }
  const values = { ...valuesOf(change, noted), writtenBy: author.by, writtenAt: author.at, version: randomId(16) };
  const written = await trx
    .insertInto("tokenNotes")
    .values({ ...row, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(["cluster", "kind", "tokenId", "type", "rule"])
        .doUpdateSet({ tokenCreatedAt: row.tokenCreatedAt, ...values }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  if (change.type === "link") await giveOwnerOfOld(trx, written);
  return { ok: true, now: await outcome(written) };
}

/** Makes the owner of a replaced token that of its successor, where nobody else is and there is room. */
async function giveOwnerOfOld(trx: Transaction<Database>, link: TokenNoteRow): Promise<void> {
  const { cluster, kind, replacesId, replacesCreatedAt, ...written } = link;
  const former = await trx
    .selectFrom("tokenNotes")
    .select(["text", "tokenCreatedAt"])
    .where("cluster", "=", cluster)
    .where("kind", "=", kind)
    .where("tokenId", "=", replacesId)
    .where("type", "=", "owner")
    .executeTakeFirst();
  if (former === undefined || former.tokenCreatedAt !== replacesCreatedAt) return;
  if ((await countNotes(trx, cluster, "owner")) >= noteLimits.owners) return;
  const owner = { ...written, cluster, kind, type: "owner", text: former.text, version: randomId(16) } as const;
  await trx
    .insertInto("tokenNotes")
    .values(owner)
    .onConflict((conflict) => conflict.columns(["cluster", "kind", "tokenId", "type", "rule"]).doNothing())
    .execute();
}

/** What a note says. */
function valuesOf(change: NoteChange, { replaces }: NotedTokens) {
  const nothing = { text: "", until: null, replacesId: null, replacesCreatedAt: null };
  if (change.type === "dismiss") return { ...nothing, text: change.note, until: change.until };
  if (change.type === "own") return { ...nothing, text: change.owner };
  if (replaces === undefined) throw new Error("A link is about two tokens.");
  return { ...nothing, replacesId: replaces.tokenId, replacesCreatedAt: replaces.tokenCreatedAt };
}

async function runsInRing(
  trx: Transaction<Database>,
  cluster: string,
  change: NoteChange,
  { token, replaces }: NotedTokens,
): Promise<boolean> {
  if (change.type !== "link" || replaces === undefined) return false;
  const rows = await trx
    .selectFrom("tokenNotes")
    .select(["tokenId", "replacesId"])
    .where("cluster", "=", cluster)
    .where("kind", "=", token.kind)
    .where("type", "=", "link")
    .execute();
  const replaced = new Map(rows.map(({ tokenId, replacesId }) => [tokenId, replacesId]));
  return makesRing((id) => replaced.get(id) ?? undefined, token.tokenId, replaces.tokenId);
}

async function countNotes(trx: Transaction<Database>, cluster: string, type: NoteType): Promise<number> {
  const { count } = await trx
    .selectFrom("tokenNotes")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("cluster", "=", cluster)
    .where("type", "=", type)
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
 * Puts what is noted of a token at the one that took its place; a link follows on both its sides. What is noted of the successor already
 * stays, in place of what the former one has. Call it in the transaction that replaces the token.
 */
export async function carryNotesOver(
  trx: Transaction<Database>,
  cluster: string,
  from: Pick<NotedToken, "kind" | "tokenId">,
  to: Pick<NotedToken, "tokenId" | "tokenCreatedAt">,
): Promise<void> {
  // The two may be linked with each other.
  await trx
    .deleteFrom("tokenNotes")
    .where("cluster", "=", cluster)
    .where("kind", "=", from.kind)
    .where("tokenId", "in", [from.tokenId, to.tokenId])
    .where("replacesId", "in", [from.tokenId, to.tokenId])
    .execute();
  await sql`
    update token_notes as noted set token_id = ${to.tokenId}, token_created_at = ${to.tokenCreatedAt}
    where cluster = ${cluster} and kind = ${from.kind} and token_id = ${from.tokenId} and not exists (
      select from token_notes as own
      where own.cluster = noted.cluster and own.kind = noted.kind and own.token_id = ${to.tokenId} and own.type = noted.type
        and own.rule = noted.rule and ${to.tokenId} <> ${from.tokenId})`.execute(trx);
  await trx
    .updateTable("tokenNotes")
    .set({ replacesId: to.tokenId, replacesCreatedAt: to.tokenCreatedAt })
    .where("cluster", "=", cluster)
    .where("kind", "=", from.kind)
    .where("replacesId", "=", from.tokenId)
    .execute();
  if (to.tokenId === from.tokenId) return;
  await trx
    .deleteFrom("tokenNotes")
    .where("cluster", "=", cluster)
    .where("kind", "=", from.kind)
    .where("tokenId", "=", from.tokenId)
    .execute();
}

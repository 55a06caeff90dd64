import { sql, type Transaction } from "kysely";

import { noteRefusalWords, type Dismissal, type NoteChange, type NoteRefusal, type TokenKey } from "#domain/inventory/notes.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import type { FindingNotesAnswer, NoteOutcome } from "#logscale/findingNotes.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Mutate } from "#server/access/mutate.ts";
import { seesFleet, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { lockNotes } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import {
  changeNotes,
  dismissalOf,
  ownTokens,
  readThresholds,
  type NotedToken,
  type NoteResult,
} from "#server/store/tokenNotes.ts";
import type { Vault } from "#server/vault.ts";
import { listFleetTokens, lockTokenOfHandle } from "./fleet.ts";
import { lockIngestToken, mayChangeIngestTokens } from "./ingestTokens.ts";
import { lockRepository } from "./searchDomains.ts";
import { administered } from "./tokens/administered.ts";
import { findToken } from "./tokens/find.ts";

/** Who may change what is kept about findings, besides root and the organization's owners: users, by their names. */
export type FindingEditors = readonly string[];

/** What is said to whoever may only read what is kept about findings. */
export const notesDenial =
  "Only root, an owner of the organization, or a user whom this server's FINDINGS_EDITORS names may dismiss findings and set thresholds.";

/** Whether a user, or the local administrator, may change what is kept about findings. A token without a user never may. */
export function editsFindings(
  user: { readonly username: string; readonly isRoot: boolean; readonly isOrgRoot: boolean } | null,
  editors: FindingEditors,
): boolean {
  return user !== null && (user.isRoot || user.isOrgRoot || editors.includes(user.username));
}

function mayEdit({ caller, user }: Rights, editors: FindingEditors): boolean {
  return caller.type === "local-root" || editsFindings(user, editors);
}

/** What is kept about findings, of the tokens that the caller may list. */
export async function readFindingNotes(actor: Actor, vault: Vault, editors: FindingEditors): Promise<FindingNotesAnswer> {
  return {
    mayWrite: mayEdit(actor.rights, editors),
    thresholds: await readThresholds(actor.db, ownTokens),
    dismissals: [
      ...(await governedDismissals(actor)),
      ...(await ingestDismissals(actor)),
      ...(await fleetDismissals(actor, vault)),
    ],
  };
}

function dismissals({ db }: Actor) {
  return db.selectFrom("tokenNotes").where("tokenNotes.cluster", "=", ownTokens).where("tokenNotes.type", "=", "dismissal");
}

async function governedDismissals(actor: Actor): Promise<Dismissal[]> {
  const rows = await dismissals(actor)
    .selectAll()
    .where("kind", "in", tokenKinds)
    .where(
      sql<boolean>`(kind, token_id, token_created_at) in (
        select kind, id, created_at from tokens where ${administered(actor.rights, tokenKinds)})`,
    )
    .execute();
  return rows.flatMap((row) => {
    const kind = tokenKinds.find((governed) => governed === row.kind);
    if (kind === undefined || row.tokenCreatedAt === null) return [];
    return [dismissalOf(row, { kind, id: row.tokenId, createdAt: row.tokenCreatedAt })];
  });
}

async function ingestDismissals(actor: Actor): Promise<Dismissal[]> {
  const rows = await dismissals(actor)
    .innerJoin("ingestTokens", "ingestTokens.id", "tokenNotes.tokenId")
    .innerJoin("searchDomains", "searchDomains.id", "ingestTokens.repositoryId")
    .selectAll("tokenNotes")
    .select(["ingestTokens.name", "ingestTokens.repositoryId"])
    .select("searchDomains.name as repository")
    .where("tokenNotes.kind", "=", "ingest")
    .execute();
  if (rows.length === 0) return [];
  const domains = await actor.db.selectFrom("searchDomains").selectAll().execute();
  const readable = new Set(domains.filter((domain) => mayChangeIngestTokens(actor.rights, domain)).map(({ id }) => id));
  return rows
    .filter(({ repositoryId }) => readable.has(repositoryId))
    .map((row) => dismissalOf(row, { kind: "ingest", repository: row.repository, name: row.name }));
}

async function fleetDismissals(actor: Actor, vault: Vault): Promise<Dismissal[]> {
  if (!seesFleet(actor.rights)) return [];
  const rows = await dismissals(actor).selectAll().where("kind", "=", "fleet").execute();
  if (rows.length === 0) return [];
  const tokens = await listFleetTokens({ db: actor.db, vault }, "name", undefined);
  const handles = new Map(tokens.rows.map(({ id, value }) => [id, handleOf(value)]));
  return rows.flatMap((row) => {
    const handle = handles.get(row.tokenId);
    return handle === undefined ? [] : [dismissalOf(row, { kind: "fleet", handle })];
  });
}

/**
 * Changes what is kept about findings. Returns what is there then.
 *
 * @throws ClientError NOT_ALLOWED, NOT_FOUND for a token that the caller may not list, BAD_INPUT where there is no room, or STALE_VERSION
 * with what is there (`now`) where that is not what the caller saw
 */
export async function changeFindingNotes(
  mutate: Mutate,
  vault: Vault,
  change: NoteChange,
  editors: FindingEditors,
): Promise<NoteOutcome> {
  const key = change.type === "thresholds" ? undefined : change.token;
  const lock = async (trx: Transaction<Database>) => {
    await lockNotes(trx);
    return key === undefined ? undefined : lockUngoverned(trx, vault, key);
  };
  const token = key !== undefined && "id" in key ? key.id : undefined;
  return mutate({ token, lock }, async (act, ungoverned) => {
    const { trx, rights, now } = act;
    if (!mayEdit(rights, editors)) throw new ClientError("NOT_ALLOWED", notesDenial);
    const noted = key && ("id" in key ? await governed(act, key) : listed(rights, ungoverned));
    return resultOf(await changeNotes(trx, ownTokens, change, noted, { by: rights.name, at: now }));
  });
}

/** What is there after a change. @throws ClientError where the change is refused */
export function resultOf(result: NoteResult, words: Readonly<Record<NoteRefusal, string>> = noteRefusalWords): NoteOutcome {
  if (result.ok) return result.now;
  const message = words[result.refusal];
  if (result.refusal === "full") throw new ClientError("BAD_INPUT", message);
  throw new ClientError("STALE_VERSION", message, { extensions: { now: result.now } });
}

/** What is said of a token that the caller does not find, whatever the reason. */
export function noSuchNotedToken(): ClientError {
  return new ClientError(
    "NOT_FOUND",
    "There is no such token, or you may not list it. It may have been deleted, or rotated and so be another one. Nothing was saved.",
  );
}

async function governed(actor: Actor, key: Extract<TokenKey, { id: string }>): Promise<NotedToken> {
  const found = await findToken(actor, key.id);
  if (found === undefined || found.kind !== key.kind || found.createdAt !== key.createdAt) throw noSuchNotedToken();
  return { kind: key.kind, tokenId: key.id, tokenCreatedAt: key.createdAt };
}

/** An ingest or fleet token, locked against deletion, and who may list it. */
interface UngovernedToken {
  readonly noted: NotedToken;
  readonly isListed: (rights: Rights) => boolean;
}

async function lockUngoverned(trx: Transaction<Database>, vault: Vault, key: TokenKey): Promise<UngovernedToken | undefined> {
  if (key.kind === "ingest") {
    const repository = await lockRepository(trx, key.repository);
    const tokenId = await lockIngestToken(trx, repository, key.name);
    if (repository === undefined || tokenId === undefined) return undefined;
    const noted = { kind: key.kind, tokenId, tokenCreatedAt: null };
    return { noted, isListed: (rights) => mayChangeIngestTokens(rights, repository) };
  }
  if (key.kind !== "fleet") return undefined;
  const tokenId = await lockTokenOfHandle(trx, vault, key.handle);
  return tokenId === undefined ? undefined : { noted: { kind: key.kind, tokenId, tokenCreatedAt: null }, isListed: seesFleet };
}

function listed(rights: Rights, token: UngovernedToken | undefined): NotedToken {
  if (token === undefined || !token.isListed(rights)) throw noSuchNotedToken();
  return token.noted;
}

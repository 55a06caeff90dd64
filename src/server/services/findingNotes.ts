import { sql, type Transaction } from "kysely";

import type { AuditEntry, TargetKind } from "#domain/audit/record.ts";
import { listOf } from "#domain/inventory/noteChanges.ts";
import { inventoryKinds, type InventoryKind } from "#domain/inventory/item.ts";
import { keyText, type TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import type { FindingNotesAnswer, NoteOutcome } from "#logscale/findingNotes.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Mutate } from "#server/access/mutate.ts";
import { changesFleet, seesFleet, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { lockNotes } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import {
  changeNotes,
  notesOf,
  ownTokens,
  readThresholds,
  replacedOf,
  type KeyedNote,
  type NotedToken,
  type NotedTokens,
} from "#server/store/tokenNotes.ts";
import type { Vault } from "#server/vault.ts";
import { handleOfToken, listFleetTokens, lockTokensOfHandles } from "./fleet.ts";
import { lockIngestTokens, mayChangeIngestTokens } from "./ingestTokens.ts";
import { resultOf } from "./noteResult.ts";
import { lockRepository } from "./searchDomains.ts";
import { administered } from "./tokens/administered.ts";
import { findToken } from "./tokens/find.ts";

/** Who may change what is kept about findings, besides root and the organization's owners: users, by their names. */
export type FindingEditors = readonly string[];

/** What is said to whoever may only read what is kept about findings. */
const notesDenial =
  "Only root, an owner of the organization, or a user whom this server's FINDINGS_EDITORS names may dismiss findings and set thresholds.";

/** The same of a gateway, and of owners and links besides. */
export function denialOf(change: NoteChange): string {
  const list = listOf(change);
  if (list !== "owners" && list !== "links") return notesDenial;
  return "Only root, an owner of the organization, or a user whom this server's FINDINGS_EDITORS names may write down whose tokens are and what they replace.";
}

/** What is said to whoever may only list the tokens whose owner or link is to be written down. */
const assigningDenial =
  "Only who administers these tokens, an owner of the organization, or a user whom this server's FINDINGS_EDITORS names may write down whose they are and what they replace.";

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

/** The kinds of which owners and links are kept: a personal token belongs to its user, and is replaced in place. */
export const assignedKinds: readonly InventoryKind[] = inventoryKinds.filter((kind) => kind !== "personal");

/** Whether the caller administers the tokens of a kind that it may list. */
function administersListed(rights: Rights, kind: InventoryKind): boolean {
  return kind !== "fleet" || changesFleet(rights);
}

/** What people write of tokens, of those that the caller may list. */
export async function readFindingNotes(actor: Actor, vault: Vault, editors: FindingEditors): Promise<FindingNotesAnswer> {
  const { rights } = actor;
  const mayWrite = mayEdit(rights, editors);
  return {
    mayWrite,
    mayAssign: assignedKinds.filter((kind) => mayWrite || administersListed(rights, kind)),
    thresholds: await readThresholds(actor.db, ownTokens),
    ...notesOf([...(await governedNotes(actor)), ...(await ingestNotes(actor)), ...(await fleetNotes(actor, vault))]),
  };
}

function noteRows({ db }: Actor) {
  return db.selectFrom("tokenNotes").where("tokenNotes.cluster", "=", ownTokens);
}

async function governedNotes(actor: Actor): Promise<KeyedNote[]> {
  const listed = sql`select kind, id, created_at from tokens where ${administered(actor.rights, tokenKinds)}`;
  const rows = await noteRows(actor)
    .selectAll()
    .where("kind", "in", tokenKinds)
    .where(sql<boolean>`(kind, token_id, token_created_at) in (${listed})`)
    .where(sql<boolean>`(replaces_id is null or (kind, replaces_id, replaces_created_at) in (${listed}))`)
    .execute();
  return rows.flatMap((row) => {
    const token = governedKey(row);
    const replaced = replacedOf(row);
    return token === undefined ? [] : [{ row, token, replaces: replaced && governedKey(replaced) }];
  });
}

function governedKey({ kind, tokenId, tokenCreatedAt }: NotedToken): TokenKey | undefined {
  const governed = tokenKinds.find((one) => one === kind);
  if (governed === undefined || tokenCreatedAt === null) return undefined;
  return { kind: governed, id: tokenId, createdAt: tokenCreatedAt };
}

async function ingestNotes(actor: Actor): Promise<KeyedNote[]> {
  const rows = await noteRows(actor)
    .innerJoin("ingestTokens", "ingestTokens.id", "tokenNotes.tokenId")
    .innerJoin("searchDomains", "searchDomains.id", "ingestTokens.repositoryId")
    // Of the same repository: no other is ever linked.
    .leftJoin("ingestTokens as replaced", "replaced.id", "tokenNotes.replacesId")
    .selectAll("tokenNotes")
    .select(["ingestTokens.name", "ingestTokens.repositoryId"])
    .select("searchDomains.name as repository")
    .select("replaced.name as replaces")
    .where("tokenNotes.kind", "=", "ingest")
    .execute();
  if (rows.length === 0) return [];
  const domains = await actor.db.selectFrom("searchDomains").selectAll().execute();
  const readable = new Set(domains.filter((domain) => mayChangeIngestTokens(actor.rights, domain)).map(({ id }) => id));
  return rows
    .filter(({ repositoryId }) => readable.has(repositoryId))
    .map((row) => {
      const keyOf = (name: string) => ({ kind: "ingest", repository: row.repository, name }) as const;
      return { row, token: keyOf(row.name), replaces: row.replaces === null ? undefined : keyOf(row.replaces) };
    });
}

async function fleetNotes(actor: Actor, vault: Vault): Promise<KeyedNote[]> {
  if (!seesFleet(actor.rights)) return [];
  const rows = await noteRows(actor).selectAll().where("kind", "=", "fleet").execute();
  if (rows.length === 0) return [];
  const keyOf = await fleetKeys(actor, vault);
  return rows.flatMap((row) => {
    const token = keyOf(row.tokenId);
    return token === undefined ? [] : [{ row, token, replaces: keyOf(row.replacesId) }];
  });
}

async function fleetKeys({ db }: Pick<Actor, "db">, vault: Vault): Promise<(id: string | null) => TokenKey | undefined> {
  const tokens = await listFleetTokens({ db, vault }, "name", undefined);
  const handles = new Map(tokens.rows.map(({ id, value }) => [id, handleOf(value)]));
  return (id) => {
    const handle = id === null ? undefined : handles.get(id);
    return handle === undefined ? undefined : { kind: "fleet", handle };
  };
}

/**
 * Changes what people write of tokens. Returns what is there then. Owners and links may be written, too, by whoever administers the tokens.
 *
 * @throws ClientError NOT_ALLOWED, NOT_FOUND for a token that the caller may not list, BAD_INPUT where there is no room or links would run in
 * a ring, or STALE_VERSION with what is there (`now`) where that is not what the caller saw
 */
export async function changeFindingNotes(
  mutate: Mutate,
  vault: Vault,
  change: NoteChange,
  editors: FindingEditors,
): Promise<NoteOutcome> {
  const keys = keysOf(change);
  const lock = async (trx: Transaction<Database>) => {
    await lockNotes(trx);
    return lockUngoverned(trx, vault, keys);
  };
  const [token, otherToken] = keys.flatMap((key) => ("id" in key ? [key.id] : []));
  return mutate({ token, otherToken, lock }, async (act, ungoverned) => {
    const { trx, rights, now } = act;
    const list = listOf(change);
    const mayAssign = list === "owners" || list === "links";
    if (!mayAssign && !mayEdit(rights, editors)) throw new ClientError("NOT_ALLOWED", notesDenial);
    const found: NotedToken[] = [];
    for (const key of keys) {
      found.push("id" in key ? await governed(act, key) : listed(rights, ungoverned.get(keyText(key))));
      if (mayAssign && !mayEdit(rights, editors) && !administersListed(rights, key.kind)) {
        throw new ClientError("NOT_ALLOWED", assigningDenial);
      }
    }
    const [first, replaces] = found;
    const noted: NotedTokens | undefined = first && { token: first, ...(replaces && { replaces }) };
    const keyOf = (other: NotedToken) => listedKey(act, vault, change, other);
    const changed = await changeNotes(trx, ownTokens, change, noted, { by: rights.name, at: now }, keyOf);
    return { result: resultOf(change, changed, true), record: recordOf(change, noted) };
  });
}

function recordOf(change: NoteChange, noted: NotedTokens | undefined): AuditEntry {
  return {
    type: "tokenhouse.notes.change",
    action: "update",
    target:
      noted === undefined
        ? { kind: "findings", id: "thresholds", name: null }
        : { kind: targetKindOf(noted.token), id: noted.token.tokenId, name: null },
    after: stateAfter(change, noted),
    details: { change: change.type },
  };
}

function targetKindOf({ kind }: NotedToken): TargetKind {
  return kind === "ingest" ? "ingestToken" : kind === "fleet" ? "fleetToken" : "token";
}

function stateAfter(change: NoteChange, noted: NotedTokens | undefined) {
  switch (change.type) {
    case "thresholds":
      return { thresholds: { ...change.values } };
    case "dismiss":
      return { rule: change.rule, note: change.note, until: change.until };
    case "bring-back":
      return { rule: change.rule };
    case "own":
      return { owner: change.owner };
    case "disown":
      return { owner: null };
    case "link":
      return { replaces: noted?.replaces?.tokenId ?? null };
    case "unlink":
      return { replaces: null };
    default:
      return change satisfies never;
  }
}

/** The tokens that a change is about, the one that it is noted of first. */
export function keysOf(change: NoteChange): readonly TokenKey[] {
  if (change.type === "thresholds") return [];
  return change.type === "link" ? [change.token, change.replaces] : [change.token];
}

/** How the caller knows the token that another one replaces; undefined where the caller may not list it. */
async function listedKey(actor: Actor, vault: Vault, change: NoteChange, noted: NotedToken): Promise<TokenKey | undefined> {
  const [key] = keysOf(change);
  if (key?.kind === "ingest") {
    const row = await actor.db.selectFrom("ingestTokens").select("name").where("id", "=", noted.tokenId).executeTakeFirst();
    return row && { ...key, name: row.name };
  }
  if (key?.kind === "fleet") {
    const handle = await handleOfToken(actor.db, vault, noted.tokenId);
    return handle === undefined ? undefined : { ...key, handle };
  }
  return (await findToken(actor, noted.tokenId)) && governedKey(noted);
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

/** Those of the tokens that are there and are ingest or fleet tokens, by the texts of their keys. They are of one kind and one repository. */
async function lockUngoverned(
  trx: Transaction<Database>,
  vault: Vault,
  keys: readonly TokenKey[],
): Promise<ReadonlyMap<string, UngovernedToken>> {
  const [key] = keys;
  const found = new Map<string, UngovernedToken>();
  if (key?.kind === "ingest") {
    const repository = await lockRepository(trx, key.repository);
    if (repository === undefined) return found;
    const names = keys.flatMap((one) => ("name" in one ? [one.name] : []));
    const isListed = (rights: Rights) => mayChangeIngestTokens(rights, repository);
    for (const [name, { id: tokenId }] of await lockIngestTokens(trx, repository, names)) {
      found.set(keyText({ ...key, name }), { noted: { kind: key.kind, tokenId, tokenCreatedAt: null }, isListed });
    }
  }
  if (key?.kind === "fleet") {
    const handles = keys.flatMap((one) => ("handle" in one ? [one.handle] : []));
    for (const [handle, tokenId] of await lockTokensOfHandles(trx, vault, handles)) {
      found.set(keyText({ ...key, handle }), {
        noted: { kind: key.kind, tokenId, tokenCreatedAt: null },
        isListed: seesFleet,
      });
    }
  }
  return found;
}

function listed(rights: Rights, token: UngovernedToken | undefined): NotedToken {
  if (token === undefined || !token.isListed(rights)) throw noSuchNotedToken();
  return token.noted;
}

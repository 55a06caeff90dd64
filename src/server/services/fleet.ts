import { sql, type Kysely, type Transaction } from "kysely";

import type { AuditTarget } from "#domain/audit/record.ts";
import { nameSchema } from "#domain/nameSchema.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { z } from "zod";

import type { Recorded, Mutate } from "#server/access/mutate.ts";
import { ClientError } from "#server/errors.ts";
import { randomId } from "#server/store/ids.ts";
import type { Database, FleetTokenRow } from "#server/store/schema.ts";
import { inSnapshot } from "#server/store/snapshot.ts";
import { carryNotesOver, ownTokens } from "#server/store/tokenNotes.ts";
import type { Vault } from "#server/vault.ts";
import { parseInput } from "./input.ts";
import type { ListPage, ListRange } from "./lists.ts";

/** A fleet installation token with its value, which LogScale's contract knows it by. */
export interface FleetTokenModel {
  readonly id: string;
  readonly value: string;
  readonly name: string;
  readonly configurationId: string | null;
  /** Ms since epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/** What the functions that read fleet tokens work on. */
export interface FleetStore {
  readonly db: Kysely<Database>;
  readonly vault: Vault;
}

/** Characters of a value, each of 62: as long as LogScale's. */
export const valueLength = 32;

const namedSchema = z.object({ name: nameSchema("fleet token") });
const fields = { name: "name" };

/**
 * Creates a token for installing collectors.
 *
 * @throws ClientError BAD_INPUT, or NOT_FOUND when there is no such configuration
 */
export async function createFleetToken(
  mutate: Mutate,
  vault: Vault,
  request: { readonly name: string; readonly configurationId: string | null },
): Promise<FleetTokenModel> {
  const { configurationId } = request;
  return mutate({ lock: (trx) => isConfiguration(trx, configurationId) }, async ({ trx, rights, now }, known) => {
    const { name } = parseInput(namedSchema, request, fields);
    if (!known) throw noSuchConfiguration();
    const token: FleetTokenModel = {
      id: randomId(32),
      value: randomId(valueLength),
      name,
      configurationId,
      createdAt: now,
      createdBy: rights.name,
    };
    const { value, ...columns } = token;
    await trx
      .insertInto("fleetTokens")
      .values({ ...columns, ...sealValue(vault, token.id, value) })
      .execute();
    const record = { type: "tokenhouse.fleettoken.change", action: "create", target: targetOf(token), after: columns } as const;
    return { result: token, record };
  });
}

/** The token of a value; undefined when there is none. */
export async function findFleetToken({ db, vault }: FleetStore, value: string): Promise<FleetTokenModel | undefined> {
  const row = await db
    .selectFrom("fleetTokens")
    .selectAll()
    .where("valueFingerprint", "=", fingerprintOf(vault, value))
    .executeTakeFirst();
  return row && opened(vault, row);
}

/** The token that a handle stands for, as `handleOf` makes it; undefined when there is none. */
export async function findFleetTokenByHandle({ db, vault }: FleetStore, handle: string): Promise<FleetTokenModel | undefined> {
  const read = async (id: string | undefined) =>
    id === undefined ? undefined : db.selectFrom("fleetTokens").selectAll().where("id", "=", id).executeTakeFirst();
  const row = (await read(idsByHandle.get(vault)?.get(handle))) ?? (await read((await idsNow(db, vault)).get(handle)));
  return row && opened(vault, row);
}

/**
 * The ids of tokens by their handles, as they were read last. A value is opened once for its handle: who deletes all tokens asks for as many
 * handles as there are tokens. What is kept stays true, since a token that gets another value gets another id.
 */
const idsByHandle = new WeakMap<Vault, ReadonlyMap<string, string>>();

/** The ids of the tokens that are there, by their handles. */
async function idsNow(db: Kysely<Database>, vault: Vault): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom("fleetTokens").select(["id", "sealedValue"]).orderBy("id").execute();
  const handles = new Map(Array.from(idsByHandle.get(vault) ?? [], ([handle, id]) => [id, handle]));
  const handleNow = (id: string, sealedValue: Uint8Array) =>
    handles.get(id) ?? handleOf(vault.open(sealedValue, sealPurpose(id)));
  const ids = new Map(rows.map(({ id, sealedValue }) => [handleNow(id, sealedValue), id]));
  idsByHandle.set(vault, ids);
  return ids;
}

/** Whether the token with this id is there. */
export async function hasFleetToken({ db }: FleetStore, id: string): Promise<boolean> {
  return (await db.selectFrom("fleetTokens").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}

/** The columns that lists of fleet tokens can be sorted by. */
export type FleetTokenOrder = "name" | "configuration";

/** One page of the tokens, or all of them without a range; those of equal rank by id, so that pages never overlap. */
export async function listFleetTokens(
  { db, vault }: FleetStore,
  order: FleetTokenOrder,
  range: ListRange | undefined,
): Promise<ListPage<FleetTokenModel>> {
  return inSnapshot(db, async (trx) => {
    const direction = range?.descending === true ? "desc" : "asc";
    const rows = await trx
      .selectFrom("fleetTokens")
      .leftJoin("collectorConfigurations as assigned", "assigned.id", "fleetTokens.configurationId")
      .selectAll("fleetTokens")
      // Tokens without a configuration come before all others.
      .orderBy(order === "name" ? sql.ref("fleet_tokens.name") : sql`coalesce(assigned.name, '')`, direction)
      .orderBy("fleetTokens.name", direction)
      .orderBy("fleetTokens.id", direction)
      .$if(range !== undefined, (query) => query.limit(range?.limit ?? 0).offset(range?.skip ?? 0))
      .execute();
    const { total } = await trx
      .selectFrom("fleetTokens")
      .select((eb) => eb.fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
    return { total, rows: rows.map((row) => opened(vault, row)) };
  });
}

/**
 * Gives a token another name. Its value stays.
 *
 * @throws ClientError BAD_INPUT or NOT_FOUND
 */
export async function renameFleetToken(mutate: Mutate, vault: Vault, value: string, name: string): Promise<FleetTokenModel> {
  const changes = parseInput(namedSchema, { name }, fields);
  return mutate({ lock: (trx) => lockToken(trx, vault, value) }, ({ trx }, found) => update(trx, vault, found, changes));
}

/**
 * Assigns another configuration to a token, or none. Collectors that were enrolled with it are not touched.
 *
 * @throws ClientError NOT_FOUND when there is no such token or no such configuration
 */
export async function assignFleetToken(
  mutate: Mutate,
  vault: Vault,
  value: string,
  configurationId: string | null,
): Promise<FleetTokenModel> {
  const lock = async (trx: Transaction<Database>) => ({
    known: await isConfiguration(trx, configurationId),
    found: await lockToken(trx, vault, value),
  });
  return mutate({ lock }, ({ trx }, { known, found }) => {
    if (!known) throw noSuchConfiguration();
    return update(trx, vault, found, { configurationId });
  });
}

type LockedFleetToken = Pick<FleetTokenRow, "id" | "name" | "configurationId">;

function targetOf({ id, name }: LockedFleetToken): AuditTarget {
  return { kind: "fleetToken", id, name };
}

/** The token of a value, locked; undefined when there is none. */
async function lockToken(trx: Transaction<Database>, vault: Vault, value: string): Promise<LockedFleetToken | undefined> {
  return trx
    .selectFrom("fleetTokens")
    .select(["id", "name", "configurationId"])
    .where("valueFingerprint", "=", fingerprintOf(vault, value))
    .forUpdate()
    .executeTakeFirst();
}

/** The handle of the value of a token; undefined where there is none of this id. */
export async function handleOfToken(db: Kysely<Database>, vault: Vault, id: string): Promise<string | undefined> {
  const row = await db.selectFrom("fleetTokens").select("sealedValue").where("id", "=", id).executeTakeFirst();
  return row && handleOf(vault.open(row.sealedValue, sealPurpose(id)));
}

/** The ids of the tokens whose values have these handles, locked, by handle. */
export async function lockTokensOfHandles(
  trx: Transaction<Database>,
  vault: Vault,
  handles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = await idsNow(trx, vault);
  const handleById = new Map(
    handles.flatMap((handle) => {
      const id = idsOf.get(handle);
      return id === undefined ? [] : [[id, handle] as const];
    }),
  );
  if (handleById.size === 0) return new Map();
  const ids = [...handleById.keys()];
  const locked = await trx.selectFrom("fleetTokens").select("id").where("id", "in", ids).orderBy("id").forUpdate().execute();
  return new Map(locked.map(({ id }) => [handleById.get(id) ?? "", id]));
}

async function update(
  trx: Transaction<Database>,
  vault: Vault,
  found: LockedFleetToken | undefined,
  changes: { readonly name: string } | { readonly configurationId: string | null },
): Promise<Recorded<FleetTokenModel>> {
  if (found === undefined) throw noSuchToken();
  const row = await trx
    .updateTable("fleetTokens")
    .set(changes)
    .where("id", "=", found.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return {
    result: opened(vault, row),
    record: { type: "tokenhouse.fleettoken.change", action: "update", target: targetOf(row), before: found, after: row },
  };
}

/**
 * Gives a token another value, and with it another id, as a rotation does. Nobody enrols with the value before any more, and its JWT is no
 * longer valid; name, configuration and what is noted of the token carry over.
 *
 * @throws ClientError NOT_FOUND
 */
export function regenerateFleetToken(mutate: Mutate, vault: Vault, value: string): Promise<FleetTokenModel> {
  return mutate({ lock: (trx) => lockToken(trx, vault, value) }, async ({ trx, rights, now }, found) => {
    if (found === undefined) throw noSuchToken();
    const id = randomId(32);
    const row = await trx
      .updateTable("fleetTokens")
      .set({ id, createdAt: now, createdBy: rights.name, ...sealValue(vault, id, randomId(valueLength)) })
      .where("id", "=", found.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await carryNotesOver(trx, ownTokens, { kind: "fleet", tokenId: found.id }, { tokenId: id, tokenCreatedAt: null });
    const record = {
      type: "tokenhouse.fleettoken.change",
      action: "rotate",
      target: targetOf(found),
      newId: id,
      before: found,
      after: row,
    } as const;
    return { result: opened(vault, row), record };
  });
}

/**
 * Deletes a token: no collector enrols with it any more, and its JWT is no longer valid.
 *
 * @throws ClientError NOT_FOUND
 */
export async function deleteFleetToken(mutate: Mutate, vault: Vault, value: string): Promise<void> {
  await mutate({ lock: (trx) => lockToken(trx, vault, value) }, async ({ trx }, found) => {
    if (found === undefined) throw noSuchToken();
    await trx.deleteFrom("fleetTokens").where("id", "=", found.id).execute();
    const record = { type: "tokenhouse.fleettoken.change", action: "delete", target: targetOf(found), before: found } as const;
    return { result: undefined, record };
  });
}

/** Whether a token may name this configuration: it is there, and stays until the transaction ends, or it is none. */
async function isConfiguration(trx: Transaction<Database>, id: string | null): Promise<boolean> {
  if (id === null) return true;
  const found = await trx
    .selectFrom("collectorConfigurations")
    .select("id")
    .where("id", "=", id)
    .forKeyShare()
    .executeTakeFirst();
  return found !== undefined;
}

function noSuchConfiguration(): ClientError {
  return new ClientError("NOT_FOUND", "There is no such collector configuration; it may have been deleted.", {
    field: "configId",
  });
}

function noSuchToken(): ClientError {
  return new ClientError("NOT_FOUND", "There is no such fleet installation token; it may have been deleted.", { field: "token" });
}

function opened(vault: Vault, row: FleetTokenRow): FleetTokenModel {
  const { id, name, configurationId, createdAt, createdBy } = row;
  return { id, name, configurationId, createdAt, createdBy, value: vault.open(row.sealedValue, sealPurpose(id)) };
}

/** The columns in which the value of the token with this id is kept. */
export function sealValue(vault: Vault, id: string, value: string): Pick<FleetTokenRow, "sealedValue" | "valueFingerprint"> {
  return { sealedValue: vault.seal(value, sealPurpose(id)), valueFingerprint: fingerprintOf(vault, value) };
}

function sealPurpose(id: string): string {
  return `fleet-token/${id}`;
}

/** What a token is found by; see `Vault`. */
export function fingerprintOf(vault: Vault, value: string): Uint8Array {
  return vault.fingerprint(value, "fleet-token");
}

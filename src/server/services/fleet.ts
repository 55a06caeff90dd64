import { sql, type Kysely } from "kysely";

import { nameSchema } from "#domain/name.ts";
import { z } from "zod";

import type { Rights } from "../access/permissions.ts";
import { ClientError } from "../errors.ts";
import { foreignKeyViolation } from "../store/failures.ts";
import { randomId } from "../store/ids.ts";
import type { Database, FleetTokenRow } from "../store/schema.ts";
import type { Vault } from "../vault.ts";
import { parseInput } from "./input.ts";
import type { ListPage, ListRange } from "./lists.ts";

/** A fleet installation token with its value, which LogScale's contract knows it by. */
export interface FleetToken {
  readonly id: string;
  readonly value: string;
  readonly name: string;
  readonly configurationId: string | null;
  /** Ms since epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/** What the functions about fleet tokens work on. */
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
  { db, vault }: FleetStore,
  rights: Rights,
  request: { readonly name: string; readonly configurationId: string | null },
  now: number,
): Promise<FleetToken> {
  const { name } = parseInput(namedSchema, request, fields);
  const token: FleetToken = {
    id: randomId(32),
    value: randomId(valueLength),
    name,
    configurationId: request.configurationId,
    createdAt: now,
    createdBy: rights.name,
  };
  const { value, ...columns } = token;
  await knownConfiguration(() =>
    db
      .insertInto("fleetTokens")
      .values({ ...columns, ...sealValue(vault, token.id, value) })
      .execute(),
  );
  return token;
}

/** The token of a value; undefined when there is none. */
export async function findFleetToken({ db, vault }: FleetStore, value: string): Promise<FleetToken | undefined> {
  const row = await db
    .selectFrom("fleetTokens")
    .selectAll()
    .where("valueFingerprint", "=", fingerprintOf(vault, value))
    .executeTakeFirst();
  return row && opened(vault, row);
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
): Promise<ListPage<FleetToken>> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute(async (trx) => {
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
export async function renameFleetToken(store: FleetStore, value: string, name: string): Promise<FleetToken> {
  return update(store, value, parseInput(namedSchema, { name }, fields));
}

/**
 * Assigns another configuration to a token, or none. Collectors that were enrolled with it are not touched.
 *
 * @throws ClientError NOT_FOUND when there is no such token or no such configuration
 */
export async function assignFleetToken(store: FleetStore, value: string, configurationId: string | null): Promise<FleetToken> {
  return knownConfiguration(() => update(store, value, { configurationId }));
}

async function update(
  { db, vault }: FleetStore,
  value: string,
  changes: { readonly name: string } | { readonly configurationId: string | null },
): Promise<FleetToken> {
  const row = await db
    .updateTable("fleetTokens")
    .set(changes)
    .where("valueFingerprint", "=", fingerprintOf(vault, value))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw noSuchToken();
  return opened(vault, row);
}

/**
 * Deletes a token: no collector enrols with it any more, and its JWT is no longer valid.
 *
 * @throws ClientError NOT_FOUND
 */
export async function deleteFleetToken({ db, vault }: FleetStore, value: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom("fleetTokens")
    .where("valueFingerprint", "=", fingerprintOf(vault, value))
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw noSuchToken();
}

/** Runs a statement that may name a configuration which is not there. */
async function knownConfiguration<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (foreignKeyViolation(error) === undefined) throw error;
    throw new ClientError("NOT_FOUND", "There is no such collector configuration; it may have been deleted.", {
      field: "configId",
    });
  }
}

function noSuchToken(): ClientError {
  return new ClientError("NOT_FOUND", "There is no such fleet installation token; it may have been deleted.", { field: "token" });
}

function opened(vault: Vault, row: FleetTokenRow): FleetToken {
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

function fingerprintOf(vault: Vault, value: string): Uint8Array {
  return vault.fingerprint(value, "fleet-token");
}

import { randomUUID } from "node:crypto";

import { sql, type Kysely, type Transaction } from "kysely";
import { z } from "zod";

import { customTokenSchema, customTokenWeakness, ingestTokenNameSchema, type TokenWeakness } from "#domain/ingestToken.ts";

import { onView, type Rights } from "../access/permissions.ts";
import { ClientError } from "../errors.ts";
import type { IngestTokenModel } from "../graphql/models.ts";
import { randomId } from "../store/ids.ts";
import { uniqueViolation } from "../store/failures.ts";
import type { Database, SearchDomainRow } from "../store/schema.ts";
import type { Vault } from "../vault.ts";
import { parseInput } from "./input.ts";
import { builtInParserNames } from "./parsers.ts";

/** What LogScale says to who may not list a repository's ingest tokens, and to everybody about its own repositories. */
export const readingDenied = "You don't have permission to read ingest tokens.";

/** The flag that custom values need. */
export const customTokensFlag = "CustomIngestTokens";

/** One hour, in ms: how fine events are counted over time. */
export const hour = 3_600_000;

/** What the fingerprints of ingest tokens are for; see `Vault`. */
export const fingerprintPurpose = "ingest-token";

const sealPurpose = (id: string) => `ingest-token/${id}`;

const columns = [
  "id",
  "repositoryId",
  "name",
  "parserName",
  "sealedValue",
  "isCustom",
  "weakness",
  "createdAt",
  "createdBy",
  "events",
  "bytes",
  "lastUsedAt",
  "lastUsedFrom",
] as const;

/** Whether somebody may read and change the ingest tokens of a repository. Those of the system's own are nobody's. */
export function mayChangeIngestTokens(rights: Rights, repository: SearchDomainRow): boolean {
  return !repository.isSystem && onView(rights, repository.id, "ChangeIngestTokens");
}

/** The ingest tokens of every repository, by name. */
export async function readIngestTokens(db: Kysely<Database>): Promise<IngestTokenModel[]> {
  return db.selectFrom("ingestTokens").select(columns).orderBy("name").execute();
}

/** The value of a token, for who was allowed to list it. */
export function openValue(vault: Vault, token: IngestTokenModel): string {
  return vault.open(token.sealedValue, sealPurpose(token.id));
}

/** How many events were sent with each token in the 24 hours before `now` and the hour begun before them; tokens without any are left out. */
export async function eventsInLastDay(db: Kysely<Database>, now: number): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("ingestHours")
    .select(["tokenId", sql<number>`sum(events)::int8`.as("events")])
    .where("hour", ">", now - 25 * hour)
    .groupBy("tokenId")
    .execute();
  return new Map(rows.map(({ tokenId, events }) => [tokenId, events]));
}

const requestSchema = z.object({ name: ingestTokenNameSchema, customToken: z.nullable(customTokenSchema) });

/** What is stored of the value of the token with an id: sealed to be read again, and a fingerprint to find the token by. */
export function sealValue(
  vault: Vault,
  id: string,
  value: string,
): { readonly sealedValue: Uint8Array; readonly fingerprint: Uint8Array } {
  return { sealedValue: vault.seal(value, sealPurpose(id)), fingerprint: vault.fingerprint(value, fingerprintPurpose) };
}

/** What is asked for in an ingest token. */
export interface IngestTokenRequest {
  readonly name: string;
  /** Name of a parser; null for none. */
  readonly parser: string | null;
  /** A value of the caller's choosing; null to have one generated. */
  readonly customToken: string | null;
}

/**
 * Creates an ingest token with a UUID for a value, or with a chosen value where root asks and the flag is on. A weak value is accepted, as in
 * LogScale, and its weakness kept to warn about.
 *
 * @throws ClientError NOT_ALLOWED, or BAD_INPUT with the field
 */
export async function addIngestToken(
  db: Kysely<Database>,
  actor: { readonly rights: Rights; readonly vault: Vault; readonly now: number },
  repository: SearchDomainRow,
  request: IngestTokenRequest,
): Promise<IngestTokenModel> {
  const { rights, vault, now } = actor;
  requireChange(rights, repository);
  const custom = request.customToken;
  if (custom !== null) await requireCustomTokens(db, rights);
  const { name, customToken } = parseInput(requestSchema, request, { name: "name", customToken: "customToken" });
  const value = customToken ?? randomUUID();
  const weakness: TokenWeakness | null = custom === null ? null : customTokenWeakness(value);
  const id = randomId(24);
  try {
    return await db.transaction().execute(async (trx) => {
      if (request.parser !== null) await requireParser(trx, repository, request.parser);
      return trx
        .insertInto("ingestTokens")
        .values({
          id,
          repositoryId: repository.id,
          name,
          parserName: request.parser,
          ...sealValue(vault, id, value),
          isCustom: custom !== null,
          weakness,
          createdAt: now,
          createdBy: rights.name,
          lastUsedAt: null,
          lastUsedFrom: null,
        })
        .returning(columns)
        .executeTakeFirstOrThrow();
    });
  } catch (error) {
    const constraint = uniqueViolation(error);
    if (constraint === "ingest_tokens_name")
      throw new ClientError("BAD_INPUT", "The repository has an ingest token of this name already.", { field: "name" });
    if (constraint === "ingest_tokens_fingerprint")
      throw new ClientError("BAD_INPUT", "This value is in use by another ingest token.", { field: "customToken" });
    throw error;
  }
}

/** Assigns a parser by name to a token, or takes it off with null. Throws ClientError NOT_ALLOWED, NOT_FOUND or BAD_INPUT. */
export async function assignParser(
  db: Kysely<Database>,
  rights: Rights,
  repository: SearchDomainRow,
  tokenName: string,
  parser: string | null,
): Promise<IngestTokenModel> {
  requireChange(rights, repository);
  return db.transaction().execute(async (trx) => {
    if (parser !== null) await requireParser(trx, repository, parser);
    const token = await trx
      .updateTable("ingestTokens")
      .set({ parserName: parser })
      .where("repositoryId", "=", repository.id)
      .where("name", "=", tokenName)
      .returning(columns)
      .executeTakeFirst();
    return token ?? noSuchToken();
  });
}

/** Removes a token: whatever still sends with it is refused from now on. Throws ClientError NOT_ALLOWED or NOT_FOUND. */
export async function removeIngestToken(
  db: Kysely<Database>,
  rights: Rights,
  repository: SearchDomainRow,
  name: string,
): Promise<void> {
  requireChange(rights, repository);
  const { numDeletedRows } = await db
    .deleteFrom("ingestTokens")
    .where("repositoryId", "=", repository.id)
    .where("name", "=", name)
    .executeTakeFirst();
  if (numDeletedRows === 0n) noSuchToken();
}

function noSuchToken(): never {
  throw new ClientError("NOT_FOUND", "The repository has no ingest token of this name.");
}

function requireChange(rights: Rights, repository: SearchDomainRow): void {
  if (!mayChangeIngestTokens(rights, repository)) throw new ClientError("NOT_ALLOWED", "Change ingest tokens not allowed");
}

async function requireCustomTokens(db: Kysely<Database>, rights: Rights): Promise<void> {
  if (!rights.root)
    throw new ClientError("NOT_ALLOWED", "Create ingest tokens with a custom value not allowed", { field: "customToken" });
  const flag = await db.selectFrom("featureFlags").select("name").where("name", "=", customTokensFlag).executeTakeFirst();
  if (flag !== undefined) return;
  throw new ClientError("BAD_INPUT", `Custom values need the feature flag ${customTokensFlag}, which is off.`, {
    field: "customToken",
  });
}

/** The parser is there until the transaction ends: it cannot be deleted meanwhile. */
async function requireParser(trx: Transaction<Database>, repository: SearchDomainRow, name: string): Promise<void> {
  if (builtInParserNames.includes(name)) return;
  const found = await trx
    .selectFrom("parsers")
    .select("id")
    .where("repositoryId", "=", repository.id)
    .where("name", "=", name)
    .forKeyShare()
    .executeTakeFirst();
  if (found === undefined) throw new ClientError("BAD_INPUT", "The repository has no parser of this name.", { field: "parser" });
}

import { randomUUID } from "node:crypto";

import { sql, type Kysely, type Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { hour } from "#domain/duration.ts";
import { customTokenSchema, ingestTokenNameSchema } from "#domain/token/ingestToken.ts";
import { customTokenWeakness, type TokenWeakness } from "#domain/token/tokenWeakness.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Mutate } from "#server/access/mutate.ts";
import { onView, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { randomId } from "#server/store/ids.ts";
import { uniqueViolation } from "#server/store/failures.ts";
import { lockNotes } from "#server/store/locks.ts";
import type { IngestTokenModel } from "#server/store/ingestTables.ts";
import type { Database, SearchDomainRow } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { parseInput } from "./input.ts";
import { builtInIdPrefix, builtInParserNames } from "./parsers.ts";
import { lockRepository, reachedRepository } from "./searchDomains.ts";
import { noSuchPredecessor, recordSuccessor } from "./successors.ts";

/** What LogScale says to who may not list a repository's ingest tokens, and to everybody about its own repositories. */
export const readingDenied = "You don't have permission to read ingest tokens.";

/** The flag that custom values need. */
export const customTokensFlag = "CustomIngestTokens";

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
  "firstUsedAt",
] as const;

/** Whether somebody may read and change the ingest tokens of a repository. Those of the system's own are nobody's. */
export function mayChangeIngestTokens(rights: Rights, repository: SearchDomainRow): boolean {
  return !repository.isSystem && onView(rights, repository.id, "ChangeIngestTokens");
}

/** The ingest tokens of every repository, or of those with these ids; by name. */
export async function readIngestTokens(db: Kysely<Database>, repositoryIds?: readonly string[]): Promise<IngestTokenModel[]> {
  return db
    .selectFrom("ingestTokens")
    .select(columns)
    .$if(repositoryIds !== undefined, (query) => query.where("repositoryId", "in", repositoryIds ?? []))
    .orderBy("name")
    .execute();
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

export interface IngestTokenRequest {
  readonly name: string;
  /** Name or id of a parser; null for none. */
  readonly parser: string | null;
  /** A value of the caller's choosing; null to have one generated. */
  readonly customToken: string | null;
}

/**
 * Creates an ingest token with a UUID for a value, or with a chosen value where root asks and the flag is on. A weak value is accepted, as in
 * LogScale, and its weakness kept to warn about.
 *
 * @param replaces name of the token of the same repository whose place it takes, which is recorded
 * @throws ClientError NOT_ALLOWED, BAD_INPUT with the field, or NOT_FOUND where there is nothing to replace
 */
export async function addIngestToken(
  mutate: Mutate,
  vault: Vault,
  repositoryName: string,
  request: IngestTokenRequest,
  replaces?: string,
): Promise<IngestTokenModel> {
  const lock = async (trx: Transaction<Database>) => {
    if (replaces !== undefined) await lockNotes(trx);
    const withParser = await lockWithParser(trx, repositoryName, request.parser);
    const { repository } = withParser;
    return { ...withParser, replaced: replaces === undefined ? undefined : await lockIngestToken(trx, repository, replaces) };
  };
  return mutate({ lock }, async (act, locked) => {
    const { trx, rights, now } = act;
    const repository = reachedRepository(rights, locked.repository);
    requireChange(rights, repository);
    const custom = request.customToken;
    if (custom !== null) await requireCustomTokens(act);
    const { name, customToken } = parseInput(requestSchema, request, { name: "name", customToken: "customToken" });
    if (!locked.parserKnown) throw noSuchParser();
    if (replaces !== undefined && locked.replaced === undefined) throw noSuchPredecessor();
    const value = customToken ?? randomUUID();
    const weakness: TokenWeakness | null = custom === null ? null : customTokenWeakness(value);
    const id = randomId(24);
    try {
      const token = await trx
        .insertInto("ingestTokens")
        .values({
          id,
          repositoryId: repository.id,
          name,
          parserName: locked.parserName,
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
      const { replaced } = locked;
      if (replaced !== undefined) await recordSuccessor(act, noted(token, repository), noted(replaced, repository));
      const record = {
        type: "tokens",
        action: "create",
        target: targetOf(token),
        after: stateOf(token, repository),
        ...(replaced !== undefined && { details: { replaces: replaced.name } }),
      } as const;
      return { result: token, record };
    } catch (error) {
      const constraint = uniqueViolation(error);
      if (constraint === "ingest_tokens_name")
        throw new ClientError("BAD_INPUT", "The repository has an ingest token of this name already.", { field: "name" });
      if (constraint === "ingest_tokens_fingerprint")
        throw new ClientError("BAD_INPUT", "This value is in use by another ingest token.", { field: "customToken" });
      throw error;
    }
  });
}

/**
 * Assigns a parser by name or id to a token, or takes it off with null, and returns the token and its repository. Throws ClientError NOT_ALLOWED,
 * NOT_FOUND or BAD_INPUT.
 */
export async function assignParser(
  mutate: Mutate,
  repositoryName: string,
  tokenName: string,
  parser: string | null,
): Promise<{ readonly token: IngestTokenModel; readonly repository: SearchDomainRow }> {
  const lock = async (trx: Transaction<Database>) => {
    const withParser = await lockWithParser(trx, repositoryName, parser);
    return { ...withParser, found: await lockIngestToken(trx, withParser.repository, tokenName) };
  };
  return mutate({ lock }, async ({ trx, rights }, locked) => {
    const repository = reachedRepository(rights, locked.repository);
    requireChange(rights, repository);
    if (!locked.parserKnown) throw noSuchParser();
    const { found } = locked;
    if (found === undefined) throw noSuchToken();
    const token = await trx
      .updateTable("ingestTokens")
      .set({ parserName: locked.parserName })
      .where("id", "=", found.id)
      .returning(columns)
      .executeTakeFirstOrThrow();
    const before = stateOf(found, repository);
    return {
      result: { token, repository },
      record: { type: "tokens", action: "update", target: targetOf(token), before, after: stateOf(token, repository) },
    };
  });
}

/** Removes a token: whatever still sends with it is refused from now on. Throws ClientError NOT_ALLOWED or NOT_FOUND. */
export async function removeIngestToken(mutate: Mutate, repositoryName: string, name: string): Promise<void> {
  const lock = async (trx: Transaction<Database>) => {
    const repository = await lockRepository(trx, repositoryName);
    return { repository, found: await lockIngestToken(trx, repository, name) };
  };
  await mutate({ lock }, async ({ trx, rights }, { repository, found }) => {
    const reached = reachedRepository(rights, repository);
    requireChange(rights, reached);
    if (found === undefined) throw noSuchToken();
    await trx.deleteFrom("ingestTokens").where("id", "=", found.id).execute();
    const before = stateOf(found, reached);
    return { result: undefined, record: { type: "tokens", action: "delete", target: targetOf(found), before } };
  });
}

type LockedIngestToken = Pick<IngestTokenModel, "id" | "name" | "parserName" | "isCustom" | "weakness">;

function targetOf({ id, name }: LockedIngestToken): AuditTarget {
  return { kind: "ingestToken", id, name };
}

function stateOf({ name, parserName, isCustom, weakness }: LockedIngestToken, repository: SearchDomainRow) {
  return { name, parserName, isCustom, weakness, repositoryId: repository.id, repository: repository.name };
}

/** A token as it is noted of. */
function noted({ id, name }: LockedIngestToken, repository: SearchDomainRow) {
  return {
    key: { kind: "ingest", repository: repository.name, name },
    noted: { kind: "ingest", tokenId: id, tokenCreatedAt: null },
  } as const;
}

/** The token of a name, locked; undefined when there is none. */
export async function lockIngestToken(
  trx: Transaction<Database>,
  repository: SearchDomainRow | undefined,
  name: string,
): Promise<LockedIngestToken | undefined> {
  return (await lockIngestTokens(trx, repository, [name])).get(name);
}

/** The tokens of these names, locked, by name. */
export async function lockIngestTokens(
  trx: Transaction<Database>,
  repository: SearchDomainRow | undefined,
  names: readonly string[],
): Promise<ReadonlyMap<string, LockedIngestToken>> {
  if (repository === undefined) return new Map();
  const rows = await trx
    .selectFrom("ingestTokens")
    .select(["id", "name", "parserName", "isCustom", "weakness"])
    .where("repositoryId", "=", repository.id)
    .where("name", "in", names)
    .orderBy("id")
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.name, row]));
}

function noSuchToken(): ClientError {
  return new ClientError("NOT_FOUND", "The repository has no ingest token of this name.");
}

function noSuchParser(): ClientError {
  return new ClientError("BAD_INPUT", "The repository has no parser of this name.", { field: "parser" });
}

function requireChange(rights: Rights, repository: SearchDomainRow): void {
  if (!mayChangeIngestTokens(rights, repository)) throw new ClientError("NOT_ALLOWED", "Change ingest tokens not allowed");
}

async function requireCustomTokens({ db, rights }: Actor): Promise<void> {
  if (!rights.root)
    throw new ClientError("NOT_ALLOWED", "Create ingest tokens with a custom value not allowed", { field: "customToken" });
  const flag = await db.selectFrom("featureFlags").select("name").where("name", "=", customTokensFlag).executeTakeFirst();
  if (flag !== undefined) return;
  throw new ClientError("BAD_INPUT", `Custom values need the feature flag ${customTokensFlag}, which is off.`, {
    field: "customToken",
  });
}

/** A repository and, locked likewise, the parser that a token is to have there: it cannot be deleted until the transaction ends. */
async function lockWithParser(trx: Transaction<Database>, repositoryName: string, parser: string | null) {
  const repository = await lockRepository(trx, repositoryName);
  if (parser === null) return { repository, parserKnown: true, parserName: null };
  const rows = await trx
    .selectFrom("parsers")
    .select(["id", "name"])
    .where("repositoryId", "=", repository?.id ?? "")
    .where((eb) => eb.or([eb("name", "=", parser), eb("id", "=", parser)]))
    .orderBy("id")
    .forKeyShare()
    .execute();
  // A name goes before an id, so that no parser comes to stand for another one by its name.
  const builtIn = builtInParserNames.find((name) => name === parser || `${builtInIdPrefix}${name}` === parser);
  const own = rows.find(({ name }) => name === parser);
  const parserName = own?.name ?? (builtIn === parser ? builtIn : (rows[0]?.name ?? builtIn));
  return { repository, parserKnown: parserName !== undefined, parserName: parserName ?? null };
}

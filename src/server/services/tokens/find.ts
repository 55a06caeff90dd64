import type { Kysely } from "kysely";

import type { AuditTarget } from "#domain/audit/record.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import type { Actor } from "#server/access/actor.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, TokenModel } from "#server/store/schema.ts";
import { administered, mayAdminister } from "./administered.ts";

/** Ids of the IP filters that the tokens have which the caller may administer. */
export async function readFiltersOfTokens({ db, rights }: Actor): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("tokens")
    .select("ipFilterId")
    .distinct()
    .where("ipFilterId", "is not", null)
    .where(administered(rights, tokenKinds))
    .execute();
  return new Set(rows.flatMap(({ ipFilterId }) => ipFilterId ?? []));
}

/** The tokens with these ids; whether the caller may see them is still to be judged. */
export function readTokens(db: Kysely<Database>, ids: readonly string[]): Promise<TokenModel[]> {
  return db.selectFrom("tokens").select(columns).where("id", "in", ids).execute();
}

/** The token with this id, if there is one and the caller may administer it. What has expired is found as well: see {@link expired}. */
export async function findToken({ db, rights }: Actor, id: string): Promise<TokenModel | undefined> {
  const token = await db.selectFrom("tokens").select(columns).where("id", "=", id).executeTakeFirst();
  return token !== undefined && mayAdminister(rights, token) ? token : undefined;
}

/** A token as the audit trail names it. */
export function tokenTarget({ id, name }: Pick<TokenModel, "id" | "name">): AuditTarget {
  return { kind: "token", id, name };
}

const columns = [
  "id",
  "kind",
  "name",
  "createdAt",
  "expireAt",
  "ipFilterId",
  "userId",
  "permissions",
  "viewIds",
  "createdBy",
  "creatorKind",
  "creatorId",
  "lastUsedAt",
  "lastUsedFrom",
  "firstUsedAt",
] as const satisfies readonly (keyof TokenModel)[];

/**
 * What is said of a change to a token that has expired; undefined while it has not. Such a token stays until the purge, but counts as gone:
 * nothing may bring it back to life.
 *
 * @param now ms since epoch
 * @param refused `be rotated`
 */
export function expired({ expireAt }: TokenModel, now: number, refused: string): ClientError | undefined {
  if (expireAt === null || expireAt > now) return undefined;
  const when = `${new Date(expireAt).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return new ClientError("NOT_FOUND", `This token expired on ${when} and can no longer ${refused}; create another.`);
}

/** What is said of a token that is not there for the caller, whatever the reason. */
export function noSuchToken(): ClientError {
  return new ClientError(
    "NOT_FOUND",
    "There is no such token, or you may not administer it. It may have been deleted, or rotated and so have another id.",
  );
}

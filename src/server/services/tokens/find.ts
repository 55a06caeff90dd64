import type { Kysely, Transaction } from "kysely";

import type { Rights } from "../../access/permissions.ts";
import { ClientError } from "../../errors.ts";
import type { TokenModel } from "../../graphql/models.ts";
import type { Database } from "../../store/schema.ts";
import { mayAdminister } from "./administered.ts";

/** The token with this id, if there is one and the caller may administer it. */
export async function findToken(db: Kysely<Database>, rights: Rights, id: string): Promise<TokenModel | undefined> {
  const token = await db.selectFrom("tokens").select(columns).where("id", "=", id).executeTakeFirst();
  return token !== undefined && mayAdminister(rights, token) ? token : undefined;
}

/**
 * The same, locked until the transaction ends. An expired token counts as gone: it stays until the purge, but nothing may bring it back
 * to life.
 *
 * @param now ms since epoch
 */
export async function findForChange(
  trx: Transaction<Database>,
  rights: Rights,
  id: string,
  now: number,
): Promise<TokenModel | undefined> {
  const token = await trx.selectFrom("tokens").select(columns).where("id", "=", id).forUpdate().executeTakeFirst();
  if (token === undefined || (token.expireAt !== null && token.expireAt <= now)) return undefined;
  return mayAdminister(rights, token) ? token : undefined;
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
  "lastUsedAt",
  "lastUsedFrom",
] as const satisfies readonly (keyof TokenModel)[];

/** What is said of a token or user that is not there for the caller, whatever the reason. */
export function notFound(what: string): ClientError {
  return new ClientError("NOT_FOUND", `There is no such ${what}, or you may not administer it.`);
}

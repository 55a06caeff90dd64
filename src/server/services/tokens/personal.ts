import type { Kysely, Transaction } from "kysely";

import { checkAgainstPolicy, tokenRequestSchemas, type LimitedRequest } from "#domain/tokenRequest.ts";

import type { Rights } from "../../access/permissions.ts";
import { mintToken } from "../../auth/secrets.ts";
import { ClientError } from "../../errors.ts";
import { lockTokensShared } from "../../store/locks.ts";
import type { Database } from "../../store/schema.ts";
import { parseInput } from "../input.ts";
import { readPolicies } from "../policies.ts";
import type { Actor } from "./actor.ts";
import { accepted, requireIpFilter, type PermissionTokenRequest } from "./checks.ts";
import { freshlyIssued, type IssuedToken } from "./issued.ts";

const limitFields = { expireAt: "expireAt", ipFilter: "ipFilterId" } as const;

/**
 * Creates the personal token of a user. The one there was is replaced, and its string no longer accepted.
 *
 * @throws ClientError BAD_INPUT, POLICY_VIOLATION (both with the field), or NOT_FOUND when the user is gone
 */
export async function createPersonalToken(
  db: Kysely<Database>,
  actor: Actor,
  userId: string,
  request: Pick<PermissionTokenRequest, "expireAt" | "ipFilter">,
): Promise<IssuedToken> {
  return db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    await lockUser(trx, userId);
    const now = actor.clock();
    const rights = await actor.rights(trx);
    const wanted = parseInput(tokenRequestSchemas.personal(now), request, limitFields);
    const policies = await readPolicies(trx);
    const limits = accepted(checkAgainstPolicy("personal", policies.personal, wanted, now), limitFields);
    await requireIpFilter(trx, limits.ipFilter, limitFields.ipFilter);
    return putPersonalToken(trx, rights, userId, limits, now);
  });
}

/**
 * Locks a user and says whether there is one of this id: of two requests that replace the user's token at the same moment the second must find the
 * first one's done. Before the token is locked, as whoever removes the user does, so that nobody waits in a ring.
 */
export async function lockUser(trx: Transaction<Database>, id: string): Promise<boolean> {
  const user = await trx.selectFrom("users").select("id").where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
  return user !== undefined;
}

/**
 * Stores the personal token of a user, in place of the one there was.
 *
 * @param now ms since epoch
 * @throws ClientError NOT_FOUND when the user is gone
 */
export async function putPersonalToken(
  trx: Transaction<Database>,
  rights: Rights,
  userId: string,
  limits: LimitedRequest,
  now: number,
): Promise<IssuedToken> {
  const user = await trx.selectFrom("users").select("username").where("id", "=", userId).executeTakeFirst();
  if (user === undefined) throw new ClientError("NOT_FOUND", "This user no longer exists; a personal token needs one.");
  const { tokenString, secretHash, id } = mintToken("personal", userId);
  const values = { name: user.username, ...freshlyIssued(rights, limits, now) };
  await trx
    .insertInto("tokens")
    .values({ id, kind: "personal", userId, secretHash, ...values })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ secretHash, ...values }))
    .execute();
  return { tokenString, secretHash, token: { id, kind: "personal", userId, permissions: [], viewIds: [], ...values } };
}

import type { Transaction } from "kysely";

import { schemaForRequest } from "#domain/token/request.ts";
import { checkAgainstPolicy, type LimitedRequest } from "#domain/token/policyCheck.ts";

import type { Act, Mutate } from "#server/access/mutate.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { ClientError } from "#server/errors.ts";
import type { Database } from "#server/store/schema.ts";
import { parseInput } from "#server/services/input.ts";
import { carryNotesOver, ownTokens } from "#server/store/tokenNotes.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { accepted, requireIpFilter, type PermissionTokenRequest } from "./checks.ts";
import { readTokens, tokenTarget } from "./find.ts";
import { freshlyIssued, type Follow, type IssuedToken } from "./issued.ts";

const limitFields = { expireAt: "expireAt", ipFilter: "ipFilterId" } as const;

/**
 * Creates the personal token of a user. The one there was is replaced, and its string no longer accepted.
 *
 * @throws ClientError BAD_INPUT, POLICY_VIOLATION (both with the field), or NOT_FOUND when the user is gone
 */
export async function createPersonalToken(
  mutate: Mutate,
  userId: string,
  request: Pick<PermissionTokenRequest, "expireAt" | "ipFilter">,
  follow: Follow,
): Promise<IssuedToken> {
  // Of two requests that replace the user's token at the same moment the second finds the first one's done: its own credential may have gone.
  return mutate({ token: userId, policies: true }, async (act) => {
    const { trx, now, policies = await readPolicies(trx) } = act;
    const wanted = parseInput(schemaForRequest("personal", request.expireAt, now), request, limitFields);
    const limits = accepted(checkAgainstPolicy("personal", policies.personal, wanted, now), limitFields);
    await requireIpFilter(trx, limits.ipFilter, limitFields.ipFilter);
    const former = (await readTokens(trx, [userId]))[0];
    const issued = await putPersonalToken(act, userId, limits);
    await follow(trx, issued);
    return {
      result: issued,
      record: {
        type: "hashedtokens.change",
        action: "create",
        target: tokenTarget(issued.token),
        before: former ?? null,
        after: issued.token,
      },
    };
  });
}

/** Locks a user against removal and says whether there is one of this id. */
export async function lockUser(trx: Transaction<Database>, id: string): Promise<boolean> {
  const user = await trx.selectFrom("users").select("id").where("id", "=", id).forShare().executeTakeFirst();
  return user !== undefined;
}

/**
 * Stores the personal token of a user, in place of the one there was.
 *
 * @throws ClientError NOT_FOUND when the user is gone
 */
export async function putPersonalToken(act: Act, userId: string, limits: LimitedRequest): Promise<IssuedToken> {
  const { trx } = act;
  const user = await trx.selectFrom("users").select("username").where("id", "=", userId).executeTakeFirst();
  if (user === undefined) throw new ClientError("NOT_FOUND", "This user no longer exists; a personal token needs one.");
  const { tokenString, secretHash, id } = mintToken("personal", userId);
  const values = { name: user.username, ...freshlyIssued(act, limits) };
  await trx
    .insertInto("tokens")
    .values({ id, kind: "personal", userId, secretHash, ...values })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ secretHash, ...values }))
    .execute();
  await carryNotesOver(trx, ownTokens, { kind: "personal", tokenId: id }, { tokenId: id, tokenCreatedAt: values.createdAt });
  return { tokenString, secretHash, token: { id, kind: "personal", userId, permissions: [], viewIds: [], ...values } };
}

import type { Kysely } from "kysely";

import { lockTokensShared } from "../../store/locks.ts";
import type { Database } from "../../store/schema.ts";
import type { Actor } from "./actor.ts";
import { findToken, noSuchToken } from "./find.ts";

/**
 * Deletes a token for good; its string is no longer accepted.
 *
 * @throws ClientError NOT_FOUND, also for a token that the caller may not administer
 */
export async function deleteToken(db: Kysely<Database>, actor: Actor, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    const found = await findToken(trx, await actor.rights(trx), id);
    if (found === undefined) throw noSuchToken();
    await trx.deleteFrom("tokens").where("id", "=", id).execute();
  });
}

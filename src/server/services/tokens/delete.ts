import type { Mutate } from "#server/access/mutate.ts";
import { findToken, noSuchToken, tokenTarget } from "./find.ts";

/**
 * Deletes a token for good; its string is no longer accepted.
 *
 * @throws ClientError NOT_FOUND, also for a token that the caller may not administer
 */
export async function deleteToken(mutate: Mutate, id: string): Promise<void> {
  await mutate({ token: id }, async (act) => {
    const { trx } = act;
    const found = await findToken(act, id);
    if (found === undefined) throw noSuchToken();
    await trx.deleteFrom("tokens").where("id", "=", id).execute();
    return {
      result: undefined,
      record: { type: "hashedtokens.change", action: "delete", target: tokenTarget(found), before: found },
    };
  });
}

import { checkRotation, widestLimits } from "#domain/token/policyCheck.ts";

import type { Act, Recorded, Mutate } from "#server/access/mutate.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { carryNotesOver, ownTokens } from "#server/store/tokenNotes.ts";
import type { TokenModel } from "#server/store/schema.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { accepted, requireHeld } from "./checks.ts";
import { expired, findToken, noSuchToken, tokenTarget } from "./find.ts";
import { freshlyIssued, type Follow, type IssuedToken } from "./issued.ts";
import { lockUser, putPersonalToken } from "./personal.ts";

/**
 * Replaces the secret of a token; the old string is no longer accepted. A view, organization or system token gets a new id as
 * well (LogScale's clients read it off the new string). What the token may do, its expiry and its filter carry over, and it
 * counts as created now, so it has to fit the policy in force. An expired token is as good as gone. For a personal token `id` is
 * the user's id, and root may name a user who has none.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or POLICY_VIOLATION
 */
export async function rotateToken(mutate: Mutate, id: string, follow: Follow): Promise<IssuedToken> {
  // A personal token's id is its user's.
  return mutate({ token: id, lock: (trx) => lockUser(trx, id) }, async (act, isUser) => {
    const recorded = await rotate(act, id, isUser);
    await follow(act.trx, recorded.result);
    return recorded;
  });
}

async function rotate(act: Act, id: string, isUser: boolean): Promise<Recorded<IssuedToken>> {
  const { trx, rights, now } = act;
  const found = await findToken(act, id);
  const policies = await readPolicies(trx);
  const gone = found === undefined ? noSuchToken() : expired(found, now, "be rotated");
  if (found === undefined || gone !== undefined) {
    if (gone !== undefined && !(rights.root && isUser)) throw gone;
    return rotated(null, await putPersonalToken(act, id, accepted(widestLimits("personal", policies.personal, now), {})));
  }
  const { kind, permissions, viewIds } = found;
  if (kind !== "personal") requireHeld(rights, kind, permissions, viewIds, undefined);
  const limits = accepted(checkRotation(kind, policies[kind], { expireAt: found.expireAt, ipFilter: found.ipFilterId }, now), {});
  if (kind === "personal") return rotated(found, await putPersonalToken(act, id, limits));

  const minted = mintToken(kind);
  const changed = { id: minted.id, ...freshlyIssued(act, limits) };
  await trx
    .updateTable("tokens")
    .set({ ...changed, secretHash: minted.secretHash })
    .where("id", "=", id)
    .execute();
  const { id: tokenId, createdAt: tokenCreatedAt } = changed;
  await carryNotesOver(trx, ownTokens, { kind, tokenId: id }, { tokenId, tokenCreatedAt });
  const { tokenString, secretHash } = minted;
  return rotated(found, { tokenString, secretHash, token: { ...found, ...changed } });
}

/** What came of a rotation, also of one by which root gave a user without a token the first. */
function rotated(before: TokenModel | null, issued: IssuedToken): Recorded<IssuedToken> {
  const { token } = issued;
  return {
    result: issued,
    record: {
      type: "hashedtokens.rotate",
      action: "rotate",
      target: tokenTarget(before ?? token),
      newId: token.id,
      before,
      after: token,
    },
  };
}

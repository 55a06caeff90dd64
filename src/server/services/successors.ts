import { sql } from "kysely";

import type { TokenKey } from "#domain/inventory/notes.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Act } from "#server/access/mutate.ts";
import { ClientError } from "#server/errors.ts";
import { changeNotes, ownTokens, type NotedToken } from "#server/store/tokenNotes.ts";
import { resultOf } from "./noteResult.ts";
import { administered } from "./tokens/administered.ts";

/** The part of a request that names the token whose place a new one takes. */
const field = "extensions.tokenhouse.replaces";

/** What is said of a token that cannot be replaced, whatever the reason. */
export function noSuchPredecessor(): ClientError {
  return new ClientError(
    "NOT_FOUND",
    "The token that this one would replace does not exist, is of another kind, or you may not administer it. It may have been deleted or rotated. Nothing was created: create the token without naming one that it replaces.",
    { field },
  );
}

/** What is said of a request that names a token to replace, and asks for something that takes no token's place. */
export function replacesNothing(): ClientError {
  return new ClientError(
    "BAD_INPUT",
    "Only a request that creates a view, organization, system or ingest token names one that it replaces. Nothing was changed.",
    { field },
  );
}

/** A token, by what the table of notes knows it by and by what everybody else does. */
interface Named {
  readonly noted: NotedToken;
  readonly key: TokenKey;
}

/**
 * Records that a token which this very act creates takes another's place. The act holds the lock on notes, and the other one is locked.
 *
 * @throws ClientError BAD_INPUT where no more links are kept
 */
export async function recordSuccessor({ trx, rights, now }: Act, token: Named, replaced: Named): Promise<void> {
  const change = { type: "link", token: token.key, replaces: replaced.key, seen: null } as const;
  const noted = { token: token.noted, replaces: replaced.noted };
  const result = await changeNotes(trx, ownTokens, change, noted, { by: rights.name, at: now }, () => replaced.key);
  resultOf(change, result, true);
}

/** A governed token as it is noted of. */
export function named({ kind, id, createdAt }: Extract<TokenKey, { id: string }>): Named {
  return { key: { kind, id, createdAt }, noted: { kind, tokenId: id, tokenCreatedAt: createdAt } };
}

/** The ids of the tokens that these governed ones replace, as far as the caller may list them. */
export async function readReplaced({ db, rights }: Actor, ids: readonly string[]): Promise<{ id: string; replaces: string }[]> {
  const rows = await db
    .selectFrom("tokenNotes")
    .select(["tokenId as id", "replacesId as replaces"])
    .where("cluster", "=", ownTokens)
    .where("type", "=", "link")
    .where("kind", "in", tokenKinds)
    .where("tokenId", "in", ids)
    .where(
      sql<boolean>`(kind, replaces_id, replaces_created_at) in (
        select kind, id, created_at from tokens where ${administered(rights, tokenKinds)})`,
    )
    .execute();
  return rows.flatMap(({ id, replaces }) => (replaces === null ? [] : [{ id, replaces }]));
}

/** The names of the tokens that these ingest tokens replace, by the ids of both's table. */
export async function readReplacedIngest(
  { db }: Pick<Actor, "db">,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom("tokenNotes")
    .innerJoin("ingestTokens", "ingestTokens.id", "tokenNotes.replacesId")
    .select(["tokenNotes.tokenId as id", "ingestTokens.name"])
    .where("cluster", "=", ownTokens)
    .where("type", "=", "link")
    .where("kind", "=", "ingest")
    .where("tokenId", "in", ids)
    .execute();
}

import { sql, type Kysely } from "kysely";

import { day } from "#domain/duration.ts";
import { whoseTurn } from "#domain/inventory/acting.ts";
import { endingAt } from "#domain/notice/ending.ts";
import { dueNotice, isTooLate, noticeThresholds, type ExpiryNotice } from "#domain/notice/thresholds.ts";
import { ownerOf } from "#domain/token/creator.ts";
import { neverUsed } from "#domain/token/lastUse.ts";
import { tryLockNotices } from "#server/store/locks.ts";
import { randomId } from "#server/store/ids.ts";
import type { Database } from "#server/store/schema.ts";
import { ownTokens } from "#server/store/tokenNotes.ts";

import { mostTokensTold, reportJson } from "./report.ts";

/** How long what was dealt with is remembered after the token's expiry, and a request after it was made, in ms. */
const remembered = 90 * day;

/** Tokens that one transaction deals with at most: all others wait for it, and a policy may end very many tokens on one day. */
const mostAtOnce = 5000;

/**
 * Looks for tokens that passed a threshold and lays ready what is to be sent, each token once for each threshold. Any number of processes may
 * do so: one at a time looks, the others pass. Gives how many requests were laid ready. `server` is the server's address, for the reader.
 */
export async function layNoticesReady(
  db: Kysely<Database>,
  server: string,
  now: number,
  atOnce: number = mostAtOnce,
): Promise<number> {
  let deliveries = 0;
  for (;;) {
    const part = await layPartReady(db, server, now, atOnce);
    deliveries += part.deliveries;
    if (!part.more) return deliveries;
  }
}

function layPartReady(
  db: Kysely<Database>,
  server: string,
  now: number,
  atOnce: number,
): Promise<{ readonly deliveries: number; readonly more: boolean }> {
  return db.transaction().execute(async (trx) => {
    if (!(await tryLockNotices(trx))) return { deliveries: 0, more: false };
    const looked = await trx.selectFrom("noticeLooks").select("lookedAt").executeTakeFirst();
    const due = await passedThresholds(trx, now, atOnce);
    const [late, fresh] = [[], []] as [ExpiryNotice[], ExpiryNotice[]];
    for (const notice of due) (isTooLate(notice, looked?.lookedAt, now) ? late : fresh).push(notice);
    await note(trx, late, null);
    let deliveries = 0;
    for (let start = 0; start < fresh.length; start += mostTokensTold) {
      const part = fresh.slice(start, start + mostTokensTold);
      const id = randomId(24);
      const body = JSON.stringify(
        reportJson({ server, at: now, within: noticeThresholds[0], tokens: part.map(({ token }) => token), unseen: [] }),
      );
      await trx.insertInto("noticeDeliveries").values({ id, body, tokens: part.length, createdAt: now, nextAt: now }).execute();
      await note(trx, part, id);
      deliveries++;
    }
    // The look is over once all were dealt with: until then lateness counts from the one before.
    if (due.length === atOnce) return { deliveries, more: true };
    await trx
      .insertInto("noticeLooks")
      .values({ id: 1, lookedAt: now })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ lookedAt: now }))
      .execute();
    await trx
      .deleteFrom("notices")
      .where("expireAt", "<", now - remembered)
      .execute();
    await trx
      .deleteFrom("noticeDeliveries")
      .where("createdAt", "<", now - remembered)
      .where("nextAt", "is", null)
      .execute();
    return { deliveries, more: false };
  });
}

/** The tokens that are within a threshold of their end and were not dealt with for it, the next to end first. */
async function passedThresholds(trx: Kysely<Database>, now: number, atMost: number): Promise<readonly ExpiryNotice[]> {
  const [longest] = noticeThresholds;
  const nearest = noticeThresholds
    .toReversed()
    .map((threshold) => sql`when expire_at <= ${now + threshold}::int8 then ${threshold}::int8`);
  const rows = await trx
    .selectFrom("tokens")
    .leftJoin("tokenNotes as owner", (join) =>
      join
        .on("owner.cluster", "=", ownTokens)
        .on("owner.type", "=", "owner")
        .onRef("owner.kind", "=", "tokens.kind")
        .onRef("owner.tokenId", "=", "tokens.id")
        .onRef("owner.tokenCreatedAt", "=", "tokens.createdAt"),
    )
    .select([
      "tokens.id",
      "tokens.kind",
      "tokens.name",
      "tokens.createdAt",
      "tokens.expireAt",
      "creatorKind",
      "creatorId",
      "createdBy",
      "lastUsedAt",
      "lastUsedFrom",
      "owner.text as ownerText",
      "owner.writtenBy as ownerBy",
      "owner.writtenAt as ownerAt",
    ])
    .where("expireAt", ">", now)
    .where("expireAt", "<=", now + longest)
    .where(
      sql<boolean>`not exists (select 1 from notices where token_id = tokens.id and notices.expire_at = tokens.expire_at
        and threshold = case ${sql.join(nearest, sql` `)} end)`,
    )
    .orderBy("expireAt")
    .orderBy("tokens.id")
    .limit(atMost)
    .execute();
  return rows.flatMap(({ creatorKind, creatorId, createdBy, lastUsedAt, lastUsedFrom, ownerText, ownerBy, ownerAt, ...row }) => {
    const { expireAt } = row;
    if (expireAt === null) return [];
    const creator = { kind: creatorKind, id: creatorId, name: createdBy };
    const lastUse = lastUsedAt === null ? neverUsed : ({ at: lastUsedAt, from: lastUsedFrom, source: "recorded" } as const);
    const token = { ...row, ipFilter: null, creator, lastUse };
    const written =
      ownerText === null || ownerBy === null || ownerAt === null ? undefined : { owner: ownerText, by: ownerBy, at: ownerAt };
    const owner = whoseTurn({ kind: row.kind, owner: ownerOf(token), ...(written && { written }) });
    return dueNotice(endingAt(token, expireAt, now, owner), now) ?? [];
  });
}

async function note(trx: Kysely<Database>, notices: readonly ExpiryNotice[], deliveryId: string | null): Promise<void> {
  for (let start = 0; start < notices.length; start += 1000) {
    const rows = notices.slice(start, start + 1000).map(({ token, threshold }) => ({
      tokenId: token.id,
      expireAt: Number(token.expireAt),
      threshold,
      deliveryId,
    }));
    await trx.insertInto("notices").values(rows).execute();
  }
}

import type { Kysely, Transaction } from "kysely";

import { lockTokensExclusive, lockTokensShared } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import type { Actor } from "./actor.ts";
import type { Judge, Targets } from "./judgement.ts";

/** An actor who was judged after the last lock: what is written is written with `trx`, and what may be done is in `rights` and nowhere else. */
export interface Act extends Actor {
  readonly trx: Transaction<Database>;
}

/** What an act locks before its caller is judged. */
export interface ActLocks<L> extends Targets {
  /**
   * Whether no other act runs meanwhile. For acts that may take rights from many callers at once: on policies, users, role assignments and
   * search domains.
   */
  readonly alone?: boolean;
  /**
   * Locks and reads the rows that the act is about, in the order that {@link makeMutate} states. The caller is not judged yet: write
   * nothing, and tell nothing of what was read.
   */
  readonly lock?: (trx: Transaction<Database>) => Promise<L>;
}

/** Runs a mutation's transaction. The only way to one: see {@link makeMutate}. */
export type Mutate = <T, L = undefined>(locks: ActLocks<L>, work: (act: Act, locked: L) => Promise<T>) => Promise<T>;

/**
 * Makes the one wrapper through which every mutation runs its transaction. It takes all locks first and judges the caller last, since a
 * credential may be revoked while a request waits. The judgement keeps its own rows locked until the transaction ends, so a revocation
 * waits for the acts judged before it. No act commits after its revocation was answered.
 *
 * Everybody locks in this order, so that nobody waits in a ring:
 *
 * 1. the lock on tokens, shared, or alone
 * 2. `lock`: collector configurations, fleet tokens; search domains, parsers, ingest tokens; users, roles. Of one table in the order of ids.
 *    Users are locked for update by who is alone, and shared by others
 * 3. the judgement: the caller's user, roles and session, shared; then the caller's token and those the act is about, in the order of ids;
 *    then IP filters likewise
 *
 * @param judge refuses whoever may not act, by throwing
 */
export function makeMutate(db: Kysely<Database>, judge: Judge): Mutate {
  return (locks, work) =>
    db
      .transaction()
      // What is read after a lock must be what was committed before it, whatever the database's own setting.
      .setIsolationLevel("read committed")
      .execute(async (trx) => {
        await (locks.alone === true ? lockTokensExclusive(trx) : lockTokensShared(trx));
        const locked = await locks.lock?.(trx);
        const judgement = await judge(trx, { token: locks.token, otherToken: locks.otherToken, ipFilter: locks.ipFilter });
        // L is undefined where there is no `lock`.
        return work({ ...judgement, db: trx, trx }, locked as never);
      });
}

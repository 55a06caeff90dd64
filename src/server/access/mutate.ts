import type { Kysely, Transaction } from "kysely";

import type { AuditEntry } from "#domain/audit/record.ts";

import { actorOf, type Trail } from "#server/audit/trail.ts";
import { lockTokensExclusive, lockTokensShared } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import type { Actor } from "./actor.ts";
import type { Claimed, Judge, Targets } from "./judgement.ts";

/** An actor who was judged after the last lock: what is written is written with `trx`, and what may be done is in `rights` and nowhere else. */
export interface Act extends Actor {
  readonly trx: Transaction<Database>;
}

/** What an act locks before its caller is judged. */
export interface ActLocks<L> extends Targets {
  /**
   * Whether no other act runs meanwhile. For acts that may give rights to many callers at once, or take them: on policies, users, groups,
   * roles, their assignments, and search domains.
   */
  readonly alone?: boolean;
  /**
   * Locks and reads the rows that the act is about, in the order that {@link makeMutate} states. The caller is not judged yet: write
   * nothing, and tell nothing of what was read.
   */
  readonly lock?: (trx: Transaction<Database>) => Promise<L>;
}

/** What an act gives back: what it tells of itself to the audit trail, without which it is not carried out, and its result. */
export interface Recorded<T> {
  readonly record: AuditEntry;
  readonly result: T;
}

/** Runs a mutation's transaction. The only way to one: see {@link makeMutate}. */
export type Mutate = <T, L = undefined>(locks: ActLocks<L>, work: (act: Act, locked: L) => Promise<Recorded<T>>) => Promise<T>;

/** Who acts, by what operation, and where it is judged and recorded. */
export interface MutateOptions {
  readonly db: Kysely<Database>;
  /** Refuses whoever may not act, by throwing. */
  readonly judge: Judge;
  readonly trail: Trail;
  readonly claimed: Claimed;
  /** Name of the mutation in the contract, or of the route. */
  readonly operation: string;
  /** What joins the records of one act that takes several requests. */
  readonly act?: string | undefined;
}

/**
 * Makes the one wrapper through which every mutation runs its transaction. It takes all locks first and judges the caller last, since a
 * credential may be revoked while a request waits. The judgement keeps its own rows locked until the transaction ends, so a revocation
 * waits for the acts judged before it. No act commits after its revocation was answered.
 *
 * Everybody locks in this order, so that nobody waits in a ring:
 *
 * 1. the lock on tokens, shared, or alone
 * 2. `lock`: collector configurations, fleet tokens; search domains, parsers, ingest tokens; users, groups, roles. Of one table in the order of ids.
 *    Users are locked for update by who is alone, and shared by others
 * 3. the judgement: the caller's user, roles, groups' roles and session, shared; then the caller's token and those the act is about, in the order of ids;
 *    then IP filters likewise
 *
 * The act's record is the last thing that the transaction writes: there is no act without one, and none without its act.
 */
export function makeMutate({ db, judge, trail, claimed, operation, act }: MutateOptions): Mutate {
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
        const { record, result } = await work({ ...judgement, db: trx, trx }, locked as never);
        const actor = actorOf(judgement.rights.caller, claimed.identity, claimed.address);
        await trail.append(trx, record, { at: judgement.now, actor, operation, act });
        return result;
      });
}

import type { Kysely, Transaction } from "kysely";

import type { AuditEntry } from "#domain/audit/record.ts";

import { actorOf, type Trail } from "#server/audit/trail.ts";
import { ClientError } from "#server/errors.ts";
import { lockTokensExclusive, lockTokensWithNext } from "#server/store/locks.ts";
import type { InParts } from "#server/store/parts.ts";
import type { Database } from "#server/store/schema.ts";
import { TakenBackError } from "#server/store/statementClient.ts";
import type { Actor } from "./actor.ts";
import { isJudgedOtherwise } from "./foresight.ts";
import type { Claimed, Foresee, ForeseenCaller, Judge, Targets } from "./judgement.ts";

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
  /**
   * Whether the act mostly reads nothing but the judgement, so that it is sent as a whole where that is foreseen. It is begun anew where
   * it turned out otherwise, where it was refused by what was foreseen, and where one failed with which it shared its transaction.
   */
  readonly whole?: boolean;
}

/** What an act gives back: what it tells of itself to the audit trail, without which it is not carried out, and its result. */
export interface Recorded<T> {
  readonly record: AuditEntry;
  /** Further records, where one would be too long. */
  readonly more?: Iterable<AuditEntry>;
  readonly result: T;
}

/** An act that reads and writes so much that others must not wait for all of it. No other act runs meanwhile. */
export interface LongAct<B, P, T> {
  /** The first thing that is done under the lock. Refuses what may not be; writes nothing. */
  readonly begin: (act: Act) => Promise<B>;
  /** Reads what the rest rests on, and refuses; writes nothing. */
  readonly plan: (reading: LongReading, begun: B) => Promise<P>;
  /** What is written, part by part: each may be written in a transaction of its own. At most {@link mostParts}. */
  readonly parts: (planned: P) => Iterable<(db: Kysely<Database>) => Promise<void>>;
  /** The last thing that is done, in one transaction with the record. */
  readonly finish: (act: Act, planned: P) => Promise<Recorded<T>>;
}

/** How the plan of a long act reads. */
export interface LongReading {
  /** The transaction of the whole act; undefined where there is none yet, and nobody but the act writes anything. */
  readonly trx: Transaction<Database> | undefined;
  readonly db: Kysely<Database>;
  /** To be called between two statements, where both take long. */
  readonly pause: () => Promise<void>;
}

/** Runs a mutation's transaction. The only way to one: see {@link makeMutate}. */
export interface Mutate {
  <T, L = undefined>(locks: ActLocks<L>, work: (act: Act, locked: L) => Promise<Recorded<T>>): Promise<T>;
  /** Runs a long act: in one transaction, or where one connection serves all, in parts that come in force together. */
  readonly long: <B, P, T>(act: LongAct<B, P, T>) => Promise<T>;
}

/** Who acts, by what operation, and where it is judged and recorded. */
export interface MutateOptions {
  readonly db: Kysely<Database>;
  /** How a long act lets others read, where the database has one connection. */
  readonly inParts?: InParts | undefined;
  /** Refuses whoever may not act, by throwing. */
  readonly judge: Judge;
  readonly foresee?: Foresee | undefined;
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
export function makeMutate(options: MutateOptions): Mutate {
  const { db, judge, trail, claimed, operation, act } = options;

  const judged = async (trx: Transaction<Database>, targets: Targets, foreseen?: ForeseenCaller): Promise<Act> => ({
    ...(await judge(trx, targets, foreseen)),
    db: trx,
    trx,
  });
  const record = async <T>({ trx, rights, now }: Act, { record: first, more = [], result }: Recorded<T>): Promise<T> => {
    const circumstances = { at: now, actor: actorOf(rights.caller, claimed.identity, claimed.address), operation, act };
    await trail.append(trx, first, circumstances);
    for (const entry of more) await trail.appendNow(trx, entry, circumstances);
    return result;
  };
  // What is read after a lock must be what was committed before it, whatever the database's own setting.
  const transaction = (on: Kysely<Database>) => on.transaction().setIsolationLevel("read committed");

  const mutate = async <T, L = undefined>(
    { alone, lock, whole, ...targets }: ActLocks<L>,
    work: (act: Act, locked: L) => Promise<Recorded<T>>,
  ): Promise<T> => {
    let decided = false;
    const run = (foreseen: ForeseenCaller | undefined) =>
      transaction(db).execute(async (trx) => {
        // With the next statement: that of `lock`, or else of the judgement.
        await lockTokensWithNext(trx, alone === true ? "exclusive" : "shared");
        const locked = await lock?.(trx);
        const found = await judged(trx, targets, foreseen);
        // L is undefined where there is no `lock`.
        const result = await record(found, await work(found, locked as never));
        decided = true;
        return result;
      });
    const foreseen = whole === true ? options.foresee?.(targets) : undefined;
    if (foreseen === undefined) return run(undefined);
    try {
      return await run(foreseen);
    } catch (error) {
      // Who is refused must be refused by what is so now.
      const refused = !decided && error instanceof ClientError;
      if (!refused && !isJudgedOtherwise(error) && !(error instanceof TakenBackError)) throw error;
      return run(undefined);
    }
  };

  const long = <B, P, T>({ begin, plan, parts, finish }: LongAct<B, P, T>): Promise<T> => {
    if (options.inParts === undefined) {
      return transaction(db).execute(async (trx) => {
        await lockTokensExclusive(trx);
        const found = await judged(trx, {});
        const planned = await plan({ trx, db: trx, pause: () => Promise.resolve() }, await begin(found));
        for (const write of parts(planned)) await write(trx);
        return record(found, await finish(found, planned));
      });
    }
    // Nobody else has the connection to write with, from here to the end: the lock is not needed, and would be kept by each part.
    return options.inParts(async (kept) => {
      const { found, begun } = await transaction(kept.db).execute(async (trx) => {
        const found = await judged(trx, {});
        return { found, begun: await begin(found) };
      });
      const planned = await plan({ trx: undefined, db: kept.db, pause: kept.pause }, begun);
      const writes = [...parts(planned)];
      const [only] = writes.length === 1 ? writes : [];
      for (const write of only === undefined ? writes : []) {
        await kept.part(write);
        await kept.pause();
      }
      return kept.finish(async (trx) => {
        // The judgement still holds: nobody else has written anything since. Another one would wait for ever for rows of the caller's own
        // that a part has written.
        const act = { ...found, db: trx, trx };
        await only?.(trx);
        return record(act, await finish(act, planned));
      });
    });
  };
  return Object.assign(mutate, { long });
}

import { addsRows, isOnce, RolledBackError, type TripOutcome, type Statement } from "./statementClient.ts";

/** At the end of a statement with which an act begins that may share its commit with others, before what else stands there. */
export const shared = "/* shared */";

/** How many acts share a commit at most, and how long the first may have run, in ms, when another is still let in. */
const [mostActs, longest] = [16, 40];

const savepoint = plain("savepoint act");
const release = plain("release savepoint act");
const rollbackToSavepoint = plain("rollback to savepoint act");
const commit = plain("commit");
const rollback = plain("rollback");

function plain(sql: string): Statement {
  return { sql, parameters: [] };
}

/** Whether these are the first statements of an act that may share its commit: the beginning of its transaction, and its lock. */
export function beginsSharedAct(statements: readonly Statement[]): boolean {
  return statements[1]?.sql.includes(shared) ?? false;
}

/** An act that waits for its turn. */
export interface WaitingAct {
  /** Its first statements, of which the first begins the transaction. */
  readonly opening: readonly Statement[];
  /** Whether these are all that it has but for the commit, so that nobody has to decide anything between them. */
  readonly whole: boolean;
  /** Gives it the turn, with what its first statements gave. Where these are all, it is in force if none of them failed. */
  readonly open: (outcome: TripOutcome) => void;
  readonly refuse: (error: unknown) => void;
}

/** What a group needs of the connection that it has. */
export interface GroupConnection<A extends WaitingAct> {
  /** Runs statements, one after the other, until one fails. Throws where the database is gone. */
  run(statements: readonly Statement[]): Promise<TripOutcome>;
  /** Takes the next act, of those that are whole or of the others, that waits for the connection out of its queue. */
  take(whole: boolean): A | undefined;
  /** Puts it back as the first. */
  putBack(act: A): void;
  /** Gives the connection back. */
  over(): void;
}

/** What a whole act gives: nobody waits for what its statements give. */
const nothing: TripOutcome = { results: [] };

const ownOf = ({ opening }: WaitingAct) => opening.slice(1);

/** Statements but for those that would only do once more what stays done. */
function onceEach(statements: readonly Statement[]): Statement[] {
  const done = new Set<string>();
  return statements.filter(({ sql, parameters }) => {
    if (!isOnce(sql)) {
      if (!addsRows(sql)) done.clear();
      return true;
    }
    const what = JSON.stringify([sql, parameters]);
    const again = done.has(what);
    done.add(what);
    return !again;
  });
}

interface Settling {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Acts on a single connection that share one commit. Those that wait go one after the other into the same transaction, each behind a
 * savepoint, so that one that fails takes nobody else along. None is told that it is done, or that it was refused for what another did,
 * before all are committed; and nobody else reads until then.
 *
 * The last statements of an act and the first of the next go to the database together. Acts that are whole share a transaction among
 * themselves, all of which is one message to the database.
 */
export class GroupCommit<A extends WaitingAct> {
  readonly #connection: GroupConnection<A>;
  /** How many acts are in the transaction besides the one that runs. */
  #kept = 0;
  #since = 0;
  #settling: Settling[] = [];

  constructor(connection: GroupConnection<A>) {
    this.#connection = connection;
  }

  /** Begins a transaction with its first act. */
  async begin(act: WaitingAct): Promise<void> {
    if (act.whole) {
      await this.#carryOut(act);
      return;
    }
    this.#since = performance.now();
    try {
      act.open(await this.#connection.run(act.opening));
    } catch (error) {
      act.refuse(error);
      this.#connection.over();
    }
  }

  /**
   * Ends the act that runs with its last statements. When it throws, the act is still to be rolled back. Else it has the connection no
   * longer, and `durable` tells whether it is in force.
   */
  async commit(last: readonly Statement[]): Promise<{ readonly durable: Promise<void> }> {
    const next = this.#next();
    // Where a statement failed and the act went on all the same, its savepoint cannot be released: it fails alone.
    const own = [...last, ...(this.#kept > 0 ? [release] : []), ...(next === undefined ? [] : [savepoint])];
    const { results, failure } = await this.#run([...own, ...(next?.opening.slice(1) ?? [commit])], next);
    if (results.length < own.length) {
      if (next !== undefined) this.#connection.putBack(next);
      throw failure ?? new RolledBackError();
    }
    if (next === undefined) {
      this.#requireCommitted(results, failure);
      return { durable: Promise.resolve() };
    }
    this.#kept++;
    const durable = this.#settled();
    this.#hand(next, results.slice(own.length), failure);
    return { durable };
  }

  /** Takes back the act that runs, and nothing else. Resolves when nothing that it may have been refused for can be undone any more. */
  async rollback(): Promise<void> {
    if (this.#kept === 0) {
      try {
        await this.#run([rollback]);
      } finally {
        this.#connection.over();
      }
      return;
    }
    const next = this.#next();
    const { results, failure } = await this.#run([rollbackToSavepoint, ...(next?.opening.slice(1) ?? [commit])], next).catch(
      (error: unknown) => {
        this.#connection.over();
        throw error;
      },
    );
    if (next !== undefined && results.length > 0) {
      // Whether the others are committed in the end is theirs to be told.
      const settled = this.#settled().catch(() => {});
      this.#hand(next, results.slice(1), failure);
      return settled;
    }
    if (next !== undefined) this.#connection.putBack(next);
    try {
      this.#requireCommitted(results, failure);
    } catch {
      return this.rollback();
    }
  }

  /** Ends the transaction where its commit succeeded. Else nothing of it is in force, and the act that runs is still to be rolled back. */
  #requireCommitted(results: TripOutcome["results"], failure: Error | undefined): void {
    // PostgreSQL answers the commit of a transaction in which a statement failed by rolling it back.
    if (failure === undefined && results.at(-1)?.command === "COMMIT") {
      this.#kept = 0;
      for (const { resolve } of this.#settling.splice(0)) resolve();
      this.#connection.over();
      return;
    }
    const error = failure ?? new RolledBackError();
    this.#abandon(error);
    throw error;
  }

  /** The next act, where another may share this commit. */
  #next(): A | undefined {
    if (this.#kept + 1 >= mostActs || performance.now() - this.#since > longest) return undefined;
    return this.#connection.take(false);
  }

  /**
   * Carries out acts that are whole: this one, and those that wait already. They go to the database together, in their order and with the
   * commit. Where one fails nothing of them is in force, and they go once more, each behind a savepoint.
   */
  async #carryOut(first: WaitingAct): Promise<void> {
    const acts = [first];
    for (let next; acts.length < mostActs && (next = this.#connection.take(true)) !== undefined;) acts.push(next);
    const [begin] = first.opening;
    try {
      const outcomes = begin === undefined ? [] : await this.#together(begin, acts);
      for (const [place, act] of acts.entries()) act.open(outcomes[place] ?? nothing);
    } catch (error) {
      for (const act of acts) act.refuse(error);
    } finally {
      this.#connection.over();
    }
  }

  async #together(begin: Statement, acts: readonly WaitingAct[]): Promise<readonly TripOutcome[]> {
    const { results, failure } = await this.#connection.run([begin, ...onceEach(acts.flatMap(ownOf)), commit]);
    if (failure === undefined && results.at(-1)?.command === "COMMIT") return acts.map(() => nothing);
    await this.#connection.run([rollback]);
    const [only, another] = acts;
    if (only !== undefined && another === undefined) return [{ results: [], failure: failure ?? new RolledBackError() }];
    return this.#oneByOne(begin, acts);
  }

  /** The same for acts of which one may fail. */
  async #oneByOne(begin: Statement, acts: readonly WaitingAct[]): Promise<readonly TripOutcome[]> {
    const outcomes: TripOutcome[] = [];
    let before: readonly Statement[] = [begin];
    for (;;) {
      const left = acts.slice(outcomes.length);
      const each = left.map((act) => [savepoint, ...ownOf(act), release]);
      const { results, failure } = await this.#connection.run([...before, ...each.flat(), commit]);
      const failed = failure ?? (results.at(-1)?.command === "COMMIT" ? undefined : new RolledBackError());
      if (failed === undefined) return [...outcomes, ...left.map(() => nothing)];
      let ended = before.length;
      const done = each.findIndex((statements) => results.length < (ended += statements.length));
      if (done < 0) {
        await this.#connection.run([rollback]);
        throw failed;
      }
      outcomes.push(...left.slice(0, done).map(() => nothing), { results: [], failure: failed });
      before = [rollbackToSavepoint];
    }
  }

  async #run(statements: readonly Statement[], next?: WaitingAct): Promise<TripOutcome> {
    try {
      return await this.#connection.run(statements);
    } catch (error) {
      next?.refuse(error);
      this.#abandon(error);
      throw error;
    }
  }

  #hand(next: WaitingAct, results: TripOutcome["results"], failure: Error | undefined): void {
    // In place of what the beginning of a transaction of its own would have given.
    const begun = { command: "START", rowCount: 0, rows: [] };
    next.open({ results: [begun, ...results], ...(failure && { failure }) });
  }

  #settled(): Promise<void> {
    return new Promise((resolve, reject) => this.#settling.push({ resolve, reject }));
  }

  /** Tells every act of the transaction that nothing of it is in force. */
  #abandon(error: unknown): void {
    this.#kept = 0;
    for (const { reject } of this.#settling.splice(0)) reject(error);
  }
}

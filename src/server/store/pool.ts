import { setImmediate } from "node:timers/promises";

import type { PostgresPool, PostgresPoolClient } from "kysely";

import { codeOf } from "#server/startError.ts";
import { readOnlyViolation, StoreFailedError, StoreUnreachableError } from "./failures.ts";
import { beginsSharedAct, GroupCommit, type WaitingAct } from "./groupCommit.ts";
import { isLookUp, resultsOf, TripClient, type TripOutcome, type Statement, type StatementResult } from "./statementClient.ts";

/** A database with a single connection that runs one statement after the other. */
export interface Engine {
  /** Runs one statement. Throws pg's DatabaseError when the database refuses it, StoreFailedError when the database is gone. */
  query(sql: string, parameters: readonly unknown[]): Promise<StatementResult>;
  /** Runs several, one after the other, until one fails. Where it is absent they are asked for one by one. */
  queryAll?(statements: readonly Statement[]): Promise<TripOutcome>;
  /** Finishes what was begun and ends the database cleanly. */
  close(): Promise<void>;
}

/** How long a caller waits for the connection before it is told that something holds on to it, in ms. */
const patience = 60_000;

/** How long those that read may follow each other before whoever keeps the connection goes on, in ms. */
const readersTurn = 50;

/** How busy the connections to the database are, and how many callers wait for one. */
export interface ConnectionLoad {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

interface WaitingCaller {
  /** Ends the waiting: with a turn, or without one where it is to be seen first what the caller wants. */
  readonly start: (granted: boolean) => void;
  readonly refuse: (error: unknown) => void;
  /** Has it wait as long as it takes. */
  readonly wait: () => void;
  /** Where it is an act that may share its commit. */
  readonly act: WaitingAct | undefined;
}

/** An act that waits, with its place in the queue. */
interface QueuedAct extends WaitingAct {
  readonly waiting: WaitingCaller;
}

/** A connection that an act or a reading keeps from transaction to transaction. */
export interface KeptConnection {
  /** What is asked of it runs on the kept connection, at once. */
  readonly pool: PostgresPool;
  /** Lets in those that wait to read. Not within a transaction: they would read what is not committed. */
  readonly letOthersRead: () => Promise<void>;
}

/**
 * Makes a single connection look like a pool to Kysely's PostgresDialect. Whoever asks something of it waits until it is free, in the order
 * of asking, but for acts that share a commit: see {@link GroupCommit}. Whoever uses the outer `db` inside a transaction would wait for itself; after a minute it is told so.
 */
export class SingleConnectionPool implements PostgresPool {
  readonly #engine: Engine;
  readonly #queue: WaitingCaller[] = [];
  /** Who waits to read while the connection is kept. */
  readonly #readers: WaitingCaller[] = [];
  #taken = false;
  /** For what the connection is kept. */
  #kept: "act" | "reading" | undefined;
  /** Ends the turn of a reader that was let in. */
  #readerDone: (() => void) | undefined;
  #asked = 0;
  #ended = false;
  #failure: StoreFailedError | undefined;
  readonly #onFailure: ((error: StoreFailedError) => void) | undefined;
  readonly #group = new GroupCommit<QueuedAct>({
    run: (statements) => runAll(this.#engine, statements),
    take: (whole) => this.#takeAct(whole),
    putBack: ({ waiting }) => void this.#queue.unshift(waiting),
    over: () => this.#next(),
  });

  /** @param onFailure told when an act failed so that nobody may read any more */
  constructor(engine: Engine, onFailure?: (error: StoreFailedError) => void) {
    this.#engine = telling(engine, (statements) => {
      this.#asked += statements?.filter((sql) => !isLookUp(sql)).length ?? 1;
    });
    this.#onFailure = onFailure;
  }

  connect(): Promise<PostgresPoolClient> {
    const turns: Turns = {
      take: (text, writes) => this.#turnFor(text, writes),
      giveBack: () => this.#next(),
      group: this.#group,
      open: (statements) => this.#openAct(statements, false),
      carryOut: async (statements) => void resultsOf(await this.#openAct(statements, true)),
    };
    const gone = this.#gone;
    return gone === undefined ? Promise.resolve(new Client(this.#engine, turns)) : Promise.reject(gone);
  }

  /**
   * Keeps the connection until `work` is done. Everybody else waits, but those that only read are let in where
   * {@link KeptConnection.letOthersRead} is called.
   */
  async keep<T>(work: (kept: KeptConnection) => Promise<T>): Promise<T> {
    this.#refuseWhenGone();
    await this.#turnInQueue();
    return this.#keepFor("act", work);
  }

  /**
   * The same for work that only reads. While an act keeps the connection, it is let in where others are that read. It then lets in nobody
   * itself, since the act may come to its end before it does.
   */
  async keepToRead<T>(work: (kept: KeptConnection) => Promise<T>): Promise<T> {
    this.#refuseWhenGone();
    for (;;) {
      if (this.#kept === "act") {
        await this.#wait(this.#readers);
        return work({ pool: this.#ownersPool, letOthersRead: () => Promise.resolve() }).finally(() => this.#next());
      }
      if (await this.#turnNow()) return this.#keepFor("reading", work);
    }
  }

  /** Keeps the connection, for which it has the turn. */
  async #keepFor<T>(what: "act" | "reading", work: (kept: KeptConnection) => Promise<T>): Promise<T> {
    this.#kept = what;
    // What these want is seen from their first statement.
    for (const waiting of this.#queue.splice(0)) waiting.start(false);
    try {
      return await work({ pool: this.#ownersPool, letOthersRead: () => this.#letOthersRead() });
    } catch (error) {
      // Of an act a part may be in force.
      if (what === "act" && error instanceof StoreFailedError) this.#fail(error);
      throw error;
    } finally {
      this.#kept = undefined;
      this.#queue.unshift(...this.#readers.splice(0));
      this.#next();
    }
  }

  /** For whoever keeps the connection. */
  get #ownersPool(): PostgresPool {
    return { connect: () => Promise.resolve(new Client(this.#engine, undefined)), end: () => Promise.resolve() };
  }

  /** Whether the connection is in use, and how many wait for it. */
  load(): ConnectionLoad {
    const used = this.#taken || this.#kept !== undefined ? 1 : 0;
    return { used, idle: 1 - used, waiting: this.#queue.length + this.#readers.length };
  }

  /**
   * How many statements the database was asked to run, look-ups apart, and how often it failed to. Nobody else can ask it anything, and it
   * does nothing unasked: while this number stays the same, a look-up gives what it gave before.
   */
  get asked(): number {
    return this.#asked;
  }

  #fail(error: StoreFailedError): void {
    this.#failure = error;
    this.#asked++;
    for (const waiting of [...this.#queue.splice(0), ...this.#readers.splice(0)]) waiting.refuse(error);
    this.#onFailure?.(error);
  }

  /** Refuses new callers, lets those that wait already have their turn, and closes the database. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#asked++;
    // However long that takes: to whoever opens the folder next, it must be closed.
    while (!(await this.#turnNow(undefined, Infinity)));
    await this.#engine.close();
  }

  /** Why nobody may ask anything any more. */
  get #gone(): StoreFailedError | undefined {
    return this.#failure ?? (this.#ended ? new StoreFailedError("The store is closed.") : undefined);
  }

  #refuseWhenGone(): void {
    const gone = this.#gone;
    if (gone !== undefined) throw gone;
  }

  /** Waits for a turn once; says whether it came, or whether the connection is kept now. */
  #turnNow(act?: WaitingAct, longest: number = patience): Promise<boolean> {
    if (this.#taken) return this.#wait(this.#queue, act, longest);
    this.#taken = true;
    return Promise.resolve(true);
  }

  async #turnInQueue(): Promise<void> {
    while (!(await this.#turnNow()));
  }

  /** Runs the first statements of an act that may share its commit, or all, when its turn comes or another act takes it along. */
  #openAct(opening: readonly Statement[], whole: boolean): Promise<TripOutcome> {
    return new Promise((open, refuse) => {
      const act: WaitingAct = { opening, whole, open, refuse };
      const begin = async (): Promise<void> => {
        this.#refuseWhenGone();
        while (!(await this.#turnNow(act)));
        await this.#group.begin(act);
      };
      begin().catch(refuse);
    });
  }

  #takeAct(whole: boolean): QueuedAct | undefined {
    const place = this.#queue.findIndex(({ act }) => act?.whole === whole);
    const [waiting] = place < 0 ? [] : this.#queue.splice(place, 1);
    // Another act has taken it along: within a moment it has its turn, or is the next.
    waiting?.wait();
    return waiting?.act && { ...waiting.act, waiting };
  }

  /** Waits for the turn of somebody who begins with this statement; says whether it is one to read in only. */
  async #turnFor(text: string, writes: boolean): Promise<boolean> {
    this.#refuseWhenGone();
    const reads = !writes && !opensWriting(text);
    for (;;) {
      if (this.#kept !== undefined && reads) {
        await this.#wait(this.#readers);
        return true;
      }
      if (await this.#turnNow()) return false;
    }
  }

  async #letOthersRead(): Promise<void> {
    // Requests that came meanwhile get as far as asking.
    await setImmediate();
    if (this.#readers.length === 0) return;
    const end = performance.now() + readersTurn;
    // Whoever writes nevertheless is refused by the database, and waits with those that write.
    await this.#engine.query("set default_transaction_read_only = on", []);
    try {
      for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift()) {
        const done = new Promise<void>((resolve) => (this.#readerDone = resolve));
        reader.start(true);
        await done;
        if (performance.now() > end) break;
        // One request often reads several times.
        if (this.#readers.length === 0) await setImmediate();
      }
    } finally {
      await this.#engine.query("set default_transaction_read_only = off", []);
    }
  }

  #wait(queue: WaitingCaller[], act?: WaitingAct, longest: number = patience): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiting: WaitingCaller = {
        act,
        start: (granted) => {
          clearTimeout(timer);
          resolve(granted);
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
        wait: () => clearTimeout(timer),
      };
      const giveUp = () => {
        // Readers are put among the others when the connection is kept no longer.
        const waits = [this.#queue, this.#readers].find((each) => each.includes(waiting));
        if (waits === undefined) return;
        waits.splice(waits.indexOf(waiting), 1);
        waiting.refuse(
          new StoreUnreachableError(
            new Error(
              `The database connection was not free for ${patience / 1000} s: a statement takes very long, or one outside a transaction waits inside it.`,
            ),
          ),
        );
      };
      const timer = longest === Infinity ? undefined : setTimeout(giveUp, longest).unref();
      queue.push(waiting);
    });
  }

  #next(): void {
    const readerDone = this.#readerDone;
    this.#readerDone = undefined;
    if (readerDone !== undefined) {
      readerDone();
      return;
    }
    const waiting = this.#queue.shift();
    // Stays taken while it is handed on, so that nobody who asks just now gets in between.
    if (waiting === undefined) this.#taken = false;
    else waiting.start(true);
  }
}

/** The same engine, which tells of statements before it runs them, and where they could not be run, of no statements. */
function telling(engine: Engine, tell: (statements: readonly string[] | undefined) => void): Engine {
  const queryAll = engine.queryAll?.bind(engine);
  const failed = (error: unknown): never => {
    tell(undefined);
    throw error;
  };
  return {
    query(sql, parameters) {
      tell([sql]);
      return engine.query(sql, parameters).catch(failed);
    },
    ...(queryAll && {
      queryAll(statements: readonly Statement[]) {
        tell(statements.map(({ sql }) => sql));
        return queryAll(statements).catch(failed);
      },
    }),
    close: () => engine.close(),
  };
}

/** Whether a statement opens a transaction in which something may be written. */
function opensWriting(text: string): boolean {
  return /^(?:begin|start transaction)\b/iu.test(text.trimStart()) && !/\bread\s+only\b/iu.test(text);
}

/** Runs statements one after the other, until one fails. */
async function runAll(engine: Engine, statements: readonly Statement[]): Promise<TripOutcome> {
  if (engine.queryAll !== undefined) return engine.queryAll(statements);
  const results: StatementResult[] = [];
  for (const { sql, parameters } of statements) {
    try {
      results.push(await engine.query(sql, parameters));
    } catch (error) {
      if (error instanceof StoreFailedError || !(error instanceof Error)) throw error;
      return { results, failure: error };
    }
  }
  return { results };
}

interface Turns {
  /** Waits for the turn of who begins with this statement, or is known to write; says whether it is one to read in only. */
  take(text: string, writes: boolean): Promise<boolean>;
  giveBack(): void;
  /** Begins an act that may share its commit, which then goes on in the group. */
  open(statements: readonly Statement[]): Promise<TripOutcome>;
  /** Carries out an act that may share its commit, from its beginning to its commit. */
  carryOut(statements: readonly Statement[]): Promise<void>;
  readonly group: Pick<GroupCommit<QueuedAct>, "commit" | "rollback">;
}

class Client extends TripClient {
  readonly #engine: Engine;
  readonly #turns: Turns | undefined;
  #granted: boolean;
  /** Whether it is in an act that may share its commit. */
  #acts = false;
  #readsOnly = false;
  #released = false;

  /** @param turns undefined where the connection is kept for its owner */
  constructor(engine: Engine, turns: Turns | undefined) {
    super();
    this.#engine = engine;
    this.#turns = turns;
    this.#granted = turns === undefined;
  }

  protected override async trip(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (this.#released) throw new Error("The database connection was used after it was given back.");
    const turns = this.#turns;
    if (turns === undefined) return this.#run(statements);
    if (this.#acts) return this.#goOn(turns, statements);
    // Whoever has no turn has nothing begun, or nothing any more: by now the connection is in another's transaction.
    if (!this.#granted && statements.at(-1)?.sql === "rollback") return [];
    if (!this.#granted && beginsSharedAct(statements)) {
      if (statements.at(-1)?.sql === "commit") {
        await turns.carryOut(statements.slice(0, -1));
        return [];
      }
      const outcome = await turns.open(statements);
      this.#acts = true;
      return resultsOf(outcome);
    }
    // What the first of them is decides for all: it may begin a transaction.
    const text = statements[0]?.sql ?? "";
    if (!this.#granted) await this.#take(turns, text, false);
    return this.#run(statements).catch(async (error: unknown) => {
      if (!this.#readsOnly || this.leftOpen || codeOf(error) !== readOnlyViolation) throw error;
      turns.giveBack();
      await this.#take(turns, text, true);
      return this.#run(statements);
    });
  }

  async #run(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return resultsOf(await runAll(this.#engine, statements));
  }

  /** Goes on with an act. Its end gives the connection on. */
  async #goOn({ group }: Turns, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    switch (statements.at(-1)?.sql) {
      case "commit": {
        const { durable } = await group.commit(statements.slice(0, -1));
        this.#acts = false;
        await durable;
        return [];
      }
      case "rollback":
        this.#acts = false;
        await group.rollback();
        return [];
      default:
        return this.#run(statements);
    }
  }

  async #take(turns: Turns, sql: string, writes: boolean): Promise<void> {
    this.#granted = false;
    this.#readsOnly = await turns.take(sql, writes);
    this.#granted = true;
  }

  override release(): void {
    if (this.#released) return;
    this.#released = true;
    const turns = this.#turns;
    const giveBack = () => turns?.giveBack();
    // Given back in the middle of a transaction: its remains must not become part of the next caller's work.
    // If even the rollback fails, the database is gone, and the next caller learns that by itself.
    if (this.#acts) turns?.group.rollback().catch(() => {});
    else if (this.#granted && this.leftOpen) this.#engine.query("rollback", []).then(giveBack, giveBack);
    else if (this.#granted) giveBack();
  }
}

import { setImmediate } from "node:timers/promises";

import type { PostgresPool, PostgresPoolClient } from "kysely";

import { codeOf } from "#server/startError.ts";
import { StoreFailedError } from "./failures.ts";
import { TripClient, type Statement, type StatementResult } from "./statementClient.ts";

/** A database with a single connection that runs one statement after the other. */
export interface Engine {
  /** Runs one statement. Throws pg's DatabaseError when the database refuses it, StoreFailedError when the database is gone. */
  query(sql: string, parameters: readonly unknown[]): Promise<StatementResult>;
  /** Runs several, one after the other, until one fails. Where it is absent they are asked for one by one. */
  queryAll?(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
  /** Finishes what was begun and ends the database cleanly. */
  close(): Promise<void>;
}

/** How long a caller waits for the connection before it is told that something holds on to it, in ms. */
const patience = 60_000;

/** How long those that read may follow each other before an act goes on that keeps the connection, in ms. */
const readersTurn = 50;

/** What PostgreSQL says of a statement that would write where that is not allowed. */
const readOnlyViolation = "25006";

/** How busy the connections to the database are, and how many callers wait for one. */
export interface ConnectionLoad {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

interface WaitingCaller {
  /** Ends the waiting: with a turn, or without one where it is to be seen first what the caller wants. */
  readonly start: (granted: boolean) => void;
  readonly refuse: (error: Error) => void;
}

/** A connection that one act keeps from transaction to transaction. */
export interface KeptConnection {
  /** What is asked of it runs on the kept connection, at once. */
  readonly pool: PostgresPool;
  /** Lets in those that wait to read. Not within a transaction: they would read what is not committed. */
  readonly letOthersRead: () => Promise<void>;
}

/**
 * Makes a single connection look like a pool to Kysely's PostgresDialect: `connect` waits until the connection is free, in the
 * order of asking. Whoever uses the outer `db` inside a transaction would wait for itself; after a minute it is told so.
 */
export class SingleConnectionPool implements PostgresPool {
  readonly #engine: Engine;
  readonly #queue: WaitingCaller[] = [];
  /** Who waits to read while the connection is kept. */
  readonly #readers: WaitingCaller[] = [];
  #taken = false;
  #kept = false;
  /** Ends the turn of a reader that was let in. */
  #readerDone: (() => void) | undefined;
  #ended = false;
  #failure: StoreFailedError | undefined;
  readonly #onFailure: ((error: StoreFailedError) => void) | undefined;

  /** @param onFailure told when an act failed so that nobody may read any more */
  constructor(engine: Engine, onFailure?: (error: StoreFailedError) => void) {
    this.#engine = engine;
    this.#onFailure = onFailure;
  }

  async connect(): Promise<PostgresPoolClient> {
    this.#refuseWhenGone();
    const granted = this.#kept ? false : await this.#turnNow();
    const turns = {
      take: (text: string, writes: boolean) => this.#turnFor(text, writes),
      giveBack: () => this.#next(),
    };
    return new Client(this.#engine, turns, granted);
  }

  /**
   * Keeps the connection until `work` is done. Everybody else waits, but those that only read are let in where
   * {@link KeptConnection.letOthersRead} is called.
   */
  async keep<T>(work: (kept: KeptConnection) => Promise<T>): Promise<T> {
    this.#refuseWhenGone();
    await this.#turnInQueue();
    this.#kept = true;
    // What these want is seen from their first statement.
    for (const waiting of this.#queue.splice(0)) waiting.start(false);
    const turns = { take: () => Promise.resolve(false), giveBack: () => {} };
    try {
      return await work({
        pool: {
          connect: () => Promise.resolve(new Client(this.#engine, turns, true)),
          end: () => Promise.resolve(),
        },
        letOthersRead: () => this.#letOthersRead(),
      });
    } catch (error) {
      if (error instanceof StoreFailedError) this.#fail(error);
      throw error;
    } finally {
      this.#kept = false;
      this.#queue.unshift(...this.#readers.splice(0));
      this.#next();
    }
  }

  /** Whether the connection is in use, and how many wait for it. */
  load(): ConnectionLoad {
    const used = this.#taken || this.#kept ? 1 : 0;
    return { used, idle: 1 - used, waiting: this.#queue.length + this.#readers.length };
  }

  #fail(error: StoreFailedError): void {
    this.#failure = error;
    for (const waiting of [...this.#queue.splice(0), ...this.#readers.splice(0)]) waiting.refuse(error);
    this.#onFailure?.(error);
  }

  /** Refuses new callers, lets those that wait already have their turn, and closes the database. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#turnInQueue();
    await this.#engine.close();
  }

  #refuseWhenGone(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) throw new StoreFailedError("The store is closed.");
  }

  /** Waits for a turn once; says whether it came, or whether the connection is kept now. */
  #turnNow(): Promise<boolean> {
    if (this.#taken) return this.#wait(this.#queue);
    this.#taken = true;
    return Promise.resolve(true);
  }

  async #turnInQueue(): Promise<void> {
    while (!(await this.#turnNow()));
  }

  /** Waits for the turn of somebody who begins with this statement; says whether it is one to read in only. */
  async #turnFor(text: string, writes: boolean): Promise<boolean> {
    const reads = !writes && !opensWriting(text);
    for (;;) {
      if (this.#kept && reads) {
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

  #wait(queue: WaitingCaller[]): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiting: WaitingCaller = {
        start: (granted) => {
          clearTimeout(timer);
          resolve(granted);
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        // Readers are put among the others when the connection is kept no longer.
        for (const each of [this.#queue, this.#readers]) {
          const place = each.indexOf(waiting);
          if (place >= 0) each.splice(place, 1);
        }
        waiting.refuse(
          new Error(
            `The database connection was not free for ${patience / 1000} s: a statement takes very long, or one outside a transaction waits inside it.`,
          ),
        );
      }, patience).unref();
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

/** Whether a statement opens a transaction in which something may be written. */
function opensWriting(text: string): boolean {
  return /^\s*(?:begin|start\s+transaction)\b/iu.test(text) && !/\bread\s+only\b/iu.test(text);
}

interface Turns {
  /** Waits for the turn of who begins with this statement, or is known to write; says whether it is one to read in only. */
  take(text: string, writes: boolean): Promise<boolean>;
  giveBack(): void;
}

class Client extends TripClient {
  readonly #engine: Engine;
  readonly #turns: Turns;
  #granted: boolean;
  #readsOnly = false;
  #released = false;

  constructor(engine: Engine, turns: Turns, granted: boolean) {
    super();
    this.#engine = engine;
    this.#turns = turns;
    this.#granted = granted;
  }

  protected override async trip(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (this.#released) throw new Error("The database connection was used after it was given back.");
    // What the first of them is decides for all: it may begin a transaction.
    const text = statements[0]?.sql ?? "";
    if (!this.#granted) await this.#take(text, false);
    return this.#runAll(statements).catch(async (error: unknown) => {
      if (!this.#readsOnly || this.leftOpen || codeOf(error) !== readOnlyViolation) throw error;
      this.#turns.giveBack();
      await this.#take(text, true);
      return this.#runAll(statements);
    });
  }

  async #runAll(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (this.#engine.queryAll !== undefined) return this.#engine.queryAll(statements);
    const results: StatementResult[] = [];
    for (const { sql, parameters } of statements) results.push(await this.#engine.query(sql, parameters));
    return results;
  }

  async #take(sql: string, writes: boolean): Promise<void> {
    this.#granted = false;
    this.#readsOnly = await this.#turns.take(sql, writes);
    this.#granted = true;
  }

  override release(): void {
    if (this.#released) return;
    this.#released = true;
    if (!this.#granted) return;
    if (!this.leftOpen) {
      this.#turns.giveBack();
      return;
    }
    // Given back in the middle of a transaction: its remains must not become part of the next caller's work.
    // If even the rollback fails, the database is gone, and the next caller learns that by itself.
    const giveBack = () => this.#turns.giveBack();
    this.#engine.query("rollback", []).then(giveBack, giveBack);
  }
}

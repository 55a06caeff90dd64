import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";

import { StoreFailedError } from "./failures.ts";
import { StatementClient } from "./statementClient.ts";

export interface StatementResult {
  readonly command: string;
  readonly rowCount: number;
  readonly rows: unknown[];
}

/** A database with a single connection that runs one statement after the other. */
export interface Engine {
  /** Runs one statement. Throws pg's DatabaseError when the database refuses it, StoreFailedError when the database is gone. */
  query(sql: string, parameters: readonly unknown[]): Promise<StatementResult>;
  /** Finishes what was begun and ends the database cleanly. */
  close(): Promise<void>;
}

/** How long a caller waits for the connection before it is told that something holds on to it, in ms. */
const patience = 60_000;

interface WaitingCaller {
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Makes a single connection look like a pool to Kysely's PostgresDialect: `connect` waits until the connection is free, in the
 * order of asking. Whoever uses the outer `db` inside a transaction would wait for itself; after a minute it is told so.
 */
export class SingleConnectionPool implements PostgresPool {
  readonly #engine: Engine;
  readonly #queue: WaitingCaller[] = [];
  #taken = false;
  #ended = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async connect(): Promise<PostgresPoolClient> {
    if (this.#ended) throw new StoreFailedError("The store is closed.");
    if (this.#taken) await this.#turn();
    this.#taken = true;
    return new Client(this.#engine, () => this.#next());
  }

  /** Refuses new callers, lets those that wait already have their turn, and closes the database. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#taken) await this.#turn();
    await this.#engine.close();
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: WaitingCaller = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: reject,
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        waiting.refuse(
          new Error(
            `The database connection was not free for ${patience / 1000} s: a statement takes very long, or one outside a transaction waits inside it.`,
          ),
        );
      }, patience).unref();
      this.#queue.push(waiting);
    });
  }

  #next(): void {
    const waiting = this.#queue.shift();
    // Stays taken while it is handed on, so that nobody who asks just now gets in between.
    if (waiting === undefined) this.#taken = false;
    else waiting.start();
  }
}

class Client extends StatementClient {
  readonly #engine: Engine;
  readonly #done: () => void;
  #released = false;
  #inTransaction = false;

  constructor(engine: Engine, done: () => void) {
    super();
    this.#engine = engine;
    this.#done = done;
  }

  protected override async run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (this.#released) throw new Error("The database connection was used after it was given back.");
    const result = await this.#engine.query(sql, parameters);
    if (result.command === "BEGIN" || result.command === "START") this.#inTransaction = true;
    if (result.command === "COMMIT" || result.command === "ROLLBACK") this.#inTransaction = false;
    // What a row holds is the claim of whoever wrote the query, as with the pg driver.
    return { command: result.command as PostgresQueryResult<R>["command"], rowCount: result.rowCount, rows: result.rows as R[] };
  }

  override release(): void {
    if (this.#released) return;
    this.#released = true;
    if (!this.#inTransaction) {
      this.#done();
      return;
    }
    // Given back in the middle of a transaction: its remains must not become part of the next caller's work.
    // If even the rollback fails, the database is gone, and the next caller learns that by itself.
    this.#engine.query("rollback", []).then(this.#done, this.#done);
  }
}

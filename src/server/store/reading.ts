import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";

import { StatementClient } from "./statementClient.ts";

/** Is told what is read, and says when it is enough. */
export interface ReadMeter {
  /** Called after each statement with the rows that it gave and the bytes in them. */
  read(rows: number, bytes: number): void;
  /** Called before each statement, which is not run when this throws. */
  readonly check: () => void;
}

/**
 * The same pool for one reader: what it reads is counted, statement by statement, and it has one connection at a time. So nothing is
 * begun once enough was read, however much the reader asks for at once, and nobody else waits behind all of it.
 */
export function readingPool(pool: PostgresPool, meter: ReadMeter): PostgresPool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async connect() {
      const before = last;
      let done = () => {};
      last = new Promise<void>((resolve) => (done = resolve));
      try {
        await before;
        meter.check();
        return new ReadingClient(await pool.connect(), meter, done);
      } catch (error) {
        done();
        throw error;
      }
    },
    // The pool is its owner's to end.
    end: () => Promise.resolve(),
  };
}

class ReadingClient extends StatementClient {
  readonly #client: PostgresPoolClient;
  readonly #meter: ReadMeter;
  readonly #done: () => void;

  constructor(client: PostgresPoolClient, meter: ReadMeter, done: () => void) {
    super();
    this.#client = client;
    this.#meter = meter;
    this.#done = done;
  }

  protected override async run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const result = await this.#client.query<R>(sql, parameters);
    let bytes = 0;
    for (const row of result.rows) bytes += bytesOf(Object.values(row as object));
    this.#meter.read(result.rows.length, bytes);
    return result;
  }

  override release(): void {
    this.#client.release();
    this.#done();
  }
}

/** What values take, roughly: their texts by length, everything else by the size of a number. */
function bytesOf(values: readonly unknown[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === "string") bytes += value.length;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
    else if (Array.isArray(value)) bytes += bytesOf(value);
    else bytes += 8;
  }
  return bytes;
}

import type { PostgresCursor, PostgresPoolClient, PostgresQueryResult } from "kysely";

/** A connection as Kysely takes it, of which each kind says how one statement is run. There are no cursors. */
export abstract class StatementClient implements PostgresPoolClient {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    sql: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof sql !== "string") throw new TypeError("The store has no cursors.");
    return this.run<R>(sql, parameters);
  }

  protected abstract run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;

  /** Gives the connection back. */
  abstract release(): void;
}

/** A statement with the values of its parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a statement gave. */
export interface StatementResult {
  readonly command: string;
  readonly rowCount: number;
  readonly rows: unknown[];
}

/** What several statements gave, run one after the other, up to the first that failed. */
export interface TripOutcome {
  readonly results: readonly StatementResult[];
  readonly failure?: Error;
}

/** The results of statements, of which none failed. */
export function resultsOf({ results, failure }: TripOutcome): readonly StatementResult[] {
  if (failure !== undefined) throw failure;
  return results;
}

/**
 * At the end of a statement whose result nobody needs: within a transaction it goes to the database together with the next statement that
 * is waited for, in one trip. What it fails with is then that one's failure. Outside a transaction it is run at once.
 */
export const later = "/* later */";

/** At the end of a statement that is always the same text: a connection to PostgreSQL has it parsed and planned once. */
export const prepared = "/* prepared */";

/**
 * Before {@link prepared}, at the end of a statement that only looks something up: it changes nothing, and what it gives depends on the
 * database alone.
 */
export const looksUp = "/* looks up */";

/**
 * Before {@link prepared}, at the end of a statement that locks something until the transaction ends and makes sure of something: right
 * after the same one, or where only rows were added since, it would do nothing.
 */
export const once = "/* once */";

/** Before {@link prepared}, at the end of a statement that adds rows and does nothing else: no right of anybody is taken by it. */
export const adds = "/* adds */";

export function isOnce(sql: string): boolean {
  return sql.endsWith(`${once} ${prepared} ${later}`);
}

export function addsRows(sql: string): boolean {
  return sql.endsWith(`${adds} ${prepared} ${later}`);
}

/** Whether a statement says that it only looks something up. */
export function isLookUp(sql: string): boolean {
  return sql.endsWith(`${looksUp} ${prepared}`);
}

/** Whether a connection keeps a statement parsed: one that says so. */
export function isPrepared(sql: string): boolean {
  return sql.endsWith(prepared) || sql.endsWith(`${prepared} ${later}`) || alwaysTheSame.has(sql);
}

/** What begins and ends transactions is the same text each time, too. */
const alwaysTheSame: ReadonlySet<string> = new Set([
  "begin",
  "start transaction isolation level read committed",
  "savepoint act",
  "release savepoint act",
  "rollback to savepoint act",
  "commit",
  "rollback",
]);

/** The command of a tag such as "INSERT 0 5", and its number of rows. */
export function tagOf(tag: string): [command: string, rowCount: number] {
  const words = tag.split(" ");
  const count = Number(words.at(-1));
  return [words[0] ?? "", Number.isNaN(count) ? 0 : count];
}

const nothing = { command: "", rowCount: 0, rows: [] };

/** What went on after one of its statements had failed, and was to be committed. */
export class RolledBackError extends Error {
  override readonly name = "RolledBackError";
  override readonly message = "The transaction was rolled back, since one of its statements had failed.";
}

/** Nothing of it was sent, so nothing of it is in force. */
export class UnsentError extends TypeError {
  override readonly name = "UnsentError";
}

/** One of the acts that shared a transaction failed, and nothing of any is in force. Each may be begun anew. */
export class TakenBackError extends Error {
  override readonly name = "TakenBackError";

  /** @param cause what it was that failed */
  constructor(cause: Error) {
    super("The transaction was taken back, since one of the acts that shared it had failed.", { cause });
  }
}

/** A connection that sends what nobody waits for together with what comes next. */
export abstract class TripClient extends StatementClient {
  #waiting: Statement[] = [];
  #inTransaction = false;

  /** Runs the statements one after the other, in one trip. Fails with the first failure. */
  protected abstract trip(statements: readonly Statement[]): Promise<readonly StatementResult[]>;

  /** Whether a transaction was begun in the database, and not ended. */
  protected get leftOpen(): boolean {
    return this.#inTransaction && !this.#unbegun;
  }

  protected override async run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const begins = /^(?:begin|start transaction)\b/u.test(sql);
    const rollsBack = sql === "rollback";
    if (begins || (this.#inTransaction && sql.endsWith(later))) {
      this.#inTransaction = true;
      this.#waiting.push({ sql, parameters });
      return asResult<R>(nothing);
    }
    const unbegun = this.#unbegun;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (rollsBack && unbegun) {
      this.#inTransaction = false;
      return asResult<R>(nothing);
    }
    const statements = rollsBack ? [{ sql, parameters }] : [...waiting, { sql, parameters }];
    const result = (rollsBack ? await this.#rollBack(statements) : await this.trip(statements)).at(-1) ?? nothing;
    // "prepare transaction" takes a transaction away from the connection.
    if (rollsBack || sql === "commit" || sql.startsWith("prepare transaction")) this.#inTransaction = false;
    // A transaction in which a statement failed is rolled back, whatever it is told.
    if (sql === "commit" && result.command === "ROLLBACK") throw new RolledBackError();
    return asResult<R>(result);
  }

  /** A rollback that fails says nothing new: the connection is gone, and the transaction with it. What it is rolled back for is told. */
  async #rollBack(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    try {
      return await this.trip(statements);
    } catch {
      return [];
    }
  }

  /** Whether the beginning of the transaction itself was not sent yet. */
  get #unbegun(): boolean {
    const [first] = this.#waiting;
    return first !== undefined && !first.sql.endsWith(later);
  }
}

/** What a row holds is the claim of whoever wrote the query, as with the pg driver. */
function asResult<R>({ command, rowCount, rows }: StatementResult): PostgresQueryResult<R> {
  return { command: command as PostgresQueryResult<R>["command"], rowCount, rows: rows as R[] };
}

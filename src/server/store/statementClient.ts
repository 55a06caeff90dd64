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

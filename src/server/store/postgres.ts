import type { PostgresPool, PostgresPoolClient } from "kysely";
import { Client, DatabaseError, Pool, TypeOverrides, type PoolClient } from "pg";

import { codeOf, StartError } from "#server/startError.ts";
import { parseInt8Array } from "./int8.ts";
import type { ConnectionLoad } from "./pool.ts";
import { later, prepared, TripClient, type Statement, type StatementResult } from "./statementClient.ts";

/** Makes a pool of connections to PostgreSQL, without opening one yet. Throws StartError when the address names a file that is not there. */
export function makePool(databaseUrl: string, connections: number): Pool {
  // The same JS values as PGlite gives: numbers for int8, plain bytes instead of a Buffer.
  const types = new TypeOverrides();
  types.setTypeParser(20, Number);
  types.setTypeParser(1016, parseInt8Array);
  types.setTypeParser(17, (text: string) => Uint8Array.from(Buffer.from(text.slice(2), "hex")));
  serverOf(databaseUrl);
  const pool = new Pool({
    connectionString: databaseUrl,
    max: connections,
    types,
    connectionTimeoutMillis: 60_000,
    // Statements of one trip are sent without waiting for the results of those before them.
    pipeline: true,
    application_name: "tokenhouse",
  });
  // A connection that breaks is dropped, its statement fails, and the next one opens another: there is nothing more to do. Unheard,
  // the events would end the process. The first is for connections that wait in the pool, the second for those in use.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** A pool as Kysely takes it. Ending it twice does no harm. */
export function statementPool(pool: Pool): PostgresPool & { readonly load: () => ConnectionLoad } {
  let ended: Promise<void> | undefined;
  return {
    connect: async (): Promise<PostgresPoolClient> => new PostgresClient(await pool.connect()),
    end: () => (ended ??= pool.end()),
    load: () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  };
}

/** The names of statements that are prepared: few, since each is always the same text. */
const names = new Map<string, string>();

function nameOf(sql: string): string | undefined {
  if (!sql.endsWith(prepared) && !sql.endsWith(`${prepared} ${later}`)) return undefined;
  const name = names.get(sql) ?? `tokenhouse_${names.size + 1}`;
  names.set(sql, name);
  return name;
}

class PostgresClient extends TripClient {
  readonly #client: PoolClient;

  constructor(client: PoolClient) {
    super();
    this.#client = client;
  }

  protected override async trip(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const { stream } = this.#client.connection;
    // One packet instead of one a statement.
    stream.cork();
    let answers;
    try {
      answers = statements.map(({ sql, parameters }) =>
        this.#client.query<object>({ name: nameOf(sql), text: sql, values: [...parameters] }),
      );
    } finally {
      stream.uncork();
    }
    // All have been answered before anybody goes on, and the first failure is what the others failed of.
    const settled = await Promise.allSettled(answers);
    return settled.map((answer) => {
      if (answer.status === "rejected") throw answer.reason;
      const { command, rowCount, rows } = answer.value;
      return { command, rowCount: rowCount ?? 0, rows };
    });
  }

  override release(): void {
    this.#client.release();
  }
}

/**
 * Classes and codes of PostgreSQL's errors that only other settings or rights mend: invalid authorization, invalid catalog (database) name,
 * insufficient privilege.
 */
const lastingErrors = /^(?:28...|3D000|42501)$/u;

/**
 * What an error of the first statements comes to: told of the server, and never with what the address has in it of secrets. Once there was a
 * connection, what PostgreSQL did not say itself is left as it is.
 */
export function postgresTrouble(error: unknown, databaseUrl: string, connected: boolean): unknown {
  const server = `The PostgreSQL server at ${serverOf(databaseUrl)}`;
  if (error instanceof DatabaseError) {
    const lasting = lastingErrors.test(error.code ?? "");
    const advice = lasting ? " Correct DATABASE_URL, or what that user may do." : "";
    return new StartError(`${server} refuses: ${error.message}.${advice}`, { lasting });
  }
  if (connected) return error;
  // Several addresses may have been tried, of which the error that holds them all says nothing.
  const reason = codeOf(error) ?? (error instanceof Error ? error.message : String(error));
  return new StartError(`${server} cannot be reached (${reason}). Start it, or correct DATABASE_URL.`, { lasting: false });
}

/** Host and port, as the driver reads them from the address and from its own variables of the environment. */
function serverOf(databaseUrl: string): string {
  try {
    const { host, port } = new Client({ connectionString: databaseUrl });
    // A folder stands for the socket in it.
    return host.startsWith("/") ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  } catch (error) {
    throw new StartError(`DATABASE_URL cannot be used: ${error instanceof Error ? error.message : String(error)}.`, {
      lasting: true,
    });
  }
}

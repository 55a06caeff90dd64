import { Client, DatabaseError, Pool, TypeOverrides, type ClientConfig, type PoolClient, type QueryResult } from "pg";

import { codeOf, StartError } from "#server/startError.ts";
import { isLast, StoreUnreachableError } from "./failures.ts";
import { FollowingPool, StandbyError, type DatabaseServer } from "./followingPool.ts";
import { parseInt8Array } from "./int8.ts";
import { eachServer } from "./servers.ts";
import { PostgresTrip } from "./postgresTrip.ts";
import { isWholeAct, SharedTrips } from "./sharedTrips.ts";
import { resultsOf, TripClient, type Statement, type StatementResult, type TripOutcome } from "./statementClient.ts";

/** How long a caller waits for a connection, in ms. */
const patience = 60_000;

/** How long a server may take to let a connection in where others are asked too, in ms. */
const patienceWithOne = 10_000;

/** How long a server may take to say whether it takes writes, in ms. */
const patienceWithAnswer = 3000;

/**
 * How long a connection may say nothing before the system asks the other end whether it is there, in ms: the system's own two hours are longer
 * than what stands between keeps a connection open, and than anybody waits for a statement.
 */
const untilAskedWhetherThere = 30_000;

/**
 * Connections to PostgreSQL. Opens none yet. Throws StartError when the address names a file that is not there.
 *
 * @param databaseUrl may name several servers, of which one takes writes
 * @param untilGranted how long a caller waits for a connection, in ms
 */
export function postgresPool(databaseUrl: string, connections: number, untilGranted: number = patience): FollowingPool {
  const urls = eachServer(databaseUrl);
  for (const url of urls) serverOf(url);
  const servers = urls.map((url) => databaseServer(url, connections, urls.length === 1 ? patience : patienceWithOne));
  return new FollowingPool(servers, untilGranted);
}

/** The same JS values as PGlite gives: numbers for int8, plain bytes instead of a Buffer. */
const types = new TypeOverrides();
types.setTypeParser(20, Number);
types.setTypeParser(1016, parseInt8Array);
types.setTypeParser(17, (text: string) => Uint8Array.from(Buffer.from(text.slice(2), "hex")));

function databaseServer(connectionString: string, connections: number, untilConnected: number): DatabaseServer {
  // The pool has no bound of its own: it is for the waiting for a free connection too, and see `FollowingPool`.
  class PatientClient extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionTimeoutMillis: untilConnected });
    }
  }
  const pool = new Pool({
    connectionString,
    Client: PatientClient,
    max: connections,
    keepAlive: true,
    keepAliveInitialDelayMillis: untilAskedWhetherThere,
    application_name: "tokenhouse",
    // A single address is asked too: it may have moved to a server that is not promoted yet.
    verify: (client, done) => {
      const asked = { text: asksStanding, query_timeout: untilConnected };
      client.query<Standing>(asked, (error: Error | null, result) => {
        if (error !== null) done(error);
        else done(takesWrites(result) ? undefined : new StandbyError());
      });
    },
  });
  // A connection that breaks is dropped, its statement fails, and the next one opens another: there is nothing more to do. Unheard,
  // the events would end the process. The first is for connections that wait in the pool, the second for those in use.
  pool.on("error", () => {});
  const open = new Set<PoolClient>();
  pool.on("connect", (client) => {
    open.add(client);
    client.on("error", () => {});
  });
  pool.on("remove", (client) => open.delete(client));
  const shared = new SharedTrips();
  return {
    pool,
    asClient: (client) => new PostgresClient(client, shared),
    async takesWrites() {
      const client = new Client({
        connectionString,
        connectionTimeoutMillis: patienceWithAnswer,
        query_timeout: patienceWithAnswer,
        application_name: "tokenhouse",
      });
      client.on("error", () => {});
      try {
        await client.connect();
        return takesWrites(await client.query<Standing>(asksStanding));
      } finally {
        // Whoever does not answer does not take leave either.
        void client.end().catch(() => {});
      }
    },
    cut() {
      for (const { connection } of open) connection.stream.destroy();
    },
  };
}

interface Standing {
  readonly standby: boolean;
}

const asksStanding = "select pg_is_in_recovery() as standby";

function takesWrites({ rows }: QueryResult<Standing>): boolean {
  return rows[0]?.standby === false;
}

class PostgresClient extends TripClient {
  readonly #client: PoolClient;
  readonly #shared: SharedTrips;
  /** Whether anything was sent. */
  #used = false;
  /** Whether the connection is gone, or cannot be told not to be. */
  #broken = false;

  constructor(client: PoolClient, shared: SharedTrips) {
    super();
    this.#client = client;
    this.#shared = shared;
  }

  protected override async trip(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (isWholeAct(statements)) {
      await this.#shared.carryOut({ statements, run: (all) => this.#run(all) });
      return [committed];
    }
    // It shared the transaction of another, on whose connection that is rolled back.
    if (!this.#used && statements.at(-1)?.sql === "rollback") return [];
    return resultsOf(await this.#run(statements));
  }

  async #run(statements: readonly Statement[]): Promise<TripOutcome> {
    this.#used = true;
    const outcome = await new Promise<TripOutcome>((settle) => {
      this.#client.query(new PostgresTrip(statements, types, settle));
    });
    if (outcome.failure !== undefined) this.#broken ||= endsConnection(outcome.failure);
    return outcome;
  }

  override release(): void {
    // Else somebody else would get it before its end is noticed, or what is left of a transaction.
    this.#client.release(this.#broken || this.leftOpen);
  }
}

const committed: StatementResult = { command: "COMMIT", rowCount: 0, rows: [] };

/** Whether a statement failed so that the connection is of no more use. */
function endsConnection(error: unknown): boolean {
  return !(error instanceof DatabaseError) || isLast(error);
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
export function postgresTrouble(thrown: unknown, databaseUrl: string, connected: boolean): unknown {
  const error = thrown instanceof StoreUnreachableError ? thrown.cause : thrown;
  const servers = eachServer(databaseUrl).map(serverOf);
  const server =
    servers.length === 1 ? `The PostgreSQL server at ${servers[0]}` : `None of the PostgreSQL servers at ${servers.join(", ")}`;
  if (error instanceof StandbyError) {
    const which =
      servers.length === 1
        ? `${server} follows another one and takes no writes`
        : `${server} takes writes: who answers follows another`;
    return new StartError(`${which}. Promote a standby, or name the primary in DATABASE_URL.`, { lasting: false });
  }
  if (error instanceof DatabaseError) {
    const lasting = lastingErrors.test(error.code ?? "");
    const advice = lasting ? " Correct DATABASE_URL, or what that user may do." : "";
    const refuses = servers.length === 1 ? `${server} refuses` : `${server} can be used; one refuses`;
    return new StartError(`${refuses}: ${error.message}.${advice}`, { lasting });
  }
  if (connected) return error;
  // Several addresses may have been tried, of which the error that holds them all says nothing.
  const reason = codeOf(error) ?? (error instanceof Error ? error.message : String(error));
  const [reached, which] = servers.length === 1 ? ["cannot be reached", "it"] : ["can be reached", "them"];
  return new StartError(`${server} ${reached} (${reason}). Start ${which}, or correct DATABASE_URL.`, { lasting: false });
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

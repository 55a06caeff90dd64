import type { PostgresPool, PostgresPoolClient } from "kysely";
import { DatabaseError, type Pool, type PoolClient } from "pg";

import { StoreUnreachableError } from "./failures.ts";
import type { ConnectionLoad } from "./pool.ts";

/** A server that follows another one. It lets nobody write, and what it lets read may be old. */
export class StandbyError extends Error {
  override readonly name = "StandbyError";
  constructor() {
    super("The server is a standby, which takes no writes.");
  }
}

/** One of the servers on which a database may be. */
export interface DatabaseServer {
  /** Refuses a connection to a standby with {@link StandbyError}. */
  readonly pool: Pool;
  /** One of its connections as Kysely takes it. */
  readonly asClient: (client: PoolClient) => PostgresPoolClient;
  /** Asks by a connection of its own, within seconds, whether the server takes writes. Throws where it does not answer. */
  readonly takesWrites: () => Promise<boolean>;
  /** Cuts all connections: who waits for an answer gets an error. */
  readonly cut: () => void;
}

/** How often the server in use is asked whether it still takes writes, in ms. */
const lookInterval = 5000;

/**
 * A pool as Kysely takes it, to that one of several servers which takes writes. Ending it twice does no harm.
 *
 * A server that dies cuts its connections, and the next caller looks for the one that was promoted. One that is gone without a word, or was
 * made a standby, would be waited for: so it is asked from time to time. It is left where another server says that it takes writes, and
 * never for being slow alone.
 */
export class FollowingPool implements PostgresPool {
  readonly #servers: readonly DatabaseServer[];
  readonly #patience: number;
  readonly #looking: NodeJS.Timeout | undefined;
  /** The server that took writes when it was last asked. */
  #current: DatabaseServer | undefined;
  #finding: Promise<DatabaseServer> | undefined;
  #ended: Promise<void> | undefined;

  /** @param patience how long a caller waits for a connection to one server, in ms */
  constructor(servers: readonly DatabaseServer[], patience: number) {
    this.#servers = servers;
    this.#patience = patience;
    if (servers.length > 1) this.#looking = setInterval(() => void this.lookOut(), lookInterval).unref();
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return await this.#connection();
    } catch (error) {
      throw new StoreUnreachableError(error);
    }
  }

  async #connection(): Promise<PostgresPoolClient> {
    const server = this.#current ?? (await this.#find());
    try {
      return await this.#connectionTo(server);
    } catch (error) {
      if (this.#servers.length === 1 || this.#ended !== undefined) throw error;
      // It was there once, and is gone: another may have been promoted since.
      if (this.#current === server) this.#current = undefined;
    }
    return this.#connectionTo(await this.#find());
  }

  /**
   * A connection, where one comes in time. One that comes later goes back to its pool, which has a bound of its own, too, but would lose
   * what comes after it, and in the end all of its connections.
   */
  #connectionTo({ pool, asClient }: DatabaseServer): Promise<PostgresPoolClient> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(new Error("No connection was free, or came, in time."));
      }, this.#patience);
      pool
        .connect()
        .then((client) => (late ? client.release() : resolve(asClient(client))))
        .catch(reject)
        .finally(() => clearTimeout(timer));
    });
  }

  end(): Promise<void> {
    clearInterval(this.#looking);
    return (this.#ended ??= Promise.all(this.#servers.map(({ pool }) => pool.end())).then(() => {}));
  }

  /** How its connections are used, to whatever server they go. */
  load(): ConnectionLoad {
    const pools = this.#servers.map(({ pool }) => pool);
    const sum = (count: (pool: Pool) => number) => pools.reduce((total, pool) => total + count(pool), 0);
    return {
      used: sum((pool) => pool.totalCount - pool.idleCount),
      idle: sum((pool) => pool.idleCount),
      waiting: sum((pool) => pool.waitingCount),
    };
  }

  /** Leaves the server in use where it takes no writes any more and another one does. */
  async lookOut(): Promise<void> {
    const current = this.#current;
    if (current === undefined || (await answersYes(current))) return;
    const others = this.#servers.filter((server) => server !== current);
    const answers = await Promise.all(others.map(answersYes));
    const promoted = others[answers.indexOf(true)];
    if (promoted === undefined || this.#current !== current || this.#ended !== undefined) return;
    this.#current = promoted;
    current.cut();
  }

  /** Asks all servers at once. Whoever wants to know meanwhile waits for the same answer. */
  #find(): Promise<DatabaseServer> {
    return (this.#finding ??= this.#ask().finally(() => (this.#finding = undefined)));
  }

  async #ask(): Promise<DatabaseServer> {
    const [only, ...others] = this.#servers;
    if (only !== undefined && others.length === 0) return (this.#current = only);
    const answers = this.#servers.map(async (server) => {
      (await this.#connectionTo(server)).release();
      return server;
    });
    try {
      return (this.#current = await Promise.any(answers));
    } catch (error) {
      throw error instanceof AggregateError ? worst(error.errors) : error;
    }
  }
}

function answersYes(server: DatabaseServer): Promise<boolean> {
  return server.takesWrites().catch(() => false);
}

/** Of what several servers said, what tells most: a refusal, then that it follows another one, then silence. */
function worst(errors: readonly unknown[]): unknown {
  return (
    errors.find((error) => error instanceof DatabaseError) ?? errors.find((error) => error instanceof StandbyError) ?? errors[0]
  );
}

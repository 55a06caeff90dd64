import { DatabaseError } from "pg";

import { gathered } from "#server/gathered.ts";
import { isLast } from "./failures.ts";
import { beginsSharedAct } from "./groupCommit.ts";
import {
  addsRows,
  isOnce,
  RolledBackError,
  TakenBackError,
  UnsentError,
  type Statement,
  type TripOutcome,
} from "./statementClient.ts";

/** How long an act waits for those of the same caller before it, in ms: many times what they take where they wait for no lock. */
const patience = 50;

/**
 * How many groups of a caller may be under way before further acts wait to go together: while the database has one, the next is made ready.
 */
const atOnce = 2;

/**
 * How long an act waits for others where a group of its caller is under way, in ms. Those who were answered together ask again one after
 * the other: without it the first of them would go alone and have the others wait for a whole trip to the disk.
 */
const pause = 1;

/** For how many callers it is known what is under way. */
const mostCallers = 200;

/** An act from the beginning of its transaction to the commit, and how its own connection runs statements. */
interface WholeAct {
  readonly statements: readonly Statement[];
  readonly run: (statements: readonly Statement[]) => Promise<TripOutcome>;
}

/**
 * Whether statements are an act from its beginning to the commit that locks, makes sure of its caller, and adds rows: nobody has to decide
 * anything between them.
 */
export function isWholeAct(statements: readonly Statement[]): boolean {
  return (
    beginsSharedAct(statements) &&
    statements.at(-1)?.sql === "commit" &&
    statements.slice(1, -1).every(({ sql }) => isOnce(sql) || addsRows(sql))
  );
}

/**
 * Whole acts on PostgreSQL that share a trip and a transaction: those of one caller that come together, or while enough others of that caller
 * are under way. They lock the same rows and make sure of the same, so that is done once; then each adds its rows, in their order, and all
 * are committed together. It goes over the connection of the first, so one process of the database is woken instead of one for each.
 *
 * Each act has a connection of its own, so no more go together than there are connections.
 */
export class SharedTrips {
  readonly #callers = new Map<string, (act: WholeAct) => Promise<void>>();

  /**
   * Carries out an act; resolves once it is durable.
   *
   * @throws TakenBackError where it failed together with others, so that nothing of it is in force and it may be begun anew by itself
   */
  carryOut(act: WholeAct): Promise<void> {
    const caller = JSON.stringify(act.statements.filter(({ sql }) => isOnce(sql)));
    const known = this.#callers.get(caller);
    const together = known ?? gathered(carryOutTogether, patience, atOnce, pause);
    if (known === undefined) {
      this.#callers.set(caller, together);
      const [oldest] = this.#callers.keys();
      if (this.#callers.size > mostCallers && oldest !== undefined) this.#callers.delete(oldest);
    }
    return together(act);
  }
}

async function carryOutTogether(acts: readonly WholeAct[]): Promise<void> {
  const [first] = acts;
  if (first === undefined) return;
  const shared = first.statements.filter(({ sql }) => !addsRows(sql)).slice(0, -1);
  const added = acts.flatMap(({ statements }) => statements.filter(({ sql }) => addsRows(sql)));
  const statements = [...shared, ...added, ...first.statements.slice(-1)];
  const { results, failure } = await first.run(statements);
  // All is in force, whatever became of the connection afterwards.
  if (results.at(-1)?.command === "COMMIT") return;
  // PostgreSQL answers the commit of a transaction in which a statement failed by rolling it back.
  const error = failure ?? new RolledBackError();
  // What all of them begin with has failed for each of them. Where the commit itself fails, it may be in force all the same.
  const byOne = results.length >= shared.length && results.length < statements.length - 1 && isUndone(error);
  throw acts.length > 1 && (byOne || error instanceof UnsentError) ? new TakenBackError(error) : error;
}

/** Whether it is certain that nothing is in force of what failed before its commit. */
function isUndone(failure: Error): boolean {
  return failure instanceof DatabaseError && !isLast(failure);
}

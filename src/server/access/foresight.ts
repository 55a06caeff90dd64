import { DatabaseError } from "pg";

/** What somebody was found to be at an earlier judgement, by which the next one may be foreseen. */
export interface Foreseen<F> {
  readonly found: F;
  /** What the database makes of all that was found. */
  readonly digest: string;
}

/** How many callers are remembered at most. */
const mostRemembered = 200;

/**
 * Remembers what judgements found. An act that reads nothing more may be decided by it and sent as a whole, together with a statement that
 * locks what the judgement rests on and fails the act unless it is still the same. So what is remembered decides nothing by itself.
 */
export class Foresight<F> {
  readonly #remembered = new Map<string, Foreseen<F>>();

  /** @param key tells apart who is judged, and by what kind of judgement */
  remember(key: string, foreseen: Foreseen<F>): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, foreseen);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > mostRemembered && oldest !== undefined) this.#remembered.delete(oldest);
  }

  /** For who rests on more now: what was found before would fail each act anew. */
  forget(key: string): void {
    this.#remembered.delete(key);
  }

  foresee(key: string): Foreseen<F> | undefined {
    return this.#remembered.get(key);
  }
}

const changed = "The caller is no longer what it was when it was judged before.";

/**
 * SQL that fails unless a condition holds, in words that tell whoever reads the database's log that nothing is wrong. PostgreSQL has no
 * function that raises an error; it tries to read the words as a number.
 */
export function elseJudgedOtherwise(condition: string): string {
  return `(case when ${condition} then '1' else '${changed}' end)::int4`;
}

/** Whether an act failed because its caller is no longer what was foreseen. Nothing of it is in force. */
export function isJudgedOtherwise(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "22P02" && error.message.includes(changed);
}

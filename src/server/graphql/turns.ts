import { ClientError } from "#server/errors.ts";

/** How much runs at once. */
export interface TurnLimits {
  /** Requests of one caller, until their answers were made and taken. */
  readonly perCaller: number;
  /** Requests of all callers, until their answers were made. */
  readonly atOnce: number;
  /** Further requests of one caller that wait; more are refused. */
  readonly waiting: number;
}

/** A request's turn. Both may be called more than once. */
export interface Turn {
  /** The answer is made: somebody else may have a turn. */
  made(): void;
  /** The answer was taken, or nobody takes it any more: so may the same caller, once it is made. */
  taken(): void;
}

interface WaitingRequest {
  readonly start: (turn: Turn) => void;
  readonly refuse: (error: ClientError) => void;
  readonly isGone: () => boolean;
}

interface CallerState {
  running: number;
  readonly queue: WaitingRequest[];
}

/**
 * Gives requests their turns. The requests of one caller run in their order, and callers take turns: whoever sends many at once delays
 * nobody else.
 */
export class Turns {
  readonly #limits: TurnLimits;
  /** Callers with requests that run or wait; the one that waits longest for a turn comes first. */
  readonly #callers = new Map<string, CallerState>();
  #running = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /**
   * Waits for a turn of a caller.
   *
   * @param isGone whether nobody waits for the answer any more; the request is then not carried out
   * @throws ClientError BUSY when too many requests of the caller wait already
   */
  async take(caller: string, isGone: () => boolean): Promise<Turn> {
    const state = this.#callers.get(caller) ?? { running: 0, queue: [] };
    this.#callers.set(caller, state);
    if (state.queue.length >= this.#limits.waiting) {
      const { perCaller, waiting } = this.#limits;
      throw new ClientError(
        "BUSY",
        `You have more than ${perCaller + waiting} requests open. Wait for answers before you send more.`,
      );
    }
    return new Promise<Turn>((start, refuse) => {
      state.queue.push({ start, refuse, isGone });
      this.#next();
    });
  }

  #next(): void {
    for (const [caller, state] of this.#callers) {
      if (this.#running >= this.#limits.atOnce) return;
      if (state.running >= this.#limits.perCaller) continue;
      const next = state.queue.shift();
      if (next === undefined) continue;
      // To the end of those that wait. A map goes on to what is put in while it is gone through.
      this.#callers.delete(caller);
      this.#callers.set(caller, state);
      if (!next.isGone()) {
        next.start(this.#begin(caller, state));
        continue;
      }
      next.refuse(new ClientError("BUSY", "The client hung up before its turn."));
      this.#forget(caller, state);
    }
  }

  #forget(caller: string, state: CallerState): void {
    if (state.running === 0 && state.queue.length === 0 && this.#callers.get(caller) === state) this.#callers.delete(caller);
  }

  #begin(caller: string, state: CallerState): Turn {
    state.running++;
    this.#running++;
    let [made, taken] = [false, false];
    // A client that hangs up takes no answer any more, but the work on it goes on: hanging up must not make room for more of it.
    const end = () => {
      if (made && taken) {
        state.running--;
        this.#forget(caller, state);
      }
      this.#next();
    };
    return {
      made: () => {
        if (made) return;
        made = true;
        this.#running--;
        end();
      },
      taken: () => {
        if (taken) return;
        taken = true;
        end();
      },
    };
  }
}

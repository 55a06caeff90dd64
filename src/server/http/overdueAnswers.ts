import type { ServerResponse } from "node:http";

/** How often it is looked for what is overdue, as a part of the time that an answer has. */
const looks = 16;

/** Ends connections whose clients do not take their answers in time. One timer serves all: one for each answer would cost as much as its log. */
export class OverdueAnswers {
  readonly #longest: number;
  /** Since when answers wait to be taken, the one that waits longest first. */
  readonly #since = new Map<ServerResponse, number>();
  #timer: NodeJS.Timeout | undefined;

  /** @param longest how long an answer may take to be taken, in ms; by up to a sixteenth more is let pass */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Watches an answer. Whoever asks for that says when it was taken. */
  watch(answer: ServerResponse): void {
    if (answer.destroyed) return;
    this.#since.set(answer, performance.now());
    if (this.#timer === undefined) this.#timer = this.#lookLater();
  }

  /** The answer was taken, or nobody takes it any more. */
  taken(answer: ServerResponse): void {
    this.#since.delete(answer);
  }

  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => {
      const late = performance.now() - this.#longest;
      for (const [answer, since] of this.#since) {
        if (since > late) break;
        this.#since.delete(answer);
        answer.destroy();
      }
      this.#timer = this.#since.size === 0 ? undefined : this.#lookLater();
    }, this.#longest / looks).unref();
  }
}

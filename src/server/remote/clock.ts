import { clockCorrection, narrowClock, type ClockBounds } from "#domain/serverClock.ts";

/** A server's clock, as its answers tell it. What a policy does depends on the time, and the server goes by its own. */
export class ServerClock {
  #bounds: ClockBounds | undefined;

  /** Notes an answer; the times are those of this machine, ms since epoch. */
  note(answer: Response, sent: number, received: number): void {
    const date = Date.parse(answer.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.#bounds = narrowClock(this.#bounds, date, sent, received);
  }

  /** The server's time, ms since epoch; this machine's until the server answered. */
  now(): number {
    return Date.now() + clockCorrection(this.#bounds);
  }
}

import { beginning, keptEvents, type EventText, type Received } from "./kept.ts";
import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";

/** The most events that one body may hold: more than real ones do, and few enough that a small body cannot cost much. */
export const eventsLimit = 250_000;

/** The most repositories that one body may name. */
export const repositoriesLimit = 1000;

/** Takes one event: its text as received, and the repository that it asks for, where it asks for one (HEC's `index`). */
export type Take = (text: EventText, index?: string) => void;

/** What one body holds, by the repository that its events ask for. */
export type Tally = ReadonlyMap<string | undefined, Received>;

/** Counts events and holds the last of each repository. It points into the body, so it must not outlive it. */
export class TallyBuilder {
  readonly #byIndex = new Map<string | undefined, { events: number; readonly ring: EventText[] }>();
  #events = 0;

  /** @throws IngestRefusal when it gets too many events or repositories */
  readonly take: Take = (text, index) => {
    if (++this.#events > eventsLimit) throw tooManyEvents();
    let known = this.#byIndex.get(index);
    if (known === undefined) {
      if (this.#byIndex.size === repositoriesLimit) throw tooManyRepositories();
      known = { events: 0, ring: [] };
      this.#byIndex.set(index, known);
    }
    known.ring[known.events++ % keptEvents] = text;
  };

  /** What came so far, with copies of the events that are kept. */
  finish(): Tally {
    return new Map(
      [...this.#byIndex].map(([index, { events, ring }]) => {
        const oldest = events % keptEvents;
        const last = events <= keptEvents ? ring : [...ring.slice(oldest), ...ring.slice(0, oldest)];
        return [index, { events, last: last.map(beginning) }];
      }),
    );
  }
}

/** The refusal of a body with more than {@link eventsLimit}. */
export function tooManyEvents(): IngestRefusal {
  return new IngestRefusal(
    413,
    `The body holds more than the ${eventsLimit.toLocaleString("en-US")} events accepted at once. Send fewer at a time.`,
    hecCodes.invalidFormat,
  );
}

function tooManyRepositories(): IngestRefusal {
  return malformed(
    `Incorrect index: one body may name ${repositoriesLimit.toLocaleString("en-US")} repositories at most.`,
    hecCodes.incorrectIndex,
  );
}

import type { Failure } from "#logscale/errors.ts";
import { createStore, type StateStore } from "#web/state/store.ts";
import type { Secret } from "#web/secrets/secret.ts";

/**
 * What became of one token of a kit:
 *
 * - `waiting`: nothing yet
 * - `making`: asked for at `since` (ms since epoch), not answered
 * - `made`: there; its secret waits to be copied
 * - `kept`: there, and its secret was handed over and forgotten here
 * - `refused`: the server said no, so it was not made
 * - `lost`: the answer never came; it may have been made, and is not asked for again before somebody looked
 */
export type KitFate =
  | { readonly at: "waiting" }
  | { readonly at: "making"; readonly since: number }
  | { readonly at: "made"; readonly id: string | null; readonly secret: Secret; readonly copied: boolean }
  | { readonly at: "kept"; readonly id: string | null }
  | { readonly at: "refused"; readonly failure: Failure }
  | { readonly at: "lost"; readonly since: number; readonly failure: Failure };

/** A replay as it stands. */
export interface ReplayState {
  /** By the token's place in the kit; a token without an entry is waiting. */
  readonly fates: ReadonlyMap<number, KitFate>;
  readonly running: boolean;
  /** How many are still to be made in the run under way. */
  readonly left: number;
  /** Why the last run ended before its end, where the reason was not one token's own. */
  readonly stoppedBy?: Failure;
}

/** What a replay needs from outside. */
export interface ReplayOptions<Request> {
  /** Makes a token. Rejects with errors that `failureOf` understands. */
  readonly make: (request: Request) => Promise<{ readonly id: string | null; readonly secret: Secret }>;
  readonly failureOf: (error: unknown) => Failure;
  /** Ms since epoch. */
  readonly now: () => number;
}

/** Makes tokens of a kit again, one after the other. */
export interface Replay<Request> {
  readonly state: StateStore<ReplayState>;
  /**
   * Makes the tokens at these places. `requestFor` is asked right before each, so that it can judge by what is in force then; a message
   * from it is a refusal. Does nothing while running. Skips what was made already, and what may have been.
   */
  readonly start: (places: readonly number[], requestFor: (place: number) => Request | string) => Promise<void>;
  /** Ends the run after the token being made. */
  readonly stop: () => void;
  /** The secrets at these places were copied. */
  readonly copied: (places: readonly number[]) => void;
  /** Forgets the secrets at these places. */
  readonly keep: (places: readonly number[]) => void;
  /** Somebody looked, and the token whose answer was lost was not made. */
  readonly notMade: (place: number) => void;
  /** Forgets every secret. */
  readonly forget: () => void;
}

/** Starts with every token waiting. */
export function createReplay<Request>({ make, failureOf, now }: ReplayOptions<Request>): Replay<Request> {
  const state = createStore<ReplayState>({ fates: new Map(), running: false, left: 0 });
  let stopping = false;
  let ended = false;
  const put = (place: number, fate: KitFate, more: Partial<ReplayState> = {}) => {
    const current = state.get();
    state.set({ ...current, ...more, fates: new Map(current.fates).set(place, fate) });
  };
  const keep = (places: readonly number[]) => {
    for (const place of places) {
      const fate = state.get().fates.get(place);
      if (fate?.at !== "made") continue;
      fate.secret.forget();
      put(place, { at: "kept", id: fate.id });
    }
  };

  return {
    state,
    async start(places, requestFor) {
      if (state.get().running) return;
      stopping = false;
      ended = false;
      let left = places.length;
      state.set({ fates: state.get().fates, running: true, left });
      let stoppedBy: Failure | undefined;
      for (const place of places) {
        if (stopping) break;
        left--;
        const { at } = state.get().fates.get(place) ?? { at: "waiting" };
        if (at !== "waiting" && at !== "refused") continue;
        const request = requestFor(place);
        if (typeof request === "string") {
          put(place, { at: "refused", failure: { kind: "refused", message: request } }, { left });
          continue;
        }
        const since = now();
        put(place, { at: "making", since }, { left });
        try {
          const { id, secret } = await make(request);
          if (ended) secret.forget();
          put(place, ended ? { at: "kept", id } : { at: "made", id, secret, copied: false });
        } catch (error) {
          const failure = failureOf(error);
          if (failure.kind === "refused") {
            put(place, { at: "refused", failure });
            continue;
          }
          // Whatever else failed would fail for the others too.
          put(place, failure.kind === "unknown-outcome" ? { at: "lost", since, failure } : { at: "waiting" });
          stoppedBy = failure;
          break;
        }
      }
      state.set({ fates: state.get().fates, running: false, left: 0, ...(stoppedBy && { stoppedBy }) });
    },
    stop: () => {
      stopping = true;
    },
    copied: (places) => {
      for (const place of places) {
        const fate = state.get().fates.get(place);
        if (fate?.at === "made") put(place, { ...fate, copied: true });
      }
    },
    keep,
    notMade: (place) => {
      if (state.get().fates.get(place)?.at === "lost") put(place, { at: "waiting" });
    },
    forget: () => {
      ended = true;
      stopping = true;
      keep([...state.get().fates.keys()]);
    },
  };
}

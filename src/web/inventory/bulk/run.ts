import type { Failure } from "#logscale/errors.ts";
import { createStore, type StateStore } from "#web/state/store.ts";

/**
 * What became of one token:
 *
 * - `waiting`: not tried
 * - `running`: sent, not answered
 * - `done`: the server did it; `made` is what it gave, such as a new secret
 * - `unseen`: it was done, but the answer is lost, and what it held with it
 * - `refused`: the server said no
 * - `not-done`: the answer was lost; a look told that nothing was done
 * - `unknown`: the answer was lost, and nobody could look yet. It is not sent again before somebody does
 */
export type BulkFate<Made> =
  | { readonly at: "waiting" | "running" | "unseen" | "not-done" }
  | { readonly at: "done"; readonly made: Made }
  | { readonly at: "refused" | "unknown"; readonly failure: Failure };

export type FateName = BulkFate<never>["at"];

/** What a look tells of a request whose answer was lost. */
export type LookedUp = "done" | "unseen" | "not-done";

/** A run as it stands. A new value with every change; the fates are one map all along. */
export interface RunState<Made> {
  /** By key; a token without an entry is waiting. */
  readonly fates: ReadonlyMap<string, BulkFate<Made>>;
  readonly counts: Readonly<Record<FateName, number>>;
  /** `stopping`: what is under way is waited for, and no more is sent. */
  readonly phase: "running" | "stopping" | "ended";
  /** Whether the server asked to wait. */
  readonly busy: boolean;
  /** Why the run ended before its end, where the reason was not one token's own. */
  readonly stoppedBy: Failure | undefined;
}

/** What a run needs from outside. */
export interface RunOptions<Step, Made> {
  readonly keyOf: (step: Step) => string;
  /** Does it. Rejects with errors that `failureOf` understands. */
  readonly send: (step: Step) => Promise<Made>;
  /** Called before each request; gives what looks, should the answer be lost. */
  readonly watch: (step: Step) => () => Promise<LookedUp>;
  /** What stands for the answer where a look told that it was done. */
  readonly seen: (step: Step) => Made;
  readonly failureOf: (error: unknown) => Failure;
  /** Waits, ms. */
  readonly pause: (ms: number) => Promise<void>;
  /** Called when a run ends, or stops. */
  readonly ended?: () => void;
  /** Requests at the same time; 3 unless told, fewer than a server lets one caller have, so that the page can still be used. */
  readonly concurrency?: number;
}

/** Does something with many tokens, a few at a time. */
export interface Run<Step, Made> {
  readonly state: StateStore<RunState<Made>>;
  /** Runs steps, one after the other in their order. Does nothing while running. Skips what was done, and what may have been. */
  readonly start: (steps: readonly Step[]) => Promise<void>;
  /** Ends the run after what is under way. */
  readonly stop: () => void;
  /** Looks again what became of the requests whose answers were lost. */
  readonly lookAgain: () => Promise<void>;
}

/** How often a request is sent again that the server was too busy for, and the longest wait between, ms. */
const mostTries = 10;
const longestPause = 15_000;
const firstPause = 250;

/** Starts with everything waiting. */
export function createRun<Step, Made>(options: RunOptions<Step, Made>): Run<Step, Made> {
  const { keyOf, failureOf, concurrency = 3 } = options;
  const fates = new Map<string, BulkFate<Made>>();
  const counts: Record<FateName, number> = {
    waiting: 0,
    running: 0,
    done: 0,
    unseen: 0,
    refused: 0,
    "not-done": 0,
    unknown: 0,
  };
  const looks = new Map<string, { readonly step: Step; readonly look: () => Promise<LookedUp> }>();
  const state = createStore<RunState<Made>>({ fates, counts, phase: "ended", busy: false, stoppedBy: undefined });
  const tell = (more: Partial<RunState<Made>> = {}) => state.set({ ...state.get(), counts: { ...counts }, ...more });
  const put = (key: string, fate: BulkFate<Made>) => {
    const before = fates.get(key);
    if (before !== undefined) counts[before.at]--;
    counts[fate.at]++;
    fates.set(key, fate);
  };
  const stopping = () => state.get().phase === "stopping";
  const halt = (stoppedBy: Failure) => tell({ phase: "stopping", stoppedBy: state.get().stoppedBy ?? stoppedBy });

  /** Sends one, and again where the server was too busy for it. */
  async function attempt(step: Step): Promise<void> {
    const key = keyOf(step);
    const look = options.watch(step);
    for (let tries = 1; ; tries++) {
      put(key, { at: "running" });
      tell();
      try {
        const made = await options.send(step);
        put(key, { at: "done", made });
        return tell({ busy: false });
      } catch (error) {
        const failure = failureOf(error);
        if (failure.code === "BUSY" && tries < mostTries && !stopping()) {
          tell({ busy: true });
          await options.pause(Math.min(longestPause, firstPause * 2 ** (tries - 1)));
          continue;
        }
        if (failure.kind === "unknown-outcome") {
          looks.set(key, { step, look });
          put(key, { at: "unknown", failure });
        } else if (failure.kind === "refused" && !concernsAll(failure)) {
          put(key, { at: "refused", failure });
        } else {
          // It was not carried out, and whatever else is sent would fare the same.
          put(key, { at: "waiting" });
          halt(failure);
        }
        return tell();
      }
    }
  }

  /** Looks what became of those whose answers were lost. Where nobody can look, the run stops. */
  async function lookUp(): Promise<void> {
    for (const [key, { step, look }] of looks) {
      try {
        const looked = await look();
        looks.delete(key);
        put(key, looked === "done" ? { at: "done", made: options.seen(step) } : { at: looked });
        tell();
      } catch (error) {
        halt(failureOf(error));
        return;
      }
    }
  }

  return {
    state,
    async start(steps) {
      if (state.get().phase !== "ended") return;
      const queue = steps.filter((step) => mayTry(fates.get(keyOf(step))));
      for (const step of queue) put(keyOf(step), { at: "waiting" });
      tell({ phase: "running", stoppedBy: undefined });
      const waiting = queue.values();
      const work = async () => {
        // An answer that was lost is looked for before more is sent: the others' would be lost as well.
        while (!stopping() && looks.size === 0) {
          const next = waiting.next();
          if (next.done === true) return;
          await attempt(next.value);
        }
      };
      const rounds = async () => {
        for (;;) {
          await Promise.all(Array.from({ length: concurrency }, work));
          if (looks.size === 0) return;
          await lookUp();
          if (stopping()) return;
        }
      };
      await rounds();
      tell({ phase: "ended", busy: false });
      options.ended?.();
    },
    stop: () => {
      if (state.get().phase === "running") tell({ phase: "stopping" });
    },
    async lookAgain() {
      if (state.get().phase !== "ended") return;
      tell({ phase: "running", stoppedBy: undefined });
      await lookUp();
      tell({ phase: "ended" });
      options.ended?.();
    },
  };
}

/** Whether a refusal says nothing of the token, but of the server. */
function concernsAll({ code }: Failure): boolean {
  return code === "BUSY" || code === "STORAGE_FULL" || code === "STORAGE_FAILED";
}

/** Whether it may be sent: it was neither done, nor may have been. */
export function mayTry(fate: BulkFate<unknown> | undefined): boolean {
  return fate === undefined || fate.at === "waiting" || fate.at === "refused" || fate.at === "not-done";
}

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { hecCodes, IngestRefusal } from "./refusal.ts";
import type { BodyToRead, BodyReading } from "./body.ts";
import type { Outcome } from "./worker.ts";

/** The memory for what a body is taken apart into, in MB. A body within its bounds needs a fraction of it. */
const heapLimit = 512;

/**
 * How many bodies of one sender may wait at once. Many machines may share one token and send at the same moment. What large bodies take while
 * they wait is bounded elsewhere, by their bytes.
 */
export const waitingLimit = 1000;

interface WaitingReading {
  readonly job: BodyToRead;
  readonly resolve: (reading: BodyReading) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that takes bodies apart. */
export interface ReadingThread {
  /**
   * Reads a body, whose memory is handed over to the thread. One body is read at a time, and senders have their turns: however many bodies
   * one has sent, another's waits for one of them at most.
   *
   * @throws IngestRefusal
   */
  readonly read: (sender: string, job: BodyToRead) => Promise<BodyReading>;
  readonly close: () => Promise<void>;
}

/** Makes the thread, which is started when it is first needed, and anew after it died. */
export function readingThread(): ReadingThread {
  /** Of each sender who waits, in the order of their turns. */
  const queues = new Map<string, WaitingReading[]>();
  let running: WaitingReading | undefined;
  let worker: Worker | undefined;
  let closed = false;

  function start(): Worker {
    const started = newWorker();
    started.on("message", (outcome: Outcome) => {
      const done = running;
      running = undefined;
      // Idle, it keeps no process from ending.
      started.unref();
      next();
      if (outcome.type === "read") done?.resolve(outcome.reading);
      else done?.reject(new IngestRefusal(outcome.status, outcome.message, outcome.hecCode));
    });
    let reason: Error | undefined;
    started.on("error", (error) => (reason = error));
    started.on("messageerror", (error) => {
      reason = error;
      void started.terminate();
    });
    started.on("exit", (code) => {
      if (worker === started) worker = undefined;
      const failed = running;
      running = undefined;
      next();
      failed?.reject(outOfMemory(reason) ? tooComplex() : (reason ?? new Error(`The reading thread ended with code ${code}.`)));
    });
    return started;
  }

  function next(): void {
    if (running !== undefined) return;
    const [turn] = queues;
    if (turn === undefined) return;
    const [sender, queue] = turn;
    running = queue.shift();
    // To the end of the line.
    queues.delete(sender);
    if (queue.length > 0) queues.set(sender, queue);
    if (running === undefined) return;
    try {
      worker ??= start();
      worker.ref();
      worker.postMessage(running.job, [running.job.body.buffer]);
    } catch (error) {
      // No thread could be made, or the body not be handed over: that concerns this body, and those behind it have their turns.
      const failed = running;
      running = undefined;
      failed.reject(error instanceof Error ? error : new Error(String(error)));
      next();
    }
  }

  return {
    read(sender, job) {
      if (closed) return Promise.reject(closing());
      const queue = queues.get(sender) ?? [];
      if (queue.length >= waitingLimit) return Promise.reject(busy());
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        queues.set(sender, queue);
        next();
      });
    },
    async close() {
      closed = true;
      const waiting = [...queues.values()].flat();
      queues.clear();
      for (const { reject } of waiting) reject(closing());
      await worker?.terminate();
    },
  };
}

function closing(): Error {
  return new Error("The server is closing.");
}

function outOfMemory(reason: Error | undefined): boolean {
  return reason !== undefined && "code" in reason && reason.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function tooComplex(): IngestRefusal {
  return new IngestRefusal(413, "The body takes too much memory to read. Send fewer events at a time.", hecCodes.invalidFormat);
}

/** The refusal of what may well be taken a little later. */
export function busy(): IngestRefusal {
  return new IngestRefusal(
    503,
    "This token has too much on the way at once. Nothing of this request was taken: send it again.",
    hecCodes.serverBusy,
  );
}

/**
 * Starts the built file, beside this module or one folder up where the build puts shared parts into one of their own; or else the source,
 * which tsx translates.
 */
function newWorker(): Worker {
  const options = { resourceLimits: { maxOldGenerationSizeMb: heapLimit } };
  const here = dirname(fileURLToPath(import.meta.url));
  const built = [here, dirname(here)].map((folder) => join(folder, "ingest-worker.js")).find((file) => existsSync(file));
  if (built !== undefined) return new Worker(built, options);
  const source = new URL("worker.ts", import.meta.url).href;
  const load = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(source)}, ${JSON.stringify(source)}))`;
  return new Worker(load, { ...options, eval: true });
}

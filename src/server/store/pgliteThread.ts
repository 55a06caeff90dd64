import { Worker } from "node:worker_threads";

import { StoreFailedError } from "./failures.ts";
import { errorFrom, type WorkerData, type WorkerReply, type WorkerRequest } from "./pgliteProtocol.ts";
import type { Engine } from "./pool.ts";
import { resultsOf, type TripOutcome, type Statement } from "./statementClient.ts";

/**
 * The room in which the thread makes new objects, which V8 keeps once it was used. The database itself has its memory elsewhere. The default is
 * four times as much, and no quicker.
 */
const maxYoungGenerationSizeMb = 12;

interface Pending {
  readonly resolve: (outcome: TripOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts PGlite on a folder in a thread of its own.
 *
 * @param file the built worker
 * @param folder the database's folder
 * @param onFailure told once when the thread dies without having been closed; every statement then fails with StoreFailedError
 */
export async function openPgliteThread(
  file: string,
  folder: string,
  onFailure: (error: StoreFailedError) => void,
): Promise<Engine> {
  const worker = new Worker(file, { workerData: { folder } satisfies WorkerData, resourceLimits: { maxYoungGenerationSizeMb } });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closing = false;
  let ended: StoreFailedError | undefined;

  const ask = (request: WorkerRequest) =>
    new Promise<TripOutcome>((resolve, reject) => {
      if (ended !== undefined) {
        reject(ended);
        return;
      }
      pending.set(request.id, { resolve, reject });
      worker.postMessage(request);
    });

  await new Promise<void>((resolve, reject) => {
    let ready = false;
    const end = (error: StoreFailedError) => {
      if (ended !== undefined) return;
      ended = error;
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
      if (!ready) reject(error);
      else if (!closing) onFailure(error);
    };
    worker.on("message", (reply: WorkerReply) => {
      if (reply.type === "ready") {
        ready = true;
        resolve();
        return;
      }
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if (reply.type === "failed") waiting?.reject(errorFrom(reply.failure));
      else waiting?.resolve({ results: reply.results, ...(reply.failure && { failure: errorFrom(reply.failure) }) });
    });
    worker.on("error", (error) =>
      end(new StoreFailedError(`The thread of the embedded database failed: ${error.message}`, { cause: error })),
    );
    worker.on("exit", (code) => end(new StoreFailedError(`The thread of the embedded database ended with code ${code}.`)));
  });

  const queryAll = (statements: readonly Statement[]) => ask({ type: "run", id: ++lastId, statements });
  return {
    async query(sql, parameters) {
      const [result] = resultsOf(await queryAll([{ sql, parameters }]));
      if (result === undefined) throw new Error("The thread of the embedded database gave no result.");
      return result;
    },
    queryAll,
    async close() {
      if (ended !== undefined) return;
      closing = true;
      const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      await ask({ type: "close", id: ++lastId });
      await exited;
    },
  };
}

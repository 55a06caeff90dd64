// The thread that runs the embedded database, so that a long statement does not hold up the server. It is built as a file of its own.
import { parentPort, workerData } from "node:worker_threads";

import { collectGarbage } from "#server/heap.ts";
import { StoreFailedError } from "./failures.ts";
import { openPglite } from "./pglite.ts";
import { failureMessage, type WorkerData, type WorkerReply, type WorkerRequest } from "./pgliteProtocol.ts";

if (parentPort === null) throw new Error("This file runs as a worker thread of the server.");
const port = parentPort;
const { folder } = workerData as WorkerData;
const engine = await openPglite({ folder });

const reply = (message: WorkerReply) => port.postMessage(message);

async function answer(request: WorkerRequest): Promise<void> {
  try {
    if (request.type === "close") {
      await engine.close();
      reply({ type: "done", id: request.id, results: [] });
      port.close();
    } else {
      const { results, failure } = await engine.queryAll(request.statements);
      reply({ type: "done", id: request.id, results, ...(failure && { failure: failureMessage(failure) }) });
    }
  } catch (error) {
    reply({ type: "failed", id: request.id, failure: failureMessage(error) });
    // The database's memory cannot be trusted any more: end the thread, which ends the server, and the next start recovers from disk.
    if (error instanceof StoreFailedError) throw error;
  }
}

port.on("message", (request: WorkerRequest) => void answer(request));
collectGarbage();
reply({ type: "ready" });

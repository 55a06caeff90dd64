// The thread that takes large and compressed bodies apart, so that no other request waits for it. It is built as a file of its own.
import { parentPort } from "node:worker_threads";

import { readBody, type BodyToRead, type BodyReading } from "./body.ts";
import { IngestRefusal, type RefusalStatus } from "./refusal.ts";

/** What became of a body. */
export type Outcome =
  | { readonly type: "read"; readonly reading: BodyReading }
  | { readonly type: "refused"; readonly status: RefusalStatus; readonly message: string; readonly hecCode: number };

if (parentPort === null) throw new Error("This file runs as a worker thread of the server.");
const port = parentPort;

function outcomeOf(job: BodyToRead): Outcome {
  try {
    return { type: "read", reading: readBody(job) };
  } catch (error) {
    if (!(error instanceof IngestRefusal)) throw error;
    return { type: "refused", status: error.status, message: error.message, hecCode: error.hecCode };
  }
}

port.on("message", (job: BodyToRead) => {
  const outcome = outcomeOf(job);
  const answer = outcome.type === "read" ? outcome.reading.answer : undefined;
  port.postMessage(outcome, answer === undefined ? [] : [answer.buffer]);
});

// Of a body that cannot be taken over nobody would else be told, and those behind it would wait for ever.
port.on("messageerror", (error) => {
  throw error;
});

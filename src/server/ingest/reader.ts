import { isPlain, readBody, type BodyToRead, type BodyReading } from "./body.ts";
import type { ReadingThread } from "./thread.ts";

/** The largest body that is read where it arrives, in bytes: a trip to the thread would cost more. */
export const smallBody = 32_768;

/** The most bytes that are read here between two turns of the event loop. */
export const turnLimit = 131_072;

/** Reads bodies for senders: see {@link ReadingThread.read}. */
export type BodyReader = ReadingThread["read"];

/**
 * Makes a reader that never holds up the event loop for long: small bodies are read here, but for so many at a time; large ones, and
 * compressed ones, of which nobody knows how large they are, in the thread.
 *
 * @param read reads a body here
 */
export function bodyReader(thread: ReadingThread, read: (job: BodyToRead) => BodyReading = readBody): BodyReader {
  let left = turnLimit;

  function fits({ body, encoding }: BodyToRead): boolean {
    if (!isPlain(encoding) || body.length > smallBody || body.length > left) return false;
    if (left === turnLimit) setImmediate(() => (left = turnLimit));
    left -= body.length;
    return true;
  }

  return async (sender, job) => (fits(job) ? read(job) : thread.read(sender, job));
}

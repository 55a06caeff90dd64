import { RemoteError } from "#server/remote/client.ts";
import { StartError } from "#server/startError.ts";

/** Status of a program that Ctrl-C ended, as shells give it. */
const interruptedStatus = 130;

/**
 * Does what a command asks of a server, and ends the program with the status that comes of it. Ctrl-C calls it off. A call that failed is
 * told in its own words.
 */
export async function workRemotely(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  try {
    process.exitCode = await work(interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) {
      process.exitCode = interruptedStatus;
      return;
    }
    if (error instanceof RemoteError) throw new StartError(error.message, { lasting: false });
    throw error;
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

import { clockCorrection, narrowClock, type ClockBounds } from "#domain/serverClock.ts";
import { createStore } from "#web/state/store.ts";

/**
 * What the latest exchange with the server showed:
 *
 * - `reachable`: it answered (whatever it said)
 * - `unreachable`: nothing answered
 */
export const reachability = createStore<"reachable" | "unreachable">("reachable");

/** Whether a session that this page was using is no longer accepted. The shell then asks to sign in again, over the page. */
export const sessionEnded = createStore(false);

let clock: ClockBounds | undefined;

/**
 * The server's present time, ms since epoch: this computer's clock, corrected by the `Date` headers of the answers so far. Those have
 * a resolution of one second, so the result is right to within about a second after the first answer, and better after many; it
 * never departs from this computer's clock further than the headers demand.
 */
export function serverNow(): number {
  return Date.now() + clockCorrection(clock);
}

/**
 * `fetch`, watched: keeps the server's clock, whether the server is there, and whether the session still stands. Everything that the
 * app asks of its server goes through here. Rejects as `fetch` does.
 */
export async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const sent = Date.now();
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (error) {
    // A request that was called off says nothing of the server.
    if (init?.signal?.aborted !== true) reachability.set("unreachable");
    throw error;
  }
  // A proxy that stands in for a server which is gone answers with one of these.
  reachability.set(response.status === 502 || response.status === 503 || response.status === 504 ? "unreachable" : "reachable");
  const date = Date.parse(response.headers.get("date") ?? "");
  if (!Number.isNaN(date)) clock = narrowClock(clock, date, sent, Date.now());
  return response;
}

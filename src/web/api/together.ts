import { requestIdHeader } from "#logscale/errors.ts";
import { mostQueries } from "#logscale/queries.ts";

import { whileWaited, type Waiter } from "./whileWaited.ts";

/** What is sent of a query, and who waits for its answer. */
interface Waiting extends Waiter {
  readonly body: string;
  readonly resolve: (response: Response) => void;
}

/**
 * Makes a `fetch` for queries that sends those of the same moment together: a page begins with some ten, and a browser sends six at once.
 * Each is answered with a response of its own, as if it had been sent by itself. Which of them is answered first makes no difference to the
 * others: they are short.
 *
 * @param send sends a list of bodies as JSON, to where they are answered line by line (`queries.ts` of the contract)
 * @param alone sends a single one
 */
export function togetherFetch(
  send: (bodies: string, signal: AbortSignal) => Promise<Response>,
  alone: typeof fetch,
): (input: RequestInfo | URL, init: RequestInit) => Promise<Response> {
  let waiting: { readonly query: Waiting; readonly sendAlone: () => Promise<Response> }[] = [];

  const flush = () => {
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += mostQueries) {
      const part = all.slice(start, start + mostQueries);
      const [only, another] = part;
      if (only !== undefined && another === undefined) only.sendAlone().then(only.query.resolve, only.query.reject);
      else
        void sendTogether(
          part.map(({ query }) => query),
          send,
        );
    }
  };

  return (input, init) => {
    const { body, signal } = init;
    if (typeof body !== "string") return alone(input, init);
    return new Promise((resolve, reject) => {
      // In a task of its own: all that the present one asks for is asked by then.
      if (waiting.length === 0) setTimeout(flush);
      waiting.push({ query: { body, signal, resolve, reject }, sendAlone: () => alone(input, init) });
    });
  };
}

async function sendTogether(
  queries: readonly Waiting[],
  send: (bodies: string, signal: AbortSignal) => Promise<Response>,
): Promise<void> {
  const signal = whileWaited(queries);
  if (signal.aborted) return;
  try {
    const response = await send(`[${queries.map(({ body }) => body).join()}]`, signal);
    const text = await response.text();
    const lines = text.split("\n");
    // An answer goes to whoever asked for it or to nobody.
    if (response.ok && lines.length !== queries.length + 1) throw new TypeError("The answers broke off before their end.");
    for (const [index, { resolve }] of queries.entries()) {
      resolve(response.ok ? ownResponse(response, lines[index] ?? "", "application/json") : ownResponse(response, text));
    }
  } catch (error) {
    for (const { reject } of queries) reject(error);
  }
}

/** A response for one of those that went together. The server's log has all of them under one id. */
function ownResponse(
  { status, headers }: Response,
  text: string,
  contentType: string = headers.get("content-type") ?? "",
): Response {
  const id = headers.get(requestIdHeader);
  return new Response(text, { status, headers: { "content-type": contentType, ...(id !== null && { [requestIdHeader]: id }) } });
}

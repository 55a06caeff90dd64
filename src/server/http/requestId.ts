import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { requestIdHeader } from "#logscale/errors.ts";

import { among } from "./address.ts";

/** What reverse proxies make: 32 hexadecimal digits, with the hyphens of a UUID or without. */
const idOfProxy = /^[\da-f]{8}(-?)(?:[\da-f]{4}\1){3}[\da-f]{12}$/iu;

/**
 * Makes the id of each request, by which its lines stand in the log and which its answer has. That of a proxy is taken over where
 * TRUST_PROXY names the proxy and the id has the strict form: anything else may be a text of the caller's choice, even a secret. One of our
 * own has 16 digits, so that it can be read out, and is never mistaken for the value of an ingest token, which is a UUID.
 */
export function requestIds(trustProxy: readonly string[]): (request: IncomingMessage) => string {
  const trusted = trustProxy.length > 0 ? among(trustProxy) : () => false;
  return ({ headers, socket }) => {
    const given = headers[requestIdHeader];
    if (typeof given === "string" && idOfProxy.test(given) && trusted(socket.remoteAddress)) return given.toLowerCase();
    const id = randomUUID();
    return id.slice(19, 23) + id.slice(24);
  };
}

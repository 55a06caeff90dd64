import type { IncomingHttpHeaders } from "node:http";

import { requestIdHeader } from "#logscale/errors.ts";

/**
 * What of a request's head goes on to the cluster. Everything else stays: cookies, where a request came from, what proxies and browsers
 * add, and what concerns a single connection. A list of what is let through cannot be outdated by a header nobody thought of.
 */
const passedUp: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "authorization",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "user-agent",
]);

/**
 * Headers of shippers' own protocols, such as the channel of Splunk's event collector. None named after LogScale itself: a proxy may use
 * any header to tell a cluster who is signed in, and callers must not be able to set it.
 */
const passedUpFamilies = /^x-(?:splunk|elastic)-/u;

/**
 * The headers of an answer that come back. Left out: cookies, which would be set for this host; the address of a redirect; and everything
 * that tells browsers how to treat the whole host.
 */
const passedDown: ReadonlySet<string> = new Set([
  "allow",
  "content-encoding",
  "content-length",
  "content-type",
  // The cluster's clock, which decides when tokens expire.
  "date",
  "retry-after",
  "x-elastic-product",
]);

/**
 * The headers of a request to the cluster. `token` is that of the session, where the request came with a session; `id` is the request's own
 * here, by which what is in front of the cluster can log it too.
 */
export function headersUp(headers: IncomingHttpHeaders, id: string, token: string | undefined): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => passedUp.has(name) || passedUpFamilies.test(name));
  return {
    ...Object.fromEntries(kept),
    [requestIdHeader]: id,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

/** The headers of the cluster's answer that are passed on. */
export function headersDown<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => passedDown.has(name)));
}

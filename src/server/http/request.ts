import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";

import { readAddress } from "./address.ts";

/** Whether a host, by name or address, with or without the brackets of an address in a URL, is this very machine to whoever uses it. */
export function isLoopback(host: string): boolean {
  const address = host.replaceAll(/^\[|\]$/gu, "");
  return address === "localhost" || (ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback");
}

/** What is known of where a request came from: this very machine, another, or somewhere that a proxy hides. */
export type Whence = "here" | "elsewhere" | "hidden";

declare module "fastify" {
  interface FastifyRequest {
    /** What {@link clientAddress} found. */
    knownAddress?: string;
    /** What {@link whence} found. */
    knownWhence?: Whence;
  }
  interface FastifyReply {
    /** Whether Fastify has told that the answer was sent, or that sending it failed. */
    told?: boolean;
  }
}

/**
 * The address that a request came from, after TRUST_PROXY; an IPv4-mapped IPv6 address is given as IPv4. It is found out once, when the
 * request arrives: a request whose body was passed on no longer knows its socket afterwards.
 */
export function clientAddress(request: FastifyRequest): string {
  return (request.knownAddress ??= readAddress(request.ip));
}

/** Headers by which proxies say that they ask for somebody else, or for whom. */
const forwardingHeader =
  /^(?:(?:.+-)?(?:forwarded|proxied)(?:-.+)?|via|x-original-.+|(?:.+-)?(?:client|connect(?:ing|ion)|proxyuser|user|real|remote|origin(?:al|ating)?|socket)-?(?:ip(?:v6)?|addr(?:ess)?)|x-envoy-external-address)$/u;

/**
 * Where a request came from, for what is open to this machine alone. A proxy on this machine asks from a loopback address too: where a
 * header tells of one, TRUST_PROXY must name every proxy on the way, and X-Forwarded-For the client. A loopback address counts as this
 * machine's only where each of them has one, since another machine's proxy means itself by it. Found out when it is first asked: few
 * requests need it.
 */
export function whence(request: FastifyRequest): Whence {
  return (request.knownWhence ??= findWhence(request));
}

function findWhence(request: FastifyRequest): Whence {
  const wasForwarded = Object.keys(request.headers).some((name) => forwardingHeader.test(name));
  if (!wasForwarded) return isLoopback(clientAddress(request)) ? "here" : "elsewhere";
  const { "x-forwarded-for": given = [] } = request.headers;
  const named = String(given)
    .split(",")
    .filter((part) => part.trim() !== "").length;
  // The proxies that TRUST_PROXY names, from the nearest on, and whoever the last of them saw.
  const hops = request.ips ?? [];
  if (named === 0 || hops.length <= named) return "hidden";
  return hops.every((hop) => isLoopback(readAddress(hop))) ? "here" : "elsewhere";
}

/** What a request counts as whose client was gone before an answer was begun; the number that nginx made usual. */
const clientGone = 499;

/**
 * Calls back when the connection ends before the whole answer was sent, of which Fastify's `onResponse` does not tell; with the status that
 * was sent, or 499 when none was. What the request asked for may be done all the same.
 */
export function onHangUp(reply: FastifyReply, hungUp: (status: number) => void): void {
  const { raw } = reply;
  raw.on("close", () => {
    if (reply.told !== true) hungUp(raw.headersSent ? raw.statusCode : clientGone);
  });
}

/** Notes of each answer that `onResponse` told of it, for {@link onHangUp}. */
export function noteTold(app: FastifyInstance): void {
  app.decorateReply("told", false);
  app.addHook("onResponse", (_request, reply, done) => {
    reply.told = true;
    done();
  });
}

/**
 * The origin under which browsers reach the server, without a trailing slash: PUBLIC_URL, or else what the request itself says (of which
 * the X-Forwarded-… headers count from trusted proxies alone).
 */
export function publicOrigin(request: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl ?? `${request.protocol}://${request.host}`;
}

/**
 * Name of the session cookie. It contains the port, but for https on its usual one, since browsers share cookies between the ports of a
 * host.
 */
export function sessionCookieName(origin: string): string {
  const { protocol, port } = originParts(origin);
  // Browsers accept this prefix only on a cookie that is Secure, has the path / and no domain.
  return protocol === "https:" ? `__Host-tokenhouse${port && `-${port}`}` : `tokenhouse-${port || "80"}`;
}

/** The origin of an http or https address, without a default port; undefined for anything else. */
function originOf(text: string): string | undefined {
  const { protocol, origin } = URL.canParse(text) ? new URL(text) : { protocol: "", origin: "" };
  return /^https?:$/u.test(protocol) ? origin : undefined;
}

/**
 * Whether an Origin header names this very server, scheme included: a page that came by http is not of a server behind TLS. The address
 * that the browser asked for counts beside PUBLIC_URL, for those who go around the proxy. It does not count under PUBLIC_URL's own host and
 * port: there a proxy that TRUST_PROXY does not name would turn https into http.
 */
function isOwnOrigin(given: string, request: FastifyRequest, publicUrl: string | undefined): boolean {
  const origin = originOf(given);
  if (origin === undefined) return false;
  const asked = publicOrigin(request, undefined);
  if (publicUrl === undefined) return origin === originOf(asked);
  const isPublicHost = originParts(asked).host === originParts(publicUrl).host;
  return origin === originOf(publicUrl) || (!isPublicHost && origin === originOf(asked));
}

/** Headers of which a request has one or none. Of two, each program along the way may believe another. */
const singleHeaders = ["host", "authorization", "content-type", "origin"] as const;

/** The same by their lengths, which differ, so that other headers are passed over at once. */
const singleByLength = new Map<number, string>(singleHeaders.map((name) => [name.length, name]));

/** The first header that stands twice in a request though only one may; undefined when there is none. */
export function repeatedHeader({ raw: { rawHeaders } }: FastifyRequest): string | undefined {
  let seen: string[] | undefined;
  // Names and values take turns.
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const name = rawHeaders[place] ?? "";
    const single = singleByLength.get(name.length);
    if (single === undefined || (name !== single && name.toLowerCase() !== single)) continue;
    if (seen?.includes(single) === true) return single;
    seen = [...(seen ?? []), single];
  }
  return undefined;
}

/** Protocol, host and port of an origin; of one that is none, as a strange Host header makes it, all empty. */
export function originParts(origin: string): Pick<URL, "protocol" | "host" | "hostname" | "port"> {
  return URL.canParse(origin) ? new URL(origin) : { protocol: "", host: "", hostname: "", port: "" };
}

/**
 * Why a request that a cookie vouches for must be refused, or undefined when it need not be. A page of another site can make a browser send
 * requests, with SameSite even cookies from another port of this host; what it cannot do is send JSON unasked or forge the Origin header.
 */
export function crossSiteRefusal(
  request: FastifyRequest,
  publicUrl: string | undefined,
  options: { readonly originRequired: boolean },
): string | undefined {
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  const mediaType = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json" && (request.method !== "DELETE" || mediaType !== undefined)) {
    return "The request must have the content type application/json.";
  }
  const { origin } = request.headers;
  if (origin === undefined && !options.originRequired) return undefined;
  if (isOwnOrigin(origin ?? "", request, publicUrl)) return undefined;
  return "The request did not come from a page of this server. If a proxy stands in front of it, set PUBLIC_URL.";
}

/** The path of a request, without its query, and without a fragment, which browsers never send. Both may hold what must not be logged. */
export function pathOf({ url }: Pick<FastifyRequest, "url">): string {
  const end = url.search(/[?#]/u);
  return end === -1 ? url : url.slice(0, end);
}

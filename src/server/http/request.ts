import type { FastifyReply, FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";

import { readAddress } from "./address.ts";

/** Whether a host, by name or address, with or without the brackets of an address in a URL, is this very machine to whoever uses it. */
export function isLoopback(host: string): boolean {
  const address = host.replaceAll(/^\[|\]$/gu, "");
  return address === "localhost" || (ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback");
}

/** What is known of where a request came from: this very machine, another, or somewhere that a proxy hides. */
export type Whence = "here" | "elsewhere" | "hidden";

const addresses = new WeakMap<FastifyRequest, string>();
const whences = new WeakMap<FastifyRequest, Whence>();

/**
 * The address that a request came from, after TRUST_PROXY; an IPv4-mapped IPv6 address is given as IPv4. It is found out once, when the
 * request arrives: a request whose body was passed on no longer knows its socket afterwards.
 */
export function clientAddress(request: FastifyRequest): string {
  let address = addresses.get(request);
  if (address === undefined) {
    address = readAddress(request.ip);
    addresses.set(request, address);
  }
  return address;
}

/** Headers by which proxies say that they ask for somebody else, or for whom. */
const forwardingHeader =
  /^(?:(?:.+-)?(?:forwarded|proxied)(?:-.+)?|via|x-original-.+|(?:.+-)?(?:client|connect(?:ing|ion)|proxyuser|user|real|remote|origin(?:al|ating)?|socket)-?(?:ip(?:v6)?|addr(?:ess)?)|x-envoy-external-address)$/u;

/**
 * Where a request came from, for what is open to this machine alone. A proxy on this machine asks from a loopback address too: where a
 * header tells of one, TRUST_PROXY must name every proxy on the way, and X-Forwarded-For the client. A loopback address counts as this
 * machine's only where each of them has one, since another machine's proxy means itself by it. Found out when the request arrives, as
 * {@link clientAddress}.
 */
export function whence(request: FastifyRequest): Whence {
  let found = whences.get(request);
  if (found === undefined) {
    found = findWhence(request);
    whences.set(request, found);
  }
  return found;
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
export function onHangUp({ raw }: FastifyReply, hungUp: (status: number) => void): void {
  const ended = () => hungUp(raw.headersSent ? raw.statusCode : clientGone);
  raw.once("close", ended);
  // Of these `onResponse` tells.
  for (const told of ["finish", "error"]) raw.once(told, () => raw.off("close", ended));
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
const singleHeaders: ReadonlySet<string> = new Set(["host", "authorization", "content-type", "origin"]);

/** The first header that stands twice in a request though only one may; undefined when there is none. */
export function repeatedHeader(request: FastifyRequest): string | undefined {
  const names = request.raw.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return names.find((name, index) => singleHeaders.has(name) && names.indexOf(name) !== index);
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
export function pathOf(request: Pick<FastifyRequest, "url">): string {
  return request.url.split(/[?#]/u, 1)[0] ?? "";
}

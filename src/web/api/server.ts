import type { Session } from "./session.ts";

/** URL of the server that accepts new tokens, without a slash at its end: this one, or the LogScale behind the gateway. */
export function serverUrl({ backend, scheme = "https", host }: Session): string {
  return backend === "embedded" ? window.location.origin : `${scheme}://${host}`;
}

/** Whether every machine takes a URL for its own, so that no other can be reached by it. */
export function isOwnMachine(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/u.test(new URL(url).hostname);
}

/** Whether what is sent to a URL can be read on the way: over plain http, unless it never leaves the machine. */
export function goesInPlain(url: string): boolean {
  return url.startsWith("http:") && !isOwnMachine(url);
}

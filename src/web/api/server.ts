import type { Session } from "./session.ts";

/** URL of the server that accepts new tokens, without a slash at its end: this one, or the LogScale behind the gateway. */
export function serverUrl({ backend, scheme = "https", host }: Session): string {
  return backend === "embedded" ? window.location.origin : `${scheme}://${host}`;
}

/** Whether a URL leads every machine to itself, so that no other machine can be reached by it. */
export function isOwnMachine(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/u.test(new URL(url).hostname);
}

/** Whether others can read what is sent to a URL: over plain http, unless it never leaves the machine. */
export function goesInPlain(url: string): boolean {
  return url.startsWith("http:") && !isOwnMachine(url);
}

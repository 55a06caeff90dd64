import type { Session } from "./session.ts";

/** Address of the server that accepts new tokens, without a slash at its end: this one, or the LogScale behind the gateway. */
export function serverAddress({ backend, scheme = "https", host }: Session): string {
  return backend === "embedded" ? window.location.origin : `${scheme}://${host}`;
}

/** Whether every machine takes an address for its own, so that no other can be reached by it. */
export function isOwnMachine(address: string): boolean {
  if (!URL.canParse(address)) return false;
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/u.test(new URL(address).hostname);
}

/** Whether what is sent to an address can be read on the way: over plain http, unless it never leaves the machine. */
export function goesInPlain(address: string): boolean {
  return address.startsWith("http:") && !isOwnMachine(address);
}

import type { Session } from "./session.ts";

/** Address of the server that accepts new tokens, without a slash at its end: this one, or the LogScale behind the gateway. */
export function serverAddress({ backend, scheme = "https", host }: Session): string {
  return backend === "embedded" ? window.location.origin : `${scheme}://${host}`;
}

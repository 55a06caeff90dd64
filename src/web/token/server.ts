import type { Session } from "#web/api/session.ts";

/** Address of the server that accepts new tokens, without a slash at its end: this one, or the LogScale behind the gateway. */
export function serverAddress({ backend, host }: Session): string {
  return backend === "embedded" ? window.location.origin : `https://${host}`;
}

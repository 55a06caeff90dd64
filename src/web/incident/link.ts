import type { IncidentSubject } from "#domain/incident/incident.ts";
import { isClientAddress } from "#domain/filter/ipFilter.ts";
import { usualAddress } from "#domain/usualAddress.ts";
import { paths } from "#web/paths.ts";

/** Whether a text may be an id. No secret is one, so that none gets into an address by mistake. */
export function isId(text: string): boolean {
  return /^\w{1,40}$/u.test(text);
}

/** The link of the page about an incident. */
export function incidentLink({ user, token, address, since, until }: IncidentSubject): string {
  const params = new URLSearchParams();
  const set = (part: string, value: string | undefined) => {
    if (value !== undefined) params.set(part, value);
  };
  set("user", user);
  set("token", token);
  set("address", address);
  set("since", since === undefined ? undefined : writeInstant(since));
  set("until", until === undefined ? undefined : writeInstant(until));
  const query = params.toString();
  return query === "" ? paths.incident : `${paths.incident}?${query}`;
}

/** What such a link asks for. What makes no sense counts as absent. */
export function readSubject(params: URLSearchParams): IncidentSubject {
  const part = (named: string, makesSense: (text: string) => boolean) => {
    const text = params.get(named);
    return text !== null && makesSense(text) ? text : undefined;
  };
  const [user, token] = [part("user", isId), part("token", isId)];
  const given = part("address", isClientAddress);
  const address = given === undefined ? undefined : usualAddress(given);
  const [since, until] = [readInstant(params.get("since")), readInstant(params.get("until"))];
  return {
    ...(user !== undefined && { user }),
    ...(token !== undefined && { token }),
    ...(address !== undefined && { address }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** An instant in UTC, to the minute. */
export function writeInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, -8)}Z`;
}

function readInstant(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/u.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

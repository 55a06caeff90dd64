import { createHash } from "node:crypto";

/** What the databases of earlier releases are known to hold: their rows were made with these values, once and for all. */

/** Ms since epoch at which all of it was made. */
export const madeAt = Date.UTC(2026, 0, 1);

/** The installation key of all of them. */
export const installationKey = new Uint8Array(32).fill(42);

/** A fixed text of letters and digits in place of a random one. */
export function fixed(what: string, length: number): string {
  let text = "";
  for (let part = 0; text.length < length; part++) text += createHash("sha256").update(`${what} ${part}`).digest("hex");
  return text.slice(0, length);
}

export const users = { root: fixed("user root", 24), reader: fixed("user reader", 24) };
export const repositories = {
  sandbox: fixed("repository sandbox", 24),
  view: fixed("view", 24),
  quiet: fixed("repository quiet", 24),
};
export const role = fixed("role", 24);
export const filters = { everywhere: fixed("filter everywhere", 24), nowhere: fixed("filter nowhere", 24) };

/** Tokens by what is known of them; a personal one has its user's id. */
export const tokens = {
  personal: { id: users.reader, kind: "personal", name: "personal" },
  view: { id: fixed("token view", 32), kind: "view", name: "view" },
  organization: { id: fixed("token organization", 32), kind: "organization", name: "organization" },
  system: { id: fixed("token system", 32), kind: "system", name: "system" },
  /** Refused by its IP filter. */
  filtered: { id: fixed("token filtered", 32), kind: "organization", name: "filtered" },
  expired: { id: fixed("token expired", 32), kind: "organization", name: "expired" },
  /** From 0005 on. */
  created: { id: fixed("token created", 32), kind: "organization", name: "created by the root user" },
} as const;

export type KnownToken = keyof typeof tokens;

const secretOf = (which: KnownToken) => fixed(`secret ${which}`, 44);

export const tokenString = (which: KnownToken) => `${tokens[which].id}~${secretOf(which)}`;

export const secretHash = (which: KnownToken) => createHash("sha256").update(secretOf(which)).digest();

export const ingestToken = { id: fixed("ingest token", 24), name: "shipper", value: fixed("ingest value", 36) };

export const fleet = {
  configuration: fixed("configuration", 24),
  yaml: "sources: {}",
  token: fixed("fleet token", 24),
  name: "collectors",
  value: fixed("fleet value", 64),
};

/** The cookie of a session; its own name is from 0010 on. */
export const sessionCookie = fixed("session", 43);

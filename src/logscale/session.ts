import * as z from "zod/mini";

import { tokenKinds } from "#domain/token/kinds.ts";

/** What the embedded server offers beyond LogScale's schema, by name. */
export const embeddedExtensions = [
  "personalTokens",
  "tokenUse",
  "tokenVisibility",
  "planCheck",
  "ingestUse",
  "fleetOrigin",
  "findingNotes",
  "valueLookup",
  "sessions",
  "notices",
  "auditTrail",
] as const;

/**
 * What a gateway offers beyond its cluster: `auditUse` is last use as the cluster's audit log tells it, `auditLog` that log of a span of
 * time, `findingNotes` what it keeps itself about findings.
 */
export const gatewayExtensions = ["auditUse", "auditLog", "findingNotes"] as const;

/** One of {@link embeddedExtensions} or {@link gatewayExtensions}. */
export type ExtensionName = (typeof embeddedExtensions | typeof gatewayExtensions)[number];

/**
 * The answer to `GET /session` and to a successful `POST /session`, also when nobody is signed in: see {@link isSignedIn}.
 *
 * - a session begun by link: `user` alone
 * - a personal token: `user`, and `tokenId` (the user's id), `tokenKind` and `tokenName`
 * - a token of another kind: the three `token…` members, no `user`
 * - the local administrator's credential: `tokenName` alone
 * - signed out: none of them
 */
export const sessionSchema = z.object({
  user: z.optional(
    z.object({
      id: z.string(),
      username: z.string(),
      fullName: z.nullable(z.string()),
      isRoot: z.boolean(),
      isOrgRoot: z.boolean(),
    }),
  ),
  tokenId: z.optional(z.string()),
  tokenKind: z.optional(z.enum(tokenKinds)),
  tokenName: z.optional(z.string()),
  /** The address that the server saw the request come from: IPv4 or IPv6, never an IPv4-mapped one. */
  clientAddress: z.string(),
  backend: z.enum(["embedded", "gateway"]),
  /** Host, and port where it is not the scheme's own, of the organization's server. */
  host: z.string(),
  /** How the gateway reaches that server, which is LogScale; the embedded server is reached as the page itself was, and does not tell. */
  scheme: z.optional(z.enum(["http", "https"])),
  /** An {@link ExtensionName} each; a newer server may name others. */
  extensions: z.array(z.string()),
});

/** Who the browser is signed in as, and to what. */
export type Session = z.infer<typeof sessionSchema>;

/** Whether the session is anybody's. */
export function isSignedIn(session: Session): boolean {
  return session.user !== undefined || session.tokenName !== undefined;
}

const credential = z.string().check(z.minLength(1), z.maxLength(1000));

/** The body of `POST /session`: a one-time sign-in code, or a token to act as. Neither is ever sent in an address. */
export const signInSchema = z.union([z.strictObject({ code: credential }), z.strictObject({ token: credential })]);

export type SignIn = z.infer<typeof signInSchema>;

/** The body of every refusal at `/session` but 401 and 403 of a bad header or address; the message is meant for the user. */
export const sessionRefusalSchema = z.object({ message: z.string() });

import { membersOf } from "#domain/members.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

/** What the embedded server offers beyond LogScale's schema, by name. */
export const embeddedExtensions = [
  "personalTokens",
  "tokenUse",
  "tokenVisibility",
  "tokenColumns",
  "tokenPages",
  "queries",
  "planCheck",
  "ingestUse",
  "connectionCount",
  "fleetOrigin",
  "fleetExpiry",
  "fleetRegeneration",
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

/** The user whose rights a session has. */
export interface SessionUser {
  readonly id: string;
  readonly username: string;
  readonly fullName: string | null;
  readonly isRoot: boolean;
  readonly isOrgRoot: boolean;
}

/**
 * Who the browser is signed in as, and to what: the answer to `GET /session` and to a successful `POST /session`, also when nobody is signed
 * in (see {@link isSignedIn}).
 *
 * - a session begun by link: `user` alone
 * - a personal token: `user`, and `tokenId` (the user's id), `tokenKind` and `tokenName`
 * - a token of another kind: the three `token…` members, no `user`
 * - the local administrator's credential: `tokenName` alone
 * - signed out: none of them
 */
export interface Session {
  readonly user?: SessionUser;
  readonly tokenId?: string;
  readonly tokenKind?: TokenKind;
  readonly tokenName?: string;
  /** The address that the server saw the request come from: IPv4 or IPv6, never an IPv4-mapped one. */
  readonly clientAddress: string;
  readonly backend: "embedded" | "gateway";
  /** Host, and port where it is not the scheme's own, of the organization's server. */
  readonly host: string;
  /** How the gateway reaches that server, which is LogScale; the embedded server is reached as the page itself was, and does not tell. */
  readonly scheme?: "http" | "https";
  /** An {@link ExtensionName} each; a newer server may name others. */
  readonly extensions: readonly string[];
}

/**
 * The session that an answer tells of; undefined where it is no such answer. Read without the schema library, which the page to sign in would
 * load for this alone.
 */
export function sessionFrom(answer: unknown): Session | undefined {
  const {
    user: whose,
    tokenId,
    tokenKind: kind,
    tokenName,
    clientAddress,
    backend,
    host,
    scheme,
    extensions,
  } = membersOf(answer);
  const user = whose === undefined ? undefined : userFrom(whose);
  const tokenKind = tokenKinds.find((one) => one === kind);
  if (whose !== undefined && user === undefined) return undefined;
  if (kind !== undefined && tokenKind === undefined) return undefined;
  if (!isTextOrNone(tokenId) || !isTextOrNone(tokenName)) return undefined;
  if (typeof clientAddress !== "string" || typeof host !== "string") return undefined;
  if (backend !== "embedded" && backend !== "gateway") return undefined;
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return undefined;
  if (!Array.isArray(extensions) || !extensions.every((one) => typeof one === "string")) return undefined;
  return {
    ...(user && { user }),
    ...(tokenId !== undefined && { tokenId }),
    ...(tokenKind !== undefined && { tokenKind }),
    ...(tokenName !== undefined && { tokenName }),
    clientAddress,
    backend,
    host,
    ...(scheme !== undefined && { scheme }),
    extensions,
  };
}

function userFrom(value: unknown): SessionUser | undefined {
  const { id, username, fullName, isRoot, isOrgRoot } = membersOf(value);
  if (typeof id !== "string" || typeof username !== "string" || (fullName !== null && typeof fullName !== "string"))
    return undefined;
  return typeof isRoot === "boolean" && typeof isOrgRoot === "boolean"
    ? { id, username, fullName, isRoot, isOrgRoot }
    : undefined;
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

/** Whether the session is anybody's. */
export function isSignedIn(session: Session): boolean {
  return session.user !== undefined || session.tokenName !== undefined;
}

/** The body of `POST /session`: a one-time sign-in code, or a token to act as. Neither is ever sent in an address. */
export type SignIn = { readonly code: string } | { readonly token: string };

/** What a refusal says of itself; undefined where it says nothing, as 401 and 403 of a bad header or address at `/session` do. */
export function refusalIn(answer: unknown): string | undefined {
  const { message } = membersOf(answer);
  return typeof message === "string" ? message : undefined;
}

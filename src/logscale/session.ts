import { z } from "zod";

import { tokenKinds } from "#domain/kinds.ts";

/** What the embedded server offers beyond LogScale's schema, by name; a real LogScale offers none. */
export const extensionNames = ["personalTokens", "tokenUse", "tokenVisibility", "planCheck"] as const;

/**
 * The answer to `GET /session` and to a successful `POST /session`. Signed out, it has neither `user` nor any `token…` member.
 *
 * - a session begun by link: `user` alone
 * - a personal token: `user`, and `tokenId` (the user's id), `tokenKind` and `tokenName`
 * - a token of another kind: the three `token…` members, no `user`
 * - the local administrator's credential: `tokenName` alone
 */
export const sessionSchema = z.object({
  user: z
    .object({
      id: z.string(),
      username: z.string(),
      fullName: z.string().nullable(),
      isRoot: z.boolean(),
      isOrgRoot: z.boolean(),
    })
    .optional(),
  tokenId: z.string().optional(),
  tokenKind: z.enum(tokenKinds).optional(),
  tokenName: z.string().optional(),
  /** The address that the server saw the request come from: IPv4 or IPv6, never an IPv4-mapped one. */
  clientAddress: z.string(),
  backend: z.enum(["embedded", "gateway"]),
  /** Host, and port where it is not the scheme's own, of the organization's server. */
  host: z.string(),
  /** Members of {@link extensionNames}; a newer server may name others. */
  extensions: z.array(z.string()),
});

/** Who the browser is signed in as, and to what. */
export type Session = z.infer<typeof sessionSchema>;

/** The body of `POST /session`: a one-time sign-in code, or a token to act as. Neither is ever sent in an address. */
export const signInSchema = z.union([
  z.strictObject({ code: z.string().min(1).max(1000) }),
  z.strictObject({ token: z.string().min(1).max(1000) }),
]);

/** What signs in. */
export type SignIn = z.infer<typeof signInSchema>;

/** The body of every refusal at `/session`; the message is meant for the user. */
export const sessionRefusalSchema = z.object({ message: z.string() });

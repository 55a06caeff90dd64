import { hash, randomBytes, timingSafeEqual } from "node:crypto";

import { kindTraits, type PermissionKind, type TokenKind } from "#domain/token/kinds.ts";

import { randomId } from "#server/store/ids.ts";

/** Characters of a token's secret. 44 drawn from 62 hold 262 bits, so that the 256 of the security model are in them. */
export const secretLength = 44;

/** A new token's id and secret. `secret` and `tokenString` are for the one answer that shows them; only `secretHash` is kept. */
export interface MintedToken {
  readonly id: string;
  readonly secret: string;
  /** `<id>~<secret>`. */
  readonly tokenString: string;
  /** {@link hashSecret} of the secret. */
  readonly secretHash: Uint8Array;
}

/**
 * Makes the id and the secret of a token of a kind. A personal token's id is its user's, so `userId` must be given for that kind and
 * for no other.
 */
export function mintToken(kind: "personal", userId: string): MintedToken;
export function mintToken(kind: PermissionKind): MintedToken;
export function mintToken(kind: TokenKind, userId?: string): MintedToken;
export function mintToken(kind: TokenKind, userId?: string): MintedToken {
  if ((kind === "personal") !== (userId !== undefined))
    throw new TypeError("A personal token has its user's id, and only that one.");
  const id = userId ?? randomId(kindTraits[kind].idLength);
  const secret = randomId(secretLength);
  return { id, secret, tokenString: `${id}~${secret}`, secretHash: hashSecret(secret) };
}

/** A new secret for a cookie or a link: 256 bits in base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * What is kept of a secret: its SHA-256, 32 bytes. Of a token string the part after the `~` alone is hashed, since the id is kept
 * beside it. Without salt or stretching, which protect secrets that people choose; these are random.
 */
export function hashSecret(secret: string): Uint8Array {
  return new Uint8Array(hash("sha256", secret, "buffer"));
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

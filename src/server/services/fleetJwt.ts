import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

import { errors, jwtVerify, SignJWT } from "jose";

import type { Vault } from "#server/vault.ts";
import { hasFleetToken, type FleetStore, type FleetTokenModel } from "./fleet.ts";

/** What the tokens name as issuer and audience. LogScale's payload is not public: this is ours, and no collector is known to accept it. */
const issuer = "tokenhouse";
const audience = "log-collector";

/** An Ed25519 private key is 32 bytes behind this head of PKCS #8 (RFC 8410). */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

const keys = new WeakMap<Vault, { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>();

/**
 * The key pair that signs an installation's JWTs. It is derived from the installation key by the vault's keyed hash: every process has the
 * same one, also after a restart, and none stores it.
 */
function keysOf(vault: Vault) {
  let pair = keys.get(vault);
  if (pair === undefined) {
    const seed = vault.fingerprint("Ed25519 seed 1", "fleet-jwt-key");
    const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
    pair = { privateKey, publicKey: createPublicKey(privateKey) };
    keys.set(vault, pair);
  }
  return pair;
}

/**
 * The signed form of a fleet token: `sub` is the token's id (never its value), `url` the server's address, `iat` when the token was
 * created. Ed25519 signs the same text the same way each time, so a token's JWT never changes while the address stays.
 */
export async function fleetJwt(vault: Vault, token: FleetTokenModel, url: string): Promise<string> {
  return new SignJWT({ url })
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(token.id)
    .setIssuedAt(new Date(token.createdAt))
    .sign(keysOf(vault).privateKey);
}

/** Whether a JWT was signed by this installation for a fleet token that is still there. */
export async function isValidFleetJwt(store: FleetStore, jwt: string): Promise<boolean> {
  const id = await fleetIdOfJwt(store.vault, jwt);
  return id !== undefined && (await hasFleetToken(store, id));
}

/** The id of the fleet token that a JWT was signed for by this installation; undefined for any other text. The token may be gone. */
export async function fleetIdOfJwt(vault: Vault, jwt: string): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, keysOf(vault).publicKey, {
      algorithms: ["EdDSA"],
      issuer,
      audience,
      requiredClaims: ["sub", "iat", "url"],
    });
    return payload.sub;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

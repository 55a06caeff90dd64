import { hkdfSync } from "node:crypto";

import fastifySecureSession from "@fastify/secure-session";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { hour } from "#domain/duration.ts";

/**
 * How long a session in front of a cluster lasts, in ms: a working day. The server keeps nothing of it, so it cannot end it sooner;
 * rotating or deleting the token does, at once.
 */
export const sealedLifetime = 12 * hour;

/** Turns a pasted token into the value of a session cookie and back. The cookie is the only place where the token is. */
export interface SealedSessions {
  seal(token: string): string;
  /** The token of a cookie; undefined when the cookie is over, was changed, or is of another key or cluster. */
  open(cookie: string): string | undefined;
}

const contentSchema = z.object({ token: z.string(), cluster: z.string() });

/**
 * Prepares sealing (XSalsa20-Poly1305) under a key of its own, derived from the installation key by HKDF-SHA-256. The cluster's address is
 * sealed in as well, so a gateway that was pointed elsewhere sends no tokens of the former cluster there.
 */
export async function sealedSessions(app: FastifyInstance, key: Uint8Array, cluster: string): Promise<SealedSessions> {
  await app.register(fastifySecureSession, {
    key: Buffer.from(hkdfSync("sha256", key, new Uint8Array(0), "tokenhouse gateway session 1", 32)),
    expiry: sealedLifetime / 1000,
    // Cookies are set and read by name of the address, as for the other backend; this one never comes.
    cookieName: "tokenhouse-unused",
  });
  return {
    seal: (token) => app.encodeSecureSession(app.createSecureSession({ token, cluster })),
    open(cookie) {
      const content = contentSchema.safeParse(decode(app, cookie)?.data());
      return content.success && content.data.cluster === cluster ? content.data.token : undefined;
    },
  };
}

function decode(app: FastifyInstance, cookie: string) {
  try {
    return app.decodeSecureSession(cookie);
  } catch {
    // Not even a cookie of ours.
    return null;
  }
}

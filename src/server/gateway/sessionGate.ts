import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { refusals } from "#server/auth/authenticate.ts";
import { crossSiteRefusal } from "#server/http/request.ts";
import { clearSessionCookie, sendText, sessionCookie } from "#server/http/signIn.ts";
import type { SealedSessions } from "./sealed.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The token of the session that a request came with, where the session speaks for it. */
    clusterToken: string | undefined;
  }
}

export interface SessionGateOptions {
  readonly sessions: SealedSessions;
  readonly publicUrl: string | undefined;
}

/** An `onRequest` hook of routes that a session may speak for. */
export type SessionGate = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/**
 * Lets a session speak for requests without an Authorization header of their own, if they are from our own page; `clusterToken` then holds
 * its token. A request with neither header nor session is refused.
 */
export function sessionGate(app: FastifyInstance, { sessions, publicUrl }: SessionGateOptions): SessionGate {
  if (!app.hasRequestDecorator("clusterToken")) app.decorateRequest("clusterToken", undefined);
  return async (request, reply) => {
    if (request.headers.authorization !== undefined) return undefined;
    const cookie = sessionCookie(request, publicUrl);
    if (cookie === undefined) return sendText(reply, refusals.missing.status, refusals.missing.message);
    const token = sessions.open(cookie);
    if (token === undefined) {
      clearSessionCookie(request, reply, publicUrl);
      return sendText(reply, refusals.invalid.status, refusals.invalid.message);
    }
    const crossSite = crossSiteRefusal(request, publicUrl, { originRequired: true });
    if (crossSite !== undefined) return sendText(reply, 400, crossSite);
    request.clusterToken = token;
    return undefined;
  };
}

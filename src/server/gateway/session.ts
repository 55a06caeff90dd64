import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Session } from "#logscale/session.ts";
import { signInSchema } from "#logscale/signIn.ts";

import { bearerCredential, refusals } from "#server/auth/authenticate.ts";
import { failureLimit } from "#server/http/admission.ts";
import { bringsCookies, type PageStartOf } from "#server/http/pageStart.ts";
import { clientAddress, crossSiteRefusal } from "#server/http/request.ts";
import {
  clearSessionCookie,
  noApiToken,
  sendMessage,
  sendText,
  sendTooMany,
  sessionCookie,
  setSessionCookie,
} from "#server/http/signIn.ts";
import type { Cluster } from "./cluster.ts";
import { identify, type ClusterIdentity } from "./identify.ts";
import { sealedLifetime, type SealedSessions } from "./sealed.ts";

/** What the session routes in front of a cluster need. */
export interface GatewaySessionOptions {
  readonly cluster: Cluster;
  readonly sessions: SealedSessions;
  readonly publicUrl: string | undefined;
  /** What this gateway offers beyond its cluster. */
  readonly extensions: readonly string[];
  /** How many failed sign-ins of an address in a minute are answered as such. */
  readonly failedSignIns: number;
}

/**
 * Registers `/session`: the cluster says who somebody is, and the sealed cookie remembers by which token. Gives what tells who asks for a
 * page, where that is nobody: no page waits for the cluster.
 */
export function registerGatewaySession(app: FastifyInstance, options: GatewaySessionOptions): PageStartOf {
  const { cluster, sessions, publicUrl } = options;
  const failures = failureLimit(app, options.failedSignIns);

  app.addHook("onSend", async (_request, reply) => {
    void reply.header("cache-control", "no-store");
  });

  app.get("/session", async (request, reply) => {
    const { authorization } = request.headers;
    const cookie = sessionCookie(request, publicUrl);
    if (authorization !== undefined) {
      const credential = bearerCredential(authorization);
      return credential === null ? refuse(reply, 401) : tell(request, reply, credential);
    }
    if (cookie === undefined) return describe(request, undefined);
    const token = sessions.open(cookie);
    if (token !== undefined) return tell(request, reply, token, () => clearSessionCookie(request, reply, publicUrl));
    clearSessionCookie(request, reply, publicUrl);
    return describe(request, undefined);
  });

  app.post("/session", { bodyLimit: 16_384 }, async (request, reply) => {
    const crossSite = crossSiteRefusal(request, publicUrl, {
      originRequired: sessionCookie(request, publicUrl) !== undefined,
    });
    if (crossSite !== undefined) return sendMessage(reply, 400, crossSite);
    if (request.headers.authorization !== undefined) {
      return sendMessage(reply, 400, "Requests with a token in the Authorization header need no session.");
    }
    const body = signInSchema.safeParse(request.body);
    if (!body.success) return sendMessage(reply, 400, "Send a token.");
    if ("code" in body.data) {
      return sendMessage(
        reply,
        400,
        "In front of a LogScale cluster there are no sign-in links. Paste an API token of the cluster.",
      );
    }
    const given = body.data.token.trim();
    const token = bearerCredential(given) ?? given;
    const other = noApiToken(token);
    if (other !== undefined) return sendMessage(reply, 400, other);

    const found = await identify(cluster, token);
    switch (found.type) {
      case "known":
        setSessionCookie(request, reply, publicUrl, sessions.seal(token), sealedLifetime);
        return describe(request, found.identity);
      case "denied": {
        const seconds = await failures(request);
        if (seconds !== undefined) return sendTooMany(reply, seconds);
        return found.status === 401
          ? sendMessage(reply, 401, refusals.invalid.message)
          : sendMessage(reply, 403, `${refusals.address.message} LogScale sees the address of this gateway, not yours.`);
      }
      case "failed":
        return sendMessage(reply, found.failure.status, found.failure.message);
      default:
        return found satisfies never;
    }
  });

  app.delete("/session", async (request, reply) => {
    const cookie = sessionCookie(request, publicUrl);
    const crossSite = crossSiteRefusal(request, publicUrl, { originRequired: cookie !== undefined });
    if (crossSite !== undefined) return sendMessage(reply, 400, crossSite);
    clearSessionCookie(request, reply, publicUrl);
    return reply.code(204).send();
  });

  return (request) => {
    const { authorization } = request.headers;
    const isNobody = authorization === undefined && sessionCookie(request, publicUrl) === undefined && bringsCookies(request);
    return Promise.resolve(isNobody ? { session: describe(request, undefined) } : {});
  };

  /** Asks the cluster who a credential is, each time: it may have lost its rights, or its life. `over` is called where it is dead. */
  async function tell(request: FastifyRequest, reply: FastifyReply, token: string, over?: () => void) {
    const found = await identify(cluster, token);
    switch (found.type) {
      case "known":
        return describe(request, found.identity);
      case "denied":
        if (found.status === 403 || over === undefined) return refuse(reply, found.status);
        over();
        return describe(request, undefined);
      case "failed":
        return sendMessage(reply, found.failure.status, found.failure.message);
      default:
        return found satisfies never;
    }
  }

  function describe(request: FastifyRequest, identity: ClusterIdentity | undefined): Session {
    return {
      ...identity,
      clientAddress: clientAddress(request),
      backend: "gateway",
      host: cluster.host,
      scheme: cluster.scheme,
      extensions: [...options.extensions],
    };
  }
}

function refuse(reply: FastifyReply, status: 401 | 403): FastifyReply {
  return sendText(reply, status, status === 401 ? refusals.invalid.message : refusals.address.message);
}

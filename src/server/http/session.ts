import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Kysely, Selectable, Transaction } from "kysely";

import * as z from "zod/mini";

import type { AuditActor, AuditTarget } from "#domain/audit/record.ts";
import type { ExtensionName, Session, SignIn } from "#logscale/session.ts";
import { signInSchema } from "#logscale/signIn.ts";

import {
  bearerCredential,
  refusals,
  type Refusal,
  type Authentication,
  type Authenticator,
  type Identity,
  type CallerPlace,
} from "#server/auth/authenticate.ts";
import { linkStands } from "#server/auth/linkStanding.ts";
import {
  consumeSignInCode,
  createSession,
  endSession,
  findAdministrator,
  sessionLifetime,
  signInLink,
  type SessionPrincipal,
} from "#server/auth/sessions.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { actorOf, type Trail } from "#server/audit/trail.ts";
import { ClientError } from "#server/errors.ts";
import type { SignInCode } from "#server/services/signInLinks.ts";
import type { Database, LinkColumns } from "#server/store/schema.ts";
import { failureLimit } from "./admission.ts";
import { bringsCookies } from "./pageStart.ts";
import { clientAddress, crossSiteRefusal, originParts, publicOrigin } from "./request.ts";
import { clearSessionCookie, noApiToken, sendMessage, sendText, sendTooMany, sessionCookie, setSessionCookie } from "./signIn.ts";

/** What the session routes need. */
export interface SessionRouteOptions {
  readonly db: Kysely<Database>;
  readonly authenticator: Authenticator;
  readonly placeOf: (request: FastifyRequest) => CallerPlace;
  readonly now: () => number;
  readonly publicUrl: string | undefined;
  /** What the server offers beyond LogScale. */
  readonly extensions: readonly ExtensionName[];
  /** Makes a sign-in code for a user, by name. Throws ClientError. */
  readonly makeSignInCode: (request: FastifyRequest, identity: Identity, username: string) => Promise<SignInCode>;
  readonly trail: Trail;
  /** Told of each sign-in that failed, with the status of its answer. */
  readonly signInFailed: (request: FastifyRequest, status: number) => void;
  /** Told of each header or cookie that was refused where somebody asks for something by it, and why. */
  readonly credentialRefused: (request: FastifyRequest, refusal: Refusal) => void;
  /** Told of each request whose credential is valid. */
  readonly credentialUsed: (request: FastifyRequest, identity: Identity) => void;
  /** Records that a link was refused. */
  readonly linkRefused: (request: FastifyRequest, identity: Identity, error: ClientError, username?: string) => Promise<void>;
  /** How many failed sign-ins of an address in a minute are answered as such. */
  readonly failedSignIns: number;
}

/** The body of `/session/link`: whom the link signs in; without a name, the user with root's rights who is there longest. */
const linkSchema = z.strictObject({ user: z.optional(z.string()) });

/** What a link's code is answered with that is not known, or no more. */
const linkIsOver = {
  status: 401,
  message: "This sign-in link was used already or is older than ten minutes. Ask for a fresh one.",
};

/** Who asks for a page: the session that it may be sent with, and whom its answers are for. */
export interface PageCaller {
  readonly session?: Session;
  readonly identity?: Identity;
}

/** Registers `/session` and, for the command line, `/session/link`. Gives what tells who asks for a page. */
export async function registerSession(
  app: FastifyInstance,
  options: SessionRouteOptions,
): Promise<(request: FastifyRequest, reply: FastifyReply) => Promise<PageCaller>> {
  const { db, authenticator, placeOf, trail, now, publicUrl } = options;
  const failures = failureLimit(app, options.failedSignIns);

  app.addHook("onSend", async (_request, reply) => {
    void reply.header("cache-control", "no-store");
  });

  app.get("/session", async (request, reply) => {
    const outcome = await authenticate(request);
    if (outcome.ok) {
      if (request.headers.authorization !== undefined) options.credentialUsed(request, outcome.identity);
      return describe(request, outcome.identity);
    }
    // A bad header is the caller's mistake; a cookie that is over only means that nobody is signed in.
    if (request.headers.authorization !== undefined || refusals[outcome.refusal].status === 403) {
      options.credentialRefused(request, outcome.refusal);
      return refuse(reply, outcome);
    }
    if (outcome.refusal === "invalid") clearSessionCookie(request, reply, publicUrl);
    return describe(request, undefined);
  });

  app.post("/session", { bodyLimit: 16_384 }, async (request, reply) => {
    const crossSite = crossSiteRefusal(request, publicUrl, { originRequired: sessionCookie(request, publicUrl) !== undefined });
    if (crossSite !== undefined) return sendMessage(reply, 400, crossSite);
    if (request.headers.authorization !== undefined) {
      return sendMessage(reply, 400, "Requests with a token in the Authorization header need no session.");
    }
    const body = signInSchema.safeParse(request.body);
    if (!body.success) return sendMessage(reply, 400, "Send either a code or a token.");

    const signedIn = await signIn(request, body.data);
    if ("status" in signedIn) {
      options.signInFailed(request, signedIn.status);
      const seconds = signedIn.status === 400 ? undefined : await failures(request);
      return seconds === undefined ? sendMessage(reply, signedIn.status, signedIn.message) : sendTooMany(reply, seconds);
    }
    setSessionCookie(request, reply, publicUrl, signedIn.cookie, sessionLifetime);
    return describe(request, signedIn.identity);
  });

  app.delete("/session", async (request, reply) => {
    const cookie = sessionCookie(request, publicUrl);
    const crossSite = crossSiteRefusal(request, publicUrl, { originRequired: cookie !== undefined });
    if (crossSite !== undefined) return sendMessage(reply, 400, crossSite);
    const former = await sessionOf(request);
    if (cookie !== undefined) await db.transaction().execute((trx) => leave(trx, request, cookie, former));
    clearSessionCookie(request, reply, publicUrl);
    return reply.code(204).send();
  });

  app.post("/session/link", { bodyLimit: 1024 }, async (request, reply) => {
    const outcome = await authenticate(request);
    if (!outcome.ok) {
      if (outcome.refusal !== "missing") options.credentialRefused(request, outcome.refusal);
      const seconds = outcome.refusal === "missing" ? undefined : await failures(request);
      return seconds === undefined ? refuse(reply, outcome) : sendTooMany(reply, seconds);
    }
    const { identity } = outcome;
    options.credentialUsed(request, identity);
    const refuseLink = async (status: number, error: ClientError, username?: string) => {
      await options.linkRefused(request, identity, error, username);
      return sendMessage(reply, status, error.message);
    };
    if (identity.caller.type !== "local-root" || identity.sessionIdHash !== undefined) {
      return refuseLink(403, new ClientError("NOT_ALLOWED", "Only the local administrator's token makes sign-in links."));
    }
    const body = linkSchema.safeParse(request.body ?? {});
    if (!body.success) return refuseLink(400, new ClientError("BAD_INPUT", "Send the user's name as user, or nothing."));
    const username = body.data.user ?? (await findAdministrator(db))?.username;
    if (username === undefined) {
      const words = "There is no user with root's rights whom a link could sign in.";
      return refuseLink(409, new ClientError("NOT_FOUND", words));
    }
    try {
      const { code } = await options.makeSignInCode(request, identity, username);
      return { url: signInLink(publicOrigin(request, publicUrl), code) };
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.code === "BUSY") return sendMessage(reply.header("retry-after", "1"), 429, error.message);
      return refuseLink(error.code === "NOT_FOUND" ? 404 : 403, error, username);
    }
  });

  return async (request, reply) => {
    if (request.headers.authorization !== undefined) return {};
    if (sessionCookie(request, publicUrl) === undefined) {
      return bringsCookies(request) ? { session: describe(request, undefined) } : {};
    }
    const outcome = await authenticate(request);
    if (outcome.ok) return { session: describe(request, outcome.identity), identity: outcome.identity };
    // What was refused, the page is told when it asks.
    if (refusals[outcome.refusal].status === 403) return {};
    if (outcome.refusal === "invalid") clearSessionCookie(request, reply, publicUrl);
    return { session: describe(request, undefined) };
  };

  function authenticate(request: FastifyRequest): Promise<Authentication> {
    return authenticator.authenticate({
      authorization: request.headers.authorization,
      cookie: sessionCookie(request, publicUrl),
      place: placeOf(request),
      now: now(),
    });
  }

  async function signIn(
    request: FastifyRequest,
    given: SignIn,
  ): Promise<{ cookie: string; identity: Identity } | { status: number; message: string }> {
    const at = now();
    if ("token" in given) {
      const outcome = await checkToken(given.token.trim(), placeOf(request), at);
      if ("status" in outcome) return outcome;
      const former = await sessionOf(request);
      const cookie = await db.transaction().execute(async (trx) => {
        const begun = await beginSession(trx, request, outcome.principal, at, former);
        await recordSignIn(trx, request, { ...outcome, sessionIdHash: hashSecret(begun) }, "token", at);
        return begun;
      });
      return { cookie, identity: outcome };
    }
    const former = await sessionOf(request);
    // In one transaction: a sign-in that fails does not use up its code, and the old session ends as the new one begins.
    const cookie = await db.transaction().execute(async (trx) => {
      const used = await consumeSignInCode(trx, given.code, at);
      if (used === undefined) return linkIsOver;
      // The link is used up all the same.
      if (!(await linkStands(trx, { ...used.link, userId: used.userId }, at))) return refusals.invalid;
      const begun = await beginSession(trx, request, { userId: used.userId }, at, former, used.link);
      const user = await trx
        .selectFrom("users")
        .select(["id", "username", "isRoot", "isOrgRoot"])
        .where("id", "=", used.userId)
        .executeTakeFirstOrThrow();
      const { linkedBy, linkedByName } = used.link;
      const identity = {
        caller: { type: "user", user },
        sessionIdHash: hashSecret(begun),
        ...(linkedByName !== null && { linkedBy: { id: linkedBy, name: linkedByName } }),
      } as const;
      await recordSignIn(trx, request, identity, "link", at);
      return begun;
    });
    if (typeof cookie !== "string") return cookie;
    const outcome = await authenticator.authenticate({
      authorization: undefined,
      cookie,
      place: placeOf(request),
      now: at,
    });
    return outcome.ok ? { cookie, identity: outcome.identity } : refusals[outcome.refusal];
  }

  async function checkToken(
    given: string,
    place: CallerPlace,
    at: number,
  ): Promise<Identity | { status: number; message: string }> {
    const token = bearerCredential(given) ?? given;
    const other = noApiToken(token);
    if (other !== undefined) return { status: 400, message: other };
    const outcome = await authenticator.authenticateToken(token, place, at);
    return outcome.ok ? outcome.identity : refusals[outcome.refusal];
  }

  /** Begins a session and ends the browser's former one: whoever planted a cookie there must not share the new session. */
  async function beginSession(
    trx: Transaction<Database>,
    request: FastifyRequest,
    principal: SessionPrincipal,
    at: number,
    former: Identity | undefined,
    link?: Selectable<LinkColumns>,
  ): Promise<string> {
    const old = sessionCookie(request, publicUrl);
    if (old !== undefined) await leave(trx, request, old, former);
    const origin = { address: clientAddress(request), userAgent: request.headers["user-agent"] };
    return createSession(trx, principal, origin, at, link);
  }

  /** Who the browser's session acts as, where it has one that is not over. */
  async function sessionOf(request: FastifyRequest): Promise<Identity | undefined> {
    const outcome = await authenticator.authenticate({
      authorization: undefined,
      cookie: sessionCookie(request, publicUrl),
      place: placeOf(request),
      now: now(),
    });
    return outcome.ok ? outcome.identity : undefined;
  }

  /** Ends the session of a cookie, which is on record where it was not over and nobody else ended it meanwhile. */
  async function leave(
    trx: Transaction<Database>,
    request: FastifyRequest,
    cookie: string,
    former: Identity | undefined,
  ): Promise<void> {
    if (!(await endSession(trx, cookie)) || former === undefined) return;
    const actor = actorOf(former.caller, former, clientAddress(request));
    const entry = { type: "user.signout", action: "signout", target: sessionTarget(actor) } as const;
    await trail.append(trx, entry, { at: now(), actor, operation: "session" });
  }

  async function recordSignIn(
    trx: Transaction<Database>,
    request: FastifyRequest,
    identity: Pick<Identity, "caller" | "token" | "sessionIdHash" | "linkedBy">,
    method: "token" | "link",
    at: number,
  ): Promise<void> {
    const actor = actorOf(identity.caller, identity, clientAddress(request));
    const entry = { type: "user.signin", action: "signin", target: sessionTarget(actor), details: { method } } as const;
    await trail.append(trx, entry, { at, actor, operation: "session" });
  }

  function describe(request: FastifyRequest, identity: Identity | undefined): Session {
    const { caller, token, fullName } = identity ?? {};
    return {
      ...(caller?.type === "user" && { user: { ...caller.user, fullName: fullName ?? null } }),
      ...(token?.id !== undefined && { tokenId: token.id }),
      ...(token?.kind !== undefined && { tokenKind: token.kind }),
      ...(token !== undefined && { tokenName: token.name }),
      clientAddress: clientAddress(request),
      backend: "embedded",
      host: originParts(publicOrigin(request, publicUrl)).host,
      extensions: [...options.extensions],
    };
  }
}

const sessionTarget = ({ sessionId }: AuditActor): AuditTarget | null =>
  sessionId === undefined ? null : { kind: "session", id: sessionId, name: null };

function refuse(reply: FastifyReply, outcome: Authentication & { ok: false }): FastifyReply {
  const { status, message } = refusals[outcome.refusal];
  return sendText(reply, status, message);
}

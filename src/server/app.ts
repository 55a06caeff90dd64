import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { queriesOfPage } from "#logscale/pageQueries.ts";
import { embeddedExtensions } from "#logscale/session.ts";

import { Foresight } from "./access/foresight.ts";
import { foreseeCaller, judgeCaller, type CallerForesight, type Claimed, type Judge } from "./access/judgement.ts";
import { makeMutate } from "./access/mutate.ts";
import { readRights } from "./access/permissions.ts";
import { recordRefusal, type RefusedMutation } from "./audit/refusals.ts";
import { makeAuditTally, type TalliedType } from "./audit/tally.ts";
import { actorOf, makeTrail, strangerAt } from "./audit/trail.ts";
import type { OutsideHead } from "./audit/verify.ts";
import { makeAuthenticator, refusals, type Identity, type CallerPlace } from "./auth/authenticate.ts";
import { lastUseRecorder } from "./auth/lastUse.ts";
import { followReplacement } from "./auth/sessions.ts";
import { callerKey, type Caller } from "./caller.ts";
import { ClientError } from "./errors.ts";
import { statusOfTrouble } from "./graphql/failures.ts";
import { graphqlLimits } from "./graphql/limits.ts";
import { registerGraphql } from "./graphql/register.ts";
import { Turns } from "./graphql/turns.ts";
import { among } from "./http/address.ts";
import { admission, failureLimit } from "./http/admission.ts";
import { registerAudit } from "./http/audit.ts";
import { registerBackup } from "./http/backup.ts";
import { acceptJson, createBase, type BaseOptions } from "./http/base.ts";
import { defaultIngestBodyLimit } from "./http/defaults.ts";
import { registerFindingNotes } from "./http/findingNotes.ts";
import { registerNotices } from "./http/notices.ts";
import { onlyPost } from "./http/onlyPost.ts";
import type { PageStartOf } from "./http/pageStart.ts";
import { clientAddress, crossSiteRefusal, pathOf, publicOrigin, whence } from "./http/request.ts";
import { registerSession } from "./http/session.ts";
import { sendText, sessionCookie } from "./http/signIn.ts";
import { registerStatus } from "./http/status.ts";
import { registerTokenColumns } from "./http/tokenColumns.ts";
import { takeUnpacked } from "./http/unpacked.ts";
import { registerValueLookup } from "./http/valueLookup.ts";
import { registerWeb } from "./http/web.ts";
import { ingestRecorder } from "./ingest/recorder.ts";
import { registerIngest } from "./ingest/routes.ts";
import { changeFindingNotes, readFindingNotes, type FindingEditors } from "./services/findingNotes.ts";
import { makeSignInCode } from "./services/signInLinks.ts";
import type { ColumnSizes } from "./services/tokens/columns.ts";
import type { Store } from "./store/client.ts";
import type { Vault } from "./vault.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who the request acts as; set where a caller is required. */
    identity: Identity | null;
  }
}

/**
 * How many failures an address may have in a minute; further ones get 429. Requests that succeed are never limited, so nobody suffers for
 * others behind the same address. Each process counts for itself.
 */
export interface Limits {
  readonly failedSignIns: number;
  /** Requests with a wrong credential. */
  readonly failedRequests: number;
}

/** The limits in force unless others are given. A secret has 256 bits: these keep down load and noise, not guessing. */
export const defaultLimits: Limits = { failedSignIns: 10, failedRequests: 1000 };

/** Everything that the application takes from outside. */
export interface AppOptions extends BaseOptions {
  readonly store: Store;
  /** Ms since epoch; the one clock of all requests. */
  readonly now: () => number;
  /** Hash of the local administrator's secret, from `auth/localAdmin.ts`. */
  readonly localAdminHash: Uint8Array;
  /** Addresses and CIDRs from which that secret counts besides this machine; none when absent. */
  readonly localAdminFrom?: readonly string[] | undefined;
  /** Seals values that are shown again later; of the key that the store was claimed for. */
  readonly vault: Vault;
  /** Reads the end of the audit trail that stands outside the database. */
  readonly knownAuditHead?: () => OutsideHead;
  /** Where a backup waits to be taken by who asked for it; see `http/backup.ts`. */
  readonly backupFolder?: string | undefined;
  /** Folder of the built app; undefined: there is none. */
  readonly webRoot?: string | undefined;
  /** How long a page waits for what it is sent with, in ms; see `http/web.ts`. */
  readonly longestPageWait?: number;
  readonly limits?: Partial<Limits>;
  /** The largest body that ingest routes take, in bytes; {@link defaultIngestBodyLimit} unless given. */
  readonly ingestBodyLimit?: number | undefined;
  /** Users who may dismiss findings and set thresholds besides root and owners, by their names. */
  readonly findingEditors?: FindingEditors;
  /** Host, and port where it is not the scheme's own, of the webhook that is told what expires; undefined: none is. */
  readonly webhookHost?: string | undefined;
  /** How many tokens a reading of all takes at once, and at most; see `services/tokens/columns.ts`. */
  readonly columnSizes?: ColumnSizes;
  /** Whether what Tokenhouse offers beyond LogScale is served; true when absent. Without it the server is as plain as a LogScale. */
  readonly extensions?: boolean;
}

/**
 * Builds the application, ready for `listen` or `inject`. It has no side effects of its own: no clock, no listening, no timers. Closing it
 * waits for the uses of tokens that are still to be recorded; the store is the caller's to close, afterwards.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { store, now, publicUrl, findingEditors = [], extensions = true, localAdminFrom = [] } = options;
  const { db } = store;
  const limits = { ...defaultLimits, ...options.limits };
  const app = await createBase(options);
  if (options.metrics !== undefined) {
    const { registerMetrics } = await import("./http/metrics.ts");
    registerMetrics(app, options.metrics, { db, now, load: store.load });
  }

  const lastUse = lastUseRecorder(db, (error) => app.log.warn({ err: error }, "the last use of tokens was not recorded"));
  const authenticator = makeAuthenticator({ db, asked: store.asked, lastUse, localAdminHash: options.localAdminHash });
  app.addHook("onClose", () => lastUse.settled());

  const isNamed = among(localAdminFrom);
  const placeOf = (request: FastifyRequest): CallerPlace => {
    const address = clientAddress(request);
    return {
      address,
      get admitsLocalAdmin() {
        const from = whence(request);
        return from === "here" || (from === "elsewhere" && isNamed(address));
      },
    };
  };

  const trail = makeTrail(options.vault);
  const tally = makeAuditTally(db, trail, now, (error) => {
    app.log.error({ err: error }, "refusals that were counted could not be recorded");
  });
  app.addHook("onClose", () => tally.flush());
  /** Counts somebody's credential that did not let them in. */
  const noteStranger = (request: FastifyRequest, type: TalliedType, reason: string) =>
    tally.note({ type, actor: strangerAt(clientAddress(request)), reason, operation: routeOf(request) });
  /** Counts a use of the local administrator's token, or of a session that it began. */
  const noteLocalAdmin = (request: FastifyRequest, { caller, ...identity }: Identity) => {
    if (caller.type !== "local-root") return;
    const actor = actorOf(caller, identity, clientAddress(request));
    tally.note({ type: "tokenhouse.localadministrator.use", actor, operation: routeOf(request) });
  };
  /** Records that a mutation was refused. That it could not be is logged: it was refused all the same. */
  const recordRefused = (request: FastifyRequest, claim: Claimed, refused: RefusedMutation) =>
    recordRefusal(db, trail, claim, now(), refused).catch((error: unknown) => {
      request.log.error({ err: error, operation: refused.operation }, "a refusal could not be recorded");
    });
  const acts = new Turns(graphqlLimits.mutations);
  /** Has an act wait for a turn where it comes by another route than GraphQL. While it waits for a lock it keeps a connection. */
  const inTurn = async <T>(caller: Caller, act: () => Promise<T>): Promise<T> => {
    const turn = await acts.take(callerKey(caller), () => false);
    try {
      return await act();
    } finally {
      turn.made();
      turn.taken();
    }
  };
  acceptJson(app);
  app.decorateRequest("identity", null);

  await registerStatus(app, store);
  let pageCaller: Awaited<ReturnType<typeof registerSession>> = () => Promise.resolve({});
  let answersFor: Awaited<ReturnType<typeof registerGraphql>> = () => Promise.resolve({});
  await app.register(async (scope) => {
    scope.addHook("onRequest", takeUnpacked);
    pageCaller = await registerSession(scope, {
      db,
      authenticator,
      placeOf,
      now,
      publicUrl,
      extensions: extensions ? embeddedExtensions : [],
      makeSignInCode: (request, identity, username) => {
        const claim: Claimed = { identity, address: clientAddress(request) };
        const judgeClaim: Judge = (trx, targets) => judgeCaller(trx, claim, now, targets);
        const mutate = makeMutate({ db, trail, claimed: claim, operation: linkOperation, judge: judgeClaim });
        return inTurn(identity.caller, () => makeSignInCode(mutate, identity, username));
      },
      linkRefused: (request, identity, error, name) =>
        recordRefused(
          request,
          { identity, address: clientAddress(request) },
          {
            operation: linkOperation,
            type: "tokenhouse.signinlink.create",
            action: "create",
            target: name === undefined ? null : { kind: "user", name },
            error,
          },
        ),
      credentialRefused: (request, refusal) => noteStranger(request, "tokenhouse.read", refusal),
      credentialUsed: noteLocalAdmin,
      trail,
      signInFailed: (request, status) => noteStranger(request, "user.signin", String(status)),
      failedSignIns: limits.failedSignIns,
    });
  });
  const recorder = ingestRecorder(db, (error) => app.log.error({ err: error }, "what arrived could not be counted yet"));
  app.addHook("onClose", () => recorder.flush());
  await registerIngest(app, {
    db,
    asked: store.asked,
    vault: options.vault,
    authenticator,
    placeOf,
    recorder,
    now,
    bodyLimit: options.ingestBodyLimit ?? defaultIngestBodyLimit,
    failures: limits.failedRequests,
  });
  const startOf: PageStartOf = async (request, reply) => {
    const { session, identity } = await pageCaller(request, reply);
    if (session === undefined || identity === undefined) return { ...(session && { session }) };
    request.identity = identity;
    const path = pathOf(request);
    const asked = queriesOfPage(path, request.url.slice(path.length), extensions);
    return { session, answers: await answersFor(request, asked) };
  };
  await registerWeb(app, options.webRoot, startOf, options.longestPageWait);

  const failures = failureLimit(app, limits.failedRequests);

  /** What a request brings to say who it is, at this moment. */
  function claimOf(request: FastifyRequest) {
    return {
      authorization: request.headers.authorization,
      // The header wins, whatever it holds.
      cookie: request.headers.authorization === undefined ? sessionCookie(request, publicUrl) : undefined,
      place: placeOf(request),
      now: now(),
    };
  }

  /** Lets a request through that says validly who it is, and answers any other. */
  async function requireCaller(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const outcome = await authenticator.authenticate(claimOf(request));
    if (!outcome.ok) {
      // Without a credential none was wrong; and that much any page can make a visitor's browser send.
      if (outcome.refusal !== "missing") noteStranger(request, "tokenhouse.read", outcome.refusal);
      const seconds = outcome.refusal === "missing" ? undefined : await failures(request);
      if (seconds !== undefined) {
        return sendText(reply.header("retry-after", seconds), 429, "Too many requests with a wrong credential");
      }
      const { status, message } = refusals[outcome.refusal];
      return sendText(reply, status, message);
    }
    if (outcome.identity.sessionIdHash !== undefined) {
      const crossSite = crossSiteRefusal(request, publicUrl, { originRequired: true });
      if (crossSite !== undefined) return sendText(reply, 400, crossSite);
    }
    request.identity = outcome.identity;
    noteLocalAdmin(request, outcome.identity);
    return undefined;
  }

  const { ask, askAgain } = admission(now, requireCaller);
  /** Has a scope's requests say who they are. */
  const withCallers = (scope: FastifyInstance) => {
    // Before the body is read: strangers' bodies are not.
    scope.addHook("onRequest", (request, reply) => ask(request, reply));
    scope.addHook("preHandler", (request, reply, done) => {
      const asking = askAgain(request, reply);
      if (asking === undefined) done();
      return asking;
    });
  };
  const claimed = (request: FastifyRequest): Claimed => ({ identity: identityOf(request), address: clientAddress(request) });
  const foresight: CallerForesight = new Foresight();
  const judge = (request: FastifyRequest, ...judged: Parameters<Judge>) => {
    const [trx, targets, foreseen] = judged;
    return judgeCaller(trx, claimed(request), now, targets, foresight, foreseen);
  };
  if (extensions) {
    await app.register(async (scope) => {
      withCallers(scope);
      const { vault } = options;
      registerFindingNotes(scope, {
        now,
        callerKey: (request) => callerKey(identityOf(request).caller),
        async read(request) {
          const rights = await readRights(db, identityOf(request).caller);
          return readFindingNotes({ db, rights, now: now() }, vault, findingEditors);
        },
        async change(request, change) {
          const operation = "changeFindingNotes";
          const mutate = makeMutate({
            db,
            trail,
            claimed: claimed(request),
            operation,
            judge: (trx, targets) => judge(request, trx, targets),
          });
          try {
            return await inTurn(identityOf(request).caller, () => changeFindingNotes(mutate, vault, change, findingEditors));
          } catch (error) {
            if (error instanceof ClientError && error.code !== "BUSY") {
              const target = change.type !== "thresholds" && "id" in change.token ? tokenNamed(change.token.id) : null;
              await recordRefused(request, claimed(request), {
                operation,
                type: "tokenhouse.notes.change",
                action: "update",
                target,
                error,
              });
            }
            throw error;
          }
        },
      });
      registerNotices(scope, {
        db,
        webhookHost: options.webhookHost,
        caller: (request) => identityOf(request).caller,
      });
      registerTokenColumns(scope, {
        caller: (request) => identityOf(request).caller,
        judgement: async (request) => ({ now: now(), rights: await readRights(db, identityOf(request).caller) }),
        inSteps: store.inSteps,
        sizes: options.columnSizes,
      });
      registerValueLookup(scope, { db, vault, caller: (request) => identityOf(request).caller });
      registerAudit(scope, {
        db,
        vault,
        now,
        trail,
        claimed,
        knownHead: options.knownAuditHead ?? (() => undefined),
        rights: (request) => readRights(db, identityOf(request).caller),
      });
    });
  }
  await app.register(async (scope) => {
    withCallers(scope);
    registerBackup(scope, {
      store,
      folder: options.backupFolder,
      now,
      trail,
      claimed,
      refused: (request, error) =>
        recordRefused(request, claimed(request), {
          operation: routeOf(request),
          type: "tokenhouse.backup.make",
          action: "save",
          target: null,
          error,
        }),
    });
  });
  onlyPost(app, "/graphql");
  await app.register(async (scope) => {
    withCallers(scope);
    scope.addHook("preSerialization", (_request, reply, answer: unknown, done) => {
      const status = statusOfTrouble(answer);
      if (status !== undefined) void reply.code(status);
      done(null, answer);
    });
    answersFor = await registerGraphql(scope, {
      store,
      vault: options.vault,
      clock: now,
      acts,
      extensions,
      claimed,
      trail,
      recordRefused: (request, refused) => recordRefused(request, claimed(request), refused),
      refusedRead(request) {
        const { identity, address } = claimed(request);
        const actor = actorOf(identity.caller, identity, address);
        tally.note({ type: "tokenhouse.read", actor, reason: "NOT_ALLOWED", operation: routeOf(request) });
      },
      judge,
      foresee: (request, targets) => foreseeCaller(claimed(request), now(), targets, foresight),
      publicUrl: (request) => publicOrigin(request, publicUrl),
      settleIngest: () => recorder.flush(),
      async credentialReplaced(request, trx, replacement) {
        const { sessionIdHash } = identityOf(request);
        if (sessionIdHash !== undefined) await followReplacement(trx, sessionIdHash, replacement);
      },
    });
  });

  return app;
}

/** What records call the making of a link by the command line. */
const linkOperation = "POST /session/link";

/** The pattern of the route that took a request, which holds nothing that somebody typed. */
const routeOf = (request: FastifyRequest) => request.routeOptions.url ?? "unknown";

const tokenNamed = (id: string) => ({ kind: "token", id }) as const;

function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new Error("The request was not authenticated.");
  return request.identity;
}

import { setTimeout as delay } from "node:timers/promises";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { minute } from "#domain/duration.ts";
import { writes, type NotedNow } from "#domain/inventory/noteChanges.ts";
import type { FindingNotes, TokenKey } from "#domain/inventory/notes.ts";

import { bearerCredential, refusals } from "#server/auth/authenticate.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { ClientError } from "#server/errors.ts";
import { registerFindingNotes } from "#server/http/findingNotes.ts";
import { sendMessage, sendText } from "#server/http/signIn.ts";
import {
  assignedKinds,
  editsFindings,
  keysOf,
  noSuchNotedToken,
  denialOf,
  type FindingEditors,
} from "#server/services/findingNotes.ts";
import { resultOf } from "#server/services/noteResult.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterFailure } from "./failures.ts";
import { identify, type ClusterIdentity } from "./identify.ts";
import { CallerMemory } from "./notes/callers.ts";
import { creationsOf, listableTokens, LookupFailedError, ownCreation, type Asker } from "./notes/listable.ts";
import type { NoteStore } from "./notes/noteStore.ts";
import { findRotations, successorIn } from "./notes/rotations.ts";
import { sessionGate, type SessionGateOptions } from "./sessionGate.ts";

export interface FindingNotesOptions extends SessionGateOptions {
  readonly cluster: Cluster;
  readonly store: NoteStore;
  /** Users who may change what is kept besides root and owners, by their names. */
  readonly editors: FindingEditors;
}

/** How often a credential may ask in a minute. A reading may ask the cluster about every token that something is noted of. */
const requestsAMinute = 120;

/** How long a reading waits for tokens that were rotated to be found, ms; the next one has them in any case. */
const rotationWait = 2000;

/** A personal token that was made this long after a rotation, in ms, is no longer the one that the rotation made. */
const rotationBlur = minute;

interface Caller extends Asker {
  /** A hash of the credential, for what is remembered of it. */
  readonly key: string;
  readonly user: ClusterIdentity["user"];
}

/**
 * Registers the route of what a gateway keeps about findings. Who asks, and which tokens they may list, the cluster says by their own
 * credential; who writes must be a user that the cluster knows as root or owner, or one that a setting names.
 */
export function registerGatewayFindingNotes(app: FastifyInstance, options: FindingNotesOptions): void {
  const { cluster, store, editors } = options;
  const memory = new CallerMemory();
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.addHook("onClose", async () => {
    closing.abort();
    await Promise.allSettled(running);
    await store.close();
  });

  /** Asks the cluster who asks. Strangers get their answer here. */
  async function meet(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    void reply.header("cache-control", "no-store");
    const token = credentialOf(request);
    if (token === null) return sendText(reply, 401, refusals.invalid.message);
    const found = await identify(cluster, token);
    switch (found.type) {
      case "known": {
        const { user } = found.identity;
        callers.set(request, { token, userId: user?.id, key: keyOf(token), user });
        return undefined;
      }
      case "denied":
        return answerFailure(reply, { status: found.status, message: "" });
      case "failed":
        return answerFailure(reply, found.failure);
      default:
        return found satisfies never;
    }
  }

  function callerOf(request: FastifyRequest): Caller {
    const caller = callers.get(request);
    if (caller === undefined) throw new Error("Nobody was asked who this is.");
    return caller;
  }

  /** The notes of tokens that the caller may list, and the tokens of the others. */
  async function listed(caller: Caller, notes: FindingNotes) {
    const now = Date.now();
    const { dismissals, owners, links } = notes;
    const noted = [...dismissals, ...owners, ...links].map(({ token }) => token);
    const keys = [...noted, ...links.map(({ replaces }) => replaces)];
    const unknown = memory.unknown(caller.key, keys, now);
    if (unknown.length > 0) memory.learn(caller.key, unknown, await listableTokens(cluster, caller, unknown), now);
    const isListed = (key: TokenKey) => memory.isListable(caller.key, key, now);
    const isShown = ({ token }: { readonly token: TokenKey }) => isListed(token);
    return {
      missing: keys.filter((key) => "id" in key && !isListed(key)),
      shown: {
        ...notes,
        dismissals: dismissals.filter(isShown),
        owners: owners.filter(isShown),
        links: links.filter(({ token, replaces }) => isListed(token) && isListed(replaces)),
      },
    };
  }

  /** What is there, without a link to a token that the caller may not list. */
  async function shownTo(caller: Caller, now: NotedNow): Promise<NotedNow> {
    if (!("link" in now) || now.link === null) return now;
    const found = await listableTokens(cluster, caller, [now.link.replaces]);
    return found.size === 0 ? { link: null } : now;
  }

  /** Looks whether missing tokens were rotated, by the audit log, and takes what is noted of them along. Whether any was, if that is known soon. */
  async function followRotations(caller: Caller, missing: readonly TokenKey[], request: FastifyRequest): Promise<boolean> {
    const unsearched = memory.takeUnsearched(caller.key, missing, Date.now());
    if (unsearched.length === 0) return false;
    const following = carryOver(caller, unsearched)
      .catch((error: unknown) => {
        request.log.warn({ err: error }, "rotated tokens could not be followed");
        return false;
      })
      .finally(() => running.delete(following));
    running.add(following);
    return Promise.race([following, delay(rotationWait, false, { ref: false })]);
  }

  async function carryOver(caller: Caller, missing: readonly TokenKey[]): Promise<boolean> {
    const rotations = await findRotations(cluster, caller.token, closing.signal);
    let carried = false;
    for (const key of missing) {
      const rotation = "id" in key ? successorIn(rotations, key.id) : undefined;
      if (!("id" in key) || rotation === undefined) continue;
      const createdAt = await creationOf(caller, key.kind, rotation);
      if (createdAt === undefined) continue;
      await store.carryOver(key, { kind: key.kind, id: rotation.to, createdAt });
      carried = true;
    }
    if (carried) memory.forget(caller.key);
    return carried;
  }

  async function creationOf(
    caller: Caller,
    kind: Extract<TokenKey, { id: string }>["kind"],
    { to, at }: { readonly to: string; readonly at: number },
  ): Promise<number | undefined> {
    if (kind !== "personal") return (await creationsOf(cluster, caller, kind, [to])).get(to);
    const createdAt = to === caller.userId ? await ownCreation(cluster, caller) : undefined;
    return createdAt !== undefined && Math.abs(createdAt - at) <= rotationBlur ? createdAt : undefined;
  }

  void app.register(async (scope) => {
    scope.addHook("onRequest", sessionGate(app, options));
    scope.addHook("preHandler", meet);
    scope.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof LookupFailedError)) throw error;
      return answerFailure(reply, error.failure);
    });
    registerFindingNotes(scope, {
      now: Date.now,
      callerKey: (request) => callerOf(request).key,
      rateLimit: {
        max: requestsAMinute,
        timeWindow: "1 minute",
        keyGenerator: (request) => keyOf(credentialOf(request) ?? ""),
      },
      async read(request) {
        const caller = callerOf(request);
        let found = await listed(caller, await store.read());
        if (await followRotations(caller, found.missing, request)) found = await listed(caller, await store.read());
        const { thresholds, dismissals, owners, links } = found.shown;
        const mayWrite = editsFindings(caller.user ?? null, editors);
        return { mayWrite, mayAssign: mayWrite ? assignedKinds : [], thresholds, dismissals, owners, links };
      },
      async change(request, change) {
        const caller = callerOf(request);
        const { user } = caller;
        if (user === undefined || !editsFindings(user, editors)) throw new ClientError("NOT_ALLOWED", denialOf(change));
        const keys = keysOf(change);
        const listable = keys.length === 0 || (await listableTokens(cluster, caller, keys)).size === keys.length;
        // What is noted of a deleted token can be taken away by whoever has read it: its version tells.
        if (!listable && writes(change)) throw noSuchNotedToken();
        const result = await store.change(change, { by: user.username, at: Date.now() });
        if (!listable && !result.ok) throw noSuchNotedToken();
        if (keys.length > 0) memory.forget(caller.key);
        return resultOf(change, result.ok ? result : { ...result, now: await shownTo(caller, result.now) }, false);
      },
    });
  });
}

function answerFailure(
  reply: FastifyReply,
  failure: ClusterFailure | { readonly status: 401 | 403; readonly message: string },
): FastifyReply {
  const { status, message } = failure;
  if (status === 401) return sendText(reply, 401, refusals.invalid.message);
  if (status === 403) return sendText(reply, 403, refusals.address.message);
  return sendMessage(reply, status, message);
}

function credentialOf(request: FastifyRequest): string | null {
  return request.clusterToken ?? bearerCredential(request.headers.authorization ?? "");
}

/** What is kept of a credential in memory. */
function keyOf(credential: string): string {
  return Buffer.from(hashSecret(credential)).toString("base64");
}

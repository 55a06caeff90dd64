import type { FastifyInstance } from "fastify";

import { gatewayExtensions } from "#logscale/session.ts";

import { acceptJson, createBase, type BaseOptions } from "#server/http/base.ts";
import { defaultClusterTimeout, defaultIngestBodyLimit } from "#server/http/defaults.ts";
import { onlyPost } from "#server/http/onlyPost.ts";
import { takeUnpacked } from "#server/http/unpacked.ts";
import type { PageStartOf } from "#server/http/pageStart.ts";
import { registerWeb } from "#server/http/web.ts";
import type { FindingEditors } from "#server/services/findingNotes.ts";
import { registerAuditRoutes } from "./auditRoutes.ts";
import { connectCluster } from "./cluster.ts";
import { registerGatewayFindingNotes } from "./findingNotesRoute.ts";
import { registerForward } from "./forward.ts";
import type { NoteStore } from "./notes/noteStore.ts";
import { sealedSessions } from "./sealed.ts";
import { registerGatewaySession } from "./session.ts";

/** Everything that a gateway takes from outside. */
export interface GatewayOptions extends BaseOptions {
  /** Scheme, host and port of the cluster. */
  readonly logscale: string;
  /** Certificates (PEM) that alone may vouch for the cluster; undefined: those that Node trusts. */
  readonly logscaleCa?: string | undefined;
  /** How long to wait for the cluster, in ms; {@link defaultClusterTimeout} unless given. */
  readonly timeout?: number | undefined;
  /** The installation key, from which the key of sessions is derived. */
  readonly key: Uint8Array;
  /** Where it keeps what it keeps about findings; undefined: it keeps nothing. Closed with the application. */
  readonly notes?: NoteStore | undefined;
  /** Users who may dismiss findings and set thresholds besides root and owners, by their names. */
  readonly findingEditors?: FindingEditors | undefined;
  /** Folder of the built app; undefined: there is none. */
  readonly webRoot?: string | undefined;
  /** How many failed sign-ins of an address in a minute are answered as such; {@link defaultFailedSignIns} unless given. */
  readonly failedSignIns?: number | undefined;
  /** The largest request to GraphQL that is forwarded, in bytes; {@link defaultGraphqlBodyLimit} unless given. */
  readonly graphqlBodyLimit?: number | undefined;
  /** The largest body of data that is forwarded, in bytes; {@link defaultIngestBodyLimit} unless given. */
  readonly ingestBodyLimit?: number | undefined;
  /** The largest answer that is passed on, in bytes; {@link defaultAnswerLimit} unless given. */
  readonly answerLimit?: number | undefined;
}

/** How many failed sign-ins of an address in a minute are answered as such, unless told. */
const defaultFailedSignIns = 10;

/** The largest request to GraphQL that is forwarded, in bytes, unless told: 8 MiB. */
const defaultGraphqlBodyLimit = 8_388_608;

/** The largest answer that is passed on, in bytes, unless told: 64 MiB. */
const defaultAnswerLimit = 67_108_864;

/**
 * Builds the same application in front of a LogScale cluster: the app's files, a session that holds the caller's own token, and everything
 * else forwarded. It keeps what is noted about findings, where it is given a place for that, and nothing besides.
 */
export async function buildGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { publicUrl, notes } = options;
  const app = await createBase(options);
  if (options.metrics !== undefined) {
    const { registerMetrics } = await import("#server/http/metrics.ts");
    registerMetrics(app, options.metrics);
  }
  const cluster = connectCluster({
    origin: options.logscale,
    ca: options.logscaleCa,
    timeout: options.timeout ?? defaultClusterTimeout,
    answerLimit: options.answerLimit ?? defaultAnswerLimit,
  });
  app.addHook("onClose", () => cluster.close());
  // The app keeps the cluster's clock, by which tokens expire; this machine's would only blur it.
  app.addHook("onRequest", (_request, reply, done) => {
    reply.raw.sendDate = false;
    done();
  });

  const sessions = await sealedSessions(app, options.key, cluster.origin);
  // The process runs. What the cluster does is the cluster's affair: people need this gateway to learn of it.
  for (const path of ["/healthz", "/readyz"]) {
    app.get(path, (_request, reply) => reply.type("text/plain; charset=utf-8").header("cache-control", "no-store").send("ok\n"));
  }
  let startOf: PageStartOf = () => Promise.resolve({});
  await app.register(async (scope) => {
    acceptJson(scope);
    scope.addHook("onRequest", takeUnpacked);
    startOf = registerGatewaySession(scope, {
      cluster,
      sessions,
      publicUrl,
      extensions: gatewayExtensions.filter((name) => name !== "findingNotes" || notes !== undefined),
      failedSignIns: options.failedSignIns ?? defaultFailedSignIns,
    });
    registerAuditRoutes(scope, { cluster, sessions, publicUrl });
    if (notes !== undefined) {
      registerGatewayFindingNotes(scope, {
        cluster,
        sessions,
        publicUrl,
        store: notes,
        editors: options.findingEditors ?? [],
      });
    }
  });
  // LogScale documents no other method; and what another one brought from a cluster, a page say, would be under this server's own origin.
  onlyPost(app, "/graphql");
  await registerForward(app, {
    cluster,
    sessions,
    publicUrl,
    graphqlBodyLimit: options.graphqlBodyLimit ?? defaultGraphqlBodyLimit,
    ingestBodyLimit: options.ingestBodyLimit ?? defaultIngestBodyLimit,
  });
  await registerWeb(app, options.webRoot, startOf);
  return app;
}

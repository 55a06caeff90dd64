import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Kysely } from "kysely";

import { noticesPath, type Notices } from "#logscale/notices.ts";

import type { Caller } from "#server/caller.ts";
import { readDeliveries } from "#server/notices/deliveries.ts";
import type { Database } from "#server/store/schema.ts";
import { sendMessage } from "./signIn.ts";

export interface NoticesOptions {
  readonly db: Kysely<Database>;
  /** Host of the webhook; undefined where none is set. Of its URL nothing else comes here, so that nothing else can be told. */
  readonly webhookHost: string | undefined;
  /** Who asks; hooks of the scope see to it that somebody does. */
  readonly caller: (request: FastifyRequest) => Caller;
}

const denial = "Only root and owners of the organization see what became of notices.";

/** Registers the route that tells what became of the notices of tokens that expire. */
export function registerNotices(app: FastifyInstance, { db, webhookHost, caller }: NoticesOptions): void {
  app.get(noticesPath, async (request, reply) => {
    void reply.header("cache-control", "no-store");
    if (!administers(caller(request))) return sendMessage(reply, 403, denial);
    const webhook = webhookHost === undefined ? null : { host: webhookHost };
    return reply.send({ webhook, ...(await readDeliveries(db)) } satisfies Notices);
  });
}

function administers(caller: Caller): boolean {
  return caller.type === "local-root" || (caller.type === "user" && (caller.user.isRoot || caller.user.isOrgRoot));
}

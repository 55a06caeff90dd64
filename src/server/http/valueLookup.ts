import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Kysely } from "kysely";

import { lookupsAMinute, valueLookupPath, valueLookupRequestSchema, type ValueLookup } from "#logscale/valueLookup.ts";

import { callerKey, type Caller } from "#server/caller.ts";
import { lookUpValues } from "#server/services/valueLookup.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { sendMessage } from "./signIn.ts";

export interface ValueLookupOptions {
  readonly db: Kysely<Database>;
  readonly vault: Vault;
  /** Who asks; hooks of the scope see to it that somebody does. */
  readonly caller: (request: FastifyRequest) => Caller;
}

/** Thirty values of the longest kind, and what JSON puts around them. */
const bodyLimit = 262_144;

/**
 * Registers the route that tells which token a value is. Values stand in the body of a POST, of which nothing is logged or kept; each counts
 * against what its user may ask about in a minute.
 */
export function registerValueLookup(app: FastifyInstance, { db, vault, caller }: ValueLookupOptions): void {
  const count = app.createRateLimit({
    max: lookupsAMinute,
    timeWindow: "1 minute",
    keyGenerator: (request) => callerKey(caller(request)),
  });
  app.post(valueLookupPath, { bodyLimit }, async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const parsed = valueLookupRequestSchema.safeParse(request.body);
    if (!parsed.success) {
      // What is wrong is not told by the schema's own words, which may quote a value.
      return sendMessage(reply, 400, `The body must be {"values": […]}, with 1 to ${lookupsAMinute} values as text.`);
    }
    const { values } = parsed.data;
    let allowed = 0;
    let retryAfter: number | null = null;
    while (allowed < values.length && retryAfter === null) {
      const counted = await count(request);
      if (counted.isAllowed || !counted.isExceeded) allowed++;
      else retryAfter = counted.ttlInSeconds;
    }
    if (allowed === 0) {
      const message = `You may ask about ${lookupsAMinute} values a minute. Ask again in ${retryAfter ?? 60} seconds.`;
      return sendMessage(reply.header("retry-after", retryAfter ?? 60), 429, message);
    }
    const found = await lookUpValues(db, vault, caller(request), values.slice(0, allowed));
    return reply.send({ ...found, retryAfter } satisfies ValueLookup);
  });
}

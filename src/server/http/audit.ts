import { Readable } from "node:stream";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Kysely } from "kysely";
import * as z from "zod/mini";

import {
  auditExportPath,
  auditFacetsPath,
  auditFilterSchema,
  auditPageLimits,
  auditRecordsPath,
  auditRecordsRequestSchema,
  auditSavedPath,
  auditSavedSchema,
  auditVerificationPath,
  type ChainReport,
} from "#logscale/audit.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Claimed } from "#server/access/judgement.ts";
import { actorOf, type Trail } from "#server/audit/trail.ts";
import type { Rights } from "#server/access/permissions.ts";
import { allRecords } from "#server/audit/read.ts";
import { verifyAudit, type OutsideHead } from "#server/audit/verify.ts";
import { callerKey } from "#server/caller.ts";
import { ClientError } from "#server/errors.ts";
import { Turns } from "#server/graphql/turns.ts";
import { readAuditFacets, readAuditRecords, readsWholeTrail, recordSaved } from "#server/services/auditTrail.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { sendMessage } from "./signIn.ts";

export interface AuditRoutes {
  readonly db: Kysely<Database>;
  readonly vault: Vault;
  /** The end of the trail outside the database; undefined where there is none. */
  readonly knownHead: () => OutsideHead;
  /** What whoever asks may do; hooks of the scope see to it that somebody does. */
  readonly rights: (request: FastifyRequest) => Promise<Rights>;
  readonly now: () => number;
  readonly trail: Trail;
  readonly claimed: (request: FastifyRequest) => Claimed;
}

/** How long a request may be, in bytes, and what runs at once. */
const bodyLimit = 262_144;
/** Ids of two hundred thousand tokens, and how many files of one caller are recorded in a minute. */
const savedBodyLimit = 8_388_608;
const savesAMinute = 30;

const turnLimits = { perCaller: 2, atOnce: 4, waiting: 60 };

/** Registers the routes of the trail: of all of it, for who may read all of it, and of its records, for everybody. */
export function registerAudit(app: FastifyInstance, { db, vault, now, trail, claimed, knownHead, rights }: AuditRoutes): void {
  const turns = new Turns(turnLimits);
  let looking: Promise<ChainReport> | undefined;
  const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header("cache-control", "no-store");
    if (readsWholeTrail(await rights(request))) return undefined;
    return sendMessage(reply, 403, "Only root and owners of the organization may read the whole audit trail.");
  };
  app.get(auditVerificationPath, async (request, reply) => {
    const refused = await refuse(request, reply);
    if (refused !== undefined) return refused;
    // Of several who ask at once, all get the same answer: the trail may be long.
    looking ??= verifyAudit(db, vault, knownHead()).finally(() => {
      looking = undefined;
    });
    return looking;
  });
  /** Answers a reader in turn; all that goes wrong with a reading is told. */
  const answering = async (request: FastifyRequest, reply: FastifyReply, work: (actor: Actor) => Promise<object>) => {
    void reply.header("cache-control", "no-store");
    try {
      const own = await rights(request);
      const turn = await turns.take(callerKey(own.caller), () => reply.raw.destroyed);
      try {
        return await work({ db, rights: own, now: now() });
      } finally {
        turn.made();
        turn.taken();
      }
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return sendMessage(reply, error.code === "BUSY" ? 429 : 400, error.message);
    }
  };
  app.post(auditRecordsPath, { bodyLimit }, (request, reply) =>
    answering(request, reply, (actor) => {
      const { filter, after, limit, whole = false } = read(auditRecordsRequestSchema, request.body);
      if (whole && limit > auditPageLimits.whole) {
        throw new ClientError("BAD_INPUT", `A page of whole records has at most ${auditPageLimits.whole}.`);
      }
      return readAuditRecords(actor, filter, { after, limit, whole });
    }),
  );
  app.post(auditFacetsPath, { bodyLimit }, (request, reply) =>
    answering(request, reply, (actor) => readAuditFacets(actor, read(auditFilterSchema, request.body))),
  );
  const saves = app.createRateLimit({
    max: savesAMinute,
    timeWindow: "1 minute",
    keyGenerator: (request) => callerKey(claimed(request).identity.caller),
  });
  app.post(auditSavedPath, { bodyLimit: savedBodyLimit }, (request, reply) =>
    answering(request, reply, async (actor) => {
      const counted = await saves(request);
      if (!counted.isAllowed && counted.isExceeded) throw new ClientError("BUSY", "Too many files at once. Wait a minute.");
      const { identity, address } = claimed(request);
      const by = actorOf(actor.rights.caller, identity, address);
      await recordSaved(actor, trail, by, read(auditSavedSchema, request.body));
      return { recorded: true };
    }),
  );
  app.get(auditExportPath, async (request, reply) => {
    const refused = await refuse(request, reply);
    if (refused !== undefined) return refused;
    return reply.type("application/x-ndjson; charset=utf-8").send(Readable.from(lines(db)));
  });
}

/** @throws ClientError BAD_INPUT; what is wrong is not told by the schema's words, which may quote what was looked for */
function read<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const parsed = z.safeParse(schema, body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.map(String).join(".");
  throw new ClientError("BAD_INPUT", `The request's ${path === "" || path === undefined ? "body" : path} is not valid.`);
}

async function* lines(db: Kysely<Database>): AsyncGenerator<string, void, void> {
  for await (const record of allRecords(db)) yield `${record}\n`;
}

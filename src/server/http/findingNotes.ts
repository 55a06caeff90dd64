import type { RateLimitOptions } from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import { noteChangeSchema, type NoteChange } from "#domain/inventory/noteSchemas.ts";
import type { ErrorCode } from "#logscale/errors.ts";
import type { FindingNotesAnswer, NoteOutcome } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";

import { ClientError } from "#server/errors.ts";
import { Turns } from "#server/graphql/turns.ts";

/** How long the body of a change may be, in bytes: a note has 500 characters at most, and names are short. */
const bodyLimit = 32_768;

/** Requests of a caller, and of all, that are carried out at once, and of a caller that wait: each may read ten thousand notes. */
export const noteTurnLimits = { perCaller: 2, atOnce: 8, waiting: 60 };

/** What a backend does at the one address of what is kept about findings. Both throw ClientError where they refuse. */
export interface FindingNotesRoutes {
  readonly now: () => number;
  /** The same text for all requests of one caller, which take turns. */
  readonly callerKey: (request: FastifyRequest) => string;
  /** How often somebody may ask; without it as often as they like. */
  readonly rateLimit?: RateLimitOptions;
  readonly read: (request: FastifyRequest) => Promise<FindingNotesAnswer>;
  readonly change: (request: FastifyRequest, change: NoteChange) => Promise<NoteOutcome>;
}

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  STALE_VERSION: 409,
  BUSY: 429,
  STORAGE_FAILED: 500,
};

/** Registers `GET` and `POST` of {@link findingNotesPath}. Who asks was found out before, by hooks of the scope: strangers have no turn. */
export function registerFindingNotes(app: FastifyInstance, routes: FindingNotesRoutes): void {
  const { now, callerKey, read, change } = routes;
  const turns = new Turns(noteTurnLimits);
  const answering = async (request: FastifyRequest, reply: FastifyReply, work: () => Promise<object>) => {
    void reply.header("cache-control", "no-store");
    try {
      const turn = await turns.take(callerKey(request), () => reply.raw.destroyed);
      try {
        return await work();
      } finally {
        turn.made();
        turn.taken();
      }
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const { code, message, field, extensions, cause } = error;
      if (cause !== undefined) request.log.error({ err: cause }, "what is kept about findings cannot be used");
      return reply.code(statuses[code] ?? 400).send({ message, ...(field !== undefined && { field }), ...extensions });
    }
  };
  const config = routes.rateLimit === undefined ? {} : { rateLimit: routes.rateLimit };
  app.get(findingNotesPath, { config }, (request, reply) => answering(request, reply, () => read(request)));
  app.post(findingNotesPath, { bodyLimit, config }, (request, reply) =>
    answering(request, reply, () => change(request, readChange(request.body, now()))),
  );
}

/** @throws ClientError BAD_INPUT with what is wrong first, and where */
function readChange(body: unknown, now: number): NoteChange {
  const parsed = z.safeParse(noteChangeSchema(now), body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".");
  throw new ClientError("BAD_INPUT", issue?.message ?? "The change is not valid.", { field: field || undefined });
}

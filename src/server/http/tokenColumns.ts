import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { isTokenKind } from "#domain/token/kinds.ts";
import { tokenColumnsPath, tokenColumnsType } from "#logscale/tokenColumns.ts";

import type { Actor } from "#server/access/actor.ts";
import { callerKey, type Caller } from "#server/caller.ts";
import { ClientError } from "#server/errors.ts";
import { graphqlLimits } from "#server/graphql/limits.ts";
import { Turns } from "#server/graphql/turns.ts";
import { readTokenColumns, type ColumnSizes } from "#server/services/tokens/columns.ts";
import { packedStream } from "./packing.ts";
import { sendMessage } from "./signIn.ts";

/** Readings of a caller, and of all, at once, and of a caller that wait. A page reads the four kinds. */
export const columnTurnLimits = { perCaller: 4, atOnce: 4, waiting: 20 };

export interface TokenColumnsOptions {
  /** Who asks; hooks of the scope see to it that somebody does. */
  readonly caller: (request: FastifyRequest) => Caller;
  /** What the caller may do, now. */
  readonly actor: (request: FastifyRequest) => Promise<Actor>;
  readonly sizes?: ColumnSizes | undefined;
}

/**
 * Registers the route that gives all tokens of a kind at once; see `tokenColumns.ts` of the contract. What goes wrong before the first token
 * is an answer with a status; after that the connection is cut, so that nobody takes a part for the whole.
 */
export function registerTokenColumns(app: FastifyInstance, { caller, actor, sizes }: TokenColumnsOptions): void {
  const turns = new Turns(columnTurnLimits);
  const options = { exposeHeadRoute: false };
  app.get<{ Params: { kind: string } }>(tokenColumnsPath(":kind"), options, async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const { kind } = request.params;
    if (!isTokenKind(kind)) return sendMessage(reply, 404, "There is no such kind of token.");
    const turn = await takeTurn(turns, caller(request), reply);
    if (typeof turn === "string") return sendMessage(reply.header("retry-after", "1"), 429, turn);
    const { write, end, stream } = packedStream(request, reply);
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const reading = actor(request)
      .then((by) =>
        readTokenColumns(
          by,
          kind,
          (line) => {
            if (reply.raw.destroyed) throw new HungUpError();
            write(line);
            begun();
          },
          sizes,
        ),
      )
      .then(end)
      .finally(turn.made);
    try {
      await Promise.race([hasBegun, reading]);
    } catch (error) {
      stream.destroy();
      void reply.removeHeader("content-encoding");
      if (error instanceof HungUpError) return sendMessage(reply, 503, error.message);
      if (error instanceof ClientError && error.code === "TOO_COSTLY") return sendMessage(reply, 413, error.message);
      throw error;
    }
    reading.catch((error: unknown) => {
      if (!(error instanceof HungUpError)) request.log.error({ err: error }, "the tokens could not be read to their end");
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    return reply.type(tokenColumnsType).send(stream);
  });
}

/** Nobody takes the answer any more, so that it is read no further. */
class HungUpError extends Error {
  constructor() {
    super("The client hung up.");
  }
}

/** Waits for a turn, which lasts until the answer was taken; why there is none otherwise. */
async function takeTurn(turns: Turns, caller: Caller, { raw }: FastifyReply): Promise<{ made: () => void } | string> {
  try {
    const turn = await turns.take(callerKey(caller), () => raw.destroyed);
    const timer = setTimeout(() => raw.destroy(), graphqlLimits.takingAnAnswer).unref();
    raw.once("close", () => {
      clearTimeout(timer);
      turn.taken();
    });
    // It may have hung up just now.
    if (raw.destroyed) turn.taken();
    return { made: () => turn.made() };
  } catch (error) {
    if (error instanceof ClientError) return error.message;
    throw error;
  }
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { isTokenKind } from "#domain/token/kinds.ts";
import { tokenColumnsPath, tokenColumnsType, tooManyLine } from "#logscale/tokenColumns.ts";

import type { Judgement } from "#server/access/judgement.ts";
import { callerKey, type Caller } from "#server/caller.ts";
import { ClientError } from "#server/errors.ts";
import { graphqlLimits } from "#server/graphql/limits.ts";
import { Turns } from "#server/graphql/turns.ts";
import { readTokenColumns, type ColumnSizes } from "#server/services/tokens/columns.ts";
import type { InSteps } from "#server/store/snapshot.ts";
import { packedStream } from "./packing.ts";
import { sendMessage } from "./signIn.ts";

/** Answers to a caller, and to all, at once, and to a caller that wait. */
export const columnTurnLimits = { perCaller: 4, atOnce: 4, waiting: 20 };

export interface TokenColumnsOptions {
  /** Who asks; hooks of the scope see to it that somebody does. */
  readonly caller: (request: FastifyRequest) => Caller;
  /** What the caller may do, now. */
  readonly judgement: (request: FastifyRequest) => Promise<Judgement>;
  readonly inSteps: InSteps;
  readonly sizes?: ColumnSizes | undefined;
}

/**
 * Registers the route that gives all tokens of some kinds at once; see `tokenColumns.ts` of the contract. What goes wrong before the first token
 * is an answer with a status; after that the connection is cut, so that nobody takes a part for the whole.
 */
export function registerTokenColumns(app: FastifyInstance, options: TokenColumnsOptions): void {
  const { caller, judgement, inSteps, sizes } = options;
  const turns = new Turns(columnTurnLimits);
  const route = { exposeHeadRoute: false };
  app.get<{ Params: { kinds: string } }>(tokenColumnsPath(":kinds"), route, async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const kinds = request.params.kinds.split(",").filter(isTokenKind);
    // Each once: what is asked for twice costs twice.
    if (kinds.join() !== request.params.kinds || new Set(kinds).size < kinds.length) {
      return sendMessage(reply, 404, "There is no such kind of token.");
    }
    const turn = await takeTurn(turns, caller(request), reply);
    if (typeof turn === "string") return sendMessage(reply.header("retry-after", "1"), 429, turn);
    const signal = untilHungUp(reply);
    const { write, end, stream } = packedStream(request, reply);
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const writeLine = (line: string) => {
      signal.throwIfAborted();
      write(line);
      begun();
    };
    const readAll = async () => {
      const by = await judgement(request);
      // One after the other: the reading of one caller takes one connection of the database.
      for (const [place, kind] of kinds.entries()) {
        try {
          await readTokenColumns(inSteps, by, kind, { write: writeLine, signal }, sizes);
        } catch (error) {
          if (place === 0 || !isTooMany(error)) throw error;
          writeLine(tooManyLine());
        }
      }
      end();
    };
    const reading = readAll().finally(turn.made);
    try {
      await Promise.race([hasBegun, reading]);
    } catch (error) {
      stream.destroy();
      void reply.removeHeader("content-encoding");
      if (error instanceof HungUpError) return sendMessage(reply, 503, error.message);
      if (isTooMany(error)) return sendMessage(reply, 413, error.message);
      throw error;
    }
    reading.catch((error: unknown) => {
      if (!(error instanceof HungUpError)) request.log.error({ err: error }, "the tokens could not be read to their end");
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    return reply.type(tokenColumnsType).send(stream);
  });
}

/** Whether an error says that a kind has too many tokens. Nothing of it was written then. */
function isTooMany(error: unknown): error is ClientError {
  return error instanceof ClientError && error.code === "TOO_COSTLY";
}

/** Nobody takes the answer any more, so that it is read no further. */
class HungUpError extends Error {
  constructor() {
    super("The client hung up.");
  }
}

/** Is aborted once nobody takes an answer any more. */
function untilHungUp({ raw }: FastifyReply): AbortSignal {
  const hungUp = new AbortController();
  const abort = () => hungUp.abort(new HungUpError());
  if (raw.destroyed) abort();
  else raw.once("close", abort);
  return hungUp.signal;
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

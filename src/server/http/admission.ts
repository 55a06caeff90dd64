import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** When it was asked who sends the request, ms since epoch. */
    askedAt?: number;
  }
}

/** Authenticate again before the handler when this long has passed, in ms: the credential may be revoked by then. */
const identityLasts = 1000;

/** Finds out who sends a request. */
type Identify<Rest extends readonly unknown[], T> = (request: FastifyRequest, reply: FastifyReply, ...rest: Rest) => Promise<T>;

/** Authenticates a request when it comes, and again before it is acted on if that took a while. */
export interface Admission<Rest extends readonly unknown[], T> {
  readonly ask: Identify<Rest, T>;
  /** Who takes a minute to send the body must still be who it was. Undefined where it was asked just now. */
  readonly askAgain: (...asked: Parameters<Identify<Rest, T>>) => Promise<T> | undefined;
}

/**
 * Makes the two questions of one.
 *
 * @param now ms since epoch
 */
export function admission<Rest extends readonly unknown[], T>(
  now: () => number,
  identify: Identify<Rest, T>,
): Admission<Rest, T> {
  const ask: Identify<Rest, T> = (request, reply, ...rest) => {
    request.askedAt = now();
    return identify(request, reply, ...rest);
  };
  return {
    ask,
    askAgain(request, reply, ...rest) {
      const { askedAt } = request;
      return askedAt !== undefined && now() - askedAt < identityLasts ? undefined : ask(request, reply, ...rest);
    },
  };
}

/**
 * Counts the failures of an address. Gives the seconds until failures are answered as such again, or undefined while they are. Only
 * failures count, and only they are refused: a right secret must get in whatever others behind the same address did.
 */
export type FailureLimit = (request: FastifyRequest) => Promise<number | undefined>;

/** Makes a count of failures, of which so many in a minute are answered as what they are. */
export function failureLimit(app: FastifyInstance, aMinute: number): FailureLimit {
  const count = app.createRateLimit({ max: aMinute, timeWindow: "1 minute" });
  return async (request) => {
    const failed = await count(request);
    return failed.isAllowed || !failed.isExceeded ? undefined : failed.ttlInSeconds;
  };
}

import { quotingRequest, requestIdHeader, type Failure } from "#logscale/errors.ts";

/** A call that failed, with the {@link Failure} to show. */
export class CallError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.name = "CallError";
    this.failure = failure;
  }
}

/** The error of an answer that is none, with the request's id where the server's log has more to say of it. */
export function errorOf(response: Response, failure: Failure, options?: ErrorOptions): CallError {
  return new CallError(quotingRequest(failure, response.headers.get(requestIdHeader)), options);
}

/** The failure that an error carries, or an unexpected one for any other error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) return error.failure;
  return {
    kind: "unexpected",
    message: error instanceof Error ? error.message : "Something went wrong that the app did not foresee.",
  };
}

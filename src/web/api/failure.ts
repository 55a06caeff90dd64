import type { Failure } from "#logscale/errors.ts";

/** A call that failed, with the {@link Failure} to show. */
export class CallError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.name = "CallError";
    this.failure = failure;
  }
}

/** The failure that an error carries, or an unexpected one for any other error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) return error.failure;
  return {
    kind: "unexpected",
    message: error instanceof Error ? error.message : "Something went wrong that the app did not foresee.",
  };
}

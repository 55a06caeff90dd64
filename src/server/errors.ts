import type { ErrorCode } from "#logscale/errors.ts";

/**
 * An error whose message is meant for the client. Everything else that is thrown is masked. `extensions` may carry what differs;
 * it is sent as it is, so it must never hold a secret.
 */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ErrorCode;
  /** Name of the input field at fault, as in the contract. */
  readonly field: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly field?: string | undefined; readonly extensions?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.code = code;
    this.field = options.field;
    this.extensions = options.extensions ?? {};
  }
}

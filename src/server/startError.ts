/**
 * The server cannot start, or a command cannot do its work, for a reason that the administrator can do something about. The message is a
 * sentence for the administrator, is told without a stack trace and holds no secret.
 */
export class StartError extends Error {
  override readonly name = "StartError";
  /**
   * Whether what the server was given (its settings, folders and files) must be changed first. A supervisor need not start it again then;
   * anything else may pass by itself.
   */
  readonly lasting: boolean;

  constructor(message: string, { lasting }: { readonly lasting: boolean }) {
    super(message);
    this.lasting = lasting;
  }
}

/** The code of an error of the system or of a library, such as `EACCES`; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

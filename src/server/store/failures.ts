import { DatabaseError } from "pg";

/**
 * Another process has the data folder open, or may have. PGlite has no guard of its own: two processes on one folder lose rows
 * without any error, so the second one is refused.
 */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
  /** The data folder that was to be opened. */
  readonly folder: string;
  /** Process id of the holder; undefined when it is not known. */
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined, advice: string) {
    const holder = pid === undefined ? "another process" : `process ${pid}`;
    super(`The data folder ${folder} is in use by ${holder}. ${advice}`);
    this.folder = folder;
    this.pid = pid;
  }
}

/** The database itself is gone (its thread died, its memory or disk gave out) or was closed: no statement will ever succeed again. */
export class StoreFailedError extends Error {
  override readonly name = "StoreFailedError";
}

/** What PostgreSQL says of a failed statement. The statement and its parameters are left out: they may hold what must not be logged. */
export interface DatabaseErrorFields {
  readonly message: string;
  readonly severity?: string | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  readonly routine?: string | undefined;
}

/** Makes the error that the `pg` driver would throw, so that failures look the same on both databases. */
export function databaseError(fields: DatabaseErrorFields): DatabaseError {
  return Object.assign(new DatabaseError(fields.message, 0, "error"), fields);
}

/** Name of the unique constraint or index that a statement failed on; undefined for any other failure. */
export function uniqueViolation(error: unknown): string | undefined {
  return violated(error, "23505");
}

/** Name of the foreign key that a statement failed on, such as `tokens_ip_filter_id_fkey`; undefined for any other failure. */
export function foreignKeyViolation(error: unknown): string | undefined {
  // 23001: since PostgreSQL 18 what `on delete restrict` reports; older ones say 23503 there as well.
  return violated(error, "23503") ?? violated(error, "23001");
}

/** Whether a statement failed because a text has a NUL in it, which PostgreSQL cannot keep and no name, id or search can have. */
export function isUnstorableText(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "22021";
}

function violated(error: unknown, code: string): string | undefined {
  return error instanceof DatabaseError && error.code === code ? (error.constraint ?? "") : undefined;
}

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

/** No connection to the database could be had, so no statement of whoever asked for it was carried out. Another try may succeed. */
export class StoreUnreachableError extends Error {
  override readonly name = "StoreUnreachableError";
  /** @param cause what the driver or the database said */
  constructor(cause: unknown) {
    super("The database cannot be reached.", { cause });
  }
}

/** What PostgreSQL says of a statement that would write where that is not allowed. */
export const readOnlyViolation = "25006";

/** What is told of a statement that failed because of what the database writes to, or because there is no database to be reached. */
export interface StorageTrouble {
  readonly code: "STORAGE_FULL" | "STORAGE_FAILED";
  /** Of an HTTP answer: insufficient storage, or unavailable. */
  readonly status: 507 | 503;
  /** Meant for the client. */
  readonly message: string;
}

/** The disk of the database is full. */
export const storageFull: StorageTrouble = {
  code: "STORAGE_FULL",
  status: 507,
  message:
    "The disk of the server's database is full, so nothing was changed. Whoever runs the server must free space there; then try again.",
};

/** The disk of the database fails. */
export const storageFailed: StorageTrouble = {
  code: "STORAGE_FAILED",
  status: 503,
  message:
    "The server's database cannot read or write its files, so nothing was changed. Whoever runs the server finds in its log what the disk says.",
};

/** The database takes no writes: whoever runs it wants none, or it follows another one. */
const storageReadOnly: StorageTrouble = {
  code: "STORAGE_FAILED",
  status: 503,
  message:
    "The server's database lets nobody write, so nothing was changed. Whoever runs the server finds in its log what the database says.",
};

/** The database does not answer. */
const storageUnreachable: StorageTrouble = {
  code: "STORAGE_FAILED",
  status: 503,
  message:
    "The server's database does not answer, so nothing was changed. Try again in a moment; whoever runs the server finds in its log what is wrong.",
};

/** What a failed statement says about the database's disk, or about its absence; undefined when it failed for another reason. */
export function storageTrouble(error: unknown): StorageTrouble | undefined {
  if (error instanceof StoreUnreachableError) return storageUnreachable;
  // What ends the connection may end it after a commit was written: whether anything was changed is not known.
  if (!(error instanceof DatabaseError) || isLast(error)) return undefined;
  if (error.code === "53100") return storageFull;
  if (error.code === readOnlyViolation) return storageReadOnly;
  // PostgreSQL has no code of its own for a quota that is used up.
  if (error.code === "58030") return /no space left|quota exceeded/iu.test(error.message) ? storageFull : storageFailed;
  return undefined;
}

/** Whether an error is the last thing that the database says on a connection. */
export function isLast({ severity }: { readonly severity?: string | undefined }): boolean {
  return severity === "FATAL" || severity === "PANIC";
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

/** What is told of a statement that failed by {@link isUnstorableText}. */
export const unstorableText = "A text has a character that cannot be stored: NUL (U+0000).";

/** Whether a statement failed because a text has a NUL in it, which PostgreSQL cannot keep and no name, id or search can have. */
export function isUnstorableText(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "22021";
}

function violated(error: unknown, code: string): string | undefined {
  return error instanceof DatabaseError && error.code === code ? (error.constraint ?? "") : undefined;
}

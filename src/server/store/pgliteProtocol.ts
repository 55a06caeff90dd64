import { DatabaseError } from "pg";

import { databaseError, StoreFailedError, type DatabaseErrorFields } from "./failures.ts";
import type { Statement, StatementResult } from "./statementClient.ts";

/** What the database thread is started with. */
export interface WorkerData {
  readonly folder: string;
}

/** What the server asks of the database thread. Answered in the order of asking. */
export type WorkerRequest =
  | { readonly type: "run"; readonly id: number; readonly statements: readonly Statement[] }
  | { readonly type: "close"; readonly id: number };

/** What the database thread says: once that it is ready, then one answer to each request. */
export type WorkerReply =
  | { readonly type: "ready" }
  | {
      readonly type: "done";
      readonly id: number;
      readonly results: readonly StatementResult[];
      /** Why the statement after those failed. */
      readonly failure?: FailureMessage;
    }
  | { readonly type: "failed"; readonly id: number; readonly failure: FailureMessage };

/** An error on its way between threads, which would lose its class and its fields. */
export type FailureMessage =
  | { readonly type: "database"; readonly fields: DatabaseErrorFields }
  | { readonly type: "store"; readonly message: string }
  | { readonly type: "other"; readonly message: string };

/** Packs an error for the way to the other thread. */
export function failureMessage(error: unknown): FailureMessage {
  if (error instanceof DatabaseError) {
    const { message, severity, code, detail, hint, where, schema, table, column, constraint, routine } = error;
    return {
      type: "database",
      fields: { message, severity, code, detail, hint, where, schema, table, column, constraint, routine },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { type: error instanceof StoreFailedError ? "store" : "other", message };
}

/** Unpacks an error that came from the other thread. */
export function errorFrom(failure: FailureMessage): Error {
  switch (failure.type) {
    case "database":
      return databaseError(failure.fields);
    case "store":
      return new StoreFailedError(failure.message);
    case "other":
      return new Error(failure.message);
  }
}

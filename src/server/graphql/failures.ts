import { GraphQLError, type FormattedExecutionResult, type GraphQLFormattedError } from "graphql";

import type { ErrorCode } from "#logscale/errors.ts";

import { ClientError } from "#server/errors.ts";
import { refusedWith } from "#server/observe.ts";
import { isUnstorableText, storageFailed, storageFull, storageTrouble, unstorableText } from "#server/store/failures.ts";
import type { GraphqlContext } from "./context.ts";

/** The answer to a request that failed in whole or in part, as LogScale's clients read it. */
export type FailedResult = FormattedExecutionResult & { readonly errors: readonly GraphQLFormattedError[] };

/** What the client is told of an error that is not meant for it. The rest is in the log, under the request's id. */
const internalMessage = "Internal error, see the server's log";

/** What GraphQL finds wrong with the variables of a request. */
export class VariablesError extends Error {
  override readonly name = "VariablesError";
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super("The variables are not valid.");
    this.errors = errors;
  }
}

/**
 * Makes the answer of errors and of the data there is besides. Errors that are not ours are masked and logged.
 *
 * @param changes whether the request is a mutation
 */
export function failedResult(
  errors: readonly unknown[],
  data: FormattedExecutionResult["data"] | undefined,
  log: GraphqlContext["log"],
  changes = false,
): FailedResult {
  const described = errors.flatMap((error) => describe(error, log, changes));
  for (const { extensions } of described) if (typeof extensions?.["code"] === "string") refusedWith(extensions["code"]);
  return { data: data ?? null, errors: described };
}

/** The HTTP status of an answer whose request failed because of the database's disk; undefined for any other, which have LogScale's 200. */
export function statusOfTrouble(answer: unknown): number | undefined {
  const errors = typeof answer === "object" && answer !== null && "errors" in answer ? answer.errors : undefined;
  const codes = Array.isArray(errors) ? errors.map((error: GraphQLFormattedError) => error.extensions?.["code"]) : [];
  return [storageFull, storageFailed].find(({ code }) => codes.includes(code))?.status;
}

/** The same answer as a LogScale gives it, whose errors carry neither codes nor fields. */
export function asLogscale({ data, errors }: FailedResult): FailedResult {
  return {
    ...(data !== undefined && { data }),
    errors: errors.map(({ message, locations, path }) => ({ message, ...(locations && { locations }), ...(path && { path }) })),
  };
}

function describe(error: unknown, log: GraphqlContext["log"], changes: boolean): GraphQLFormattedError[] {
  // How mercurius hands on what parsing, validation and the check of the variables found.
  if (hasErrors(error)) return error.errors.map((inner) => describeRequestError(inner, log));
  return [describeExecutionError(error, log, changes)];
}

function hasErrors(error: unknown): error is { readonly errors: readonly unknown[] } {
  if (error instanceof VariablesError) return true;
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "MER_ERR_GQL_VALIDATION" &&
    "errors" in error &&
    Array.isArray(error.errors)
  );
}

/**
 * An error of the request itself: parsing, validation, depth, variables. GraphQL's messages speak of the document and the schema
 * only.
 */
function describeRequestError(error: unknown, log: GraphqlContext["log"]): GraphQLFormattedError {
  if (error instanceof GraphQLError) {
    const code: ErrorCode = error.extensions["code"] === "TOO_COSTLY" ? "TOO_COSTLY" : "BAD_INPUT";
    return { message: withoutValue(error.message), ...places(error), extensions: { code } };
  }
  if (error instanceof Error && "code" in error && error.code === "MER_ERR_GQL_QUERY_DEPTH") {
    return { message: error.message, extensions: { code: "TOO_COSTLY" } };
  }
  // The parser follows brackets by calling itself, and a document may have thousands of them.
  if (error instanceof RangeError) {
    return { message: "The document is nested too deeply.", extensions: { code: "TOO_COSTLY" satisfies ErrorCode } };
  }
  return masked(error, {}, log);
}

function describeExecutionError(error: unknown, log: GraphqlContext["log"], changes: boolean): GraphQLFormattedError {
  const located = error instanceof GraphQLError ? error : undefined;
  const original = located === undefined ? error : (located.originalError ?? located);
  const where = located === undefined ? {} : places(located);
  if (original instanceof ClientError) {
    const { code, field, extensions } = original;
    return { message: original.message, ...where, extensions: { ...extensions, code, ...(field !== undefined && { field }) } };
  }
  if (isUnstorableText(original)) {
    return { message: unstorableText, ...where, extensions: { code: "BAD_INPUT" satisfies ErrorCode } };
  }
  const trouble = storageTrouble(original);
  // Below a mutation's own field it is the reading of what it did that failed.
  if (trouble !== undefined && !(changes && (where.path?.length ?? 0) > 1)) {
    log.error({ err: original, path: where.path }, "The database cannot be used");
    return { message: trouble.message, ...where, extensions: { code: trouble.code satisfies ErrorCode } };
  }
  // Without a path it is about the request as a whole (variables, operation name); with one, only what GraphQL itself found wrong
  // with an argument is a GraphQLError below: everything that resolvers throw is an error of another class.
  const byGraphql = original instanceof GraphQLError && (original !== located || located.path === undefined);
  if (byGraphql)
    return {
      message: withoutValue((located ?? original).message),
      ...where,
      extensions: { code: "BAD_INPUT" satisfies ErrorCode },
    };
  return masked(original, where, log);
}

function places(error: GraphQLError): Pick<GraphQLFormattedError, "locations" | "path"> {
  return { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) };
}

function masked(
  error: unknown,
  where: Pick<GraphQLFormattedError, "locations" | "path">,
  log: GraphqlContext["log"],
): GraphQLFormattedError {
  log.error({ err: error, path: where.path }, "A GraphQL request failed");
  return { message: internalMessage, ...where, extensions: { code: "INTERNAL" satisfies ErrorCode } };
}

/**
 * Why graphql-js refuses a variable, where its reason holds no value of the caller. The reason is the end of a message, after the
 * value, which as a text is quoted and so never ends like one of these.
 */
const reasons = [
  /Expected (?:non-nullable )?type "[\w![\]]+"(?: not to be null| to be an object)?\.$/u,
  /Field "\w+" of required type "[\w![\]]+" was not provided\.$/u,
  /Field "\w+" is not defined by type "\w+"\.(?: Did you mean [\w\s",]+\?)?$/u,
  /A (?:Long|DateTime|RepoOrViewName|YAML) is a [^;"]+\.$/u,
];

/** More characters than any reason has, with the longest names of the contract in it. */
const longestReason = 500;

/**
 * GraphQL's message without the value that it complains of: graphql-js puts the whole variable into it, which may hold a secret,
 * and messages end up in logs and bug reports.
 */
function withoutValue(message: string): string {
  const variable = /^Variable "\$(\w+)" got invalid value /u.exec(message)?.[1];
  if (variable === undefined) return message;
  const path = new RegExp(String.raw` at "(${variable}[.[][\w.[\]]+)"; `, "u").exec(message)?.[1];
  // Of the end alone: in a value of a megabyte that repeats how a reason begins, each beginning would be followed to the end.
  const end = message.slice(-longestReason);
  const reason = reasons.map((pattern) => pattern.exec(end)?.[0]).find((found) => found !== undefined);
  const enumType = /does not exist in "(\w+)" enum\.(?: Did you mean [\w\s",]+\?)?$/u.exec(end)?.[1];
  const type = enumType ?? /; (Int|Float|String|Boolean|ID) cannot represent /u.exec(message)?.[1];
  return [
    `Variable "$${variable}" got an invalid value`,
    path === undefined ? "" : ` at "${path}"`,
    reason !== undefined ? `; ${reason}` : type === undefined ? "." : `; Expected type "${type}".`,
  ].join("");
}

import { ClientError } from "#server/errors.ts";

/** Which part of a list is asked for, and in which direction. */
export interface ListRange {
  readonly skip: number;
  readonly limit: number;
  readonly descending: boolean;
}

/** A part of a list, and the length of the whole at the same instant. */
export interface ListPage<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

/** The limit on a page when none is given; LogScale's own. */
const usualLimit = 50;
/** The largest page; LogScale documents none. */
const largestLimit = 10_000;

/**
 * The range that the arguments of a paged field ask for.
 *
 * @param what the page holds, as it is called in the refusal of one that is too large
 * @throws ClientError BAD_INPUT, naming the argument
 */
export function listRange(
  args: {
    readonly skip?: number | null | undefined;
    readonly limit?: number | null | undefined;
    readonly orderBy?: "ASC" | "DESC" | null | undefined;
  },
  what: "rows" | "tokens" = "rows",
): ListRange {
  const { skip, limit } = { skip: args.skip ?? 0, limit: args.limit ?? usualLimit };
  if (skip < 0) throw new ClientError("BAD_INPUT", "A list cannot be skipped backwards.", { field: "skip" });
  if (limit < 0 || limit > largestLimit) {
    throw new ClientError("BAD_INPUT", `A page holds at most 10,000 ${what}.`, { field: "limit" });
  }
  return { skip, limit, descending: args.orderBy === "DESC" };
}

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

/** A page by its number, from 1 on, and the lists it is one of. */
export interface NumberedPage<Row> {
  readonly page: Row[];
  readonly pageInfo: { readonly number: number; readonly total: number; readonly totalNumberOfRows: number };
}

/**
 * A page of a list that is numbered. A size may be any number, as humioctl asks for all rows by the largest; what counts is how many there
 * are.
 *
 * @throws ClientError BAD_INPUT, naming the argument
 */
export function numberedPage<Row>(rows: readonly Row[], pageNumber: number, pageSize: number): NumberedPage<Row> {
  if (pageNumber < 1) throw new ClientError("BAD_INPUT", "Pages are numbered from 1 on.", { field: "pageNumber" });
  if (pageSize < 1) throw new ClientError("BAD_INPUT", "A page holds at least one row.", { field: "pageSize" });
  const page = rows.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  if (page.length > largestLimit) throw new ClientError("BAD_INPUT", "A page holds at most 10,000 rows.", { field: "pageSize" });
  const total = Math.ceil(rows.length / pageSize);
  return { page, pageInfo: { number: pageNumber, total, totalNumberOfRows: rows.length } };
}

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

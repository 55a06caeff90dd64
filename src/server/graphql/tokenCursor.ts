import { z } from "zod";

import { tokenKinds } from "#domain/token/kinds.ts";

import { ClientError } from "#server/errors.ts";
import type { PageEnd, KeysetQuery } from "#server/services/tokens/page.ts";

type Order = Pick<KeysetQuery, "sortBy" | "descending">;

/** The largest page: what goes on is asked for when it comes into sight. */
const largestPage = 200;

const cursorSchema = z.tuple([
  z.enum(["name", "expiry"]),
  z.boolean(),
  z.enum(tokenKinds),
  // As the longest of ids and of what names are sorted by.
  z.string().max(100),
  z.union([z.string().max(600), z.int(), z.null()]),
]);

/** Where a page ended, as clients hand it back. It goes with its order, and tells nothing that the page did not. */
export function cursorOf({ kind, id, order }: PageEnd, { sortBy, descending }: Order): string {
  return Buffer.from(JSON.stringify([sortBy, descending, kind, id, order] satisfies z.input<typeof cursorSchema>)).toString(
    "base64url",
  );
}

/**
 * Where a page ended.
 *
 * @throws ClientError BAD_INPUT where a client made it up, or asks for another order than that of its page
 */
export function pageEnd(cursor: string, order: Order): PageEnd {
  const parsed = cursorSchema.safeParse(cursor.length > 4000 ? undefined : parse(Buffer.from(cursor, "base64url").toString()));
  if (parsed.success) {
    const [sortBy, descending, kind, id, at] = parsed.data;
    const fits = typeof at === "string" ? sortBy === "name" : sortBy === "expiry";
    // PostgreSQL keeps no NUL.
    const isText = !id.includes("\0") && !(typeof at === "string" && at.includes("\0"));
    if (fits && isText && sortBy === order.sortBy && descending === order.descending) return { kind, id, order: at };
  }
  throw new ClientError("BAD_INPUT", "A page goes on after what the page before gave as its next, in the same order.", {
    field: "after",
  });
}

/** How many rows a page has. */
export function pageLimit(limit: number | null | undefined): number {
  if (limit == null) return 50;
  if (limit < 1 || limit > largestPage)
    throw new ClientError("BAD_INPUT", `A page holds 1 to ${largestPage} tokens.`, { field: "limit" });
  return limit;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

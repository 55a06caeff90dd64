import type { InventoryKind } from "#domain/inventory/item.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { Failure } from "#logscale/errors.ts";
import { kindRead, type ListReach } from "#logscale/kindRead.ts";

import { failureOf } from "./client.ts";

/** How much of one kind a page has. */
export interface KindSeen<Kind extends InventoryKind = TokenKind> {
  readonly kind: Kind;
  /** `failed`: could not be read, so nothing of it is seen; `waiting`: not yet read. */
  readonly state: "complete" | "partial" | "hidden" | "failed" | "waiting";
  /** How many of the kind were read. */
  readonly seen: number;
  /** How many were left out, being of a type that this page does not know. */
  readonly unknown: number;
  /** Whether more of the kind may exist than the caller may list. */
  readonly more: boolean;
  /** False when the list changed while it was read, so that reading again may show more. */
  readonly steady: boolean;
  /** Why the last reading failed. What was read before it counts all the same. */
  readonly failure?: Failure;
}

/** How much of a kind a reading of it gives. */
export function kindSeen<Kind extends InventoryKind>(
  kind: Kind,
  result: { readonly data: ListReach | undefined; readonly error: Error | null; readonly isFetching: boolean } | undefined,
): KindSeen<Kind> {
  if (result?.data !== undefined) {
    const failure = result.error !== null && !result.isFetching && { failure: failureOf(result.error) };
    return { ...kindRead(kind, result.data), ...failure };
  }
  const none = { kind, seen: 0, unknown: 0, more: false, steady: true };
  if (result === undefined || result.isFetching) return { ...none, state: "waiting" };
  // Called off before anything was read: no error, and nothing seen either.
  const failure: Failure = result.error ? failureOf(result.error) : { kind: "unexpected", message: "Reading was called off." };
  return { ...none, state: "failed", failure };
}

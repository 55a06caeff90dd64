import type { IpFilter } from "#domain/filter/ipFilter.ts";

import type { IpFilterValues } from "./requests.ts";

/** What of a filter differs between what an edit started from and what it comes to; empty when nothing does. */
export function changesOf(base: IpFilterValues, next: IpFilterValues): Partial<IpFilterValues> {
  return {
    ...(next.name !== base.name && { name: next.name }),
    ...(next.ipFilter !== base.ipFilter && { ipFilter: next.ipFilter }),
  };
}

/** Whether anything differs. */
export function hasChanges(changes: Partial<IpFilterValues>): boolean {
  return Object.keys(changes).length > 0;
}

/** What is found in place of the filter that an edit started from. */
export type Found =
  | { readonly type: "as-before" }
  /** Somebody else changed it. */
  | { readonly type: "changed"; readonly theirs: IpFilter }
  /** Somebody else deleted it. */
  | { readonly type: "gone" };

/** Finds the filter that an edit started from, among filters that were just read. */
export function findBase(base: IpFilter, filters: readonly IpFilter[]): Found {
  const theirs = filters.find(({ id }) => id === base.id);
  if (theirs === undefined) return { type: "gone" };
  return hasChanges(changesOf(base, theirs)) ? { type: "changed", theirs } : { type: "as-before" };
}

/** An edit of `base` carried over to what somebody else made of it: what the edit left alone is as it is now. */
export function rebase(base: IpFilterValues, mine: IpFilterValues, theirs: IpFilterValues): IpFilterValues {
  return { name: theirs.name, ipFilter: theirs.ipFilter, ...changesOf(base, mine) };
}

/** What became of a request whose answer was lost, by what was read afterwards. */
export type Settled =
  | { readonly type: "done"; readonly filter: IpFilter }
  | { readonly type: "not-done" }
  /** Neither what was before nor what was sent. */
  | { readonly type: "other"; readonly theirs: IpFilter }
  | { readonly type: "gone" };

/** Settles a lost creation: a filter of this name and text that was not there before the request (`known` are the ids that were). */
export function settleCreation(sent: IpFilterValues, known: ReadonlySet<string>, filters: readonly IpFilter[]): Settled {
  const filter = filters.find((candidate) => !known.has(candidate.id) && !hasChanges(changesOf(sent, candidate)));
  return filter === undefined ? { type: "not-done" } : { type: "done", filter };
}

/** Settles a lost change of `base` into `sent`. */
export function settleUpdate(base: IpFilter, sent: IpFilterValues, filters: readonly IpFilter[]): Settled {
  const theirs = filters.find(({ id }) => id === base.id);
  if (theirs === undefined) return { type: "gone" };
  if (!hasChanges(changesOf(sent, theirs))) return { type: "done", filter: theirs };
  return hasChanges(changesOf(base, theirs)) ? { type: "other", theirs } : { type: "not-done" };
}

import { formatDuration } from "#domain/duration.ts";
import { explainChange } from "#domain/policy/explain.ts";
import { isoInstant } from "#domain/instant.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";
import type { FilterName } from "#web/state/organization.tsx";
import { shortTime } from "#web/ui/times.ts";

/** An expiry in words; null is never. */
export function expiryWords(expireAt: Long | null): string {
  return expireAt === null ? "never expires" : `expires ${shortTime(expireAt)}`;
}

/** The value before and after, one pair for each value that changes. */
export function beforeAfter(change: TokenChange, filterName: FilterName): { readonly before: string; readonly after: string }[] {
  if (change.type === "delete") return [{ before: expiryWords(change.token.expireAt), after: "deleted" }];
  const { expireAt, ipFilter } = change;
  return [
    ...(expireAt ? [{ before: expiryWords(expireAt.from), after: shortTime(expireAt.to) }] : []),
    ...(ipFilter
      ? [{ before: ipFilter.from === null ? "no IP filter" : filterName(ipFilter.from), after: filterName(ipFilter.to) }]
      : []),
  ];
}

/** What the words of a reason depend on beside the change. */
export interface ReasonContext {
  /** The policies in force. */
  readonly base: Policies;
  readonly draft: Policies;
  /** Ms since epoch. */
  readonly now: number;
  readonly filterName: FilterName;
}

/** Why a token is changed. What becomes of it stands beside, so a restriction names only the rule that brings it about. */
export function reasonWords(change: TokenChange, { base, draft, now, filterName }: ReasonContext): string {
  if (change.type === "delete") return explainChange(change, { base, next: draft, now, filterName, formatInstant: shortTime });
  const { kind } = change.token;
  const maximum = draft[kind].maximumLifetime;
  const title = base[kind].maximumLifetime === maximum ? "Maximum" : "New maximum";
  const shortened = change.expireAt && maximum !== null ? `${title}: ${formatDuration(maximum)} from creation` : undefined;
  if (change.ipFilter === undefined) return shortened ?? "";
  return shortened === undefined ? `Filter enforced on ${kindTraits[kind].noun} tokens` : `${shortened}; filter enforced`;
}

/** The whole change in words, for a file that is read without the page. */
export function fullReason(change: TokenChange, { base, draft, now, filterName }: ReasonContext): string {
  return explainChange(change, { base, next: draft, now, filterName, formatInstant: isoInstant });
}

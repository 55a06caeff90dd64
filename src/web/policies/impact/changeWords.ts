import { formatDuration } from "#domain/duration.ts";
import { explainChange } from "#domain/policy/explain.ts";
import { isoInstant } from "#domain/instant.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import type { FilterJudge } from "#domain/filter/judge.ts";
import { leastLong, type Long } from "#domain/long.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";
import type { LastUse } from "#domain/token/lastUse.ts";
import type { FilterName } from "#web/state/organization.tsx";
import { relativeTime, shortTime } from "#web/ui/times.ts";

import type { SeenToken } from "./effects.ts";

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
  /** Knows the IP filters. */
  readonly judge: FilterJudge;
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

/** When a token was last used, relative to `now`. What an audit log tells is the least that is known. */
export function lastUseWords(lastUse: LastUse | undefined, now: number): string {
  if (lastUse === undefined) return "use not known";
  if (lastUse.at === null) return "never used";
  const at = relativeTime(leastLong(lastUse.at, now), now);
  return lastUse.source === "recorded" ? at : `${at}, or later`;
}

/**
 * What the filter in force after a change does with the address of the token's last use. It is one address of perhaps many, so that it is
 * accepted says no more than that.
 */
export function addressWords(change: TokenChange<SeenToken>, { judge }: ReasonContext): string | undefined {
  if (change.type === "delete" || change.ipFilter === undefined) return undefined;
  const address = change.token.lastUse?.from ?? null;
  const { from, to } = change.ipFilter;
  const after = judge(to, address);
  if (after === "refuses")
    return judge(from, address) === "refuses"
      ? "its last address is refused, as before"
      : address === null
        ? "it accepts no address"
        : "its last address is refused";
  if (address === null) return "its last address is not known";
  return after === "accepts" ? "its last address is accepted" : "whether its last address is accepted is not known";
}

/** Whether the token had another filter before. */
export function replacesFilter(change: TokenChange): boolean {
  return change.type === "restrict" && change.ipFilter !== undefined && change.ipFilter.from !== null;
}

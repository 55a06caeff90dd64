import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { acceptsNoLess } from "#domain/filter/ranges.ts";
import { disruptionTally, harms, type Disruption } from "#domain/policy/disruption.ts";
import { planPolicyChange, totalCounts, type PolicyPlan, type TokenChange } from "#domain/policy/plan.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";

import type { OrganizationChange } from "./resolve.ts";

/** What a change of the organization does to one token: at least one of `change` and `editedFilter` is there. */
export interface OrganizationEffect<T extends UsedToken = UsedToken> {
  readonly token: T;
  /** What the policies do to it. */
  readonly change: TokenChange<T> | undefined;
  /** Id of the IP filter that the token keeps and whose rules are changed. */
  readonly editedFilter: string | undefined;
  readonly disruption: Disruption;
}

/** How many tokens stop or may stop; each in the worst class that it falls in. */
export interface StoppingTotals {
  /** Deleted. */
  readonly now: number;
  /** Kept, but ending within 24 hours. */
  readonly withinDay: number;
  /** Kept, but ending within 7 days. */
  readonly withinWeek: number;
  /** Refused from the address that they were last used from. */
  readonly lockedOut: number;
  /** Perhaps so: an address or rules are not known. */
  readonly lockedOutUnknown: number;
  /** Of all these, how many were used within 7 days. */
  readonly inUse: number;
  /** Of all these, how many may have been. */
  readonly useUnknown: number;
}

/** What a change does, counted. `shortened`, `filtered` and `refiltered` may count the same token. */
export interface OrganizationTotals {
  readonly seen: number;
  readonly deleted: number;
  readonly shortened: number;
  /** Those that get another IP filter. */
  readonly filtered: number;
  /** Those that keep an IP filter whose rules are changed. */
  readonly refiltered: number;
  /** Those that were refused from the address of their last use, and will be accepted. */
  readonly letIn: number;
  readonly stopping: StoppingTotals;
}

/** Everything that a change does to the tokens it was planned for. */
export interface OrganizationPlan<T extends UsedToken = UsedToken> {
  /** What the policies do; nothing where none of them changes, since nothing is then sent. */
  readonly plan: PolicyPlan<T>;
  /** What stops or may stop first; within a class in the order of the tokens. */
  readonly effects: readonly OrganizationEffect<T>[];
  readonly totals: OrganizationTotals;
  /** Whether a filter's new rules may refuse what its old ones accept: tokens that were not seen, of any kind, may be under it. */
  readonly stricter: boolean;
}

/** What a change is planned for. */
export interface Planned<T extends UsedToken> {
  /** Those of every kind, as far as they could be read. */
  readonly tokens: readonly T[];
  readonly change: OrganizationChange;
  /** The IP filters in force, as far as they could be read. */
  readonly filters: readonly IpFilter[];
  /** Ms since epoch. */
  readonly now: number;
}

/**
 * Plans what a change of policies and of IP filters does to each token. The policies' part is {@link planPolicyChange} as it is; tokens that
 * keep a filter whose rules change come with it, of whatever kind. Each token is named once. It is judged by the rules in force of the filter
 * that it has, and by the new rules of the one that it gets or keeps.
 */
export function planOrganizationChange<T extends UsedToken>({
  tokens,
  change: wanted,
  filters,
  now,
}: Planned<T>): OrganizationPlan<T> {
  const plan = planPolicyChange(tokens, wanted.kinds.length === 0 ? defaultPolicies : wanted.next, now);
  /** Filters whose rules change, and whether the new ones may refuse what the old ones accepted. */
  const edited = new Map<string, boolean>();
  const before = new Map(filters.map(({ id, ipFilter }) => [id, ipFilter]));
  const after = new Map(before);
  for (const filter of wanted.filters) {
    after.set(filter.type === "create" ? filter.id : filter.filter.id, filter.text);
    if (filter.type === "edit") edited.set(filter.filter.id, !acceptsNoLess(filter.text, filter.filter.ipFilter));
  }

  const judgeBefore = filterJudge((id) => before.get(id));
  const judgeAfter = filterJudge((id) => after.get(id));
  const tally = disruptionTally(now, judgeBefore, judgeAfter);
  const byRank: OrganizationEffect<T>[][] = Array.from({ length: 2 * harms.length + 1 }, () => []);
  let refiltered = 0;
  let letIn = 0;
  let place = 0;
  for (const token of tokens) {
    // The plan's changes come in the order of the tokens.
    let change = plan.changes[place];
    if (change?.token === token) place++;
    else change = undefined;
    const kept = keptFilter(token, change, now);
    const stricter = kept === null ? undefined : edited.get(kept);
    const editedFilter = kept === null || stricter === undefined ? undefined : kept;
    if (change === undefined && editedFilter === undefined) continue;
    const disruption = tally.add(
      stricter === true && kept !== null ? asIfGetting(kept, token, change) : (change ?? keeping(token)),
    );
    byRank[disruption.rank]?.push({ token, change, editedFilter, disruption });
    if (editedFilter !== undefined) refiltered++;
    if (change?.type === "delete") continue;
    const address = token.lastUse?.from ?? null;
    const refused = judgeBefore(token.ipFilter, address) === "refuses";
    if (refused && judgeAfter(change?.ipFilter?.to ?? token.ipFilter, address) === "accepts") letIn++;
  }
  const { byHarm, stopsOrMayStop } = tally.totals();
  const { seen, deleted, shortened, filtered } = totalCounts(plan);
  return {
    plan,
    effects: byRank.flat(),
    totals: {
      seen,
      deleted,
      shortened,
      filtered,
      refiltered,
      letIn,
      stopping: {
        now: byHarm["at-once"].tokens,
        withinDay: byHarm["within-a-day"].tokens,
        withinWeek: byHarm["within-a-week"].tokens,
        lockedOut: byHarm["locked-out"].tokens,
        lockedOutUnknown: byHarm["may-be-locked-out"].tokens,
        inUse: stopsOrMayStop.inUse,
        useUnknown: stopsOrMayStop.useUnknown,
      },
    },
    stricter: [...edited.values()].includes(true),
  };
}

/** A change as disruption is judged by: to keep a filter whose new rules may refuse more is as if getting another. */
function asIfGetting(filter: string, token: UsedToken, change: TokenChange<UsedToken> | undefined): TokenChange<UsedToken> {
  const ipFilter = { from: filter, to: filter };
  const expireAt = change?.type === "restrict" ? change.expireAt : undefined;
  return expireAt === undefined ? { type: "restrict", token, ipFilter } : { type: "restrict", token, expireAt, ipFilter };
}

/** The change of a token that nothing happens to. */
function keeping(token: UsedToken): TokenChange<UsedToken> {
  return { type: "restrict", token };
}

/** Id of the filter that a token has and keeps; null for none, and for one that is deleted, gets another filter or has expired. */
function keptFilter(token: UsedToken, change: TokenChange | undefined, now: number): string | null {
  if (change !== undefined) return change.type === "delete" || change.ipFilter !== undefined ? null : token.ipFilter;
  return token.expireAt !== null && token.expireAt <= now ? null : token.ipFilter;
}

import { planOrganizationChange, type OrganizationEffect, type OrganizationPlan } from "#domain/policy/file/plan.ts";
import { changesNothing, type OrganizationChange } from "#domain/policy/file/resolve.ts";
import { restricts } from "#domain/policy/policy.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { ListedToken } from "#logscale/readTokens.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { counted, countOf } from "#server/cli/remote/words.ts";
import type { RemoteServer } from "#server/remote/client.ts";
import type { UnseenKind } from "#server/remote/unseen.ts";

import { ownEffects, type OwnEffects } from "./own.ts";
import type { GovernedReading } from "./read.ts";

/** What a change does to one token. */
export type TokenEffect = OrganizationEffect<ListedToken>;

/** A change of the organization, held against what was read. */
export interface PlannedChange extends OwnEffects {
  readonly server: RemoteServer;
  readonly reading: GovernedReading;
  readonly change: OrganizationChange;
  readonly plan: OrganizationPlan<ListedToken>;
  /** Kinds not seen whole of which the change may do something to tokens that were not seen. */
  readonly unjudged: readonly UnseenKind<TokenKind>[];
}

/** What a change may do at most. */
export interface Guards {
  /** Whether kinds may change of which not every token was seen. */
  readonly allowPartial: boolean;
  readonly maxDeleted: number | undefined;
  /** Of those that stop or may stop. */
  readonly maxStopped: number | undefined;
  /** Whether nothing may stop that is in use, or may be. */
  readonly forbidInUse: boolean;
}

/** Plans a change for the tokens that were read. */
export function planned(server: RemoteServer, reading: GovernedReading, change: OrganizationChange): PlannedChange {
  const { tokens, filters, at: now, unseen } = reading;
  const plan = planOrganizationChange({ tokens, change, filters, now });
  return {
    server,
    reading,
    change,
    plan,
    unjudged: unseen.filter(({ kind }) => plan.stricter || change.kinds.includes(kind)),
    ...ownEffects(server, reading, change, plan),
  };
}

/** How many tokens stop, or may. */
export function stoppingOf({ totals: { stopping } }: Pick<OrganizationPlan, "totals">): number {
  const { now, withinDay, withinWeek, lockedOut, lockedOutUnknown } = stopping;
  return now + withinDay + withinWeek + lockedOut + lockedOutUnknown;
}

/** What a change does that it may not, a sentence each. */
export function forbiddenBy({ plan }: PlannedChange, { maxDeleted, maxStopped, forbidInUse }: Guards): readonly string[] {
  const { deleted, stopping } = plan.totals;
  const stopped = stoppingOf(plan);
  const used = stopping.inUse + stopping.useUnknown;
  return [
    maxDeleted !== undefined && deleted > maxDeleted
      ? `It deletes ${countOf(deleted, "token")}; --max-deleted allows ${counted(maxDeleted)}.`
      : "",
    maxStopped !== undefined && stopped > maxStopped
      ? `${countOf(stopped, "token")} ${stopped === 1 ? "stops or may stop" : "stop or may stop"}; --max-stopped allows ${counted(maxStopped)}.`
      : "",
    forbidInUse && used > 0
      ? `Tokens stop or may stop of which ${counted(stopping.inUse)} ${stopping.inUse === 1 ? "is" : "are"} in use and ${counted(stopping.useUnknown)} may be; --forbid in-use allows none.`
      : "",
  ].filter((sentence) => sentence !== "");
}

/** Whether a change does something to tokens that nobody could look at, which was not allowed. */
export function isBlind({ unjudged }: PlannedChange, { allowPartial }: Guards): boolean {
  return unjudged.length > 0 && !allowPartial;
}

/** The status by which a plan says what it found; the graver before the lighter. */
export function planStatus(one: PlannedChange, guards: Guards): number {
  if (isBlind(one, guards)) return exitStatus.unseen;
  const { inUse, useUnknown } = one.plan.totals.stopping;
  if (inUse + useUnknown > 0 || forbiddenBy(one, guards).length > 0) return exitStatus.harm;
  return changesNothing(one.change) ? exitStatus.nothing : exitStatus.changes;
}

/** Whether a change may not be made without express consent: it stops something, or may do so to tokens that nobody saw. */
export function needsConsent({ plan, unjudged, change }: PlannedChange): boolean {
  if (plan.effects.some(({ disruption }) => disruption.needsConsent)) return true;
  return unjudged.some(({ kind }) => plan.stricter || restricts(change.base[kind], change.next[kind]));
}

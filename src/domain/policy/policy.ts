import { day } from "#domain/duration.ts";
import { kindTraits, perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";

/** The shortest maximum lifetime that is accepted, in ms. LogScale documents no bound; one minute is our assumption. */
export const shortestMaximumLifetime = 60_000;

/** The longest maximum lifetime that is accepted, in ms (a thousand years): keeps `createdAt + maximum` an exact number. Our assumption. */
export const longestMaximumLifetime = 365_250 * day;

/** What one kind's policy says. Every value that is not enforced is null. */
export interface KindPolicy {
  /** Whether tokens of the kind may exist at all. */
  readonly enabled: boolean;
  /**
   * Longest time in ms that a token may live, counted from its creation; null when not enforced. One that a cluster has in force may be any
   * Long, since LogScale documents no bounds; only what is set here keeps to `maximumLifetimeSchema`.
   */
  readonly maximumLifetime: Long | null;
  /** Id of the IP filter that every token of the kind must have; null when not enforced. */
  readonly ipFilter: string | null;
  /** Whether permissions of an existing token may be changed. Always false for a kind whose tokens carry none (personal). */
  readonly allowPermissionUpdates: boolean;
}

/** The organization's token security policies: one per governed kind. */
export type Policies = Readonly<Record<TokenKind, KindPolicy>>;

/**
 * The policies of an organization that never set any: everything enabled and nothing enforced,
 * permission updates off (LogScale's default, seen in its clients).
 */
export const defaultPolicies: Policies = perKind(() => ({
  enabled: true,
  maximumLifetime: null,
  ipFilter: null,
  allowPermissionUpdates: false,
}));

/** The fields of one kind's policy, in the order in which they are shown. */
export const kindPolicyFields = [
  "enabled",
  "maximumLifetime",
  "ipFilter",
  "allowPermissionUpdates",
] as const satisfies readonly (keyof KindPolicy)[];

/** The fields that the policy of a kind really has: personal tokens carry no permissions that could be updated. */
export function policyFieldsOf(kind: TokenKind): (keyof KindPolicy)[] {
  return kindPolicyFields.filter((field) => field !== "allowPermissionUpdates" || kindTraits[kind].hasPermissions);
}

/** Whether a policy leaves every token of its kind as it is, whichever there are: the kind may exist, and nothing is enforced. */
export function leavesAll({ enabled, maximumLifetime, ipFilter }: KindPolicy): boolean {
  return enabled && maximumLifetime === null && ipFilter === null;
}

/**
 * Whether a policy can delete or restrict tokens of its kind that the one before left alone. Where the kind was disabled there are none.
 */
export function restricts(before: KindPolicy, next: KindPolicy): boolean {
  if (!before.enabled) return false;
  return (
    !next.enabled ||
    (next.maximumLifetime !== null && next.maximumLifetime < (before.maximumLifetime ?? Infinity)) ||
    (next.ipFilter !== null && next.ipFilter !== before.ipFilter)
  );
}

/** One value that differs between two sets of policies. */
export type PolicyDifference = {
  [F in keyof KindPolicy]: {
    readonly kind: TokenKind;
    readonly field: F;
    readonly from: KindPolicy[F];
    readonly to: KindPolicy[F];
  };
}[keyof KindPolicy];

/** Every value in which `next` differs from `base`, kind by kind and field by field; empty when they are the same. */
export function policyDifferences(base: Policies, next: Policies): PolicyDifference[] {
  const differences: PolicyDifference[] = [];
  for (const kind of tokenKinds) {
    for (const field of kindPolicyFields) {
      const from = base[kind][field];
      const to = next[kind][field];
      // The two values come from the same field, which the compiler cannot follow through the loop variable.
      if (from !== to) differences.push({ kind, field, from, to } as PolicyDifference);
    }
  }
  return differences;
}

import { formatDuration } from "#domain/duration.ts";
import { isKeepable } from "#domain/keepable.ts";
import { addLongs, type Long } from "#domain/long.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";

import { kindTraits, type TokenKind } from "./kinds.ts";

/** What somebody asks for, of what a policy limits. */
export interface LimitedRequest {
  /** When the token is to expire, ms since epoch; null for never. */
  readonly expireAt: Long | null;
  /** Id of the token's IP filter; null for none. */
  readonly ipFilter: string | null;
}

/** How a request breaks the policy in force. `field` is the part of the request that is at fault; null when no value could help. */
export type PolicyViolation = { readonly message: string } & (
  | { readonly type: "kind-disabled"; readonly field: null }
  /** The expiry is not in the future: LogScale never extends an expired token, nor is one of use. */
  | { readonly type: "expired"; readonly field: "expireAt" }
  | { readonly type: "expiry-missing"; readonly field: "expireAt"; readonly latest: Long }
  | { readonly type: "expiry-too-late"; readonly field: "expireAt"; readonly latest: Long }
  | { readonly type: "other-ip-filter"; readonly field: "ipFilter"; readonly enforced: string }
  | { readonly type: "permission-updates-off"; readonly field: "permissions" }
);

/** The verdict on a request: refused for a reason, or accepted with the limits that the token gets. */
export type PolicyVerdict =
  | { readonly ok: false; readonly violation: PolicyViolation }
  | { readonly ok: true; readonly expireAt: Long | null; readonly ipFilter: string | null };

const violates = (violation: PolicyViolation): PolicyVerdict => ({ ok: false, violation });

const disabled = (kind: TokenKind): PolicyViolation => ({
  type: "kind-disabled",
  field: null,
  message: `${kindTraits[kind].title} tokens are disabled by the security policy.`,
});

/**
 * Holds the request for a new token against the policy of its kind, at `now` (ms since epoch). A request that breaks the policy is
 * refused, never bent to fit (documented for a disabled kind and a late expiry; for a missing expiry and another filter our
 * assumption). Only a missing filter is filled in with the enforced one (our assumption). An expiry at exactly `now` plus the
 * maximum fits.
 */
export function checkAgainstPolicy(kind: TokenKind, policy: KindPolicy, request: LimitedRequest, now: number): PolicyVerdict {
  const { title } = kindTraits[kind];
  if (!policy.enabled) return violates(disabled(kind));
  if (request.expireAt !== null && request.expireAt <= now) {
    return violates({ type: "expired", field: "expireAt", message: "The expiry must be in the future." });
  }
  if (isKeepable(policy.maximumLifetime)) {
    const latest = addLongs(now, policy.maximumLifetime);
    const { maximumLifetime } = policy;
    // Put into words only where it is needed: all tokens of an organization may be held against their policies at once.
    const limit = () => `${title} tokens may live at most ${formatDuration(maximumLifetime)}`;
    if (request.expireAt === null) {
      return violates({
        type: "expiry-missing",
        field: "expireAt",
        latest,
        message: `${limit()}; choose an expiry within that time.`,
      });
    }
    if (request.expireAt > latest) {
      return violates({ type: "expiry-too-late", field: "expireAt", latest, message: `${limit()}; choose an earlier expiry.` });
    }
  }
  if (policy.ipFilter !== null && request.ipFilter !== null && request.ipFilter !== policy.ipFilter) {
    return violates({
      type: "other-ip-filter",
      field: "ipFilter",
      enforced: policy.ipFilter,
      message: `The security policy sets the IP filter of ${kindTraits[kind].noun} tokens; choose that one or none.`,
    });
  }
  return { ok: true, expireAt: request.expireAt, ipFilter: request.ipFilter ?? policy.ipFilter };
}

/**
 * Holds the rotation of a token against the policy of its kind, at `now` (ms since epoch). The rotated token counts as created now and
 * keeps its expiry and filter (our assumption), so it is judged like a new token that asks for those. An expired token cannot be rotated:
 * that would extend it.
 */
export function checkRotation(kind: TokenKind, policy: KindPolicy, token: LimitedRequest, now: number): PolicyVerdict {
  const verdict = checkAgainstPolicy(kind, policy, token, now);
  if (verdict.ok) return verdict;
  const { violation } = verdict;
  switch (violation.type) {
    case "expired":
      return violates({ ...violation, message: "This token has expired; it cannot be rotated." });
    case "expiry-missing":
    case "expiry-too-late":
    case "other-ip-filter":
      return violates({
        ...violation,
        message: "This token does not fit the security policy and cannot be rotated; create a new one.",
      });
    case "kind-disabled":
    case "permission-updates-off":
      return verdict;
    default:
      return violation satisfies never;
  }
}

/**
 * The limits of a token made without anybody choosing them, as when root rotates the token of a user who has none: the longest
 * expiry (ms since epoch) and the filter that the policy allows (our assumption).
 */
export function widestLimits(kind: TokenKind, policy: KindPolicy, now: number): PolicyVerdict {
  if (!policy.enabled) return violates(disabled(kind));
  return {
    ok: true,
    expireAt: policy.maximumLifetime === null ? null : addLongs(now, policy.maximumLifetime),
    ipFilter: policy.ipFilter,
  };
}

/** Why the permissions of existing tokens of a kind may not be changed (documented), or null when they may. */
export function permissionUpdateViolation(kind: TokenKind, policy: KindPolicy): PolicyViolation | null {
  if (!policy.enabled) return disabled(kind);
  if (policy.allowPermissionUpdates) return null;
  return {
    type: "permission-updates-off",
    field: "permissions",
    message: `The security policy does not let the permissions of existing ${kindTraits[kind].noun} tokens be changed.`,
  };
}

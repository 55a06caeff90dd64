import * as z from "zod/mini";

import { formatDuration } from "#domain/duration.ts";
import { isKeepable } from "#domain/keepable.ts";
import { kindTraits, type TokenKind } from "./kinds.ts";
import { addLongs, isLong, longestLong, type Long } from "#domain/long.ts";
import { nameSchema } from "#domain/nameSchema.ts";
import {
  normalizePermissions,
  organizationPermissions,
  systemPermissions,
  viewPermissions,
  type OrganizationPermission,
  type SystemPermission,
  type ViewPermission,
} from "./permissions.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";

/** The most repositories and views that one token may reach. Our assumption: it bounds the work that one token can cause. */
const mostSearchDomains = 10_000;

const expirySchema = (now: number) =>
  z.nullable(
    z.custom<Long>(isLong, "An expiry is a whole number of milliseconds since 1970.").check(
      // A token of a cluster may have any: made again from a recovery kit, it has the one that it had.
      z.refine((expireAt) => expireAt <= longestLong, "This expiry is too far in the future."),
      z.refine((expireAt) => expireAt > now, "Choose an expiry in the future."),
    ),
  );

/** Id of an IP filter, or null for none. Whether there is such a filter is for the server to say. */
const ipFilterSchema = z.nullable(z.string().check(z.minLength(1, "Choose an IP filter.")));

/** Names of permissions, at least one; put in the order of their catalogue, each once. */
function permissionsSchema<N extends string>(catalogue: readonly { readonly name: N }[]) {
  return z.pipe(
    z.array(z.enum(catalogue.map((entry) => entry.name))).check(z.minLength(1, "Choose at least one permission.")),
    z.transform((names: N[]) => normalizePermissions<N>(catalogue, names)),
  );
}

/** What is asked for in a personal token: only its limits, since its name and rights are its user's. `expireAt` is ms since epoch. */
export const personalTokenSchema = (now: number) => z.object({ expireAt: expirySchema(now), ipFilter: ipFilterSchema });

const namedTokenSchema = (now: number) => z.extend(personalTokenSchema(now), { name: nameSchema("token") });

/** What is asked for in a view token. Composed permissions are kept as asked for; see `viewTokenPermissions` for what they become. */
export const viewTokenSchema = (now: number) =>
  z.extend(namedTokenSchema(now), {
    viewIds: z.pipe(
      z
        .array(z.string().check(z.minLength(1)))
        .check(
          z.minLength(1, "Choose at least one repository or view."),
          z.maxLength(mostSearchDomains, "A token reaches at most 10,000 repositories and views."),
        ),
      z.transform((ids: string[]) => [...new Set(ids)]),
    ),
    permissions: permissionsSchema<ViewPermission>(viewPermissions),
  });

export const organizationTokenSchema = (now: number) =>
  z.extend(namedTokenSchema(now), { permissions: permissionsSchema<OrganizationPermission>(organizationPermissions) });

export const systemTokenSchema = (now: number) =>
  z.extend(namedTokenSchema(now), { permissions: permissionsSchema<SystemPermission>(systemPermissions) });

/** The schema of a request for a token of each kind, given `now` (ms since epoch). A fifth kind is named here by the compiler. */
export const tokenRequestSchemas = {
  personal: personalTokenSchema,
  view: viewTokenSchema,
  organization: organizationTokenSchema,
  system: systemTokenSchema,
} as const satisfies Record<TokenKind, (now: number) => z.ZodMiniType>;

type RequestSchemas = { readonly [K in TokenKind]: ReturnType<(typeof tokenRequestSchemas)[K]> };

/** The schemas for requests whose expiry is in the future, each built when it is first needed. */
const kept: { [K in TokenKind]?: RequestSchemas[K] } = {};

/**
 * The schema of {@link tokenRequestSchemas} to read one request with, given its expiry. What asks for an expiry in the future, or for none,
 * is read with one that was built once: that costs a fraction.
 */
export function schemaForRequest<K extends TokenKind>(kind: K, expireAt: Long | null, now: number): RequestSchemas[K] {
  const make: { readonly [T in TokenKind]: (now: number) => RequestSchemas[T] } = tokenRequestSchemas;
  if (expireAt !== null && !(expireAt > now)) return make[kind](now);
  const known = kept[kind] ?? make[kind](Number.NEGATIVE_INFINITY);
  kept[kind] = known;
  return known;
}

/** A request for a token, as its kind demands it. */
export type TokenRequest = {
  [K in TokenKind]: { readonly kind: K } & z.output<ReturnType<(typeof tokenRequestSchemas)[K]>>;
}[TokenKind];

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

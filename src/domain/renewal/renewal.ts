import { day } from "#domain/duration.ts";
import { latestInstant } from "#domain/instant.ts";
import type { TokenRights } from "#domain/inventory/item.ts";
import { isKeepable } from "#domain/keepable.ts";
import { addLongs, leastLong, subtractLongs, type Long } from "#domain/long.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { latestProposal, proposedExpiry } from "#domain/token/expiry.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import {
  grantedToViewTokens,
  type OrganizationPermission,
  type SystemPermission,
  type ViewPermission,
} from "#domain/token/permissions.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { checkAgainstPolicy, type PolicyViolation } from "#domain/token/policyCheck.ts";

/** What of the old token its successor is made like. Of a personal token the name is its user's. */
export interface RenewableToken {
  readonly name: string;
  /** Id of the IP filter; null for none. */
  readonly ipFilter: string | null;
}

/** What the successor of a token has that the old one has not, beside its expiry. */
export interface RenewalChanges {
  /** The IP filter that the policy enforces, where the old one has none or another. */
  readonly ipFilter?: { readonly from: string | null; readonly to: string };
  /** The permissions that the server adds unasked. */
  readonly granted?: readonly string[];
}

/** Why a token cannot be renewed. */
export type RenewalViolation =
  | PolicyViolation
  /** What it may do was not read, so nothing can be made like it. */
  | { readonly type: "rights-unread"; readonly field: null; readonly message: string };

/** How a token is renewed: the request that makes its successor, or why there is none. */
export type Renewal =
  | { readonly ok: true; readonly request: TokenRequest; readonly changes: RenewalChanges }
  | { readonly ok: false; readonly violation: RenewalViolation };

/**
 * The request for the successor of a token: same name, permissions, repositories and views, and filter, with another expiry. The old token
 * stays as it is, but for a personal one, of which a user has one. An expired token can be renewed: its successor is a new token.
 *
 * @param rights what the old token may do; undefined where that was not read, and of a personal token, which has its user's
 * @param policy the policy of the kind in force; undefined where the caller may not read it, so that only the server can tell
 * @param expireAt when the successor is to expire, ms since epoch; null for never
 * @param now ms since epoch
 */
export function renewalOf(
  kind: TokenKind,
  { name, ipFilter: former }: RenewableToken,
  rights: TokenRights | undefined,
  policy: KindPolicy | undefined,
  expireAt: Long | null,
  now: number,
): Renewal {
  // An enforced filter replaces whatever the old one has, as the policy's change did or would have done.
  const ipFilter = policy?.ipFilter ?? former;
  const verdict = policy && checkAgainstPolicy(kind, policy, { expireAt, ipFilter }, now);
  if (verdict?.ok === false) return verdict;
  const filterChange = ipFilter !== null && ipFilter !== former ? { ipFilter: { from: former, to: ipFilter } } : {};
  if (kind === "personal") return { ok: true, request: { kind, expireAt, ipFilter }, changes: filterChange };
  if (rights === undefined || rights.permissions.length === 0) return unread(kind);
  const limits = { name, expireAt, ipFilter };
  // The names are the token's own, where a newer LogScale may have put others than the catalogue has. They are asked for as they are.
  switch (kind) {
    case "view": {
      if (rights.views.length === 0) return unread(kind);
      const asked = askedOfView(rights.permissions) as ViewPermission[];
      const granted = rights.permissions.includes(grantedToViewTokens) ? {} : { granted: [grantedToViewTokens] };
      const request = { kind, ...limits, viewIds: [...rights.views], permissions: asked };
      return { ok: true, request, changes: { ...filterChange, ...granted } };
    }
    case "organization": {
      const permissions = expandPermissions(kind, rights.permissions) as OrganizationPermission[];
      return { ok: true, request: { kind, ...limits, permissions }, changes: filterChange };
    }
    case "system": {
      const permissions = expandPermissions(kind, rights.permissions) as SystemPermission[];
      return { ok: true, request: { kind, ...limits, permissions }, changes: filterChange };
    }
    default:
      return kind satisfies never;
  }
}

/** The permissions to ask for in a view token; what each gets unasked is asked for only where there is nothing else. */
function askedOfView(permissions: readonly string[]): string[] {
  const all = expandPermissions("view", permissions);
  const asked = all.filter((name) => name !== grantedToViewTokens);
  return asked.length > 0 ? asked : all;
}

function unread(kind: TokenKind): Renewal {
  const what = kind === "view" ? "permissions, repositories and views" : "permissions";
  return {
    ok: false,
    violation: {
      type: "rights-unread",
      field: null,
      message: `The ${what} of this ${kindTraits[kind].noun} token could not be read, so nothing can be made like it.`,
    },
  };
}

/** How much a stored lifetime may fall short of the one asked for, ms: requests take time, and forms stay a minute below a maximum. */
const shortfall = 60_000;

/**
 * The expiry to propose for the successor of a token at `now`, ms since epoch; null for never: as long a life as the old one had, within the
 * policy of its kind. A life that falls less than a minute short of whole days is taken for those days.
 */
export function renewalExpiry(
  { createdAt, expireAt }: { readonly createdAt: Long | undefined; readonly expireAt: Long | null | undefined },
  policy: KindPolicy | undefined,
  now: number,
): Long | null {
  const inForce = policy?.maximumLifetime ?? null;
  const latest = isKeepable(inForce) ? latestProposal(inForce, now) : null;
  if (expireAt === null) return latest;
  const life = createdAt === undefined || expireAt === undefined ? 0 : subtractLongs(expireAt, createdAt);
  // A life that nobody knows, or that was none, says nothing.
  if (life <= 0) return proposedExpiry(inForce, now).expireAt;
  return leastLong(addLongs(now, wholeDays(life)), latest ?? latestInstant);
}

function wholeDays(life: Long): Long {
  if (typeof life === "bigint") return life;
  const days = Math.ceil(life / day) * day;
  return days - life <= shortfall ? days : life;
}

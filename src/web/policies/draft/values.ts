import { formatDuration } from "#domain/duration.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { KindPolicy, PolicyDifference } from "#domain/policy/policy.ts";
import type { FilterName } from "#web/state/organization.tsx";

/** What the values of a policy are called. */
export const fieldTitles = {
  enabled: "Enabled",
  maximumLifetime: "Maximum lifetime",
  ipFilter: "Enforced IP filter",
  allowPermissionUpdates: "Permission updates",
} as const satisfies Record<keyof KindPolicy, string>;

/** One value of a policy in words, as it stands after its title: `90 days`, `not enforced`, `on`. */
export function valueWords<F extends keyof KindPolicy>(field: F, value: KindPolicy[F], filterName: FilterName): string {
  if (typeof value === "boolean")
    return field === "enabled" ? (value ? "enabled" : "disabled") : value ? "allowed" : "not allowed";
  if (typeof value === "number" || typeof value === "bigint") return formatDuration(value);
  if (typeof value === "string") return filterName(value);
  return field === "ipFilter" ? "no filter enforced" : "no maximum";
}

/** What a value of a policy is called: `View tokens, maximum lifetime`. */
export function valueTitle({ kind, field }: { readonly kind: TokenKind; readonly field: keyof KindPolicy }): string {
  return `${kindTraits[kind].title} tokens, ${fieldTitles[field].replace(/^[A-Z](?=[a-z])/u, (letter) => letter.toLowerCase())}`;
}

/** A difference in words: `View tokens, maximum lifetime: no maximum → 90 days`. */
export function differenceWords(difference: PolicyDifference, filterName: FilterName): string {
  const { field, from, to } = difference;
  return `${valueTitle(difference)}: ${valueWords(field, from, filterName)} → ${valueWords(field, to, filterName)}`;
}

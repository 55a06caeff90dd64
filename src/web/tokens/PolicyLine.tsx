import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { formatDuration } from "#domain/duration.ts";
import { isKeepable } from "#domain/keepable.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";

import { policiesQuery } from "#web/api/queries.ts";
import { paths } from "#web/paths.ts";

/** What the policy in force says about a kind, in one line, with the way to change it. */
export function PolicyLine({ kind }: { readonly kind: TokenKind }) {
  const { data, isError } = useQuery(policiesQuery);
  if (data === undefined)
    return <span>{isError ? "What the security policy says about them could not be read." : "\u00A0"}</span>;
  const policy = data.policies[kind];
  const filter = policy.ipFilter === null ? undefined : (data.filters.get(policy.ipFilter)?.name ?? policy.ipFilter);
  return (
    <span>
      <Link component={RouterLink} to={paths.policies}>
        Policy
      </Link>
      : {policyWords(kind, policy, filter)}
    </span>
  );
}

/** A kind's policy in words. `filter` is the name of the IP filter it enforces. */
export function policyWords(kind: TokenKind, policy: KindPolicy, filter: string | undefined): string {
  if (!policy.enabled) return "disabled; none may exist or be created.";
  const parts = [
    policy.maximumLifetime === null
      ? "no maximum lifetime"
      : !isKeepable(policy.maximumLifetime)
        ? `a maximum of ${formatDuration(policy.maximumLifetime)}, which no token can fit: LogScale decides what it takes`
        : `at most ${formatDuration(policy.maximumLifetime)} from creation`,
    filter === undefined ? "no enforced IP filter" : `IP filter ${filter} enforced`,
    ...(kindTraits[kind].hasPermissions
      ? [policy.allowPermissionUpdates ? "permissions may be changed" : "permissions are fixed"]
      : []),
  ];
  return `${parts.join(" · ")}.`;
}

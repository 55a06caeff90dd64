import { queryOptions } from "@tanstack/react-query";

import { carriesPermissions, type PermissionKind, type TokenKind } from "#domain/token/kinds.ts";
import {
  administersKind,
  administersView,
  holdingsOfToken,
  holdingsOfUser,
  holds,
  mayGive,
  rootHoldings,
  unknownHoldings,
  type Holdings,
} from "#domain/token/rights.ts";
import { rolesByGroups } from "#logscale/rolesByGroups.ts";
import { OneTokenDocument, OwnRolesDocument } from "#logscale/generated/token.ts";
import { call, CallError } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";

/**
 * Whether the caller certainly lacks a permission of a kind; for a view permission, on one of the repositories and views named at least.
 * Nobody may grant a permission that they do not hold themselves, and it is better to say so before than to be refused.
 */
export function lacks(
  holdings: Holdings,
  kind: TokenKind,
  permission: string,
  viewIds: readonly string[],
  of: "token" | "role" = "token",
): boolean {
  // What every view token gets unasked takes nothing to give; in a role it does.
  const may = of === "role" ? holds : mayGive;
  return carriesPermissions(kind) && may(holdings, kind, permission, viewIds) === false;
}

/** Whether the caller certainly may not make view tokens for a repository or view. */
export function lacksView(holdings: Holdings, viewId: string): boolean {
  return administersView(holdings, viewId) === false;
}

/** Why the caller certainly may not make or administer tokens of a kind at all; undefined where nothing is known to be in the way. */
export function kindRefusal(holdings: Holdings, kind: TokenKind, isUser: boolean): string | undefined {
  if (!carriesPermissions(kind)) {
    return isUser ? undefined : "A personal token belongs to a user, and you are signed in with a token that is nobody's.";
  }
  return administersKind(holdings, kind) === false ? kindRefusals[kind] : undefined;
}

const kindRefusals = {
  view: "View tokens are made by people who may change the permissions of a repository or view. You may not do so on any.",
  organization:
    "Organization tokens are made by people who hold the organization permission ChangeOrganizationPermissions. You do not.",
  system: "System tokens are made by people who hold the system permission ChangeSystemPermissions, such as root. You do not.",
} as const satisfies Record<PermissionKind, string>;

/**
 * The caller's permissions. The embedded server tells them exactly. LogScale also grants through groups, which nobody can read in full, so
 * there only root and owners are certain.
 */
export const holdingsQuery = queryOptions({
  queryKey: ["holdings"],
  queryFn: async ({ client, signal }): Promise<Holdings> => {
    const session = await sessionOf(client);
    const { user, tokenId, tokenKind, backend } = session;
    if (user !== undefined) {
      if (user.isRoot) return rootHoldings;
      if (backend === "gateway") {
        return user.isOrgRoot ? { ...holdingsOfUser(user, []), system: "unknown" } : unknownHoldings;
      }
      const found = (await call(OwnRolesDocument, { id: user.id }, { signal })).user;
      const own = found?.searchDomainRoles.map(({ searchDomain, role }) => ({ searchDomainId: searchDomain.id, ...role }));
      const byGroups = rolesByGroups(found?.groups ?? [], (role) => role);
      return holdingsOfUser(user, [...(own ?? []), ...byGroups]);
    }
    // The local administrator's credential has no id, and root's rights.
    if (tokenId === undefined) return backend === "embedded" ? rootHoldings : unknownHoldings;
    try {
      const { token } = await call(OneTokenDocument, { id: tokenId }, { signal });
      const permissions = "permissions" in token ? token.permissions : [];
      const viewIds = "views" in token ? token.views.map(({ id }) => id) : [];
      return tokenKind !== undefined && carriesPermissions(tokenKind)
        ? holdingsOfToken(tokenKind, permissions, viewIds)
        : unknownHoldings;
    } catch (error) {
      // A token that may not administer its own kind cannot read itself.
      if (error instanceof CallError && error.failure.kind === "refused") return unknownHoldings;
      throw error;
    }
  },
});

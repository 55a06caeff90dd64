import { queryOptions } from "@tanstack/react-query";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { grantedToViewTokens } from "#domain/token/permissions.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import { OneTokenDocument, OwnRolesDocument } from "#logscale/generated/token.ts";
import { call, CallError } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";

/** Permissions held somewhere; `unknown` where nobody but the server can tell. */
type Held = "all" | "unknown" | ReadonlySet<string>;

/**
 * What the caller holds, as far as this page can know: nobody may grant a permission that they do not hold themselves, and it is better
 * to say so before than to be refused.
 */
export interface Holdings {
  readonly organization: Held;
  readonly system: Held;
  /** By id of the repository or view; of one that is not named, `elsewhere` is held. */
  readonly views: ReadonlyMap<string, ReadonlySet<string>>;
  readonly elsewhere: Held;
}

const nothing: ReadonlySet<string> = new Set();

/** The holdings of which nothing is known. */
export const unknownHoldings: Holdings = { organization: "unknown", system: "unknown", views: new Map(), elsewhere: "unknown" };

/** A role as assigned to somebody in a repository or view. */
export interface AssignedRole {
  readonly viewId: string;
  readonly viewPermissions: readonly string[];
  readonly organizationPermissions: readonly string[];
  readonly systemPermissions: readonly string[];
}

/** What a user holds by the roles assigned to the user; organization and system permissions of a role hold wherever it is assigned. */
export function holdingsOfUser(
  user: { readonly isRoot: boolean; readonly isOrgRoot: boolean },
  roles: readonly AssignedRole[],
): Holdings {
  const owner = user.isRoot || user.isOrgRoot;
  const views = new Map<string, ReadonlySet<string>>();
  for (const { viewId, viewPermissions } of roles) {
    views.set(viewId, new Set([...(views.get(viewId) ?? []), ...expandPermissions("view", viewPermissions)]));
  }
  return {
    organization: owner ? "all" : new Set(roles.flatMap((role) => role.organizationPermissions)),
    system: user.isRoot ? "all" : new Set(roles.flatMap((role) => role.systemPermissions)),
    views: owner ? new Map() : views,
    elsewhere: owner ? "all" : nothing,
  };
}

/** What a token holds that is signed in with: its own permissions. */
export function holdingsOfToken(kind: TokenKind, permissions: readonly string[], viewIds: readonly string[]): Holdings {
  const held = new Set(expandPermissions(kind, permissions));
  return {
    organization: kind === "organization" ? held : nothing,
    system: kind === "system" ? held : nothing,
    views: kind === "view" ? new Map(viewIds.map((id) => [id, held])) : new Map(),
    elsewhere: nothing,
  };
}

function has(held: Held, permission: string): boolean {
  return held === "all" || held === "unknown" || held.has(permission);
}

/**
 * Whether the caller certainly lacks a permission of a kind; for a view permission, on one of the repositories and views named at least.
 * What every view token gets unasked does not count.
 */
export function lacks(holdings: Holdings, kind: TokenKind, permission: string, viewIds: readonly string[]): boolean {
  switch (kind) {
    case "personal":
      return false;
    case "view":
      if (permission === grantedToViewTokens) return false;
      return viewIds.some((id) => !has(holdings.views.get(id) ?? holdings.elsewhere, permission));
    case "organization":
      return !has(holdings.organization, permission);
    case "system":
      return !has(holdings.system, permission);
    default:
      return kind satisfies never;
  }
}

/** Whether the caller certainly may not make view tokens for a repository or view: that takes the right to change permissions on it. */
export function lacksView(holdings: Holdings, viewId: string): boolean {
  if (has(holdings.organization, "ChangeAllViewOrRepositoryPermissions")) return false;
  const held = holdings.views.get(viewId) ?? holdings.elsewhere;
  return !has(held, "ChangeViewOrRepositoryPermissions") && !has(held, "ChangeUserAccess");
}

/** Why the caller certainly may not make or administer tokens of a kind at all; undefined where nothing is known to be in the way. */
export function kindRefusal(holdings: Holdings, kind: TokenKind, isUser: boolean): string | undefined {
  switch (kind) {
    case "personal":
      return isUser ? undefined : "A personal token belongs to a user, and you are signed in with a token that is nobody's.";
    case "view": {
      const somewhere =
        has(holdings.elsewhere, "ChangeUserAccess") || [...holdings.views.keys()].some((id) => !lacksView(holdings, id));
      if (somewhere || has(holdings.organization, "ChangeAllViewOrRepositoryPermissions")) return undefined;
      return "View tokens are made by people who may change the permissions of a repository or view. You may not do so on any.";
    }
    case "organization":
      return has(holdings.organization, "ChangeOrganizationPermissions")
        ? undefined
        : "Organization tokens are made by people who hold the organization permission ChangeOrganizationPermissions. You do not.";
    case "system":
      return has(holdings.system, "ChangeSystemPermissions")
        ? undefined
        : "System tokens are made by people who hold the system permission ChangeSystemPermissions, such as root. You do not.";
    default:
      return kind satisfies never;
  }
}

/**
 * What the caller holds. Exact in front of the embedded server; a LogScale also grants through groups, which nobody can read in full, so
 * there only root and owners are told apart.
 */
export const holdingsQuery = queryOptions({
  queryKey: ["holdings"],
  queryFn: async ({ client, signal }): Promise<Holdings> => {
    const session = await sessionOf(client);
    const { user, tokenId, tokenKind, backend } = session;
    if (user !== undefined) {
      if (user.isRoot) return holdingsOfUser(user, []);
      if (backend === "gateway") {
        return user.isOrgRoot ? { ...holdingsOfUser(user, []), system: "unknown" } : unknownHoldings;
      }
      const roles = (await call(OwnRolesDocument, { id: user.id }, { signal })).user?.searchDomainRoles ?? [];
      return holdingsOfUser(
        user,
        roles.map(({ searchDomain, role }) => ({ viewId: searchDomain.id, ...role })),
      );
    }
    // The local administrator's credential has no id, and root's rights.
    if (tokenId === undefined)
      return backend === "embedded" ? holdingsOfUser({ isRoot: true, isOrgRoot: true }, []) : unknownHoldings;
    try {
      const { token } = await call(OneTokenDocument, { id: tokenId }, { signal });
      const permissions = "permissions" in token ? token.permissions : [];
      const viewIds = "views" in token ? token.views.map(({ id }) => id) : [];
      const kind = tokenKinds.find((candidate) => candidate === tokenKind);
      return kind === undefined ? unknownHoldings : holdingsOfToken(kind, permissions, viewIds);
    } catch (error) {
      // A token that may not administer its own kind cannot read itself.
      if (error instanceof CallError && error.failure.kind === "refused") return unknownHoldings;
      throw error;
    }
  },
});

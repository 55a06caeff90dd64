import type { Kysely } from "kysely";

import {
  expandViewPermissions,
  grantedToViewTokens,
  organizationPermissions,
  partsOf,
  systemPermissions,
  viewPermissions,
  type OrganizationPermission,
  type SystemPermission,
  type ViewPermission,
} from "#domain/token/permissions.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import type { Caller, CallerUser } from "#server/caller.ts";
import type { Database } from "#server/store/schema.ts";

/** Search domains: certain ones by id, or every one, those to come included. */
export type SearchDomainSet = ReadonlySet<string> | "all";

/** What somebody may do. Root and the local administrator hold everything, an owner everything but system permissions. */
export interface Rights {
  readonly caller: Caller;
  /** The user that is acted as; null for tokens of other kinds and for the local administrator. */
  readonly user: CallerUser | null;
  /** Root or the local administrator. */
  readonly root: boolean;
  /** Owner of the organization, or root. */
  readonly owner: boolean;
  /** Who is recorded as creator of what the caller creates. */
  readonly name: string;
  readonly organization: (permission: OrganizationPermission) => boolean;
  readonly system: (permission: SystemPermission) => boolean;
  /** The search domains on which the permission is held. */
  readonly where: (permission: ViewPermission) => SearchDomainSet;
  /** The search domains on which anything is held. */
  readonly reach: SearchDomainSet;
}

/** Whether a set of search domains has this one. */
export function includes(set: SearchDomainSet, id: string): boolean {
  return set === "all" || set.has(id);
}

/** Whether the permission is held on the search domain. */
export function onView(rights: Rights, searchDomainId: string, permission: ViewPermission): boolean {
  return includes(rights.where(permission), searchDomainId);
}

/** Permissions as stored in roles and tokens: LogScale's names, of which only those known here count. */
interface Grants {
  readonly organization: ReadonlySet<string>;
  readonly system: ReadonlySet<string>;
  readonly views: ReadonlyMap<string, ReadonlySet<string>>;
}

const noGrants: Grants = { organization: new Set(), system: new Set(), views: new Map() };

/** Reads what a caller may do. A token's own rights came with the caller; a user's are in the roles assigned to the user. */
export async function readRights(db: Kysely<Database>, caller: Caller): Promise<Rights> {
  if (caller.type === "local-root") return makeRights(caller, null, true, true, "local administrator", noGrants);
  if (caller.type === "user") return userRights(db, caller);
  const { token } = caller;
  const held = new Set(token.permissions);
  const grants: Record<typeof token.kind, Grants> = {
    view: { ...noGrants, views: new Map(token.viewIds.map((id) => [id, expanded(token.permissions)])) },
    organization: { ...noGrants, organization: held },
    system: { ...noGrants, system: held },
  };
  return makeRights(caller, null, false, false, token.name, grants[token.kind]);
}

async function userRights(db: Kysely<Database>, caller: Extract<Caller, { type: "user" }>): Promise<Rights> {
  const { user } = caller;
  const roles = user.isRoot
    ? []
    : await db
        .selectFrom("userRoles")
        .innerJoin("roles", "roles.id", "userRoles.roleId")
        .select(["userRoles.searchDomainId", "roles.viewPermissions", "roles.organizationPermissions", "roles.systemPermissions"])
        .where("userRoles.userId", "=", user.id)
        .execute();
  return rightsOfRoles(caller, roles);
}

/** A role as assigned to a user in a search domain. */
export interface AssignedRole {
  readonly searchDomainId: string;
  readonly viewPermissions: readonly string[];
  readonly organizationPermissions: readonly string[];
  readonly systemPermissions: readonly string[];
}

/**
 * What a user may do through the roles assigned to the user. The view permissions of a role hold on the search domain in which it
 * is assigned; its organization and system permissions hold wherever it is assigned (our decision: the contract that is served
 * here has no other way to give them to a user).
 */
export function rightsOfRoles(caller: Extract<Caller, { type: "user" }>, roles: readonly AssignedRole[]): Rights {
  const { user } = caller;
  const views = new Map<string, Set<string>>();
  for (const role of roles) {
    const held = views.get(role.searchDomainId) ?? new Set();
    for (const permission of expanded(role.viewPermissions)) held.add(permission);
    views.set(role.searchDomainId, held);
  }
  const grants: Grants = {
    organization: new Set(roles.flatMap((role) => role.organizationPermissions)),
    system: new Set(roles.flatMap((role) => role.systemPermissions)),
    views,
  };
  return makeRights(caller, user, user.isRoot, user.isRoot || user.isOrgRoot, user.username, grants);
}

function expanded(permissions: readonly string[]): ReadonlySet<string> {
  return new Set([...permissions, ...expandViewPermissions(known(viewPermissions, permissions))]);
}

function makeRights(
  caller: Caller,
  user: CallerUser | null,
  root: boolean,
  owner: boolean,
  name: string,
  grants: Grants,
): Rights {
  const organization = (permission: OrganizationPermission) => owner || grants.organization.has(permission);
  // A role without view permissions opens no search domain, wherever it is assigned.
  const heldSomewhere = new Map([...grants.views].filter(([, held]) => held.size > 0));
  return {
    caller,
    user,
    root,
    owner,
    name,
    organization,
    system: (permission) => root || grants.system.has(permission),
    where: (permission) => {
      if (owner) return "all";
      // Who changes permissions everywhere can do so on each search domain; it is no right to anything else there.
      const administers = permission === "ChangeViewOrRepositoryPermissions" || permission === "ChangeUserAccess";
      if (administers && organization("ChangeAllViewOrRepositoryPermissions")) return "all";
      const parts = partsOf(permission) ?? [permission];
      return new Set(
        [...heldSomewhere].filter(([, held]) => held.has(permission) || parts.every((part) => held.has(part))).map(([id]) => id),
      );
    },
    // Whoever administers every search domain has to see them all by name; the events in them are another matter.
    reach: owner || organization("ChangeAllViewOrRepositoryPermissions") ? "all" : new Set(heldSomewhere.keys()),
  };
}

/** Whether the caller may see who has access to a search domain. */
export function mayViewUsersOf(rights: Rights, searchDomainId: string): boolean {
  return rights.organization("ManageUsers") || onView(rights, searchDomainId, "ChangeUserAccess");
}

/** Who sees fleet installation tokens and collector configurations. */
export function seesFleet(rights: Rights): boolean {
  return rights.organization("ViewFleetManagement") || rights.organization("ChangeFleetManagement");
}

/** The names among these that are in the catalogue. */
export function known<N extends string>(catalogue: readonly { readonly name: N }[], names: readonly string[]): N[] {
  return names.flatMap((name) => catalogue.find((entry) => entry.name === name)?.name ?? []);
}

/** A kind of token that carries permissions of its own. */
export type PermissionTokenKind = Exclude<TokenKind, "personal">;

/**
 * The permissions of a token that the caller does not hold itself, and so may not hand out: by granting them, or by rotating a
 * token that has them, which shows its secret (our assumption). What every view token gets unasked is not counted.
 */
export function notHeld(
  rights: Rights,
  kind: PermissionTokenKind,
  permissions: readonly string[],
  viewIds: readonly string[],
): string[] {
  switch (kind) {
    case "view": {
      const given = permissions.filter((name) => name !== grantedToViewTokens);
      return viewPermissionsNotHeld(rights, given, viewIds);
    }
    case "organization":
      return permissions.filter((name) => {
        const [permission] = known(organizationPermissions, [name]);
        return permission === undefined ? !rights.root : !rights.organization(permission);
      });
    case "system":
      return permissions.filter((name) => {
        const [permission] = known(systemPermissions, [name]);
        return permission === undefined ? !rights.root : !rights.system(permission);
      });
    default:
      return kind satisfies never;
  }
}

/** The view permissions that the caller does not hold itself on all of the search domains, and so may not hand out there. */
export function viewPermissionsNotHeld(rights: Rights, permissions: readonly string[], viewIds: readonly string[]): string[] {
  return permissions.filter((name) => {
    const [permission] = known(viewPermissions, [name]);
    if (permission === undefined) return !rights.root;
    const set = rights.where(permission);
    return !viewIds.every((id) => includes(set, id));
  });
}

/**
 * The search domains whose view tokens the caller may administer: a view token counts when all of its search domains are among
 * them.
 */
export function administeredViews(rights: Rights): SearchDomainSet {
  const [byPermissions, byAccess] = [rights.where("ChangeViewOrRepositoryPermissions"), rights.where("ChangeUserAccess")];
  if (byPermissions === "all" || byAccess === "all") return "all";
  return new Set([...byPermissions, ...byAccess]);
}

/** Whether the caller may administer organization tokens. */
export function administersOrganizationTokens(rights: Rights): boolean {
  return rights.organization("ChangeOrganizationPermissions");
}

/** Whether the caller may administer system tokens and the policy on them. */
export function administersSystemTokens(rights: Rights): boolean {
  return rights.system("ChangeSystemPermissions");
}

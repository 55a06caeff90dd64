import type { Kysely } from "kysely";

import type { PermissionKind } from "#domain/token/kinds.ts";
import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";
import {
  administersKind,
  holdingsOfToken,
  holdingsOfUser,
  holds,
  isOwner,
  isRoot,
  mayGive,
  onOrganization,
  onSystem,
  reachOf,
  rootHoldings,
  viewsWith,
  type AssignedRole,
  type Holdings,
  type ViewSet,
} from "#domain/token/rights.ts";

import type { Caller, CallerUser } from "#server/caller.ts";
import { readAssignedRoles } from "#server/store/assignedRoles.ts";
import type { Database } from "#server/store/schema.ts";

/** What somebody may do. Root and the local administrator hold everything, an owner everything but system permissions. */
export interface Rights {
  readonly caller: Caller;
  /** The user that is acted as; null for tokens of other kinds and for the local administrator. */
  readonly user: CallerUser | null;
  /** Root or the local administrator. */
  readonly root: boolean;
  /** Owner of the organization, or root. */
  readonly owner: boolean;
  /** The permissions that all of this is read from. */
  readonly holdings: Holdings;
  /** Who is recorded as creator of what the caller creates. */
  readonly name: string;
  readonly organization: (permission: OrganizationPermission) => boolean;
  readonly system: (permission: SystemPermission) => boolean;
  /** The search domains on which the permission is held. */
  readonly where: (permission: ViewPermission) => ViewSet;
  /** The search domains on which anything is held. */
  readonly reach: ViewSet;
}

/** Whether a set of search domains has this one. */
export function includes(set: ViewSet, id: string): boolean {
  return set === "all" || set.has(id);
}

export function onView(rights: Rights, searchDomainId: string, permission: ViewPermission): boolean {
  return includes(rights.where(permission), searchDomainId);
}

/** Reads what a caller may do. A token's own rights came with the caller; a user's are in the roles of the user and of the user's groups. */
export async function readRights(db: Kysely<Database>, caller: Caller): Promise<Rights> {
  if (caller.type === "local-root") return makeRights(caller, null, "local administrator", rootHoldings);
  if (caller.type === "user") return userRights(db, caller);
  const { kind, permissions, viewIds, name } = caller.token;
  return makeRights(caller, null, name, holdingsOfToken(kind, permissions, viewIds));
}

async function userRights(db: Kysely<Database>, caller: Extract<Caller, { type: "user" }>): Promise<Rights> {
  const { user } = caller;
  const roles = user.isRoot ? [] : await readAssignedRoles(db, user.id);
  return rightsOfRoles(caller, roles);
}

/** What a user may do through roles, the user's own and those of the user's groups. */
export function rightsOfRoles(caller: Extract<Caller, { type: "user" }>, roles: readonly AssignedRole[]): Rights {
  const { user } = caller;
  return makeRights(caller, user, user.username, holdingsOfUser(user, roles));
}

function makeRights(caller: Caller, user: CallerUser | null, name: string, holdings: Holdings): Rights {
  return {
    caller,
    user,
    root: isRoot(holdings),
    owner: isOwner(holdings),
    holdings,
    name,
    organization: (permission) => onOrganization(holdings, permission) === true,
    system: (permission) => onSystem(holdings, permission) === true,
    where: (permission) => viewsWith(holdings, permission),
    reach: reachOf(holdings),
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

/** Whether somebody may change the fleet's tokens and configurations. */
export function changesFleet(rights: Rights): boolean {
  return rights.organization("ChangeFleetManagement");
}

/** The names among these that are in the catalogue. */
export function known<N extends string>(catalogue: readonly { readonly name: N }[], names: readonly string[]): N[] {
  return names.flatMap((name) => catalogue.find((entry) => entry.name === name)?.name ?? []);
}

/** The permissions of a token that the caller may not hand out. */
export function notHeld(
  { holdings }: Rights,
  kind: PermissionKind,
  permissions: readonly string[],
  viewIds: readonly string[],
): string[] {
  return permissions.filter((name) => mayGive(holdings, kind, name, viewIds) !== true);
}

/** The view permissions that the caller does not hold itself on all of the search domains, and so may not hand out there. */
export function viewPermissionsNotHeld(
  { holdings }: Rights,
  permissions: readonly string[],
  viewIds: readonly string[],
): string[] {
  return permissions.filter((name) => holds(holdings, "view", name, viewIds) !== true);
}

export function administersOrganizationTokens(rights: Rights): boolean {
  return administersKind(rights.holdings, "organization") === true;
}

/** Whether the caller may administer system tokens and the policy on them. */
export function administersSystemTokens(rights: Rights): boolean {
  return administersKind(rights.holdings, "system") === true;
}

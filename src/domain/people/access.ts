import type { PermissionKind } from "#domain/token/kinds.ts";
import { lackingRights, type LackingRight } from "#domain/token/lackingRights.ts";
import { holdingsOfUser, roleOfGroup, type AssignedRole, type Holdings } from "#domain/token/rights.ts";

import type { GrantedRole } from "./grants.ts";

/** A role of a user's own, in a repository or view. */
export interface UserAssignment {
  readonly roleId: string;
  /** Id of the repository or view. */
  readonly placeId: string;
}

/** A role of a group, for permissions of one kind. */
export interface GroupAssignment {
  readonly roleId: string;
  readonly kind: PermissionKind;
  /** Null but for the view kind. */
  readonly placeId: string | null;
}

export interface AccessUser {
  readonly id: string;
  readonly username: string;
  readonly isRoot: boolean;
  readonly isOrgRoot: boolean;
  readonly roles: readonly UserAssignment[];
  readonly groupIds: readonly string[];
}

export interface AccessGroup {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly GroupAssignment[];
}

/** All that the rights of users come from: who is in which groups, and who has which roles, by themselves or by a group. */
export interface AllAccess {
  readonly users: readonly AccessUser[];
  readonly groups: ReadonlyMap<string, AccessGroup>;
  readonly roles: ReadonlyMap<string, GrantedRole>;
}

/** A change of who has what, before it is made. */
export type AccessChange =
  | { readonly type: "members"; readonly groupId: string; readonly added: readonly string[]; readonly removed: readonly string[] }
  | {
      readonly type: "group-roles";
      readonly groupId: string;
      readonly added: readonly GroupAssignment[];
      readonly removed: readonly GroupAssignment[];
    }
  | { readonly type: "group-removed"; readonly groupId: string }
  | {
      readonly type: "user-roles";
      readonly userId: string;
      readonly added: readonly UserAssignment[];
      readonly removed: readonly UserAssignment[];
    }
  | { readonly type: "role-changed"; readonly role: GrantedRole }
  | { readonly type: "role-removed"; readonly roleId: string };

/** What a change gives and takes; everybody here gains and loses the same. */
export interface AccessDifference {
  readonly users: readonly AccessUser[];
  readonly gained: readonly LackingRight[];
  readonly lost: readonly LackingRight[];
}

/** What a change makes of the rights of users. */
export interface AccessEffect {
  /** Those of most users first. */
  readonly differences: readonly AccessDifference[];
  /** Whom it is about who can do the same as before, since they hold it by something else. */
  readonly unchanged: readonly AccessUser[];
}

/** What somebody holds, by everything together. */
export function holdingsIn({ groups, roles }: AllAccess, user: AccessUser): Holdings {
  const own = user.roles.flatMap(({ roleId, placeId }): AssignedRole[] => {
    const role = roles.get(roleId);
    return role === undefined ? [] : [{ ...role, searchDomainId: placeId }];
  });
  const byGroups = user.groupIds.flatMap((id) =>
    (groups.get(id)?.roles ?? []).flatMap(({ roleId, kind, placeId }): AssignedRole[] => {
      const role = roles.get(roleId);
      return role === undefined ? [] : [roleOfGroup({ ...role, kind, searchDomainId: placeId })];
    }),
  );
  return holdingsOfUser(user, [...own, ...byGroups]);
}

/** Who has what once a change was made. */
export function changedAccess(access: AllAccess, change: AccessChange): AllAccess {
  switch (change.type) {
    case "members": {
      const { groupId } = change;
      const [added, removed] = [new Set(change.added), new Set(change.removed)];
      return withUsers(access, (user) => {
        const isIn = (user.groupIds.includes(groupId) || added.has(user.id)) && !removed.has(user.id);
        const others = user.groupIds.filter((id) => id !== groupId);
        return { ...user, groupIds: isIn ? [...others, groupId] : others };
      });
    }
    case "group-roles": {
      const group = access.groups.get(change.groupId);
      if (group === undefined) return access;
      const kept = group.roles.filter((role) => ![...change.added, ...change.removed].some((other) => isSame(role, other)));
      return { ...access, groups: new Map(access.groups).set(group.id, { ...group, roles: [...kept, ...change.added] }) };
    }
    case "group-removed": {
      const groups = new Map(access.groups);
      groups.delete(change.groupId);
      return { ...access, groups };
    }
    case "user-roles": {
      const differs = (role: UserAssignment) =>
        ![...change.added, ...change.removed].some((other) => other.roleId === role.roleId && other.placeId === role.placeId);
      return withUsers(access, (user) =>
        user.id === change.userId ? { ...user, roles: [...user.roles.filter(differs), ...change.added] } : user,
      );
    }
    case "role-changed":
      return { ...access, roles: new Map(access.roles).set(change.role.id, change.role) };
    case "role-removed": {
      const roles = new Map(access.roles);
      roles.delete(change.roleId);
      return { ...access, roles };
    }
    default:
      return change satisfies never;
  }
}

function withUsers(access: AllAccess, changed: (user: AccessUser) => AccessUser): AllAccess {
  return { ...access, users: access.users.map(changed) };
}

/** Whether two assignments to one group are the same. */
export function isSame(a: GroupAssignment, b: GroupAssignment): boolean {
  return a.roleId === b.roleId && a.kind === b.kind && a.placeId === b.placeId;
}

/**
 * What a change makes of the rights of everybody whom it is about: what each really gains and loses, given all that they hold besides. A
 * right that somebody keeps by another role or group is not lost.
 */
export function effectOf(access: AllAccess, change: AccessChange): AccessEffect {
  const next = changedAccess(access, change);
  const changed = new Map(next.users.map((user) => [user.id, user]));
  const byRights = new Map<string, AccessDifference & { readonly users: AccessUser[] }>();
  const unchanged: AccessUser[] = [];
  // Many have the same roles and groups, and each of these is worked out once.
  const known = new Map<string, Omit<AccessDifference, "users">>();
  for (const user of access.users.filter(concerned(access, change))) {
    const after = changed.get(user.id) ?? user;
    const key = JSON.stringify([user.isRoot, user.isOrgRoot, rolesOf(user), rolesOf(after)]);
    const found = known.get(key) ?? differenceOf(holdingsIn(access, user), holdingsIn(next, after));
    known.set(key, found);
    if (found.gained.length + found.lost.length === 0) {
      unchanged.push(user);
      continue;
    }
    const rights = JSON.stringify(found);
    const same = byRights.get(rights) ?? { ...found, users: [] };
    same.users.push(user);
    byRights.set(rights, same);
  }
  const differences = [...byRights.values()].toSorted((a, b) => b.users.length - a.users.length);
  return { differences, unchanged };
}

function rolesOf({ roles, groupIds }: AccessUser) {
  return [roles.map(({ roleId, placeId }) => `${placeId} ${roleId}`).toSorted(), groupIds.toSorted()];
}

function differenceOf(before: Holdings, after: Holdings): Omit<AccessDifference, "users"> {
  const gained = lackingRights(before, after);
  const lost = lackingRights(after, before);
  // Of a permission that the catalogue does not have nobody can tell whether it is held otherwise.
  const known = (rights: readonly LackingRight[], others: readonly LackingRight[]) => {
    const keys = new Set(others.map((right) => JSON.stringify(right)));
    return rights.filter((right) => !keys.has(JSON.stringify(right))).toSorted(byText);
  };
  return { gained: known(gained, lost), lost: known(lost, gained) };
}

function byText(a: LackingRight, b: LackingRight): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Tells of whom a change gives or takes something that they have, or are to have. */
function concerned({ groups }: AllAccess, change: AccessChange): (user: AccessUser) => boolean {
  switch (change.type) {
    case "members": {
      const named = new Set([...change.added, ...change.removed]);
      return ({ id }) => named.has(id);
    }
    case "group-roles":
    case "group-removed":
      return ({ groupIds }) => groupIds.includes(change.groupId);
    case "user-roles":
      return ({ id }) => id === change.userId;
    case "role-changed":
    case "role-removed": {
      const id = change.type === "role-changed" ? change.role.id : change.roleId;
      const has = ({ roles }: { readonly roles: readonly { readonly roleId: string }[] }) =>
        roles.some(({ roleId }) => roleId === id);
      const giving = new Set([...groups.values()].filter(has).map((group) => group.id));
      return (user) => has(user) || user.groupIds.some((groupId) => giving.has(groupId));
    }
    default:
      return change satisfies never;
  }
}

/** Rights put together for people to read. */
export interface RightsByPlace {
  readonly organization: readonly string[];
  readonly system: readonly string[];
  /** Permissions on repositories and views, with the ids of those on which they are the same. */
  readonly views: readonly { readonly placeIds: readonly string[]; readonly permissions: readonly string[] }[];
}

/** Puts rights together by where they hold; places with the same permissions are one. */
export function rightsByPlace(rights: readonly LackingRight[]): RightsByPlace {
  const places = new Map<string, string[]>();
  const held: Record<Exclude<PermissionKind, "view">, string[]> = {
    organization: [],
    system: [],
  };
  for (const right of rights) {
    if (right.type !== "permission") continue;
    if (right.kind === "view") places.set(right.viewId, [...(places.get(right.viewId) ?? []), right.name]);
    else held[right.kind].push(right.name);
  }
  const views = new Map<string, { readonly placeIds: string[]; readonly permissions: readonly string[] }>();
  for (const [id, permissions] of places) {
    const key = permissions.toSorted().join(" ");
    const same = views.get(key) ?? { placeIds: [], permissions };
    same.placeIds.push(id);
    views.set(key, same);
  }
  return { ...held, views: [...views.values()] };
}

/** Permissions by which rights are given and taken: who loses one may not be able to get anything back. */
const decisive: Readonly<Record<PermissionKind, readonly string[]>> = {
  view: ["ChangeUserAccess"],
  organization: ["ManageUsers", "ChangeOrganizationPermissions"],
  system: ["ChangeSystemPermissions"],
};

/** The rights among these without which what is lost cannot be given back by oneself. */
export function decisiveRights(lost: readonly LackingRight[]): readonly LackingRight[] {
  return lost.filter((right) => right.type !== "permission" || decisive[right.kind].includes(right.name));
}

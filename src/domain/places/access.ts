import { compareNames } from "#domain/compareNames.ts";
import type { GrantedRole } from "#domain/people/grants.ts";

/** Somebody who has access, as far as it rests on roles. */
export interface UserHere {
  readonly id: string;
  readonly username: string;
  /** Roles of the user's own in the place, by id. */
  readonly roleIds: readonly string[];
  readonly groupIds: readonly string[];
}

/** A group with the roles that it has in the place, by id. */
export interface GroupHere {
  readonly id: string;
  readonly name: string;
  readonly roleIds: readonly string[];
}

interface NamedUser {
  readonly id: string;
  readonly username: string;
}

/** What one role gives in a repository or view, and to whom. */
export interface RoleHolders {
  readonly role: GrantedRole;
  /** Who has it there by themselves, by name. */
  readonly users: readonly NamedUser[];
  /** Which groups have it there, by name, each with its members. */
  readonly groups: readonly { readonly id: string; readonly name: string; readonly members: readonly NamedUser[] }[];
}

/**
 * Who has which role in a repository or view, by themselves or by a group, in the order of the roles' names. A role that is not known any
 * more is left out.
 */
export function holdersOf(
  roles: readonly GrantedRole[],
  users: readonly UserHere[],
  groups: readonly GroupHere[],
): readonly RoleHolders[] {
  const sorted = users.toSorted((a, b) => compareNames(a.username, b.username));
  const named = ({ id, username }: UserHere): NamedUser => ({ id, username });
  return roles
    .toSorted((a, b) => compareNames(a.name, b.name))
    .map((role) => ({
      role,
      users: sorted.filter(({ roleIds }) => roleIds.includes(role.id)).map(named),
      groups: groups
        .filter(({ roleIds }) => roleIds.includes(role.id))
        .toSorted((a, b) => compareNames(a.name, b.name))
        .map(({ id, name }) => ({ id, name, members: sorted.filter(({ groupIds }) => groupIds.includes(id)).map(named) })),
    }))
    .filter((holders) => holders.users.length > 0 || holders.groups.length > 0);
}

/** How many people have access by roles, each once. */
export function peopleCount(holders: readonly RoleHolders[]): number {
  return new Set(
    holders.flatMap(({ users, groups }) => [...users, ...groups.flatMap(({ members }) => members)].map(({ id }) => id)),
  ).size;
}

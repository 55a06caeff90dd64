import type { AllAccess } from "#domain/people/access.ts";
import type { GrantedRole } from "#domain/people/grants.ts";

import { AccessDocument } from "./generated/access.ts";
import type { GrantedRoleFragment } from "./generated/graphql.ts";
import type { Ask } from "./readTokens.ts";

/** Who has what, as read. */
export interface AccessReading {
  readonly access: AllAccess;
  /** Names of repositories and views, by id. */
  readonly places: ReadonlyMap<string, string>;
  /** Whether every group was read. */
  readonly whole: boolean;
}

/**
 * Reads all that the rights of users come from.
 *
 * @throws what `ask` throws, for a caller who may not list users too
 */
export async function readAccess(ask: Ask, signal: AbortSignal): Promise<AccessReading> {
  const { users, roles, groupsPage, searchDomains } = await ask(AccessDocument, {}, { signal });
  const groups = groupsPage.page.map(({ id, displayName, roles: placed, organizationRoles, systemRoles }) => ({
    id,
    name: displayName,
    roles: [
      ...placed.map(({ role, searchDomain }) => ({ roleId: role.id, kind: "view" as const, placeId: searchDomain.id })),
      ...organizationRoles.map(({ role }) => ({ roleId: role.id, kind: "organization" as const, placeId: null })),
      ...systemRoles.map(({ role }) => ({ roleId: role.id, kind: "system" as const, placeId: null })),
    ],
  }));
  return {
    access: {
      users: users.map(({ searchDomainRoles, groups: own, ...user }) => ({
        ...user,
        roles: searchDomainRoles.map(({ role, searchDomain }) => ({ roleId: role.id, placeId: searchDomain.id })),
        groupIds: own.map(({ id }) => id),
      })),
      groups: new Map(groups.map((group) => [group.id, group])),
      roles: new Map(roles.map((role) => [role.id, grantedRole(role)])),
    },
    places: new Map(searchDomains.map(({ id, name }) => [id, name])),
    whole: groupsPage.pageInfo.totalNumberOfRows === groupsPage.page.length,
  };
}

/** A role of the contract as the domain has it. */
export function grantedRole({ displayName, ...role }: GrantedRoleFragment): GrantedRole {
  return { ...role, name: displayName };
}

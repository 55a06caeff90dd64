import { queryOptions } from "@tanstack/react-query";

import type { AllAccess } from "#domain/people/access.ts";
import type { GrantedRole } from "#domain/people/grants.ts";
import { AccessDocument } from "#logscale/generated/access.ts";
import type { GrantedRoleFragment } from "#logscale/generated/graphql.ts";
import { call } from "#web/api/client.ts";

import { usersKey } from "#web/people/queries.ts";

/** Who has what, as read. */
export interface AccessReading {
  readonly access: AllAccess;
  /** Names of repositories and views, by id. */
  readonly places: ReadonlyMap<string, string>;
  /** Whether every group was read. */
  readonly whole: boolean;
}

/** All that the rights of users come from. Fails with `refused` for a caller who may not list users. */
export const accessQuery = queryOptions({
  queryKey: [...usersKey, "access"],
  queryFn: async ({ signal }): Promise<AccessReading> => {
    const { users, roles, groupsPage, searchDomains } = await call(AccessDocument, {}, { signal });
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
  },
  // Large, and made anew each time: comparing it would cost more than it saves.
  structuralSharing: false,
});

/** A role of the contract as the domain has it. */
export function grantedRole({ displayName, ...role }: GrantedRoleFragment): GrantedRole {
  return { ...role, name: displayName };
}

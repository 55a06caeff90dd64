import { queryOptions } from "@tanstack/react-query";

import type { OneRoleQuery, RolesQuery } from "#logscale/generated/graphql.ts";
import { OneRoleDocument, RolesDocument, RoleUsersDocument } from "#logscale/generated/roles.ts";
import { call, CallError } from "#web/api/client.ts";
import { usersKey } from "#web/people/queries.ts";

/** A role as the list has one. */
export type ListedRole = RolesQuery["roles"][number];

/** A role as its own page has one. */
export type RoleDetail = OneRoleQuery["role"];

/** Every role, for who gives roles or administers users. */
export const rolesQuery = queryOptions({
  queryKey: [...usersKey, "roles"],
  queryFn: async ({ signal }) => {
    const { organization, roles } = await call(RolesDocument, {}, { signal });
    return { mayChange: organization.mayChangeRoles, roles };
  },
});

/** One role with the groups that have it; null where there is none of this id. */
export function roleQuery(id: string) {
  return queryOptions({
    queryKey: [...usersKey, "roles", id],
    queryFn: async ({ signal }): Promise<RoleDetail | null> => {
      try {
        return (await call(OneRoleDocument, { id }, { signal })).role;
      } catch (error) {
        if (error instanceof CallError && error.failure.code === "NOT_FOUND") return null;
        throw error;
      }
    },
  });
}

/** Who has a role by themselves, and where. Fails with `refused` for a caller who may not list users. */
export function roleUsersQuery(id: string) {
  return queryOptions({
    queryKey: [...usersKey, "roles", id, "users"],
    queryFn: async ({ signal }) => {
      const { role } = await call(RoleUsersDocument, { id }, { signal });
      return role.users.map(({ searchDomainRoles, ...user }) => ({
        ...user,
        places: searchDomainRoles.flatMap(({ searchDomain, role: { id: roleId } }) => (roleId === id ? [searchDomain] : [])),
      }));
    },
  });
}

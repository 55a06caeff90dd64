import { queryOptions } from "@tanstack/react-query";

import { compareNames } from "#domain/compareNames.ts";
import type { OneUserQuery, OneUserWithGroupsQuery, UsersQuery } from "#logscale/generated/graphql.ts";
import { OneUserDocument, OneUserWithGroupsDocument, UsersDocument, UsersWithRolesDocument } from "#logscale/generated/users.ts";
import { call } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { sessionOf } from "#web/api/queries.ts";

/** A user as the list has one. */
export interface ListedUser extends Pick<UsersQuery["users"][number], "id" | "username" | "isRoot" | "isOrgRoot"> {
  /** Null where there is none. */
  readonly fullName: string | null;
  readonly email: string | null;
  /** Names of the roles, by groups too, each once, in the order of their names; undefined where the backend does not tell of all users at once. */
  readonly roles: readonly string[] | undefined;
}

/** A user as the user's own page has one. */
export type UserDetail = NonNullable<OneUserQuery["user"]> &
  // Absent where the backend is not asked for them.
  Partial<Pick<NonNullable<OneUserWithGroupsQuery["user"]>, "groups">>;

/** What the keys of everything begin with that is read of users. */
export const usersKey = ["users"] as const;

/**
 * Everybody of the organization, for who may list them. A cluster lists the users of all its organizations to whoever manages it, and grants
 * through groups besides, so their roles are told on the page of each alone.
 */
export const usersQuery = queryOptions({
  queryKey: [...usersKey, "list"],
  queryFn: async ({ client, signal }) => {
    const session = await sessionOf(client);
    if (session.backend === "gateway") {
      const { organization, users } = await call(UsersDocument, {}, { signal });
      return { mayManage: organization.mayManageUsers, users: users.map((user) => listedUser(user, undefined)) };
    }
    const { organization, users, roles, groupsPage } = await call(UsersWithRolesDocument, {}, { signal });
    const names = new Map(roles.map(({ id, displayName }) => [id, displayName]));
    const byGroup = new Map(
      groupsPage.page.map(({ id, roles: own, organizationRoles, systemRoles }) => [
        id,
        [...own, ...organizationRoles, ...systemRoles],
      ]),
    );
    return {
      mayManage: organization.mayManageUsers,
      users: users.map((user) => {
        const byGroups = user.groups.flatMap((group) => byGroup.get(group.id) ?? []);
        const held = new Set([...user.searchDomainRoles, ...byGroups].map(({ role }) => role.id));
        return listedUser(user, [...held].map((id) => names.get(id) ?? id).toSorted(compareNames));
      }),
    };
  },
});

/** One user with roles; null where there is none of this id, or none that the caller may see. */
export function userQuery(id: string) {
  return queryOptions({
    queryKey: [...usersKey, "one", id],
    queryFn: async ({ client, signal }): Promise<{ readonly mayManage: boolean; readonly user: UserDetail | null }> => {
      const { backend } = await sessionOf(client);
      const { organization, user } =
        backend === "gateway"
          ? await call(OneUserDocument, { id }, { signal })
          : await call(OneUserWithGroupsDocument, { id }, { signal });
      return { mayManage: organization.mayManageUsers, user: user ?? null };
    },
  });
}

function listedUser(user: UsersQuery["users"][number], roles: ListedUser["roles"]): ListedUser {
  const { id, username, isRoot, isOrgRoot, fullName, email } = user;
  return { id, username, isRoot, isOrgRoot, fullName: textOr(fullName), email: textOr(email), roles };
}

/** Whether a session acts as root: as a user who is, or as the local administrator. */
export function isRootSession({ user, tokenId, backend }: Session): boolean {
  return user === undefined ? backend === "embedded" && tokenId === undefined : user.isRoot;
}

/** A text that may be empty, which says as little as none. */
export function textOr(text: string | null | undefined): string | null {
  return text == null || text.trim() === "" ? null : text;
}

import { queryOptions } from "@tanstack/react-query";

import type { OneUserQuery, UsersQuery } from "#logscale/generated/graphql.ts";
import { OneUserDocument, UsersDocument, UsersWithRolesDocument } from "#logscale/generated/users.ts";
import { call } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { sessionOf } from "#web/api/queries.ts";

/** A user as the list has one. */
export interface ListedUser extends Pick<UsersQuery["users"][number], "id" | "username" | "isRoot" | "isOrgRoot"> {
  /** Null where there is none. */
  readonly fullName: string | null;
  readonly email: string | null;
  /** Names of the roles, each once, in the order of their names; undefined where the backend does not tell of all users at once. */
  readonly roles: readonly string[] | undefined;
}

/** A user as the user's own page has one. */
export type UserDetail = NonNullable<OneUserQuery["user"]>;

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
    const { organization, users, roles } = await call(UsersWithRolesDocument, {}, { signal });
    const names = new Map(roles.map(({ id, displayName }) => [id, displayName]));
    return {
      mayManage: organization.mayManageUsers,
      users: users.map((user) => {
        const held = new Set(user.searchDomainRoles.map(({ role }) => role.id));
        return listedUser(user, [...held].map((id) => names.get(id) ?? id).toSorted());
      }),
    };
  },
});

/** One user with roles; null where there is none of this id, or none that the caller may see. */
export function userQuery(id: string) {
  return queryOptions({
    queryKey: [...usersKey, "one", id],
    queryFn: async ({ signal }) => {
      const { organization, user } = await call(OneUserDocument, { id }, { signal });
      return { mayManage: organization.mayManageUsers, user };
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

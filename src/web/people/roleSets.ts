import type { QueryClient } from "@tanstack/react-query";

import { compareNames } from "#domain/compareNames.ts";
import type { GroupAssignment } from "#domain/people/access.ts";
import type { GrantedRoleFragment } from "#logscale/generated/graphql.ts";
import { AssignUserRolesDocument } from "#logscale/generated/roles.ts";
import { call } from "#web/api/client.ts";

import type { ShownRequest } from "./access/requestOf.ts";
import { userQuery, type UserDetail } from "./queries.ts";

/** A role of a user's own, with the names of what it is about. */
export interface OwnAssignment extends GroupAssignment {
  readonly kind: "view";
  readonly placeId: string;
  readonly placeName: string;
  readonly role: GrantedRoleFragment;
}

/** The roles of a user's own. */
export function ownAssignments({ searchDomainRoles }: Pick<UserDetail, "searchDomainRoles">): readonly OwnAssignment[] {
  return searchDomainRoles
    .map(({ role, searchDomain: { id, name } }): OwnAssignment => ({
      kind: "view",
      roleId: role.id,
      placeId: id,
      placeName: name,
      role,
    }))
    .toSorted((a, b) => compareNames(a.role.displayName, b.role.displayName) || compareNames(a.placeName, b.placeName));
}

/** The roles that a user has in a place, with one more or one less. */
export function roleSetWith(
  user: Pick<UserDetail, "searchDomainRoles">,
  placeId: string,
  roleId: string,
  has: boolean,
): string[] {
  const others = user.searchDomainRoles.flatMap(({ role, searchDomain }) =>
    searchDomain.id === placeId && role.id !== roleId ? [role.id] : [],
  );
  return has ? [...others, roleId] : others;
}

/**
 * Gives a user a role in a place, or takes it. The contract takes all roles that the user is to have there, so they are read again right
 * before: what somebody else assigned meanwhile stays.
 */
export function roleSetRequest(
  client: QueryClient,
  user: Pick<UserDetail, "id" | "searchDomainRoles">,
  placeId: string,
  roleId: string,
  has: boolean,
): ShownRequest {
  const variablesOf = (present: Pick<UserDetail, "searchDomainRoles">) => {
    const roleAssignments = [{ userId: user.id, roleIds: roleSetWith(present, placeId, roleId, has) }];
    return { input: { searchDomainId: placeId, roleAssignments } };
  };
  return {
    title: has ? "Assign a role to a user" : "Take a role from a user",
    document: AssignUserRolesDocument,
    variables: variablesOf(user),
    async send() {
      const now = (await client.query({ ...userQuery(user.id), staleTime: 0 })).user;
      // A user who is gone is refused by the server.
      await call(AssignUserRolesDocument, variablesOf(now ?? user));
    },
  };
}

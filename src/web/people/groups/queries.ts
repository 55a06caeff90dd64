import { queryOptions } from "@tanstack/react-query";

import { compareNames } from "#domain/compareNames.ts";
import type { GroupAssignment } from "#domain/people/access.ts";
import type { GroupsQuery, OneGroupQuery } from "#logscale/generated/graphql.ts";
import { GroupsDocument, OneGroupDocument } from "#logscale/generated/groups.ts";
import { call, CallError } from "#web/api/client.ts";
import { usersKey } from "#web/people/queries.ts";

/** A group as the list has one. */
export type ListedGroup = GroupsQuery["groupsPage"]["page"][number];

/** A group as its own page has one. */
export type GroupDetail = OneGroupQuery["group"];

/** Every group, for who gives roles or administers users. */
export const groupsQuery = queryOptions({
  queryKey: [...usersKey, "groups"],
  queryFn: async ({ signal }) => {
    const { organization, groupsPage } = await call(GroupsDocument, {}, { signal });
    return {
      mayManage: organization.mayManageUsers,
      groups: groupsPage.page,
      /** How many there are, which is more than could be read of very many. */
      total: groupsPage.pageInfo.totalNumberOfRows,
    };
  },
});

/** One group with its members and roles; null where there is none of this id. */
export function groupQuery(id: string) {
  return queryOptions({
    queryKey: [...usersKey, "groups", id],
    queryFn: async ({ signal }): Promise<GroupDetail | null> => {
      try {
        return (await call(OneGroupDocument, { id }, { signal })).group;
      } catch (error) {
        if (error instanceof CallError && error.failure.code === "NOT_FOUND") return null;
        throw error;
      }
    },
  });
}

/** A role of a group with the names of what it is about. */
export interface NamedAssignment extends GroupAssignment {
  readonly role: GroupDetail["systemRoles"][number]["role"];
  /** Of the repository or view; null but for the view kind. */
  readonly placeName: string | null;
}

/** The roles of a group: those on the cluster, in the organization, then on repositories and views, each in the order of their names. */
export function assignmentsOf({
  roles,
  organizationRoles,
  systemRoles,
}: Pick<GroupDetail, "roles" | "organizationRoles" | "systemRoles">): readonly NamedAssignment[] {
  const beyond = (kind: "system" | "organization", given: typeof systemRoles): readonly NamedAssignment[] =>
    given.map(({ role }) => ({ roleId: role.id, kind, placeId: null, placeName: null, role }));
  const placed = roles.map(({ role, searchDomain: { id, name } }): NamedAssignment => ({
    roleId: role.id,
    kind: "view",
    placeId: id,
    placeName: name,
    role,
  }));
  const byName = (a: NamedAssignment, b: NamedAssignment) =>
    compareNames(a.role.displayName, b.role.displayName) || compareNames(a.placeName ?? "", b.placeName ?? "");
  return [
    ...beyond("system", systemRoles).toSorted(byName),
    ...beyond("organization", organizationRoles).toSorted(byName),
    ...placed.toSorted(byName),
  ];
}

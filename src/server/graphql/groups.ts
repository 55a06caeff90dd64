import type { PermissionKind } from "#domain/token/kinds.ts";

import { ClientError } from "#server/errors.ts";
import type { MutationResolvers, PermissionType, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { assignGroupRole, unassignGroupRole, type GroupRoleRequest } from "#server/services/groupRoles.ts";
import { addGroup, addUsersToGroup, removeGroup, removeUsersFromGroup, updateGroup } from "#server/services/groups.ts";
import { numberedPage } from "#server/services/lists.ts";
import type { GroupRoleRow, GroupRow } from "#server/store/groupTables.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { presentRole, presentSearchDomain, usersOf, viewRoles } from "./people.ts";

/** The queries about groups. */
export const groupQueries = {
  group: async (_, { groupId }, { loaders }) => found((await loaders.groups()).get(groupId), "groupId"),
  groupByDisplayName: async (_, { displayName }, { loaders }) =>
    found(
      [...(await loaders.groups()).values()].find((group) => group.displayName === displayName),
      "displayName",
    ),
  async groupsPage(_, { search, pageNumber, pageSize, typeFilter }, { loaders }) {
    const roles = typeFilter == null ? undefined : await loaders.rolesOfGroups();
    const wanted = search?.toLowerCase() ?? "";
    const groups = [...(await loaders.groups()).values()].filter(
      ({ id, displayName, lookupName }) =>
        (displayName.toLowerCase().includes(wanted) || (lookupName ?? "").toLowerCase().includes(wanted)) &&
        (roles === undefined || (roles.get(id) ?? []).some(({ kind }) => typeFilter?.includes(permissionTypes[kind]))),
    );
    return numberedPage(groups, pageNumber, pageSize);
  },
} satisfies Partial<QueryResolvers>;

/** What each kind of permissions is called. Those on single assets, and to manage organizations, no group has here. */
const permissionTypes = {
  view: "ViewPermission",
  organization: "OrganizationPermission",
  system: "SystemPermission",
} as const satisfies Record<PermissionKind, PermissionType>;

export const groupMutations = {
  addGroup: async (_, { displayName, lookupName }, { mutate }) => ({
    group: await addGroup(mutate, { displayName, lookupName: lookupName ?? null }),
  }),
  updateGroup: async (_, { input: { groupId, displayName, lookupName } }, { mutate }) => ({
    group: await updateGroup(mutate, groupId, { displayName: displayName ?? null, lookupName: lookupName ?? null }),
  }),
  removeGroup: async (_, { groupId }, { mutate }) => ({ group: await removeGroup(mutate, groupId) }),
  addUsersToGroup: async (_, { input: { groupId, users } }, { mutate }) => ({
    group: await addUsersToGroup(mutate, groupId, users),
  }),
  async removeUsersFromGroup(_, { input: { groupId, users } }, { mutate, shown }) {
    const group = await removeUsersFromGroup(mutate, groupId, users);
    // The caller saw it, even where this very act took the right to.
    shown.add(groupId);
    return { group };
  },
  async assignRoleToGroup(_, { input: { groupId, roleId, viewId, overrideExistingAssignmentsForView } }, { mutate }) {
    const request = { kind: "view", groupId, roleId, searchDomainId: viewId } as const;
    const assigned = await assignGroupRole(mutate, request, { override: overrideExistingAssignmentsForView === true });
    return { group: { ...assigned, searchDomainId: viewId } };
  },
  assignOrganizationRoleToGroup: async (_, { input: { groupId, roleId } }, { mutate }) => ({
    group: await assignGroupRole(mutate, { kind: "organization", groupId, roleId }),
  }),
  assignSystemRoleToGroup: async (_, { input: { groupId, roleId } }, { mutate }) => ({
    group: await assignGroupRole(mutate, { kind: "system", groupId, roleId }),
  }),
  unassignRoleFromGroup: (_, { input: { groupId, roleId, viewId } }, context) =>
    unassign({ kind: "view", groupId, roleId, searchDomainId: viewId }, context),
  unassignOrganizationRoleFromGroup: (_, { input: { groupId, roleId } }, context) =>
    unassign({ kind: "organization", groupId, roleId }, context),
  unassignSystemRoleFromGroup: (_, { input: { groupId, roleId } }, context) =>
    unassign({ kind: "system", groupId, roleId }, context),
} satisfies Partial<MutationResolvers<MutationContext>>;

async function unassign(request: GroupRoleRequest, { mutate, shown }: MutationContext): Promise<{ group: GroupRow }> {
  const group = await unassignGroupRole(mutate, request);
  // The caller saw it, even where this very act took the right to.
  shown.add(group.id);
  return { group };
}

const roleFields = {
  role: ({ roleId }: { readonly roleId: string }, _: object, context: GraphqlContext) => presentRole(roleId, context),
};

/** The types about groups. Groups have no search filter and no default role here. */
export const groupTypes = {
  Group: {
    defaultQueryPrefix: () => null,
    defaultRole: () => null,
    defaultSearchDomainCount: () => 0,
    searchDomainCount: async (group, _, context) =>
      new Set(viewRoles(await rolesOf(group, context)).map(({ searchDomainId }) => searchDomainId)).size,
    // Those on search domains alone, whatever its name says.
    roles: async (group, _, context) => viewRoles(await rolesOf(group, context)),
    searchDomainRoles: async (group, { searchDomainId }, context) =>
      viewRoles(await rolesOf(group, context)).filter((role) => searchDomainId == null || role.searchDomainId === searchDomainId),
    organizationRoles: async (group, _, context) => (await rolesOf(group, context)).filter(({ kind }) => kind === "organization"),
    systemRoles: async (group, _, context) => (await rolesOf(group, context)).filter(({ kind }) => kind === "system"),
    userCount: async (group, _, context) => (await membersOf(group, context)).length,
    users: async (group, _, context) => usersOf(await membersOf(group, context), context),
  },
  GroupSearchDomainRole: {
    ...roleFields,
    group: async ({ groupId }, _, { loaders }) => found((await loaders.groups()).get(groupId), "groupId"),
    searchDomain: ({ searchDomainId }, _, context) => presentSearchDomain(searchDomainId, context),
  },
  GroupOrganizationRole: roleFields,
  GroupSystemRole: roleFields,
} satisfies Resolvers;

async function rolesOf({ id }: GroupRow, { loaders }: GraphqlContext): Promise<readonly GroupRoleRow[]> {
  return (await loaders.rolesOfGroups()).get(id) ?? [];
}

async function membersOf({ id }: GroupRow, { loaders }: GraphqlContext) {
  return (await loaders.membersOfGroups()).get(id) ?? [];
}

function found(group: GroupRow | undefined, field: string): GroupRow {
  if (group === undefined) throw new ClientError("NOT_FOUND", "There is no such group.", { field });
  return group;
}

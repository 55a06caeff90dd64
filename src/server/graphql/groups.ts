import { ClientError } from "#server/errors.ts";
import type { MutationResolvers, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { addGroup, addUsersToGroup, removeGroup, removeUsersFromGroup, updateGroup } from "#server/services/groups.ts";
import { numberedPage } from "#server/services/lists.ts";
import type { GroupRow } from "#server/store/groupTables.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { usersOf } from "./people.ts";

/** The queries about groups. */
export const groupQueries = {
  group: async (_, { groupId }, { loaders }) => found((await loaders.groups()).get(groupId), "groupId"),
  groupByDisplayName: async (_, { displayName }, { loaders }) =>
    found(
      [...(await loaders.groups()).values()].find((group) => group.displayName === displayName),
      "displayName",
    ),
  async groupsPage(_, { search, pageNumber, pageSize }, { loaders }) {
    const wanted = search?.toLowerCase() ?? "";
    const groups = [...(await loaders.groups()).values()].filter(
      ({ displayName, lookupName }) =>
        displayName.toLowerCase().includes(wanted) || (lookupName ?? "").toLowerCase().includes(wanted),
    );
    return numberedPage(groups, pageNumber, pageSize);
  },
} satisfies Partial<QueryResolvers>;

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
  removeUsersFromGroup: async (_, { input: { groupId, users } }, { mutate }) => ({
    group: await removeUsersFromGroup(mutate, groupId, users),
  }),
} satisfies Partial<MutationResolvers<MutationContext>>;

/** The types about groups. */
export const groupTypes = {
  Group: {
    userCount: async (group, _, context) => (await membersOf(group, context)).length,
    users: async (group, _, context) => usersOf(await membersOf(group, context), context),
  },
} satisfies Resolvers;

async function membersOf({ id }: GroupRow, { loaders }: GraphqlContext) {
  return (await loaders.membersOfGroups()).get(id) ?? [];
}

function found(group: GroupRow | undefined, field: string): GroupRow {
  if (group === undefined) throw new ClientError("NOT_FOUND", "There is no such group.", { field });
  return group;
}

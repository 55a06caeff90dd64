import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { roleOfGroup } from "#domain/token/rights.ts";

import { known, mayViewUsersOf, rightsOfRoles, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import type {
  AddRoleInput,
  AddUserInput,
  UpdateRoleInput,
  MutationResolvers,
  QueryResolvers,
  Resolvers,
} from "#server/generated/resolvers.ts";
import { removeRole, updateRole } from "#server/services/roleChanges.ts";
import { assignRoles, createRole } from "#server/services/roles.ts";
import { addUser, removeUser, updateUser, type Profile } from "#server/services/users.ts";
import { mayAdminister } from "#server/services/tokens/administered.ts";
import type { GroupRoleRow, GroupRow } from "#server/store/groupTables.ts";
import type { RoleRow, UserRoleRow, UserRow } from "#server/store/schema.ts";
import { allowedOrganizationActions, allowedSystemActions } from "./actions.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { enabledFeatures } from "./meta.ts";
import { compareText, presentRole, presentSearchDomain, usersOf, viewRoles } from "./people.ts";

const sortKeys = {
  FULLNAME: (user: UserRow) => user.fullName ?? "",
  USERNAME: (user: UserRow) => user.username,
  DISPLAYNAME: displayName,
} as const;

function displayName(user: UserRow): string {
  return user.fullName ?? user.username;
}

/** The queries about users and roles. */
export const userQueries = {
  async currentUser(_, _args, { loaders, rights }) {
    const { user } = await rights();
    return presentUser(user === null ? undefined : await loaders.user(user.id));
  },
  async viewer(_, _args, { loaders, rights }) {
    const { user } = await rights();
    if (user === null) return { type: "local-root" as const };
    return { type: "user" as const, user: presentUser(await loaders.user(user.id)) };
  },
  async users(_, { orderBy, search }, { loaders }) {
    const wanted = search?.toLowerCase() ?? "";
    const users = [...(await loaders.users()).values()].filter(
      (user) =>
        user.username.toLowerCase().includes(wanted) ||
        (user.fullName ?? "").toLowerCase().includes(wanted) ||
        (user.email ?? "").toLowerCase().includes(wanted),
    );
    if (orderBy == null) return users;
    const key = sortKeys[orderBy.userField];
    const sorted = users.toSorted((a, b) => compareText(key(a), key(b)) || compareText(a.id, b.id));
    return orderBy.order === "DESC" ? sorted.toReversed() : sorted;
  },
  user: async (_, { id }, { loaders }) => (await loaders.user(id)) ?? null,
  async role(_, { roleId }, { loaders }) {
    const role = (await loaders.roles()).get(roleId);
    if (role === undefined) throw new ClientError("NOT_FOUND", "There is no such role.", { field: "roleId" });
    return role;
  },
  roles: async (_, _args, { loaders }) => [...(await loaders.roles()).values()],
} satisfies Partial<QueryResolvers>;

function presentUser(user: UserRow | undefined): UserRow {
  if (user === undefined) throw new ClientError("NOT_FOUND", "Your user was removed meanwhile.");
  return user;
}

/** What the input says of a person; null and absent alike leave it as it is, since the contract has no other way to say so. */
function profileOf(input: AddUserInput): Profile {
  const { fullName, firstName, lastName, email, picture, countryCode, stateCode, company } = input;
  return {
    ...(fullName != null && { fullName }),
    ...(firstName != null && { firstName }),
    ...(lastName != null && { lastName }),
    ...(email != null && { email }),
    ...(picture != null && { picture }),
    ...(countryCode != null && { countryCode }),
    ...(stateCode != null && { stateCode }),
    ...(company != null && { company }),
  };
}

export const userMutations = {
  async addUserV2(_, { input }, { mutate }) {
    // No invitation is sent and no verification needed: a user is there at once.
    const request = {
      username: input.username,
      isRoot: input.isRoot ?? false,
      isOrgRoot: input.isOrgOwner ?? false,
      profile: profileOf(input),
    };
    return addUser(mutate, request);
  },
  async updateUser(_, { input }, { mutate }) {
    const request = { username: input.username, isRoot: input.isRoot ?? null, profile: profileOf(input) };
    return { user: await updateUser(mutate, request) };
  },
  async removeUser(_, { input: { username } }, { mutate }) {
    return { user: await removeUser(mutate, username) };
  },
  async createRole(_, { input }, { mutate }) {
    requireNoManagement(input);
    const role = await createRole(mutate, {
      displayName: input.displayName,
      color: input.color ?? null,
      viewPermissions: input.viewPermissions,
      organizationPermissions: input.organizationPermissions ?? [],
      systemPermissions: input.systemPermissions ?? [],
    });
    return { role };
  },
  async updateRole(_, { input }, { mutate, shown }) {
    requireNoManagement(input);
    const role = await updateRole(mutate, input.roleId, {
      displayName: input.displayName,
      color: input.color ?? null,
      description: input.description ?? null,
      viewPermissions: input.viewPermissions,
      organizationPermissions: input.organizationPermissions ?? null,
      systemPermissions: input.systemPermissions ?? null,
    });
    // The caller saw it, even where this very act took the right to.
    shown.add(role.id);
    return { role };
  },
  async removeRole(_, { roleId }, { mutate }) {
    await removeRole(mutate, roleId);
    return { result: true };
  },
  async assignUserRolesInSearchDomain(_, { input }, { mutate, loaders, judges, shown }) {
    // Whom the caller sees before is answered with, even where this very act takes the user's last role there.
    const [named, sees] = [
      await Promise.all([...new Set(input.roleAssignments.map(({ userId }) => userId))].map((id) => loaders.user(id))),
      await judges.of("User"),
    ];
    for (const user of named) if (user !== undefined && sees(user) === "whole") shown.add(user.id);
    const ids = await assignRoles(mutate, input.searchDomainId, input.roleAssignments);
    loaders.forget();
    const users = await loaders.users();
    return ids.flatMap((id) => users.get(id) ?? []);
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

function requireNoManagement({ organizationManagementPermissions }: AddRoleInput | UpdateRoleInput): void {
  if (!organizationManagementPermissions?.length) return;
  throw new ClientError("BAD_INPUT", "The embedded server has one organization, so there are no others to manage.", {
    field: "organizationManagementPermissions",
  });
}

/** The rights of any user, for what an administrator is shown of others. */
async function rightsOfUser(context: GraphqlContext, user: UserRow): Promise<Rights> {
  const { loaders } = context;
  const roles = await loaders.roles();
  const assigned = ((await loaders.rolesOfUsers()).get(user.id) ?? []).flatMap(({ searchDomainId, roleId }) => {
    const role = roles.get(roleId);
    return role === undefined ? [] : [{ searchDomainId, ...role }];
  });
  const byGroups = (await groupRolesOf(user, context)).flatMap((assigned) => {
    const role = roles.get(assigned.roleId);
    return role === undefined ? [] : roleOfGroup({ ...role, ...assigned });
  });
  return rightsOfRoles({ type: "user", user }, [...assigned, ...byGroups]);
}

/** What is assigned to the groups of a user. */
async function groupRolesOf({ id }: UserRow, { loaders }: GraphqlContext): Promise<GroupRoleRow[]> {
  const [memberships, roles] = [await loaders.groupsOfUsers(), await loaders.rolesOfGroups()];
  return (memberships.get(id) ?? []).flatMap(({ groupId }) => roles.get(groupId) ?? []);
}

/** The types about users and roles. */
export const userTypes = {
  User: {
    displayName,
    createdAt: ({ createdAt }) => new Date(createdAt).toISOString(),
    async searchDomainRoles(user, { searchDomainId }, { loaders, rights }) {
      const viewer = await rights();
      const seesAll = viewer.user?.id === user.id || viewer.organization("ManageUsers");
      return ((await loaders.rolesOfUsers()).get(user.id) ?? []).filter(
        (assigned) =>
          (searchDomainId == null || assigned.searchDomainId === searchDomainId) &&
          (seesAll || mayViewUsersOf(viewer, assigned.searchDomainId)),
      );
    },
    async groups(user, _, { loaders }) {
      const [groups, memberships] = [await loaders.groups(), await loaders.groupsOfUsers()];
      const ids = new Set((memberships.get(user.id) ?? []).map(({ groupId }) => groupId));
      return [...groups.values()].filter(({ id }) => ids.has(id));
    },
    groupSearchDomainRoles: async (user, _, context) => viewRoles(await groupRolesOf(user, context)),
    allowedSystemActions: async (user, _, context) => allowedSystemActions(await rightsOfUser(context, user)),
    allowedOrganizationActions: async (user, _, context) => allowedOrganizationActions(await rightsOfUser(context, user)),
  },
  SearchDomainRole: {
    searchDomain: ({ searchDomainId }, _, context) => presentSearchDomain(searchDomainId, context),
    role: ({ roleId }, _, context) => presentRole(roleId, context),
  },
  Role: {
    viewPermissions: (role) => known(viewPermissions, role.viewPermissions),
    systemPermissions: (role) => known(systemPermissions, role.systemPermissions),
    organizationPermissions: (role) => known(organizationPermissions, role.organizationPermissions),
    organizationManagementPermissions: () => [],
    groupsCount: async (role, _, context) => (await groupsWith(role, context)).length,
    groups: (role, _, context) => groupsWith(role, context),
    usersCount: async (role, _, context) => new Set((await holdersOf(role, context)).map(({ userId }) => userId)).size,
    async users(role, _, context) {
      const viewer = await context.rights();
      if (!viewer.organization("ManageUsers")) throw new ClientError("NOT_ALLOWED", "View users not allowed");
      return usersOf(await holdersOf(role, context), context);
    },
  },
  Account: {
    id: (account) => (account.type === "user" ? account.user.id : "local-administrator"),
    username: (account) => (account.type === "user" ? account.user.username : "local administrator"),
    isRoot: (account) => account.type === "local-root" || account.user.isRoot,
    isOrganizationRoot: (account) => account.type === "local-root" || account.user.isOrgRoot,
    fullName: (account) => (account.type === "user" ? account.user.fullName : "Local administrator"),
    firstName: (account) => (account.type === "user" ? account.user.firstName : null),
    lastName: (account) => (account.type === "user" ? account.user.lastName : null),
    phoneNumber: (account) => (account.type === "user" ? account.user.phoneNumber : null),
    email: (account) => (account.type === "user" ? account.user.email : null),
    picture: (account) => (account.type === "user" ? account.user.picture : null),
    countryCode: (account) => (account.type === "user" ? account.user.countryCode : null),
    stateCode: (account) => (account.type === "user" ? account.user.stateCode : null),
    company: (account) => (account.type === "user" ? account.user.company : null),
    createdAt: async (account, _, context) =>
      new Date(account.type === "user" ? account.user.createdAt : (await context.loaders.organization()).createdAt).toISOString(),
    canCreateRepo: async (_, _args, { rights }) => (await rights()).organization("CreateRepository"),
    externalPermissions: () => false,
    externalGroupSynchronization: () => false,
    enabledFeaturesForAccount: (_, _args, context) => enabledFeatures(context),
    currentOrganization: (_, _args, { loaders }) => loaders.organization(),
    async token(account, _, { loaders, rights }) {
      if (account.type === "local-root") return null;
      // The id of a personal token is its user's.
      const token = await loaders.token(account.user.id);
      return token !== undefined && mayAdminister(await rights(), token) ? token : null;
    },
  },
} satisfies Resolvers;

/** The groups that a role is assigned to, wherever, by name. */
async function groupsWith(role: RoleRow, { loaders }: GraphqlContext): Promise<GroupRow[]> {
  const [groups, roles] = [await loaders.groups(), await loaders.rolesOfGroups()];
  return [...groups.values()].filter(({ id }) => (roles.get(id) ?? []).some(({ roleId }) => roleId === role.id));
}

async function holdersOf(role: RoleRow, { loaders }: GraphqlContext): Promise<readonly UserRoleRow[]> {
  return (await loaders.holdersOfRoles()).get(role.id) ?? [];
}

import { includes, mayViewUsersOf, onView, seesFleet } from "#server/access/permissions.ts";
import { queryRules } from "#server/access/rules.ts";
import { mayChangeIngestTokens } from "#server/services/ingestTokens.ts";
import type { UserGroups } from "#server/services/groups.ts";
import type { BrowserSessionRow } from "#server/services/sessions.ts";
import { mayAdminister } from "#server/services/tokens/administered.ts";
import type { GroupRoleRow, GroupRow } from "#server/store/groupTables.ts";
import type { IngestTokenModel } from "#server/store/ingestTables.ts";
import type {
  IpFilterRow,
  RoleRow,
  SearchDomainRow,
  TokenModel,
  UserRoleRow,
  UserRow,
  ViewConnectionRow,
} from "#server/store/schema.ts";
import { seesPolicies } from "./actions.ts";
import type { GraphqlContext } from "./context.ts";
import type { GroupViewRoleModel, ParserModel, RecentEventModel, SearchDomainRoleModel } from "./models.ts";

/** How much of an object a caller sees: all of it, its name alone, or not even that it exists. */
export type Seen = "whole" | "name" | "nothing";

/** What a judgement rests on. */
export type Viewer = Pick<GraphqlContext, "rights" | "loaders" | "shown">;

/** Who sees the objects of a type, by whatever path through the schema. */
interface TypeRule<Value> {
  /** Reads once what the judgement needs, then judges one object after the other. */
  readonly judge: (viewer: Viewer) => Promise<(value: Value) => Seen>;
  /** What is said where one object was asked for, and not a list of those that are seen. */
  readonly denial: string;
  /** Fields that are a name; the others are for those who see the whole. */
  readonly nameFields?: readonly string[];
}

function seen(isSeen: boolean): Seen {
  return isSeen ? "whole" : "nothing";
}

/** A rule that asks for a right alone, whichever the object. */
function byRight(denial: string, allows: (rights: Awaited<ReturnType<Viewer["rights"]>>) => boolean): TypeRule<unknown> {
  return {
    denial,
    async judge({ rights }) {
      const judgement = seen(allows(await rights()));
      return () => judgement;
    },
  };
}

/**
 * Those that can be reached, as the queries for them have it. Who manages users sees which others there are in the roles of users, and
 * everybody in one's own, but by name alone.
 */
const searchDomain: TypeRule<SearchDomainRow> = {
  denial: "View repository or view not allowed",
  nameFields: ["id", "name"],
  async judge(viewer) {
    const rights = await viewer.rights();
    const named = new Set((await ownRoles(viewer)).map(({ searchDomainId }) => searchDomainId));
    return ({ id }) => {
      if (includes(rights.reach, id) || viewer.shown.has(id)) return "whole";
      return named.has(id) || rights.organization("ManageUsers") ? "name" : "nothing";
    };
  },
};

const token: TypeRule<TokenModel> = {
  denial: "View token not allowed",
  async judge({ rights }) {
    const viewer = await rights();
    return (value) => seen(mayAdminister(viewer, value));
  },
};

/** The groups of whoever looks, and what these have: nothing of a credential without a user. */
async function ownGroups({ rights, loaders }: Viewer): Promise<Omit<UserGroups, "id">> {
  const { user } = await rights();
  return (user && (await loaders.groupsOfUser(user.id))) ?? { groupIds: new Set(), roles: [] };
}

/** What is assigned to whoever looks, by itself and by groups. */
async function ownRoles(viewer: Viewer): Promise<readonly (UserRoleRow | GroupRoleRow)[]> {
  const { user } = await viewer.rights();
  const own = user === null ? [] : ((await viewer.loaders.rolesOfUsers()).get(user.id) ?? []);
  return [...own, ...(await ownGroups(viewer)).roles];
}

/** Tells of a group by its id whether it is seen: all of them by those who choose among them, one's own by everybody. */
async function seesGroups(viewer: Viewer): Promise<(id: string) => boolean> {
  if (queryRules.groupsPage.allows(await viewer.rights(), { pageNumber: 1, pageSize: 1 })) return () => true;
  const { groupIds } = await ownGroups(viewer);
  return (id) => groupIds.has(id);
}

/** What a group has for the organization or the system. */
const roleOfGroup: TypeRule<GroupRoleRow> = {
  denial: "View role of group not allowed",
  async judge(viewer) {
    const isSeen = await seesGroups(viewer);
    return ({ groupId }) => seen(isSeen(groupId) || viewer.shown.has(groupId));
  },
};

const fleet = byRight(queryRules.fleetInstallationTokens.denial, seesFleet);

/** A part of something that is judged itself, or about nobody in particular. */
const open = undefined;

/**
 * The one table of who sees which objects. Every object type of the contract has its row, or the server does not start. The root fields
 * have rules of their own besides: who may ask at all.
 */
const typeRules = {
  PersonalUserToken: token,
  ViewPermissionsToken: token,
  OrganizationPermissionsToken: token,
  SystemPermissionsToken: token,
  Repository: searchDomain,
  View: searchDomain,
  /** Its filter tells of what is in the repository. */
  ViewConnection: {
    denial: "View connection not allowed",
    async judge({ rights, shown }) {
      const { reach } = await rights();
      return ({ repositoryId }) => seen(includes(reach, repositoryId) || shown.has(repositoryId));
    },
  } satisfies TypeRule<ViewConnectionRow>,
  Parser: {
    denial: "View parser not allowed",
    async judge({ rights, shown }) {
      const { reach } = await rights();
      return ({ repositoryId }) => seen(includes(reach, repositoryId) || shown.has(repositoryId));
    },
  } satisfies TypeRule<ParserModel>,
  IngestToken: {
    denial: "View ingest token not allowed",
    async judge({ rights, loaders }) {
      const [viewer, domains] = [await rights(), await loaders.searchDomains()];
      return ({ repositoryId }) => {
        const repository = domains.get(repositoryId);
        return seen(repository !== undefined && mayChangeIngestTokens(viewer, repository));
      };
    },
  } satisfies TypeRule<IngestTokenModel>,
  RecentEvent: {
    denial: "Read events not allowed",
    async judge({ rights }) {
      const viewer = await rights();
      return ({ repositoryId }) => seen(onView(viewer, repositoryId, "ReadAccess"));
    },
  } satisfies TypeRule<RecentEventModel>,
  /** Those who choose among them, and everybody one's own. */
  Group: {
    denial: queryRules.groupsPage.denial,
    async judge(viewer) {
      const isSeen = await seesGroups(viewer);
      return ({ id }) => seen(isSeen(id) || viewer.shown.has(id));
    },
  } satisfies TypeRule<GroupRow>,
  /** Oneself; everybody for who manages users; and who has access, by a group too, where the viewer gives and takes it. */
  User: {
    denial: queryRules.user.denial,
    async judge({ rights, loaders, shown }) {
      const viewer = await rights();
      if (viewer.organization("ManageUsers")) return () => "whole";
      const views = ({ searchDomainId }: { readonly searchDomainId: string | null }) =>
        searchDomainId !== null && mayViewUsersOf(viewer, searchDomainId);
      const [own, ofGroups, members] = [
        await loaders.rolesOfUsers(),
        await loaders.rolesOfGroups(),
        await loaders.membersOfGroups(),
      ];
      const groups = [...ofGroups].flatMap(([groupId, roles]) => (roles.some(views) ? groupId : []));
      const byGroup = new Set(groups.flatMap((groupId) => (members.get(groupId) ?? []).map(({ userId }) => userId)));
      return ({ id }) => seen(viewer.user?.id === id || shown.has(id) || byGroup.has(id) || (own.get(id) ?? []).some(views));
    },
  } satisfies TypeRule<UserRow>,
  /** One's own; everybody's for who administers users. */
  BrowserSession: {
    denial: "View session not allowed",
    async judge({ rights }) {
      const viewer = await rights();
      const { caller, user } = viewer;
      const ownToken = caller.type === "token" ? caller.token.id : null;
      return ({ userId, tokenId }) =>
        seen(
          viewer.organization("ManageUsers") ||
            (user !== null && userId === user.id) ||
            (ownToken !== null && tokenId === ownToken),
        );
    },
  } satisfies TypeRule<BrowserSessionRow>,
  SearchDomainRole: {
    denial: "View role of user not allowed",
    async judge(viewer) {
      const [rights, { groupIds }] = [await viewer.rights(), await ownGroups(viewer)];
      const isOwn = (value: SearchDomainRoleModel) =>
        "userId" in value ? rights.user?.id === value.userId : groupIds.has(value.groupId);
      return (value) => seen(isOwn(value) || mayViewUsersOf(rights, value.searchDomainId));
    },
  } satisfies TypeRule<SearchDomainRoleModel>,
  GroupSearchDomainRole: {
    denial: "View role of group not allowed",
    async judge(viewer) {
      const [rights, { groupIds }] = [await viewer.rights(), await ownGroups(viewer)];
      return ({ groupId, searchDomainId }) => seen(groupIds.has(groupId) || mayViewUsersOf(rights, searchDomainId));
    },
  } satisfies TypeRule<GroupViewRoleModel>,
  GroupOrganizationRole: roleOfGroup,
  GroupSystemRole: roleOfGroup,
  /** Those who choose among them, and everybody one's own. */
  Role: {
    denial: queryRules.roles.denial,
    async judge(viewer) {
      if (queryRules.roles.allows(await viewer.rights(), {})) return () => "whole";
      const ids = new Set((await ownRoles(viewer)).map(({ roleId }) => roleId));
      return ({ id }) => seen(ids.has(id) || viewer.shown.has(id));
    },
  } satisfies TypeRule<RoleRow>,
  /** Those who choose among them; and a filter is part of the policy that enforces it and of the token that has it. */
  IPFilter: {
    denial: queryRules.ipFilters.denial,
    async judge({ rights, loaders }) {
      const viewer = await rights();
      if (queryRules.ipFilters.allows(viewer, {})) return () => "whole";
      const enforced = seesPolicies(viewer) ? Object.values(await loaders.policies()).map(({ ipFilter }) => ipFilter) : [];
      const ids = new Set([...enforced, ...(await loaders.filtersOfTokens())]);
      return ({ id }) => seen(ids.has(id));
    },
  } satisfies TypeRule<IpFilterRow>,
  TokenSecurityPolicies: byRight("View security policies not allowed", seesPolicies),
  FleetInstallationToken: fleet,
  LogCollectorConfiguration: fleet,
  LogCollectorInstallCommand: open,
  Account: open,
  BooleanResultType: open,
  CachePolicy: open,
  FeatureFlagV2: open,
  FieldHasValue: open,
  HumioMetadata: open,
  AWSS3SQSConfiguration: open,
  AzureEventHubConfiguration: open,
  IngestFeedConfiguration: open,
  IngestFeedConfigurationStatus: open,
  NoAuthentication: open,
  RegionSelectData: open,
  S3Configuration: open,
  UpdateDescriptionMutation: open,
  UpdateRetentionMutation: open,
  setAutomaticSearching: open,
  LanguageVersion: open,
  LanguageVersionOutputType: open,
  Limit: open,
  LimitV2: open,
  Limited: open,
  Unlimited: open,
  Organization: open,
  OrganizationConfigs: open,
  OrganizationDetails: open,
  OrganizationLimits: open,
  OrganizationStats: open,
  ParserTestCase: open,
  ParserTestCaseAssertionsForOutput: open,
  ParserTestCaseOutputAssertions: open,
  ParserTestEvent: open,
  PendingUser: open,
  TokenVisibility: open,
  // What lists and mutations put around their objects.
  AddGroupMutation: open,
  AddRoleMutation: open,
  AddUsersToGroupMutation: open,
  AssignOrganizationRoleToGroupMutation: open,
  AssignRoleToGroupMutation: open,
  AssignSystemRoleToGroupMutation: open,
  BrowserSessionResultSet: open,
  SignInLink: open,
  CreateOrganizationPermissionsTokenV2Output: open,
  CreatePersonalUserTokenV2Output: open,
  CreateRepositoryMutation: open,
  CreateSystemPermissionsTokenV2Output: open,
  CreateViewPermissionsTokenV2Output: open,
  GroupPage: open,
  PageType: open,
  RemoveGroupMutation: open,
  RemoveUserMutation: open,
  RemoveUsersFromGroupMutation: open,
  SearchFleetInstallationTokenResultSet: open,
  SearchLogCollectorConfigurationResultSet: open,
  TokenPage: open,
  TokenQueryResultSet: open,
  UnassignIngestTokenMutation: open,
  UnassignOrganizationRoleFromGroup: open,
  UnassignRoleFromGroup: open,
  UnassignSystemRoleFromGroup: open,
  UpdateGroupMutation: open,
  UpdateRoleMutation: open,
  UpdateUserMutation: open,
};

/** The rule of each object type; undefined where its objects are for everybody. */
export const ruleByType = new Map<string, TypeRule<never> | undefined>(Object.entries(typeRules));

/** Names of the types whose objects are not for everybody. */
export const guardedTypes: readonly string[] = [...ruleByType].flatMap(([name, rule]) => (rule === undefined ? [] : name));

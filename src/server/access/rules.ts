import type { ViewPermission } from "#domain/token/permissions.ts";
import { administeredViews, type ViewSet } from "#domain/token/rights.ts";
import type { MutationResolvers, QueryResolvers } from "#server/generated/resolvers.ts";
import {
  administersOrganizationTokens,
  administersSystemTokens,
  changesFleet as mayChangeFleet,
  seesFleet,
  type Rights,
} from "./permissions.ts";

/** Who may call a root field, and what the others are told (in LogScale's form: the permission in words, then "not allowed"). */
export interface Rule<Args> {
  readonly allows: (rights: Rights, args: Args) => boolean;
  readonly denial: string;
}

type RootField = (parent: never, args: never, ...rest: never[]) => unknown;
type ArgsOf<F> = F extends (parent: never, args: infer Args, ...rest: never[]) => unknown ? Args : never;
type RulesFor<Fields> = { readonly [F in keyof Fields]-?: Rule<ArgsOf<Extract<Fields[F], RootField>>> };

type RootFields<Fields> = Omit<Fields, "__isTypeOf">;

/** Any caller whose credential is valid: what is shown is in the lists that the caller may see, or no secret. */
const anybody: Rule<unknown> = { allows: () => true, denial: "" };

/** Root, and system tokens or users with the right. */
const changesFeatureFlags: Rule<unknown> = {
  allows: (rights) => rights.system("ChangeFeatureFlags"),
  denial: "Change feature flags not allowed",
};

const changesIpFilters: Rule<unknown> = {
  allows: (rights) => rights.organization("ChangeIPFilters"),
  denial: "Change IP filters not allowed",
};

/** Our decision: who changes the fleet's tokens sees them too. */
const viewsFleet: Rule<unknown> = {
  allows: seesFleet,
  denial: "View fleet management not allowed",
};

const changesFleet: Rule<unknown> = {
  allows: mayChangeFleet,
  denial: "Change fleet management not allowed",
};

const managesUsers: Rule<unknown> = {
  allows: (rights) => rights.organization("ManageUsers"),
  denial: "Manage users not allowed",
};

/** Who gives roles to users or groups, or administers users: those who choose among roles, and among groups. */
function choosesAmongRoles(rights: Rights): boolean {
  return (
    rights.organization("ManageUsers") ||
    rights.organization("ChangeOrganizationPermissions") ||
    rights.system("ChangeSystemPermissions") ||
    !isEmpty(rights.where("ChangeUserAccess"))
  );
}

const listsGroups: Rule<unknown> = { allows: choosesAmongRoles, denial: "View groups not allowed" };

const listsRoles: Rule<unknown> = { allows: choosesAmongRoles, denial: "View roles not allowed" };

const createsRepositories: Rule<unknown> = {
  allows: (rights) => rights.organization("CreateRepository"),
  denial: "Create repository not allowed",
};

/** Some view tokens at least; which ones the service decides by the search domains that a token names. */
const administersViewTokens: Rule<unknown> = {
  allows: (rights) => !isEmpty(administeredViews(rights.holdings)),
  denial: "Change view or repository permissions not allowed",
};

const organizationTokens: Rule<unknown> = {
  allows: administersOrganizationTokens,
  denial: "Change organization permissions not allowed",
};

const systemTokens: Rule<unknown> = {
  allows: administersSystemTokens,
  denial: "Change system permissions not allowed",
};

/** Nobody gets a personal token for somebody else, and only a user has one. */
const ownPersonalToken: Rule<unknown> = {
  allows: (rights) => rights.user !== null,
  denial: "Create personal tokens without a user not allowed",
};

/** A token of some kind, were it only one's own; which ones the service decides by the token. */
const administersTokens: Rule<unknown> = {
  allows: (rights) =>
    rights.user !== null ||
    rights.root ||
    administersOrganizationTokens(rights) ||
    administersSystemTokens(rights) ||
    !isEmpty(administeredViews(rights.holdings)),
  denial: "Administer tokens not allowed",
};

/**
 * The one table of who may call what. Every root field of the contract has its row, or the compiler says which one has not; the
 * server applies the table to all resolvers at once. What depends on a stored row (this token, that search domain) is judged by
 * the services in addition. A user's rights come with roles; "holds" below always includes root, and owners where it is about the
 * organization.
 */
export const queryRules: RulesFor<RootFields<QueryResolvers>> = {
  currentUser: {
    allows: (rights) => rights.user !== null,
    denial: "View user of a credential without one not allowed",
  },
  featureFlags: anybody,
  defaultFleetInstallationToken: viewsFleet,
  fleetInstallationToken: viewsFleet,
  fleetInstallationTokenByHandle: viewsFleet,
  fleetInstallationTokens: viewsFleet,
  group: listsGroups,
  groupByDisplayName: listsGroups,
  groupsPage: listsGroups,
  // Our decision: filters are no secret to colleagues, who choose among them. A token sees them where its work needs them.
  ipFilters: {
    allows: (rights) =>
      rights.user !== null ||
      rights.organization("ChangeIPFilters") ||
      rights.organization("ChangeSecurityPolicies") ||
      rights.organization("ChangeOrganizationPermissions") ||
      rights.system("ChangeSystemPermissions"),
    denial: "View IP filters not allowed",
  },
  logCollectorConfiguration: viewsFleet,
  meta: anybody,
  // Our decision: the basic fields are for everybody; what is not (`configs.tokens`) has its own check.
  organization: anybody,
  // One's own, but for who administers users.
  browserSessions: anybody,
  // The search domains that the caller can reach, no others.
  repositories: anybody,
  repository: anybody,
  role: listsRoles,
  roles: listsRoles,
  searchDomain: anybody,
  searchDomains: anybody,
  searchFleetInstallationTokens: viewsFleet,
  searchLogCollectorConfigurations: viewsFleet,
  // The tokens that the caller may administer, no others: for some callers there are none.
  token: anybody,
  tokens: anybody,
  personalTokens: anybody,
  tokenPage: anybody,
  tokenVisibility: anybody,
  user: {
    allows: (rights, { id }) => rights.user?.id === id || rights.organization("ManageUsers"),
    denial: "Manage users not allowed",
  },
  users: managesUsers,
  validateToken: viewsFleet,
  // Our decision: a view, organization or system token has no user, so there is nobody to tell about. For the local administrator
  // an account is made up.
  viewer: {
    allows: (rights) => rights.user !== null || rights.caller.type === "local-root",
    denial: "View account of a token without a user not allowed",
  },
};

/** On some repository or view at least; on which ones the service decides. */
function somewhere(permission: ViewPermission, denial: string): Rule<unknown> {
  return { allows: (rights) => !isEmpty(rights.where(permission)), denial };
}

/** Some repositories or views at least; which ones the service decides. */
function deletesSearchDomains(denial: string): Rule<unknown> {
  return {
    allows: (rights) =>
      rights.organization("DeleteAllRepositories") ||
      rights.organization("DeleteAllViews") ||
      !isEmpty(rights.where("DeleteRepositoryOrView")),
    denial,
  };
}

const changesIngestTokens = somewhere("ChangeIngestTokens", "Change ingest tokens not allowed");
const changesParsers = somewhere("ChangeParsers", "Change parsers not allowed");
const changesArchiving = somewhere("ChangeS3ArchivingSettings", "Change S3 archiving settings not allowed");

const changesAccessToView: Rule<{ readonly input: { readonly viewId: string } }> = {
  allows: (rights, { input }) => includesOne(rights.where("ChangeUserAccess"), input.viewId),
  denial: "Change user access not allowed",
};

/** The rules of the mutations; see {@link queryRules}. */
export const mutationRules: RulesFor<RootFields<MutationResolvers>> = {
  // A custom value takes root and a feature flag besides, judged by the service.
  addGroup: managesUsers,
  addIngestTokenV3: changesIngestTokens,
  addUserV2: managesUsers,
  // And everything that the group gives, judged by the service; likewise for what takes it away.
  addUsersToGroup: managesUsers,
  // To assign a role to a group takes holding what it gives, judged by the service; likewise to take organization and system permissions.
  assignOrganizationRoleToGroup: organizationTokens,
  assignParserToIngestTokenV2: changesIngestTokens,
  assignRoleToGroup: changesAccessToView,
  assignSystemRoleToGroup: systemTokens,
  assignUserRolesInSearchDomain: {
    allows: (rights, { input }) => includesOne(rights.where("ChangeUserAccess"), input.searchDomainId),
    denial: "Change user access not allowed",
  },
  createFleetInstallToken: changesFleet,
  createIPFilter: changesIpFilters,
  createLogCollectorConfiguration: changesFleet,
  createOrganizationPermissionsToken: organizationTokens,
  createOrganizationPermissionsTokenV2: organizationTokens,
  createParserV2: changesParsers,
  createPersonalUserToken: ownPersonalToken,
  createPersonalUserTokenV2: ownPersonalToken,
  createRepository: createsRepositories,
  createRole: organizationTokens,
  createSystemPermissionsToken: systemTokens,
  createSystemPermissionsTokenV2: systemTokens,
  createView: createsRepositories,
  createViewPermissionsToken: administersViewTokens,
  createViewPermissionsTokenV2: administersViewTokens,
  // And every right of the user, judged by the service.
  createSignInLink: managesUsers,
  deleteFleetInstallToken: changesFleet,
  deleteIPFilter: changesIpFilters,
  deleteLogCollectorConfiguration: changesFleet,
  deleteParser: changesParsers,
  deleteSearchDomain: deletesSearchDomains("Delete repository or view not allowed"),
  deleteToken: administersTokens,
  disableFeature: changesFeatureFlags,
  enableFeature: changesFeatureFlags,
  publishLogCollectorConfiguration: changesFleet,
  regenerateFleetInstallToken: changesFleet,
  removeGroup: managesUsers,
  removeIngestToken: changesIngestTokens,
  // And what `updateRole` takes.
  removeRole: organizationTokens,
  // Removing root or an owner takes root; the service sees to that.
  removeUser: managesUsers,
  removeUsersFromGroup: managesUsers,
  // Our decision: it takes what deleting takes, for whatever goes by the name loses it.
  renameSearchDomain: deletesSearchDomains("Rename repository or view not allowed"),
  // One's own sessions; the service says which.
  revokeSession: anybody,
  resetFeature: changesFeatureFlags,
  rotateToken: administersTokens,
  s3ConfigureArchiving: changesArchiving,
  s3DisableArchiving: changesArchiving,
  s3EnableArchiving: changesArchiving,
  setAutomaticSearching: somewhere("ChangeDefaultSearchSettings", "Change default search settings not allowed"),
  updateDescriptionForSearchDomain: somewhere(
    "ChangeViewOrRepositoryDescription",
    "Change view or repository description not allowed",
  ),
  updateDraftLogCollectorConfiguration: changesFleet,
  updateFleetInstallTokenConfigId: changesFleet,
  updateFleetInstallTokenName: changesFleet,
  updateGroup: managesUsers,
  unassignIngestToken: changesIngestTokens,
  unassignOrganizationRoleFromGroup: organizationTokens,
  unassignRoleFromGroup: changesAccessToView,
  unassignSystemRoleFromGroup: systemTokens,
  updateIPFilter: changesIpFilters,
  updateLogCollectorConfigurationDescription: changesFleet,
  updateLogCollectorConfigurationName: changesFleet,
  updateOrganizationPermissionsTokenPermissions: organizationTokens,
  updateOrganizationRoot: {
    allows: (rights) => rights.root,
    denial: "Change organization ownership not allowed",
  },
  updateParserV2: changesParsers,
  updateRetention: somewhere("ChangeRetention", "Change retention not allowed"),
  // And holding what it gives to who has it, and deciding where it is assigned, judged by the service.
  updateRole: organizationTokens,
  updateSystemPermissionsTokenPermissions: systemTokens,
  // The system policy takes ChangeSystemPermissions besides, judged when the policies are compared.
  updateTokenSecurityPolicies: {
    allows: (rights) => rights.organization("ChangeSecurityPolicies"),
    denial: "Change security policies not allowed",
  },
  updateUser: managesUsers,
  // And to connect each repository that is new to it.
  updateView: somewhere("ChangeConnections", "Change connections not allowed"),
  updateViewPermissionsTokenPermissions: administersViewTokens,
};

function isEmpty(set: ViewSet): boolean {
  return set !== "all" && set.size === 0;
}

function includesOne(set: ViewSet, id: string): boolean {
  return set === "all" || set.has(id);
}

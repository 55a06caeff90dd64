import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";
import { administeredViews } from "#domain/token/rights.ts";

import { onView, seesFleet, type Rights } from "#server/access/permissions.ts";
import { queryRules } from "#server/access/rules.ts";
import type { OrganizationAction, SystemAction, ViewAction } from "#server/generated/resolvers.ts";

/**
 * What LogScale calls actions: what an app may offer to a caller. Each is one permission, or a rule over several; what the embedded
 * server has no function for is never allowed.
 */
type Allowed<P> = P | false | ((rights: Rights) => boolean);

const isUser = (rights: Rights) => rights.user !== null;

const organizationActions: Record<OrganizationAction, Allowed<OrganizationPermission>> = {
  AdministerPermissions: "ChangeOrganizationPermissions",
  CreateRepository: "CreateRepository",
  CreateView: "CreateRepository",
  ChangeReadOnlyDashboardFilter: false,
  CreateUser: "ManageUsers",
  ConfigureIdp: false,
  ChangeSessions: false,
  ChangeOrganizationSettings: false,
  CreateTrialRepository: false,
  UseCustomEmailTemplate: false,
  ViewLoginBridge: false,
  ViewUsage: "ViewUsage",
  ConfigureIPFilters: "ChangeIPFilters",
  DeleteRepositoryOrView: (rights) => rights.organization("DeleteAllRepositories") || rights.organization("DeleteAllViews"),
  ChangeFleetManagement: "ChangeFleetManagement",
  ViewFleetManagement: seesFleet,
  UseRemoteUpdates: false,
  UseFleetRemoteDebug: false,
  UseFleetEphemeralHosts: false,
  UseFleetLabels: false,
  ChangeTriggersToRunAsOtherUsers: false,
  ChangeEventForwarders: false,
  ViewRunningQueries: false,
  BlockQueries: false,
  AdministerTokens: (rights) =>
    rights.organization("ChangeOrganizationPermissions") || administeredViews(rights.holdings) === "all",
  ManageUsers: "ManageUsers",
  ViewIpFilters: (rights) => queryRules.ipFilters.allows(rights, {}),
  DownloadMacOsInstaller: false,
  ChangeSecurityPolicies: "ChangeSecurityPolicies",
  QueryAssistant: false,
  OrganizationQueryOwnershipEnabled: false,
  UsePersonalToken: isUser,
  ChangeExternalFunctions: false,
  AddFederatedView: false,
  ViewFalconDataConnectorUrl: false,
  ManageSchemas: false,
  ExternalFunctionsEnabled: false,
  ViewOrganizationSettings: "ChangeOrganizationSettings",
  ViewSecurityPolicies: seesPolicies,
  ViewSessionSettings: false,
  ViewUsers: "ManageUsers",
  ViewPermissions: "ChangeOrganizationPermissions",
  ViewIdp: false,
  ViewOrganizationTokens: "ChangeOrganizationPermissions",
  ViewDeletedRepositoriesOrViews: false,
  ViewEventForwarders: false,
  ViewSchemas: false,
  UseFleetOverviewDashboards: false,
  UseFleetDashboardsPage: false,
  UseFleetTablePageUI: false,
  GranularPermissionsUI: false,
  UseFleetMetricsMigration: false,
};

/** Who sees the token security policies: users, and tokens of the organization and the system; not view tokens (our decision). */
export function seesPolicies(rights: Rights): boolean {
  const { caller } = rights;
  return caller.type !== "token" || caller.token.kind !== "view";
}

const systemActions: Record<SystemAction, Allowed<SystemPermission>> = {
  ViewOrganizations: "ViewOrganizations",
  AdministerSystemPermissions: "ChangeSystemPermissions",
  ChangeSubdomain: "ChangeSubdomains",
  ViewSubdomain: "ListSubdomains",
  DeleteOrganizations: "DeleteOrganizations",
  AdministerOrganizations: "ManageOrganizations",
  AdministerCloud: false,
  AdministerTokens: "ChangeSystemPermissions",
  AdministerCluster: "ManageCluster",
  ChangeSharedFiles: false,
};

const viewActions: Record<ViewAction, ViewPermission | false> = {
  ChangeConnections: "ChangeConnections",
  ChangeUserAccess: "ChangeUserAccess",
  ChangeTriggers: "ChangeTriggers",
  CreateTriggers: "CreateTriggers",
  ChangeActions: "ChangeActions",
  CreateActions: "CreateActions",
  ChangeInteractions: "ChangeInteractions",
  ChangeViewOrRepositoryDescription: "ChangeViewOrRepositoryDescription",
  ChangeDashboards: "ChangeDashboards",
  CreateDashboards: "CreateDashboards",
  ChangeDashboardReadonlyToken: "ChangeDashboardReadonlyToken",
  ChangeFdrFeeds: "ChangeFdrFeeds",
  ChangeDataspaceKind: false,
  ChangeFdrFeedControls: false,
  ReadFdrFeeds: "ChangeFdrFeeds",
  ChangeIngestFeeds: "ChangeIngestFeeds",
  ChangeFiles: "ChangeFiles",
  CreateFiles: "CreateFiles",
  ChangeParsers: "ChangeParsers",
  DeleteParsers: "ChangeParsers",
  ChangeSavedQueries: "ChangeSavedQueries",
  CreateSavedQueries: "CreateSavedQueries",
  ConnectView: "ConnectView",
  ConnectMultiClusterView: false,
  ChangeDataDeletionPermissions: "ChangeDataDeletionPermissions",
  ChangeRetention: "ChangeRetention",
  ChangeTimeBasedRetention: "ChangeRetention",
  ChangeSizeBasedRetention: "ChangeRetention",
  ChangeDefaultSearchSettings: "ChangeDefaultSearchSettings",
  ChangeS3ArchivingSettings: "ChangeS3ArchivingSettings",
  ChangeArchivingSettings: "ChangeArchivingSettings",
  DeleteDataSources: "DeleteDataSources",
  DeleteRepositoryOrView: "DeleteRepositoryOrView",
  DeleteEvents: "DeleteEvents",
  ReadEvents: "ReadAccess",
  ChangeIngestTokens: "ChangeIngestTokens",
  ChangePackages: "ChangePackages",
  EventForwarding: "EventForwarding",
  ChangeIngestListeners: false,
  ChangePermissionTokens: "ChangeViewOrRepositoryPermissions",
  ChangeIngestBlocking: false,
  ChangeFieldsToBeRemovedBeforeParsing: false,
  ExportQueryResults: "ReadAccess",
  ChangeOrganizationOwnedQueries: "OrganizationOwnedQueries",
  ReadExternalFunctions: "ReadExternalFunctions",
  ChangeScheduledReports: "ChangeScheduledReports",
  CreateScheduledReports: "CreateScheduledReports",
  GenerateParsers: false,
  SaveSearchResultAsWidget: "ChangeDashboards",
  TestActions: false,
};

/** Whether an action on the organization is open to somebody. */
export function allowsOrganizationAction(rights: Rights, action: OrganizationAction): boolean {
  const allowed = organizationActions[action];
  return typeof allowed === "function" ? allowed(rights) : allowed !== false && rights.organization(allowed);
}

/** Whether an action on a search domain is open to somebody. */
export function allowsViewAction(rights: Rights, searchDomainId: string, action: ViewAction): boolean {
  const permission = viewActions[action];
  return permission !== false && onView(rights, searchDomainId, permission);
}

/** The actions on the organization that are open to somebody. */
export function allowedOrganizationActions(rights: Rights): OrganizationAction[] {
  return keysOf(organizationActions).filter((action) => allowsOrganizationAction(rights, action));
}

/** The actions on the installation that are open to somebody. */
export function allowedSystemActions(rights: Rights): SystemAction[] {
  return keysOf(systemActions).filter((action) => {
    const allowed = systemActions[action];
    return typeof allowed === "function" ? allowed(rights) : allowed !== false && rights.system(allowed);
  });
}

/** The actions on a search domain that are open to somebody. */
export function allowedViewActions(rights: Rights, searchDomainId: string): ViewAction[] {
  return keysOf(viewActions).filter((action) => allowsViewAction(rights, searchDomainId, action));
}

function keysOf<K extends string>(record: Record<K, unknown>): K[] {
  return Object.keys(record) as K[];
}

/**
 * Why a permission deserves a second look before it is put into a token.
 *
 * - `escalates`: whoever holds it can obtain further permissions, or act as somebody else
 * - `destroys`: data or settings can be lost for good
 * - `leaks`: secrets or data can leave the place where they are guarded
 */
export type PermissionRisk = "escalates" | "destroys" | "leaks";

/** One permission in the words of the app. */
export interface PermissionEntry {
  /** LogScale's name, as on the wire. */
  readonly name: string;
  /** A few words, for a picker and a table. */
  readonly label: string;
  /** One sentence on what a holder can do. */
  readonly description: string;
  /** The heading under which a picker lists it. */
  readonly group: string;
  readonly risk: PermissionRisk | null;
}

/** Permissions on single repositories and views: what a view token can carry. In the order in which a picker lists them. */
export const viewPermissions = [
  {
    name: "ReadAccess",
    label: "Search and read events",
    description: "Runs any query and reads the events it finds.",
    group: "Reading",
    risk: null,
  },
  {
    name: "QueryDashboard",
    label: "Run dashboard queries",
    description: "Runs the queries of existing dashboards and no others.",
    group: "Reading",
    risk: null,
  },
  {
    name: "ReadExternalFunctions",
    label: "See external functions",
    description: "Lists the external functions that queries can call.",
    group: "Reading",
    risk: null,
  },
  {
    name: "OrganizationOwnedQueries",
    label: "Run queries as the organization",
    description: "Lets standing queries, such as those of alerts, belong to the organization instead of a user.",
    group: "Reading",
    risk: null,
  },

  {
    name: "ChangeDashboards",
    label: "Manage dashboards",
    description: "Creates, edits and deletes dashboards.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "CreateDashboards",
    label: "Create dashboards",
    description: "Adds dashboards.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "UpdateDashboards",
    label: "Edit dashboards",
    description: "Changes existing dashboards.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "DeleteDashboards",
    label: "Delete dashboards",
    description: "Removes dashboards.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "ChangeDashboardReadonlyToken",
    label: "Share dashboards by link",
    description: "Creates and withdraws links that show a dashboard to people without an account.",
    group: "Dashboards and queries",
    risk: "leaks",
  },
  {
    name: "ChangeSavedQueries",
    label: "Manage saved queries",
    description: "Creates, edits and deletes saved queries.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "CreateSavedQueries",
    label: "Create saved queries",
    description: "Adds saved queries.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "UpdateSavedQueries",
    label: "Edit saved queries",
    description: "Changes existing saved queries.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "DeleteSavedQueries",
    label: "Delete saved queries",
    description: "Removes saved queries.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "ChangeScheduledReports",
    label: "Manage scheduled reports",
    description: "Creates, edits and deletes reports that are sent on a schedule.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "CreateScheduledReports",
    label: "Create scheduled reports",
    description: "Adds reports that are sent on a schedule.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "UpdateScheduledReports",
    label: "Edit scheduled reports",
    description: "Changes existing scheduled reports, their recipients included.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "DeleteScheduledReports",
    label: "Delete scheduled reports",
    description: "Removes scheduled reports.",
    group: "Dashboards and queries",
    risk: null,
  },
  {
    name: "ChangeInteractions",
    label: "Manage interactions",
    description: "Defines what a click on an event or a dashboard leads to.",
    group: "Dashboards and queries",
    risk: null,
  },

  {
    name: "ChangeTriggers",
    label: "Manage triggers",
    description: "Creates, edits and deletes alerts and scheduled searches.",
    group: "Automation",
    risk: null,
  },
  {
    name: "CreateTriggers",
    label: "Create triggers",
    description: "Adds alerts and scheduled searches.",
    group: "Automation",
    risk: null,
  },
  {
    name: "UpdateTriggers",
    label: "Edit triggers",
    description: "Changes existing alerts and scheduled searches.",
    group: "Automation",
    risk: null,
  },
  {
    name: "DeleteTriggers",
    label: "Delete triggers",
    description: "Removes alerts and scheduled searches.",
    group: "Automation",
    risk: null,
  },
  {
    name: "ChangeActions",
    label: "Manage actions",
    description: "Creates, edits and deletes what triggers set off, such as mails and webhooks.",
    group: "Automation",
    risk: null,
  },
  {
    name: "CreateActions",
    label: "Create actions",
    description: "Adds actions that triggers can set off.",
    group: "Automation",
    risk: null,
  },
  {
    name: "UpdateActions",
    label: "Edit actions",
    description: "Changes existing actions, their destinations included.",
    group: "Automation",
    risk: null,
  },
  { name: "DeleteActions", label: "Delete actions", description: "Removes actions.", group: "Automation", risk: null },

  {
    name: "ChangeParsers",
    label: "Manage parsers",
    description: "Decides how incoming events are taken apart.",
    group: "Data coming in",
    risk: null,
  },
  {
    name: "ChangeIngestTokens",
    label: "Manage ingest tokens",
    description: "Creates, deletes and assigns ingest tokens, and reads the live secret of every one.",
    group: "Data coming in",
    risk: "leaks",
  },
  {
    name: "ChangeIngestFeeds",
    label: "Manage ingest feeds",
    description: "Sets up and removes feeds that fetch data from cloud storage.",
    group: "Data coming in",
    risk: null,
  },
  {
    name: "ChangeFdrFeeds",
    label: "Manage FDR feeds",
    description: "Sets up and removes feeds of Falcon Data Replicator.",
    group: "Data coming in",
    risk: null,
  },

  {
    name: "ChangeFiles",
    label: "Manage files",
    description: "Uploads, replaces and deletes the files that queries look things up in.",
    group: "Files and packages",
    risk: null,
  },
  { name: "CreateFiles", label: "Upload files", description: "Adds lookup files.", group: "Files and packages", risk: null },
  {
    name: "UpdateFiles",
    label: "Replace files",
    description: "Changes the content of existing lookup files.",
    group: "Files and packages",
    risk: null,
  },
  { name: "DeleteFiles", label: "Delete files", description: "Removes lookup files.", group: "Files and packages", risk: null },
  {
    name: "ChangePackages",
    label: "Manage packages",
    description: "Installs, updates and removes packages.",
    group: "Files and packages",
    risk: null,
  },

  {
    name: "ConnectView",
    label: "Use as source of a view",
    description: "Lets a view draw its events from this repository.",
    group: "Settings",
    risk: null,
  },
  {
    name: "ChangeConnections",
    label: "Choose what a view reads",
    description: "Decides which repositories a view draws its events from.",
    group: "Settings",
    risk: null,
  },
  {
    name: "ChangeViewOrRepositoryDescription",
    label: "Edit the description",
    description: "Changes the description and labels of the repository or view.",
    group: "Settings",
    risk: null,
  },
  {
    name: "ChangeDefaultSearchSettings",
    label: "Set search defaults",
    description: "Chooses the query and time range that a search starts with.",
    group: "Settings",
    risk: null,
  },
  {
    name: "ChangeArchivingSettings",
    label: "Manage archiving",
    description: "Decides whether and where events are copied for archiving.",
    group: "Settings",
    risk: "leaks",
  },
  {
    name: "ChangeS3ArchivingSettings",
    label: "Manage S3 archiving",
    description: "Decides whether and to which S3 bucket events are copied.",
    group: "Settings",
    risk: "leaks",
  },
  {
    name: "EventForwarding",
    label: "Forward events",
    description: "Sends incoming events on to systems outside.",
    group: "Settings",
    risk: "leaks",
  },

  {
    name: "ChangeUserAccess",
    label: "Manage who has access",
    description: "Decides which users and groups get in, and with which role.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ChangeViewOrRepositoryPermissions",
    label: "Manage permissions",
    description: "Changes which permissions are held on the repository or view, its own included.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ChangeDataDeletionPermissions",
    label: "Grant deletion rights",
    description: "Hands out the rights to delete data and to set how long it is kept.",
    group: "Access",
    risk: "escalates",
  },

  {
    name: "ChangeRetention",
    label: "Set retention",
    description: "Decides how long events are kept; shortening it destroys older ones.",
    group: "Deletion",
    risk: "destroys",
  },
  {
    name: "DeleteEvents",
    label: "Delete events",
    description: "Deletes chosen events for good.",
    group: "Deletion",
    risk: "destroys",
  },
  {
    name: "DeleteDataSources",
    label: "Delete data sources",
    description: "Deletes data sources together with their events.",
    group: "Deletion",
    risk: "destroys",
  },
  {
    name: "DeleteRepositoryOrView",
    label: "Delete the repository or view",
    description: "Deletes the whole repository or view.",
    group: "Deletion",
    risk: "destroys",
  },
] as const satisfies readonly PermissionEntry[];

/** Permissions in an organization: what an organization token can carry. */
export const organizationPermissions = [
  {
    name: "ChangeOrganizationPermissions",
    label: "Manage organization permissions",
    description: "Changes who holds which permission in the organization, its own included.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ChangeAllViewOrRepositoryPermissions",
    label: "Manage permissions everywhere",
    description: "Changes permissions on every repository and view.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ChangeIdentityProviders",
    label: "Manage sign-in providers",
    description: "Decides which identity providers vouch for users.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ChangeTriggersToRunAsOtherUsers",
    label: "Run triggers as others",
    description: "Makes alerts and scheduled searches run with another user's rights.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ManageUsers",
    label: "Manage users",
    description: "Adds and removes users and edits their profiles.",
    group: "Access",
    risk: null,
  },
  {
    name: "ChangeSessions",
    label: "Manage sessions",
    description: "Sets how long sessions last and ends them.",
    group: "Access",
    risk: null,
  },

  {
    name: "ChangeSecurityPolicies",
    label: "Manage security policies",
    description: "Changes the organization's security policies, those for tokens included.",
    group: "Security",
    risk: "destroys",
  },
  {
    name: "ChangeIPFilters",
    label: "Manage IP filters",
    description: "Creates, edits and deletes the IP filters that guard tokens and shared dashboards.",
    group: "Security",
    risk: null,
  },

  {
    name: "CreateRepository",
    label: "Create repositories and views",
    description: "Adds repositories and views.",
    group: "Repositories and views",
    risk: null,
  },
  {
    name: "ManageViewConnections",
    label: "Connect any view",
    description: "Decides for every view which repositories it draws from.",
    group: "Repositories and views",
    risk: null,
  },
  {
    name: "ChangeExternalFunctions",
    label: "Manage external functions",
    description: "Adds, edits and removes external functions that queries can call.",
    group: "Repositories and views",
    risk: null,
  },
  {
    name: "ChangeFieldAliases",
    label: "Manage field aliases",
    description: "Maintains the alternative names of fields.",
    group: "Repositories and views",
    risk: null,
  },
  {
    name: "DeleteAllRepositories",
    label: "Delete any repository",
    description: "Deletes any repository of the organization with its data.",
    group: "Repositories and views",
    risk: "destroys",
  },
  {
    name: "DeleteAllViews",
    label: "Delete any view",
    description: "Deletes any view of the organization.",
    group: "Repositories and views",
    risk: "destroys",
  },

  {
    name: "IngestAcrossAllReposWithinOrganization",
    label: "Send data to any repository",
    description: "Sends events into every repository of the organization.",
    group: "Data coming in",
    risk: null,
  },
  {
    name: "ViewFleetManagement",
    label: "See the fleet",
    description: "Sees log collectors and their configurations, and reads the installation tokens.",
    group: "Data coming in",
    risk: "leaks",
  },
  {
    name: "ChangeFleetManagement",
    label: "Manage the fleet",
    description: "Configures log collectors, and creates, reads and deletes their installation tokens.",
    group: "Data coming in",
    risk: "leaks",
  },

  {
    name: "ViewUsage",
    label: "See usage",
    description: "Sees how much data is taken in and stored.",
    group: "Operation",
    risk: null,
  },
  {
    name: "MonitorQueries",
    label: "Monitor queries",
    description: "Sees the queries that are running, and who runs them.",
    group: "Operation",
    risk: null,
  },
  {
    name: "BlockQueries",
    label: "Block queries",
    description: "Stops queries and keeps them from running again.",
    group: "Operation",
    risk: null,
  },
  {
    name: "ViewAllInternalNotifications",
    label: "See all notifications",
    description: "Reads the internal notifications of the whole organization.",
    group: "Operation",
    risk: null,
  },
  {
    name: "ChangeOrganizationSettings",
    label: "Manage organization settings",
    description: "Changes the settings of the organization.",
    group: "Operation",
    risk: null,
  },
  {
    name: "ExportOrganization",
    label: "Export the organization",
    description: "Takes a copy of the whole organization elsewhere.",
    group: "Operation",
    risk: "leaks",
  },
] as const satisfies readonly PermissionEntry[];

/** Permissions on a whole cluster: what a system token can carry. */
export const systemPermissions = [
  {
    name: "ReadHealthCheck",
    label: "Read health checks",
    description: "Reads the cluster's health reports.",
    group: "Cluster",
    risk: null,
  },
  {
    name: "ManageCluster",
    label: "Manage the cluster",
    description: "Administers the nodes and the storage of the cluster.",
    group: "Cluster",
    risk: "destroys",
  },
  {
    name: "ChangeFeatureFlags",
    label: "Switch features",
    description: "Turns feature flags on and off.",
    group: "Cluster",
    risk: null,
  },
  {
    name: "ChangeBucketStorage",
    label: "Manage bucket storage",
    description: "Decides where stored data is kept.",
    group: "Cluster",
    risk: "destroys",
  },
  {
    name: "PatchGlobal",
    label: "Edit raw state",
    description: "Overwrites the cluster's internal state directly, past every check.",
    group: "Cluster",
    risk: "destroys",
  },
  {
    name: "IngestAcrossAllReposWithinCluster",
    label: "Send data to any repository",
    description: "Sends events into every repository of the cluster.",
    group: "Cluster",
    risk: null,
  },
  {
    name: "DeleteHumioOwnedRepositoryOrView",
    label: "Delete built-in repositories",
    description: "Deletes repositories and views that belong to the system itself.",
    group: "Cluster",
    risk: "destroys",
  },

  {
    name: "ChangeSystemPermissions",
    label: "Manage system permissions",
    description: "Changes who holds which system permission, its own included.",
    group: "Access",
    risk: "escalates",
  },
  {
    name: "ChangeUsername",
    label: "Rename users",
    description: "Changes user names, and so can make one user sign in as another.",
    group: "Access",
    risk: "escalates",
  },

  {
    name: "ViewOrganizations",
    label: "See organizations",
    description: "Lists the organizations of the cluster.",
    group: "Organizations",
    risk: null,
  },
  {
    name: "ManageOrganizations",
    label: "Manage organizations",
    description: "Creates organizations and changes their settings.",
    group: "Organizations",
    risk: null,
  },
  {
    name: "ManageOrganizationLinks",
    label: "Link organizations",
    description: "Connects organizations, so that one can reach into another.",
    group: "Organizations",
    risk: null,
  },
  {
    name: "ImportOrganization",
    label: "Import organizations",
    description: "Brings in an organization that was exported elsewhere.",
    group: "Organizations",
    risk: null,
  },
  {
    name: "DeleteOrganizations",
    label: "Delete organizations",
    description: "Deletes whole organizations.",
    group: "Organizations",
    risk: "destroys",
  },
  {
    name: "ListSubdomains",
    label: "See subdomains",
    description: "Lists the subdomains under which organizations are reached.",
    group: "Organizations",
    risk: null,
  },
  {
    name: "ChangeSubdomains",
    label: "Manage subdomains",
    description: "Decides under which subdomains organizations are reached.",
    group: "Organizations",
    risk: null,
  },
] as const satisfies readonly PermissionEntry[];

/** LogScale's name of a permission on a repository or view. */
export type ViewPermission = (typeof viewPermissions)[number]["name"];
/** LogScale's name of a permission in an organization. */
export type OrganizationPermission = (typeof organizationPermissions)[number]["name"];
/** LogScale's name of a permission on a cluster. */
export type SystemPermission = (typeof systemPermissions)[number]["name"];

/**
 * The permissions that LogScale never gives back: it answers with their parts. Its own clients know this; one that expected the whole would
 * update such a token for ever.
 */
export const composedPermissions = {
  ChangeDashboards: ["CreateDashboards", "UpdateDashboards", "DeleteDashboards"],
  ChangeSavedQueries: ["CreateSavedQueries", "UpdateSavedQueries", "DeleteSavedQueries"],
  ChangeScheduledReports: ["CreateScheduledReports", "UpdateScheduledReports", "DeleteScheduledReports"],
  ChangeTriggers: ["CreateTriggers", "UpdateTriggers", "DeleteTriggers"],
  ChangeActions: ["CreateActions", "UpdateActions", "DeleteActions"],
  ChangeFiles: ["CreateFiles", "UpdateFiles", "DeleteFiles"],
} as const satisfies Partial<Record<ViewPermission, readonly ViewPermission[]>>;

/** What every view token gets besides, when it is created (seen in LogScale's clients). */
export const grantedToViewTokens: ViewPermission = "OrganizationOwnedQueries";

const parts: ReadonlyMap<string, readonly ViewPermission[]> = new Map(Object.entries(composedPermissions));

/** The parts of a composed permission; undefined for any other. */
export function partsOf(name: string): readonly ViewPermission[] | undefined {
  return parts.get(name);
}

/** Permissions in the order of their catalogue, each once: what is stored, shown and compared. */
export function normalizePermissions<N extends string>(catalogue: readonly { readonly name: N }[], names: readonly N[]): N[] {
  const wanted = new Set(names);
  return catalogue.map((entry) => entry.name).filter((name) => wanted.has(name));
}

/** View permissions with every composed one replaced by its parts, in order and each once. */
export function expandViewPermissions(names: readonly ViewPermission[]): ViewPermission[] {
  return normalizePermissions(
    viewPermissions,
    names.flatMap((name) => partsOf(name) ?? [name]),
  );
}

/** The permissions that a view token has when it is created with these: expanded, and with what it gets besides. */
export function viewTokenPermissions(names: readonly ViewPermission[]): ViewPermission[] {
  return expandViewPermissions([...names, grantedToViewTokens]);
}

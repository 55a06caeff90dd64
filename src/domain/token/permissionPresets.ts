import type { TokenKind } from "./kinds.ts";
import { composedPermissions, type OrganizationPermission, type SystemPermission, type ViewPermission } from "./permissions.ts";

/** A set of permissions that belongs to a common use of a token, to start from. */
export interface PermissionPreset<N extends string = string> {
  /** Distinct within a kind; never shown. */
  readonly id: string;
  /** A few words, for a button. */
  readonly label: string;
  /** What a token with these permissions is for. */
  readonly description: string;
  /** LogScale's names, composed ones taken apart; in no particular order. */
  readonly permissions: readonly N[];
}

const {
  ChangeDashboards: dashboards,
  ChangeSavedQueries: savedQueries,
  ChangeTriggers: triggers,
  ChangeActions: actions,
  ChangeFiles: files,
} = composedPermissions;

const viewPresets = [
  {
    id: "read",
    label: "Read only",
    description: "Searches and reads events, and changes nothing. For exports, scripts and data science.",
    permissions: ["ReadAccess"],
  },
  {
    id: "wallboard",
    label: "Show dashboards",
    description: "Runs the queries of existing dashboards and no others. For screens on a wall.",
    permissions: ["QueryDashboard"],
  },
  {
    id: "dashboards",
    label: "Build dashboards",
    description: "Reads events, and maintains dashboards and saved queries.",
    permissions: ["ReadAccess", ...dashboards, ...savedQueries, "ChangeInteractions"],
  },
  {
    id: "alerting",
    label: "Alerts as code",
    description: "Reads events, and maintains triggers, their actions and saved queries. For Terraform and operators.",
    permissions: ["ReadAccess", ...triggers, ...actions, ...savedQueries],
  },
  {
    id: "ingest",
    label: "Ingest setup",
    description: "Maintains parsers, ingest tokens and feeds; cannot read events. Sees the secrets of ingest tokens.",
    permissions: ["ChangeParsers", "ChangeIngestTokens", "ChangeIngestFeeds"],
  },
  {
    id: "content",
    label: "Deploy content",
    description: "Maintains everything that a package brings: dashboards, queries, triggers, actions, parsers and files.",
    permissions: [...dashboards, ...savedQueries, ...triggers, ...actions, ...files, "ChangeParsers", "ChangePackages"],
  },
] as const satisfies readonly PermissionPreset<ViewPermission>[];

const organizationPresets = [
  {
    id: "usage",
    label: "Report usage",
    description: "Sees how much data is taken in and stored. For chargeback and capacity planning.",
    permissions: ["ViewUsage"],
  },
  {
    id: "ingest",
    label: "Send data anywhere",
    description: "Sends events into every repository of the organization, and does nothing else.",
    permissions: ["IngestAcrossAllReposWithinOrganization"],
  },
  {
    id: "repositories",
    label: "Set up repositories",
    description: "Creates repositories and views and connects them; cannot delete any. For Terraform and operators.",
    permissions: ["CreateRepository", "ManageViewConnections", "ChangeFieldAliases"],
  },
  {
    id: "users",
    label: "Provision users",
    description: "Adds and removes users. For the directory that keeps them in step.",
    permissions: ["ManageUsers"],
  },
  {
    id: "queries",
    label: "Watch queries",
    description: "Sees running queries and internal notifications, and stops queries that do harm.",
    permissions: ["MonitorQueries", "BlockQueries", "ViewAllInternalNotifications"],
  },
] as const satisfies readonly PermissionPreset<OrganizationPermission>[];

const systemPresets = [
  {
    id: "health",
    label: "Health checks",
    description: "Reads the cluster's health reports. For monitoring.",
    permissions: ["ReadHealthCheck"],
  },
  {
    id: "ingest",
    label: "Send data anywhere",
    description: "Sends events into every repository of the cluster, and does nothing else.",
    permissions: ["IngestAcrossAllReposWithinCluster"],
  },
  {
    id: "inventory",
    label: "List organizations",
    description: "Lists organizations and the subdomains under which they are reached.",
    permissions: ["ViewOrganizations", "ListSubdomains"],
  },
] as const satisfies readonly PermissionPreset<SystemPermission>[];

/**
 * What the picker of each kind offers to start from. None holds a right that can obtain further rights or destroy data: those are chosen
 * one by one.
 */
export const permissionPresets = {
  personal: [],
  view: viewPresets,
  organization: organizationPresets,
  system: systemPresets,
} as const satisfies Record<TokenKind, readonly PermissionPreset[]>;

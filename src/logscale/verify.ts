import type { TokenKind } from "#domain/token/kinds.ts";
import type { OrganizationPermission, ViewPermission } from "#domain/token/permissions.ts";

/** What LogScale calls the actions that a permission allows, where it has one that says just that. */
const viewActions: Partial<Record<ViewPermission, string>> = {
  ReadAccess: "ReadEvents",
  ChangeUserAccess: "ChangeUserAccess",
  ChangeIngestTokens: "ChangeIngestTokens",
  ChangeParsers: "ChangeParsers",
  ChangeConnections: "ChangeConnections",
  ConnectView: "ConnectView",
  CreateDashboards: "CreateDashboards",
  CreateFiles: "CreateFiles",
  CreateSavedQueries: "CreateSavedQueries",
  CreateTriggers: "CreateTriggers",
  CreateActions: "CreateActions",
  CreateScheduledReports: "CreateScheduledReports",
  ChangeRetention: "ChangeRetention",
  DeleteDataSources: "DeleteDataSources",
  DeleteEvents: "DeleteEvents",
  DeleteRepositoryOrView: "DeleteRepositoryOrView",
};

const organizationActions: Partial<Record<OrganizationPermission, string>> = {
  ChangeOrganizationPermissions: "AdministerPermissions",
  ManageUsers: "ManageUsers",
  CreateRepository: "CreateRepository",
  ViewUsage: "ViewUsage",
  ChangeIPFilters: "ConfigureIPFilters",
  ChangeSecurityPolicies: "ChangeSecurityPolicies",
  ViewFleetManagement: "ViewFleetManagement",
  ChangeFleetManagement: "ChangeFleetManagement",
};

/** Permissions that a query asks about at most: it is to be read before it is run. */
const mostAsked = 5;

/**
 * A query by which a token says who it is and what it may do, for the snippets of a new one. It asks for nothing that LogScale has announced
 * to remove, as it has of `meta`. Only a personal token is anybody; the others see the places where they may act.
 *
 * @param permissions those of the token, where they are known
 */
export function verifyQuery(kind: TokenKind, permissions: readonly string[] = []): string {
  switch (kind) {
    case "personal":
      return "{ viewer { username isRoot isOrganizationRoot } }";
    case "view":
      return `{ searchDomains { name${asked(viewActions, permissions)} } }`;
    case "organization":
      return `{ organization { name${asked(organizationActions, permissions)} } }`;
    case "system":
      // LogScale tells what a user may do on the cluster, and of a token nothing.
      return "{ organization { name } }";
    default:
      return kind satisfies never;
  }
}

/** Fields that ask whether each permission counts, under the permission's own name. */
function asked(actions: Partial<Record<string, string>>, permissions: readonly string[]): string {
  return permissions
    .flatMap((name) => (Object.hasOwn(actions, name) ? [` ${name}: isActionAllowed(action: ${actions[name]})`] : []))
    .slice(0, mostAsked)
    .join("");
}

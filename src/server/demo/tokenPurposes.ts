import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";

import { regions, type Service } from "./landscape.ts";
import type { Chance } from "./random.ts";

/** Days on which everything was moved somewhere, and by whom: `left` has gone since. Ages in days. */
export const migrations = [
  { age: 1490, name: "k8s", left: true },
  { age: 1012, name: "eu2-move", left: true },
  { age: 571, name: "mesh", left: false },
  { age: 203, name: "otel", left: false },
  { age: 41, name: "agents", left: false },
] as const;

export const viewPurposes: readonly [
  number,
  { readonly name: (service: Service, chance: Chance) => string; readonly permissions: readonly ViewPermission[] },
][] = [
  [
    24,
    {
      name: (service, chance) => `ci-deploy-${service.name}-${chance.pick(regions)}`,
      permissions: ["ReadAccess", "ChangeDashboards", "ChangeSavedQueries", "ChangeTriggers", "ChangeActions"],
    },
  ],
  [14, { name: () => "grafana-readonly", permissions: ["ReadAccess"] }],
  [10, { name: (service) => `grafana-${service.name}`, permissions: ["ReadAccess"] }],
  [9, { name: (service) => `tv-wall-${service.name}`, permissions: ["QueryDashboard"] }],
  [
    12,
    {
      name: (service, chance) => `terraform-${chance.pick(["prod", "staging"])}-${service.name}`,
      permissions: ["ChangeDashboards", "ChangeParsers", "ChangeTriggers", "ChangeActions", "ChangeIngestTokens"],
    },
  ],
  [8, { name: (service) => `parser-release-${service.name}`, permissions: ["ReadAccess", "ChangeParsers", "ChangeFiles"] }],
  [
    7,
    {
      name: (service, chance) => `soar-lookup-${service.name}-${chance.pick(regions)}`,
      permissions: ["ReadAccess", "ChangeFiles"],
    },
  ],
  [6, { name: (service) => `nightly-report-${service.name}`, permissions: ["ReadAccess", "ChangeScheduledReports"] }],
  [5, { name: (service) => `retention-keeper-${service.name}`, permissions: ["ChangeRetention", "DeleteEvents"] }],
  [5, { name: (service, chance) => `slo-exporter-${service.name}-${chance.pick(regions)}`, permissions: ["ReadAccess"] }],
];

export const organizationPurposes: readonly [
  number,
  { readonly name: (chance: Chance) => string; readonly permissions: readonly OrganizationPermission[] },
][] = [
  [
    20,
    {
      name: (chance) => `terraform-${chance.pick(["prod", "staging", "sandbox"])}`,
      permissions: ["CreateRepository", "ManageViewConnections", "ChangeAllViewOrRepositoryPermissions"],
    },
  ],
  [18, { name: (chance) => `log-forwarder-${chance.pick(regions)}`, permissions: ["IngestAcrossAllReposWithinOrganization"] }],
  [14, { name: () => "usage-report", permissions: ["ViewUsage"] }],
  [
    12,
    { name: (chance) => `fleet-rollout-${chance.pick(regions)}`, permissions: ["ViewFleetManagement", "ChangeFleetManagement"] },
  ],
  [12, { name: () => "hr-user-sync", permissions: ["ManageUsers"] }],
  [9, { name: (chance) => `query-guard-${chance.pick(regions)}`, permissions: ["MonitorQueries", "BlockQueries"] }],
  [8, { name: () => "ip-filter-sync", permissions: ["ChangeIPFilters"] }],
  [4, { name: () => "policy-audit", permissions: ["ChangeSecurityPolicies", "ViewUsage"] }],
  [
    3,
    {
      name: () => "breakglass",
      permissions: ["ChangeOrganizationPermissions", "ManageUsers", "ChangeSecurityPolicies", "ChangeIPFilters"],
    },
  ],
];

export const systemPurposes: readonly [
  number,
  { readonly name: (chance: Chance) => string; readonly permissions: readonly SystemPermission[] },
][] = [
  [35, { name: (chance) => `prometheus-health-${chance.pick(regions)}`, permissions: ["ReadHealthCheck"] }],
  [20, { name: (chance) => `cluster-operator-${chance.pick(regions)}`, permissions: ["ManageCluster", "ReadHealthCheck"] }],
  [16, { name: (chance) => `log-shipper-${chance.pick(regions)}`, permissions: ["IngestAcrossAllReposWithinCluster"] }],
  [12, { name: () => "bucket-mover", permissions: ["ChangeBucketStorage"] }],
  [8, { name: () => "feature-toggle", permissions: ["ChangeFeatureFlags"] }],
  [6, { name: () => "backup-export", permissions: ["ViewOrganizations", "ManageCluster"] }],
  [3, { name: () => "root-automation", permissions: ["ChangeSystemPermissions", "ManageOrganizations", "ManageCluster"] }],
];

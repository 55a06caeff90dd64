import type { Insertable } from "kysely";

import { day } from "#domain/duration.ts";
import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";
import type { RoleTable } from "#server/store/schema.ts";

const gigabyte = 2 ** 30;

/** The sample organization's repositories, besides those of every organization. Ages in days, retention in ms, sizes in bytes. */
export const repositories = [
  { name: "checkout", description: "Shop front, basket and orders.", age: 1825, retention: 30 * day, storage: 500 * gigabyte },
  { name: "payments", description: "Card payments, refunds and ledgers.", age: 1825, retention: 400 * day, storage: null },
  {
    name: "warehouse",
    description: "Stock, picking robots and scanners.",
    age: 1690,
    retention: 60 * day,
    storage: 800 * gigabyte,
  },
  {
    name: "fleet-telemetry",
    description: "Positions and engine data of the vans.",
    age: 1210,
    retention: 14 * day,
    storage: 2000 * gigabyte,
  },
  {
    name: "kubernetes",
    description: "Container logs of every cluster.",
    age: 1540,
    retention: 14 * day,
    storage: 3000 * gigabyte,
  },
  { name: "network", description: "Firewalls, switches and flow records.", age: 1400, retention: 90 * day, storage: null },
  { name: "identity", description: "Sign-ins and directory changes.", age: 1400, retention: 400 * day, storage: null },
  {
    name: "security-audit",
    description: "Detections and administrative actions.",
    age: 1320,
    retention: 730 * day,
    storage: null,
  },
  { name: "edge", description: "Requests at the edge of the network.", age: 610, retention: 7 * day, storage: 1500 * gigabyte },
] as const;

/** Name of one of the sample organization's own repositories. */
export type RepositoryName = (typeof repositories)[number]["name"];

/** The sample organization's views and what they show. */
export const views = [
  {
    name: "sre-overview",
    description: "Errors and latency of everything that customers touch.",
    age: 1500,
    connections: [
      { repository: "checkout", filter: "loglevel=ERROR OR duration>2000" },
      { repository: "payments", filter: "loglevel=ERROR" },
      { repository: "kubernetes", filter: "namespace=prod*" },
      { repository: "edge", filter: "status>=500" },
    ],
  },
  {
    name: "soc-detections",
    description: "What the security operations centre watches.",
    age: 1300,
    connections: [
      { repository: "identity", filter: "" },
      { repository: "security-audit", filter: "" },
      { repository: "network", filter: "action=deny" },
    ],
  },
  {
    name: "customer-support",
    description: "Orders without personal data, for the service desk.",
    age: 980,
    connections: [{ repository: "checkout", filter: "service=orders | drop([email, phone])" }],
  },
  {
    name: "compliance",
    description: "Evidence for the yearly audits.",
    age: 870,
    connections: [
      { repository: "payments", filter: "type=ledger" },
      { repository: "security-audit", filter: "" },
    ],
  },
  {
    name: "logistics-kpis",
    description: "Numbers behind the operations board.",
    age: 420,
    connections: [
      { repository: "warehouse", filter: "type=summary" },
      { repository: "fleet-telemetry", filter: "type=summary" },
    ],
  },
] as const satisfies readonly {
  readonly name: string;
  readonly description: string;
  readonly age: number;
  readonly connections: readonly { readonly repository: RepositoryName; readonly filter: string }[];
}[];

/** What runs at the sample organization, and where it logs to. */
export const services: readonly Service[] = [
  { name: "checkout", repository: "checkout" },
  { name: "basket", repository: "checkout" },
  { name: "orders", repository: "checkout" },
  { name: "pricing", repository: "checkout" },
  { name: "catalogue", repository: "checkout" },
  { name: "payments", repository: "payments" },
  { name: "refunds", repository: "payments" },
  { name: "ledger", repository: "payments" },
  { name: "invoicing", repository: "payments" },
  { name: "stock", repository: "warehouse" },
  { name: "picking", repository: "warehouse" },
  { name: "robots", repository: "warehouse" },
  { name: "returns", repository: "warehouse" },
  { name: "routing", repository: "fleet-telemetry" },
  { name: "van-gateway", repository: "fleet-telemetry" },
  { name: "driver-app", repository: "fleet-telemetry" },
  { name: "ingress", repository: "kubernetes" },
  { name: "scheduler", repository: "kubernetes" },
  { name: "firewall", repository: "network" },
  { name: "vpn", repository: "network" },
  { name: "sso", repository: "identity" },
  { name: "directory", repository: "identity" },
  { name: "vault", repository: "security-audit" },
  { name: "edr", repository: "security-audit" },
  { name: "cdn", repository: "edge" },
];

/** Something that runs, and the repository with its logs. */
export interface Service {
  readonly name: string;
  readonly repository: RepositoryName;
}

/** Where services run. */
export const regions = ["eu1", "eu2", "us1", "ap1"] as const;

/**
 * The sample organization's IP filters: what a company collects in five years: rules that never apply, a missing final rule, two filters of
 * one name. `addresses` are prefixes of addresses that the filter lets in. All ranges are private or reserved for documentation.
 */
export const ipFilters = [
  {
    name: "Offices",
    age: 1700,
    text: "# Oslo and Hamburg\nallow 203.0.113.0/25\nallow 203.0.113.128/26\nallow 2001:db8:20::/48\ndeny all",
    addresses: ["203.0.113."],
  },
  { name: "VPN", age: 1400, text: "allow 10.8.0.0/16\nallow 2001:db8:8::/48\ndeny all", addresses: ["10.8.3.", "10.8.17."] },
  // No final rule: what is not named is refused all the same, but that is not written down.
  {
    name: "CI runners",
    age: 1280,
    text: "# hosted runners, range announced by the provider\nallow 192.0.2.64/26\nallow 192.0.2.200",
    addresses: ["192.0.2.7", "192.0.2.8"],
  },
  // The second rule never applies, since the first has already let the addresses in.
  {
    name: "Kubernetes clusters",
    age: 1150,
    text: "allow 10.20.0.0/14\ndeny 10.21.7.0/24\nallow 10.40.0.0/16\ndeny all",
    addresses: ["10.20.4.", "10.22.19.", "10.40.2."],
  },
  {
    name: "Data centre Hamburg",
    age: 1010,
    text: "allow 198.51.100.16/28; allow 198.51.100.80/29; deny all",
    addresses: ["198.51.100.2"],
  },
  // Moved offices left a filter of the same name behind.
  {
    name: "Offices",
    age: 1815,
    text: "# old building, lease ended\nallow 198.51.100.128/25\ndeny all",
    addresses: ["198.51.100.14"],
  },
  // Everything behind `all` never applies.
  {
    name: "Partner Sirona",
    age: 760,
    text: "allow 198.51.100.240/28\ndeny all\nallow 203.0.113.77",
    addresses: ["198.51.100.24"],
  },
  {
    name: "This machine and private networks",
    age: 90,
    text: "allow 127.0.0.0/8\nallow ::1\nallow 10.0.0.0/8\ndeny all",
    addresses: ["10.0.0."],
  },
] as const;

/** The sample organization's roles. */
export const roles = {
  administrator: {
    displayName: "Repository administrator",
    color: "#b3261e",
    description: "Runs a repository or view, its tokens and its people.",
    viewPermissions: [
      "ReadAccess",
      "ChangeUserAccess",
      "ChangeViewOrRepositoryPermissions",
      "ChangeIngestTokens",
      "ChangeParsers",
      "ChangeRetention",
      "ChangeViewOrRepositoryDescription",
      "ChangeConnections",
    ],
    organizationPermissions: [],
    systemPermissions: [],
  },
  engineer: {
    displayName: "Engineer",
    color: "#1f6feb",
    description: "Builds dashboards, alerts and parsers.",
    viewPermissions: [
      "ReadAccess",
      "CreateDashboards",
      "UpdateDashboards",
      "CreateSavedQueries",
      "UpdateSavedQueries",
      "CreateTriggers",
      "UpdateTriggers",
      "CreateActions",
      "ChangeParsers",
      "ChangeIngestTokens",
    ],
    organizationPermissions: [],
    systemPermissions: [],
  },
  analyst: {
    displayName: "Analyst",
    color: "#2e7d32",
    description: "Searches and reads.",
    viewPermissions: ["ReadAccess", "QueryDashboard"],
    organizationPermissions: [],
    systemPermissions: [],
  },
  securityOfficer: {
    displayName: "Security officer",
    color: "#6f42c1",
    description: "Decides on token policies and IP filters.",
    viewPermissions: ["ReadAccess"],
    organizationPermissions: ["ChangeSecurityPolicies", "ChangeIPFilters", "ChangeSessions", "ViewUsage"],
    systemPermissions: [],
  },
  platformOperator: {
    displayName: "Platform operator",
    color: "#8d6e00",
    description: "Keeps the installation running.",
    viewPermissions: ["ReadAccess"],
    organizationPermissions: [
      "CreateRepository",
      "ViewFleetManagement",
      "ChangeFleetManagement",
      "MonitorQueries",
      "BlockQueries",
    ],
    systemPermissions: ["ReadHealthCheck", "ListSubdomains"],
  },
} as const satisfies Record<string, Omit<Insertable<RoleTable>, "id"> & RolePermissions>;

interface RolePermissions {
  readonly viewPermissions: readonly ViewPermission[];
  readonly organizationPermissions: readonly OrganizationPermission[];
  readonly systemPermissions: readonly SystemPermission[];
}

import type { PermissionKind } from "#domain/token/kinds.ts";

/** The group of the operator's API, as `apiVersion` begins. */
export const operatorGroup = "core.humio.com";

/** Group and version, as `apiVersion` has them. */
export const operatorApi = `${operatorGroup}/v1alpha1`;

/** What the operator calls each resource that Tokenhouse can write and check. */
export const operatorKinds = {
  view: "HumioViewToken",
  organization: "HumioOrganizationToken",
  system: "HumioSystemToken",
  "ip-filter": "HumioIPFilter",
  ingest: "HumioIngestToken",
} as const satisfies Record<PermissionKind | "ip-filter" | "ingest", string>;

/** What a resource makes. */
export type ResourceType = keyof typeof operatorKinds;

export const resourceTypes = Object.keys(operatorKinds) as readonly ResourceType[];

/** The type of what a resource of this kind makes; undefined for all other kinds. */
export function typeOfKind(kind: string): ResourceType | undefined {
  return resourceTypes.find((type) => operatorKinds[type] === kind);
}

/** What each is called in a sentence. */
export const resourceNouns = {
  view: "view token",
  organization: "organization token",
  system: "system token",
  "ip-filter": "IP filter",
  ingest: "ingest token",
} as const satisfies Record<ResourceType, string>;

/** The addresses that the operator's own schema takes: an IPv6 one must be written out, but for `::` and `::1`. */
export const operatorAddress =
  /^(?:all|\d{1,3}(?:\.\d{1,3}){3}(?:\/(?:3[0-2]|[12]?\d))?|(?:(?:[\da-fA-F]{1,4}:){7}[\da-fA-F]{1,4}|::1?)(?:\/(?:\d|[1-9]\d|1[01]\d|12[0-8]))?)$/u;

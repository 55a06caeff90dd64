import type { PermissionRisk } from "#domain/token/permissions.ts";

/** What a risky permission can do, in a few words. */
export const riskWords = {
  escalates: "can obtain more rights",
  destroys: "can destroy data or tokens",
  leaks: "can give away data or secrets",
} as const satisfies Record<PermissionRisk, string>;

import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";

const permissionLabels: ReadonlyMap<string, string> = new Map(
  [viewPermissions, organizationPermissions, systemPermissions].flat().map(({ name, label }) => [name, label]),
);

/** A permission in a few words; one of a newer LogScale by its name. */
export function permissionLabel(permission: string): string {
  return permissionLabels.get(permission) ?? permission;
}

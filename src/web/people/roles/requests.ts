import * as z from "zod/mini";

import { nameSchema, seenText } from "#domain/nameSchema.ts";
import type { GrantedRole } from "#domain/people/grants.ts";
import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import { CreateRoleDocument, RemoveRoleDocument, UpdateRoleDocument } from "#logscale/generated/roles.ts";
import { requestOf, type ShownRequest } from "#web/people/access/requestOf.ts";

import type { RoleDetail } from "./queries.ts";

const permissions = z.readonly(z.array(z.string()));

const permissionsByKind = {
  view: permissions,
  organization: permissions,
  system: permissions,
} as const satisfies Record<PermissionKind, typeof permissions>;

/** What a role is called, and what it allows. */
export function roleFormSchema(former?: string) {
  return z
    .object({
      displayName: nameSchema("role", former),
      description: z.string().check(z.trim(), z.maxLength(1000, "A description has at most 1,000 characters."), seenText),
      ...permissionsByKind,
    })
    .check(
      z.refine(({ view, organization, system }) => view.length + organization.length + system.length > 0, {
        path: ["view"],
        error: "Choose at least one permission, of any kind.",
      }),
    );
}

export type RoleForm = z.output<ReturnType<typeof roleFormSchema>>;

/** What stands in the form of a role as it is. */
export function roleFormOf(role: RoleDetail | undefined): RoleForm {
  return {
    displayName: role?.displayName ?? "",
    description: role?.description ?? "",
    view: expandPermissions("view", role?.viewPermissions ?? []),
    organization: expandPermissions("organization", role?.organizationPermissions ?? []),
    system: expandPermissions("system", role?.systemPermissions ?? []),
  };
}

// The names come from the catalogue of each kind, or from the role itself, where a newer LogScale may have put others.
function permissionsOf({ view, organization, system }: RoleForm) {
  return {
    viewPermissions: view as ViewPermission[],
    organizationPermissions: organization as OrganizationPermission[],
    systemPermissions: system as SystemPermission[],
  };
}

/** Creates a role. The contract takes a description only when a role is changed. */
export function roleCreationOf(form: RoleForm) {
  return { document: CreateRoleDocument, variables: { input: { displayName: form.displayName, ...permissionsOf(form) } } };
}

/** Changes a role. What the contract takes as a whole is sent as a whole: its name and its permissions. */
export function roleChangeOf(id: string, form: RoleForm): ShownRequest {
  return requestOf("Change a role", UpdateRoleDocument, {
    input: { roleId: id, displayName: form.displayName, description: form.description, ...permissionsOf(form) },
  });
}

/** Removes a role. */
export function roleRemovalOf(roleId: string): ShownRequest {
  return requestOf("Remove a role", RemoveRoleDocument, { roleId });
}

/** A role as a form would make it. */
export function roleOfForm(id: string, form: RoleForm): GrantedRole {
  return { id, name: form.displayName, ...permissionsOf(form) };
}

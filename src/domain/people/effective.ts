import { compareNames } from "#domain/compareNames.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";

import type { GrantedRole, GrantPlace, RoleGrant } from "./grants.ts";

/** Where a right comes from: a role, of the user's own or of a group, and where it holds. */
export interface RightSource {
  readonly role: { readonly id: string; readonly name: string };
  /** Null where the user has the role by itself. */
  readonly group: { readonly id: string; readonly name: string } | null;
  /** Where it holds, in the order of their names; empty for the organization and the system. */
  readonly places: readonly GrantPlace[];
}

/** One permission that somebody holds, with all that it comes from. Taking one of several sources away takes nothing. */
export interface EffectiveRight {
  readonly permission: string;
  readonly sources: readonly RightSource[];
}

/** What somebody may do by roles, each permission once, in the order of the catalogue, with where it comes from. */
export function effectiveRights(grants: readonly RoleGrant[]): Readonly<Record<PermissionKind, readonly EffectiveRight[]>> {
  const of = (kind: PermissionKind): readonly EffectiveRight[] => {
    const found = new Map<string, Map<string, RoleGrant & { readonly places: Map<string, GrantPlace> }>>();
    for (const grant of grants) {
      // Permissions on repositories and views hold where the role is given; without a place there is nothing to hold on.
      if (kind === "view" && grant.place === null) continue;
      for (const permission of expandPermissions(kind, permissionsOf(grant.role, kind))) {
        const sources = found.get(permission) ?? new Map<string, RoleGrant & { readonly places: Map<string, GrantPlace> }>();
        const key = JSON.stringify([grant.role.id, grant.group?.id ?? null]);
        const source = sources.get(key) ?? { ...grant, places: new Map<string, GrantPlace>() };
        if (kind === "view" && grant.place !== null) source.places.set(grant.place.id, grant.place);
        found.set(permission, sources.set(key, source));
      }
    }
    return expandPermissions(kind, [...found.keys()]).map((permission) => ({
      permission,
      sources: [...(found.get(permission)?.values() ?? [])]
        .map(({ role: { id, name }, group, places }) => ({
          role: { id, name },
          group,
          places: [...places.values()].toSorted(byName),
        }))
        .toSorted((a, b) => byName(a.role, b.role) || compareNames(a.group?.name ?? "", b.group?.name ?? "")),
    }));
  };
  return {
    view: of("view"),
    organization: of("organization"),
    system: of("system"),
  };
}

/** The permissions of a role that are of one kind. */
export function permissionsOf(role: Omit<GrantedRole, "id" | "name">, kind: PermissionKind): readonly string[] {
  switch (kind) {
    case "view":
      return role.viewPermissions;
    case "organization":
      return role.organizationPermissions;
    case "system":
      return role.systemPermissions;
    default:
      return kind satisfies never;
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareNames(a.name, b.name);
}

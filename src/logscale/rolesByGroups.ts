import { roleOfGroup, type AssignedRole } from "#domain/token/rights.ts";

interface RoleParts {
  readonly viewPermissions: readonly string[];
  readonly organizationPermissions: readonly string[];
  readonly systemPermissions: readonly string[];
}

/** A group with the roles that are assigned to it, as the contract has them. */
export interface GroupWithRoles<Role> {
  readonly roles: readonly { readonly searchDomain: { readonly id: string }; readonly role: Role }[];
  readonly organizationRoles: readonly { readonly role: Role }[];
  readonly systemRoles: readonly { readonly role: Role }[];
}

/**
 * What the roles of groups give the members.
 *
 * @param partsOf the permissions of a role; undefined where they are not known, and then it gives nothing
 */
export function rolesByGroups<Role>(
  groups: readonly GroupWithRoles<Role>[],
  partsOf: (role: Role) => RoleParts | undefined,
): AssignedRole[] {
  const given = (assigned: Pick<Parameters<typeof roleOfGroup>[0], "kind" | "searchDomainId">, role: Role): AssignedRole[] => {
    const parts = partsOf(role);
    return parts === undefined ? [] : [roleOfGroup({ ...parts, ...assigned })];
  };
  return groups.flatMap(({ roles, organizationRoles, systemRoles }) => [
    ...roles.flatMap(({ searchDomain, role }) => given({ kind: "view", searchDomainId: searchDomain.id }, role)),
    ...organizationRoles.flatMap(({ role }) => given({ kind: "organization", searchDomainId: null }, role)),
    ...systemRoles.flatMap(({ role }) => given({ kind: "system", searchDomainId: null }, role)),
  ]);
}

import { compareNames } from "#domain/compareNames.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";

/** A repository or view, where a role is given. */
export interface GrantPlace {
  readonly id: string;
  readonly name: string;
}

/** A role with the permissions that it holds. */
export interface GrantedRole {
  readonly id: string;
  readonly name: string;
  readonly viewPermissions: readonly string[];
  readonly organizationPermissions: readonly string[];
  readonly systemPermissions: readonly string[];
}

/** A role as it is given to somebody: by itself in a place, or through a group. */
export interface RoleGrant {
  /** With the permissions that it gives in this way: a group has those of one kind. */
  readonly role: GrantedRole;
  /** Null where it is given for the organization or the system. */
  readonly place: GrantPlace | null;
  /** The group that has the role; null where the user has it by itself. */
  readonly group: { readonly id: string; readonly name: string } | null;
}

/** Everything that one role gives somebody, through one group or by itself. */
export interface RoleShare extends Pick<RoleGrant, "role" | "group"> {
  /** Where it is given, in the order of their names, each once. */
  readonly places: readonly GrantPlace[];
}

/** What somebody has by roles. */
export interface RoleShares {
  /** In the order of the roles' names; what a user has by itself stands before what groups give. */
  readonly shares: readonly RoleShare[];
  /** Permissions of all roles together, composed ones taken apart, in the catalogue's order. They hold wherever a role is given. */
  readonly organization: readonly string[];
  readonly system: readonly string[];
  /** How many repositories and views any role opens. */
  readonly places: number;
}

/** Who may do what, where, and by which role or group: grants put together by what gives them. */
export function sharesOf(grants: readonly RoleGrant[]): RoleShares {
  const shares = new Map<string, { grant: RoleGrant; readonly places: Map<string, GrantPlace> }>();
  const opened = new Set<string>();
  for (const grant of grants) {
    const { role, group, place } = grant;
    const key = JSON.stringify([role.id, group?.id ?? null]);
    const share = shares.get(key) ?? { grant, places: new Map<string, GrantPlace>() };
    share.grant = { ...grant, role: bothOf(share.grant.role, role) };
    shares.set(key, share);
    if (place === null) continue;
    share.places.set(place.id, place);
    // A role without view permissions opens no repository and no view.
    if (role.viewPermissions.length > 0) opened.add(place.id);
  }
  return {
    shares: [...shares.values()]
      .map(({ grant: { role, group }, places }) => ({ role, group, places: [...places.values()].toSorted(byName) }))
      .toSorted((a, b) => byName(a.role, b.role) || compareNames(a.group?.name ?? "", b.group?.name ?? "")),
    organization: expandPermissions(
      "organization",
      grants.flatMap(({ role }) => role.organizationPermissions),
    ),
    system: expandPermissions(
      "system",
      grants.flatMap(({ role }) => role.systemPermissions),
    ),
    places: opened.size,
  };
}

/** A role with what it gives in two ways, in either of which there may be all permissions of a kind or none. */
function bothOf(one: GrantedRole, other: GrantedRole): GrantedRole {
  const either = (a: readonly string[], b: readonly string[]) => (a.length > 0 ? a : b);
  return {
    ...one,
    viewPermissions: either(one.viewPermissions, other.viewPermissions),
    organizationPermissions: either(one.organizationPermissions, other.organizationPermissions),
    systemPermissions: either(one.systemPermissions, other.systemPermissions),
  };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function byName(a: Named, b: Named): number {
  return compareNames(a.name, b.name) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

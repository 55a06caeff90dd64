import type { GroupAssignment } from "#domain/people/access.ts";
import { permissionsOf } from "#domain/people/effective.ts";
import type { GrantedRole } from "#domain/people/grants.ts";
import { holds, onOrganization, onSystem, onView, viewsWith, type Certainty, type Holdings } from "#domain/token/rights.ts";

/** Whether the caller decides about roles of groups at all where one is, or would be, assigned. */
export function decides(holdings: Holdings, { kind, placeId }: Pick<GroupAssignment, "kind" | "placeId">): Certainty {
  switch (kind) {
    case "view":
      return onView(holdings, placeId ?? "", "ChangeUserAccess");
    case "organization":
      return onOrganization(holdings, "ChangeOrganizationPermissions");
    case "system":
      return onSystem(holdings, "ChangeSystemPermissions");
    default:
      return kind satisfies never;
  }
}

/** What a role would give there that the caller certainly does not hold, and so may not give. */
export function notHeldOf(
  holdings: Holdings,
  role: GrantedRole,
  { kind, placeId }: Pick<GroupAssignment, "kind" | "placeId">,
): readonly string[] {
  const places = placeId === null ? [] : [placeId];
  return permissionsOf(role, kind).filter((name) => holds(holdings, kind, name, places) === false);
}

/** The same for a role of a user's own, which gives what it holds for the organization and the system as well. */
export function notHeldByUserRole(holdings: Holdings, role: GrantedRole, placeId: string): readonly string[] {
  return (["view", "organization", "system"] as const).flatMap((kind) => notHeldOf(holdings, role, { kind, placeId }));
}

/** Whether the caller may take a role from a group: organization and system permissions are taken by who holds them. */
export function mayTakeFromGroup(
  holdings: Holdings,
  role: GrantedRole,
  where: Pick<GroupAssignment, "kind" | "placeId">,
): boolean {
  return decides(holdings, where) === true && (where.kind === "view" || notHeldOf(holdings, role, where).length === 0);
}

/** The same for a role of a user's own. */
export function mayTakeFromUser(holdings: Holdings, role: GrantedRole, placeId: string): boolean {
  const beyond = (["organization", "system"] as const).flatMap((kind) => notHeldOf(holdings, role, { kind, placeId: null }));
  return decides(holdings, { kind: "view", placeId }) === true && beyond.length === 0;
}

/** Whether the caller decides who gets in anywhere. */
export function decidesSomewhere(holdings: Holdings): boolean {
  const views = viewsWith(holdings, "ChangeUserAccess");
  return views === "all" || views.size > 0;
}

/** Whether groups and roles are listed to the caller, as far as that is certain: to those who choose among them. */
export function seesRoles(holdings: Holdings): boolean | undefined {
  const answers = [
    onOrganization(holdings, "ManageUsers"),
    onOrganization(holdings, "ChangeOrganizationPermissions"),
    onSystem(holdings, "ChangeSystemPermissions"),
  ];
  if (answers.includes(true) || decidesSomewhere(holdings)) return true;
  return answers.includes("unknown") || holdings.elsewhere === "unknown" ? undefined : false;
}

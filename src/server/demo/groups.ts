import type { Transaction } from "kysely";

import type { PermissionKind } from "#domain/token/kinds.ts";
import type { GroupRoleTable } from "#server/store/groupTables.ts";
import type { Database } from "#server/store/schema.ts";

import type { RepositoryName, roles, views } from "./landscape.ts";
import type { NewUser } from "./people.ts";
import { chanceFrom } from "./random.ts";

type RoleKey = keyof typeof roles;
type PlaceName = RepositoryName | (typeof views)[number]["name"];

interface SampleGroup {
  readonly name: string;
  readonly lookupName: string | null;
  /** How many members it has. */
  readonly members: number;
  readonly roles: readonly (
    | { readonly kind: "view"; readonly role: RoleKey; readonly places: readonly PlaceName[] }
    | { readonly kind: Exclude<PermissionKind, "view">; readonly role: RoleKey }
  )[];
}

/** The sample organization's groups: some that work is done by, and what five years leave behind, without members or without roles. */
const groups: readonly SampleGroup[] = [
  {
    name: "Site reliability",
    lookupName: "cn=sre,ou=groups,dc=larkspur,dc=example",
    members: 9,
    roles: [
      { kind: "view", role: "engineer", places: ["checkout", "payments", "kubernetes", "edge"] },
      { kind: "view", role: "analyst", places: ["sre-overview"] },
      { kind: "organization", role: "platformOperator" },
    ],
  },
  {
    name: "Security operations",
    lookupName: "cn=soc,ou=groups,dc=larkspur,dc=example",
    members: 6,
    roles: [
      { kind: "view", role: "analyst", places: ["identity", "network", "security-audit", "soc-detections"] },
      { kind: "organization", role: "securityOfficer" },
    ],
  },
  {
    name: "Platform",
    lookupName: null,
    members: 3,
    roles: [
      { kind: "view", role: "administrator", places: ["kubernetes"] },
      { kind: "organization", role: "platformOperator" },
      { kind: "system", role: "platformOperator" },
    ],
  },
  {
    name: "Service desk",
    lookupName: null,
    members: 14,
    roles: [{ kind: "view", role: "analyst", places: ["customer-support"] }],
  },
  {
    name: "Auditors",
    lookupName: "cn=auditors,ou=groups,dc=larkspur,dc=example",
    members: 2,
    roles: [{ kind: "view", role: "analyst", places: ["compliance"] }],
  },
  {
    name: "Warehouse pilot",
    lookupName: null,
    members: 0,
    roles: [{ kind: "view", role: "engineer", places: ["warehouse", "logistics-kpis"] }],
  },
  { name: "Contractors 2023", lookupName: null, members: 4, roles: [] },
];

/** Fills in the groups. They have a lot of their own, so that nothing else of the sample organization depends on them. */
export async function fillGroups(
  trx: Transaction<Database>,
  options: {
    readonly users: readonly NewUser[];
    readonly roleId: (role: RoleKey) => string;
    readonly placeId: (place: PlaceName) => string;
  },
): Promise<void> {
  const { users, roleId, placeId } = options;
  const chance = chanceFrom(20_230_611);
  const rows = groups.map(({ name, lookupName }) => ({ id: chance.id(32), displayName: name, lookupName }));
  await trx.insertInto("groups").values(rows).execute();
  const [, , ...others] = users;
  const members = groups.flatMap((group, index) => {
    const first = chance.between(0, others.length - 1);
    return Array.from({ length: group.members }, (_, step) => ({
      groupId: rows[index]?.id ?? "",
      // Everybody once in a group, since the steps are fewer than people.
      userId: others[(first + step * 3) % others.length]?.id ?? "",
    }));
  });
  await trx.insertInto("groupMembers").values(members).execute();
  const assigned = groups.flatMap((group, index): GroupRoleTable[] => {
    const groupId = rows[index]?.id ?? "";
    return group.roles.flatMap((given): GroupRoleTable[] =>
      given.kind === "view"
        ? given.places.map((place) => ({ groupId, kind: "view", searchDomainId: placeId(place), roleId: roleId(given.role) }))
        : [{ groupId, kind: given.kind, searchDomainId: null, roleId: roleId(given.role) }],
    );
  });
  await trx.insertInto("groupRoles").values(assigned).execute();
}

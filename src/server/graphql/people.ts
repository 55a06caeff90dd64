import { ClientError } from "#server/errors.ts";
import type { GroupRoleRow } from "#server/store/groupTables.ts";
import type { RoleRow, SearchDomainRow, UserRow } from "#server/store/schema.ts";
import type { GraphqlContext } from "./context.ts";
import type { GroupViewRoleModel } from "./models.ts";

/** The users that these rows are of, each once, by username. */
export async function usersOf(rows: readonly { readonly userId: string }[], { loaders }: GraphqlContext): Promise<UserRow[]> {
  const users = await loaders.users();
  const found = [...new Set(rows.map(({ userId }) => userId))].flatMap((id) => users.get(id) ?? []);
  return found.toSorted((a, b) => compareText(a.username, b.username));
}

/** Who has access to a search domain, by roles of their own or of their groups; some more than once. */
export async function holdersIn(searchDomainId: string, { loaders }: GraphqlContext): Promise<readonly { userId: string }[]> {
  const own = (await loaders.rolesInSearchDomains()).get(searchDomainId) ?? [];
  const members = await loaders.membersOfGroups();
  const byGroups = [...(await loaders.rolesOfGroups())].flatMap(([groupId, roles]) =>
    roles.some((role) => role.searchDomainId === searchDomainId) ? (members.get(groupId) ?? []) : [],
  );
  return [...own, ...byGroups];
}

/** The roles of groups that are for a search domain. */
export function viewRoles(roles: readonly GroupRoleRow[]): GroupViewRoleModel[] {
  return roles.flatMap((role) => (role.searchDomainId === null ? [] : { ...role, searchDomainId: role.searchDomainId }));
}

/** The role of an assignment. Throws ClientError NOT_FOUND when it was deleted since that was read. */
export async function presentRole(id: string, { loaders }: GraphqlContext): Promise<RoleRow> {
  return present((await loaders.roles()).get(id), "role");
}

/** The search domain of an assignment. Throws ClientError NOT_FOUND when it was deleted since that was read. */
export async function presentSearchDomain(id: string, { loaders }: GraphqlContext): Promise<SearchDomainRow> {
  return present((await loaders.searchDomains()).get(id), "repository or view");
}

function present<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new ClientError("NOT_FOUND", `The ${what} was deleted meanwhile.`);
  return row;
}

/** Puts texts in the order of their code units, as the database does. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

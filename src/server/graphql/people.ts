import type { UserRow } from "#server/store/schema.ts";
import type { GraphqlContext } from "./context.ts";

/** The users that these rows are of, each once, by username. */
export async function usersOf(rows: readonly { readonly userId: string }[], { loaders }: GraphqlContext): Promise<UserRow[]> {
  const users = await loaders.users();
  const found = [...new Set(rows.map(({ userId }) => userId))].flatMap((id) => users.get(id) ?? []);
  return found.toSorted((a, b) => compareText(a.username, b.username));
}

/** Puts texts in the order of their code units, as the database does. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

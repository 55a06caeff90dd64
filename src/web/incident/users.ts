import type { InventoryToken } from "#domain/inventory/item.ts";
import { nameInText, visibleName } from "#domain/name.ts";
import type { ListedUser } from "#web/people/queries.ts";
import { count } from "#web/ui/counts.ts";

/** A user whom somebody may mean by a name. */
export interface NamedUser {
  readonly id: string;
  /** What tells the user from others of the name. */
  readonly about: string;
}

/**
 * The users of each name as it is shown: of those who are listed, by their names now, and of those who made a token, by their names on it.
 * Who was removed, or called otherwise since, may share a name with somebody who is there.
 */
export function usersByName(
  tokens: readonly InventoryToken[],
  listed: readonly Pick<ListedUser, "id" | "username" | "fullName" | "email">[],
): ReadonlyMap<string, readonly NamedUser[]> {
  const made = new Map<string, number>();
  const names = new Map<string, Set<string>>();
  const add = (name: string, id: string) => {
    const shown = visibleName(name);
    names.set(shown, (names.get(shown) ?? new Set()).add(id));
  };
  for (const { owner } of tokens) {
    if (owner.kind !== "user" || owner.id === null || owner.name === null) continue;
    made.set(owner.id, (made.get(owner.id) ?? 0) + 1);
    add(owner.name, owner.id);
  }
  for (const { id, username } of listed) add(username, id);
  const listedById = new Map(listed.map((user) => [user.id, user]));
  const aboutIn = (name: string, id: string) => {
    const user = listedById.get(id);
    return [
      user?.email ?? user?.fullName,
      user === undefined && "not among the users that are listed to you",
      user !== undefined && visibleName(user.username) !== name && `called ${nameInText(user.username)} now`,
      `made ${count(made.get(id) ?? 0)} of the listed tokens`,
      `id ${id}`,
    ]
      .filter((words) => words != null && words !== false && words !== "")
      .join(", ");
  };
  return new Map(
    Array.from(names, ([name, ids]) => [name, Array.from(ids, (id): NamedUser => ({ id, about: aboutIn(name, id) }))]),
  );
}

/** A name that a user shares with others. */
export interface SharedName {
  readonly name: string;
  readonly one: NamedUser;
  readonly others: readonly NamedUser[];
}

/** The names of a user that others have or had, too. */
export function namesakesOf(users: ReadonlyMap<string, readonly NamedUser[]>, id: string | undefined): readonly SharedName[] {
  return Array.from(users).flatMap(([name, named]): SharedName[] => {
    const one = named.find((user) => user.id === id);
    return one === undefined || named.length === 1 ? [] : [{ name, one, others: named.filter((user) => user !== one) }];
  });
}

import type { InventoryToken } from "#domain/inventory/item.ts";

/** A user, as tokens name one. */
export interface TokenMaker {
  readonly id: string;
  readonly username: string;
}

/**
 * Tells which tokens are a user's: the personal one, and those that the user created. Of ingest and fleet tokens a name alone is on record,
 * which may be another's by now.
 */
export function tokensByUser(tokens: readonly InventoryToken[]): (user: TokenMaker) => readonly InventoryToken[] {
  const byId = new Map<string, InventoryToken[]>();
  const byName = new Map<string, InventoryToken[]>();
  for (const token of tokens) {
    const { kind, id, name } = token.owner;
    // A token that creates tokens has an id and a name of its own, which are no user's.
    if (kind === "token" || kind === "administrator") continue;
    if (id !== null) add(byId, id, token);
    else if (name !== null) add(byName, name, token);
  }
  return ({ id, username }) => [...(byId.get(id) ?? []), ...(byName.get(username) ?? [])];
}

function add<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const present = map.get(key);
  if (present === undefined) map.set(key, [value]);
  else present.push(value);
}

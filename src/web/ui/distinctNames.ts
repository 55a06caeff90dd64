/** Something that has a name, which others may have too. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What to call things, by their ids: a name that repeats gets part of the id beside it, which tells one from the other. */
export function distinctNames(things: Iterable<Named>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, name } of things) names.set(id, name);
  const times = new Map<string, number>();
  for (const name of names.values()) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map([...names].map(([id, name]) => [id, times.get(name) === 1 ? name : `${name} (${id.slice(0, 6)}…)`]));
}

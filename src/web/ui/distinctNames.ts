import { likeness, nameInText } from "#domain/name.ts";

/** Something that has a name, which others may have too. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * What to call things in a text, by their ids: a name that repeats, or looks like another, gets part of the id beside it, which tells one
 * from the other.
 */
export function distinctNames(things: Iterable<Named>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, name } of things) names.set(id, name);
  const times = new Map<string, number>();
  for (const name of names.values()) times.set(likeness(name), (times.get(likeness(name)) ?? 0) + 1);
  return new Map(
    [...names].map(([id, name]) => {
      const text = nameInText(name);
      return [id, times.get(likeness(name)) === 1 ? text : `${text} (${id.slice(0, 6)}…)`];
    }),
  );
}

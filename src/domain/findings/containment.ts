import { hasExpired, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import type { Creator } from "#domain/token/creator.ts";

import { hasRights } from "./concerns.ts";
import type { FindingFacts } from "./facts.ts";

/** In place of the place of a token: no other contains its rights, or nobody here can tell. */
export const notContained = -1;
export const containmentUnknown = -2;

/** Sets are compared this often at most, and what is left is not judged: somebody may have made the sets so that it never ends. */
const mostSteps = 5_000_000;

/** Tokens of one owner and kind with the same rights behind the same filter. */
interface Profile {
  readonly permissions: number;
  readonly views: number;
  /** Id of the filter; null where it lets everything through. */
  readonly filter: string | null;
  /** Place of the token that outlasts the others. */
  best: number;
  /** Place of the token that outlasts all others whose rights contain these and more. */
  above: number | undefined;
}

interface Group {
  readonly profiles: Map<string, Profile>;
  /** Whether the rights of one of its tokens could not be read, or not all of its kind are there. */
  partial: boolean;
  tooMany: boolean;
}

/**
 * For each token the place of another of the same owner and kind that may do all it may, wherever and for as long as it may; in
 * `facts.containers`. Of several that contain one another exactly one is contained in none, so that following every such finding loses no
 * right. Yields now and then, so that it can be done in slices.
 */
export function* findContainers(facts: FindingFacts): Generator<undefined, void> {
  const { tokens, context } = facts;
  const containers = new Int32Array(tokens.length).fill(notContained);
  const permissionSets = new SetTable();
  const viewSets = new SetTable();
  const groups = new Map<string, Group>();
  const profileOf = Array.from<Profile | undefined>({ length: tokens.length });
  const groupOf = Array.from<Group | undefined>({ length: tokens.length });

  for (const [index, token] of tokens.entries()) {
    if (index % 2000 === 1999) yield undefined;
    if (!hasRights(token.kind) || hasExpired(token, context.now)) continue;
    const owner = ownerKey(token.owner);
    if (owner === undefined) {
      containers[index] = containmentUnknown;
      continue;
    }
    const key = `${token.kind} ${owner}`;
    let group = groups.get(key);
    if (group === undefined) {
      groups.set(key, (group = { profiles: new Map(), partial: !context.complete.has(token.kind), tooMany: false }));
    }
    groupOf[index] = group;
    const rights = facts.rightsOf(token);
    if (rights === undefined) {
      group.partial = true;
      containers[index] = containmentUnknown;
      continue;
    }
    // What may do nothing is contained in everything, which tells nothing.
    if (rights.permissions.length === 0 || (token.kind === "view" && rights.views.length === 0)) continue;
    const filter = token.ipFilter === null || facts.filterReach(token.ipFilter) === "everything" ? null : token.ipFilter;
    const permissions = permissionSets.add(rights.permissions);
    const views = viewSets.add(rights.views);
    const profileKey = keyOf(permissions, views, filter);
    const profile = group.profiles.get(profileKey);
    if (profile === undefined) {
      group.profiles.set(profileKey, (profileOf[index] = { permissions, views, filter, best: index, above: undefined }));
    } else {
      profile.best = outlasting(tokens, profile.best, index);
      profileOf[index] = profile;
    }
  }

  const budget = { steps: mostSteps };
  for (const group of groups.values()) {
    if (group.profiles.size > 1) yield* findAbove(group, tokens, permissionSets, viewSets, budget);
  }

  for (const [index, group] of groupOf.entries()) {
    const profile = profileOf[index];
    const token = tokens[index];
    if (group === undefined || profile === undefined || token === undefined) continue;
    const { best, above } = profile;
    if (best !== index) containers[index] = best;
    else if (above !== undefined && lastsAsLong(tokens, above, index)) containers[index] = above;
    else if (group.partial || group.tooMany) containers[index] = containmentUnknown;
  }
  facts.containers = containers;
}

/** Finds for each profile of a group the best token of those that contain it and are not the same. */
function* findAbove(
  group: Group,
  tokens: readonly InventoryToken[],
  permissionSets: SetTable,
  viewSets: SetTable,
  budget: { steps: number },
): Generator<undefined, void> {
  const profiles = [...group.profiles.values()];
  const wider = {
    permissions: permissionSets.supersets(new Set(profiles.map(({ permissions }) => permissions)), budget),
    views: viewSets.supersets(new Set(profiles.map(({ views }) => views)), budget),
  };
  for (const [at, profile] of profiles.entries()) {
    if (at % 200 === 199) yield undefined;
    for (const permissions of wider.permissions(profile.permissions)) {
      for (const views of wider.views(profile.views)) {
        for (const filter of profile.filter === null ? [null] : [profile.filter, null]) {
          if (--budget.steps < 0) {
            group.tooMany = true;
            return;
          }
          const other = group.profiles.get(keyOf(permissions, views, filter));
          if (other === undefined || other === profile) continue;
          profile.above = profile.above === undefined ? other.best : outlasting(tokens, profile.above, other.best);
        }
      }
    }
    if (budget.steps < 0) group.tooMany = true;
  }
}

/** Sets of names, each once, by number. */
class SetTable {
  readonly #numbers = new Map<readonly string[], number>();
  readonly #byText = new Map<string, number>();
  readonly #sets: ReadonlySet<string>[] = [];

  add(names: readonly string[]): number {
    let number = this.#numbers.get(names);
    if (number !== undefined) return number;
    // Equal ones are mostly one array; where they are not, they are still one set.
    const text = JSON.stringify(names.toSorted());
    number = this.#byText.get(text);
    if (number === undefined) this.#byText.set(text, (number = this.#sets.push(new Set(names)) - 1));
    this.#numbers.set(names, number);
    return number;
  }

  /** Gives for one of `numbers` those of them that contain it, itself among them; nothing once the budget is spent. */
  supersets(numbers: ReadonlySet<number>, budget: { steps: number }): (number: number) => readonly number[] {
    const holders = new Map<string, number[]>();
    for (const number of numbers) {
      for (const name of this.#sets[number] ?? []) {
        const list = holders.get(name);
        if (list === undefined) holders.set(name, [number]);
        else list.push(number);
      }
    }
    const known = new Map<number, readonly number[]>();
    return (number) => {
      let found = known.get(number);
      if (found === undefined) known.set(number, (found = this.#containing(number, holders, budget) ?? [number]));
      return found;
    };
  }

  /** Only sets with the rarest of its names can contain a set. */
  #containing(
    number: number,
    holders: ReadonlyMap<string, readonly number[]>,
    budget: { steps: number },
  ): readonly number[] | undefined {
    const set = this.#sets[number] ?? new Set<string>();
    let rarest: readonly number[] | undefined;
    for (const name of set) {
      const list = holders.get(name);
      if (list !== undefined && (rarest === undefined || list.length < rarest.length)) rarest = list;
    }
    return rarest?.filter((other) => other === number || ((budget.steps -= set.size) >= 0 && this.#contains(other, set)));
  }

  #contains(number: number, names: ReadonlySet<string>): boolean {
    const set = this.#sets[number];
    if (set === undefined || set.size < names.size) return false;
    for (const name of names) if (!set.has(name)) return false;
    return true;
  }
}

function keyOf(permissions: number, views: number, filter: string | null): string {
  return `${permissions} ${views} ${filter ?? ""}`;
}

/** Of two tokens with the same rights the one that is worth keeping: it lives longer, else is younger, else has the later key. */
function outlasting(tokens: readonly InventoryToken[], one: number, other: number): number {
  const a = tokens[one];
  const b = tokens[other];
  if (a === undefined || b === undefined) return one;
  const order =
    compareEnds(a.expireAt, b.expireAt) ||
    compareEnds(a.createdAt ?? 0, b.createdAt ?? 0) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return order < 0 ? other : one;
}

function lastsAsLong(tokens: readonly InventoryToken[], one: number, other: number): boolean {
  return compareEnds(tokens[one]?.expireAt, tokens[other]?.expireAt) >= 0;
}

/** Never, and not known, are later than every instant. */
function compareEnds(a: Long | null | undefined, b: Long | null | undefined): number {
  const [first, second] = [a ?? Infinity, b ?? Infinity];
  return first < second ? -1 : first > second ? 1 : 0;
}

function ownerKey({ kind, id, name }: Creator): string | undefined {
  if (id !== null) return `${kind} ${id}`;
  if (kind === "administrator") return kind;
  return name === null ? undefined : `${kind} named ${name}`;
}

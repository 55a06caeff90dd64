import { hasRights } from "#domain/findings/concerns.ts";
import { hasExpired, inventoryKeyOf, type InventoryKind, type InventoryToken, type TokenRights } from "#domain/inventory/item.ts";
import type { Dismissal, SuccessorLink, TokenKey } from "#domain/inventory/notes.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { isTokenKind } from "#domain/token/kinds.ts";

/** A token, and the one that takes its place. */
export interface RenewalPair {
  readonly old: InventoryToken;
  readonly next: InventoryToken;
  /** `recorded`: somebody wrote it down, or the server did when it made the new one; `guess`: nothing but likeness speaks for it. */
  readonly source: "recorded" | "guess";
  /** What is kept of a recorded pair. */
  readonly link?: SuccessorLink;
  /** Of a guess: that somebody said it is none. */
  readonly rejection?: Dismissal;
  /** Of a guess: how many tokens are alike, these two among them. With more than two, which replaces which is told by their age alone. */
  readonly alike?: number;
}

/**
 * The name under which a dismissal says of a token that it replaces none of those like it, so that no guess about it comes back. It names no
 * rule of the findings.
 */
export const noSuccessorRule = "guessed-successor";

/** What pairs rest on. */
export interface PairsContext {
  /** Ms since epoch. */
  readonly now: number;
  readonly links: readonly SuccessorLink[];
  /** That somebody said of a token that it replaces none of those like it. */
  readonly rejectionOf: (next: InventoryToken) => Dismissal | undefined;
  /** The rights of a token that carries its own, composed permissions taken apart; undefined where they were not read. */
  readonly rightsOf: (token: InventoryToken) => TokenRights | undefined;
  /** Undefined where they could not be read. */
  readonly policies: Policies | undefined;
}

/** All tokens, and the same by their keys. */
export interface KeyedTokens {
  readonly tokens: readonly InventoryToken[];
  readonly byKey: ReadonlyMap<string, InventoryToken>;
}

/**
 * Every pair of tokens that are both there: the recorded ones, then the guesses about tokens of which nothing is recorded. A token of a chain
 * is the new one of one pair and the old one of the next. Takes time in proportion to the tokens.
 */
export function pairsOf(all: KeyedTokens, context: PairsContext): readonly RenewalPair[] {
  const recorded: RenewalPair[] = [];
  const [replaced, replacing] = [new Set<string>(), new Set<string>()];
  for (const link of context.links) {
    // Where the old one is gone the pair is done, and what took its place is known all the same.
    replacing.add(inventoryKeyOf(link.token));
    replaced.add(inventoryKeyOf(link.replaces));
    const [next, old] = [tokenOf(all, link.token), tokenOf(all, link.replaces)];
    if (next !== undefined && old !== undefined) recorded.push({ old, next, source: "recorded", link });
  }
  const guesses: RenewalPair[] = [];
  for (const [old, { next, alike }] of successorsOf(all.tokens, context)) {
    if (replacing.has(next.key) || replaced.has(old.key)) continue;
    const rejection = context.rejectionOf(next);
    guesses.push({ old, next, source: "guess", alike, ...(rejection && { rejection }) });
  }
  return [...recorded, ...guesses];
}

/** A token that may have taken another's place. */
export interface GuessedSuccessor {
  readonly next: InventoryToken;
  /** See {@link RenewalPair.alike}. */
  readonly alike: number;
}

/**
 * The guess for each token that may have been replaced: by one of the same kind and name with the same rights on the same repositories and
 * views, made later and behind the same IP filter, or behind the one that the policy enforces now. Of several that are alike each replaces
 * the one made just before it; where two come as one, nothing is guessed of them.
 *
 * Only view, organization and system tokens are guessed about: a personal token has no second beside it, an ingest token no namesake in its
 * repository, and of a fleet token there are no rights to compare.
 */
export function successorsOf(
  tokens: readonly InventoryToken[],
  { now, rightsOf, policies }: Pick<PairsContext, "now" | "rightsOf" | "policies">,
): ReadonlyMap<InventoryToken, GuessedSuccessor> {
  const guesses = new Map<InventoryToken, GuessedSuccessor>();
  const sameSet = interner();
  for (const group of namesakes(tokens, now)) {
    for (const alike of withEqualRights(group, rightsOf, sameSet)) {
      const enforced = policies === undefined ? null : enforcedFilter(alike, policies);
      for (const [old, nexts] of claimed(alike, enforced)) {
        const [next, ...others] = nexts;
        if (next !== undefined && others.length === 0) guesses.set(old, { next, alike: alike.length });
      }
    }
  }
  return guesses;
}

/** Tokens of one kind and name, where there are several; without those that are past renewing. */
function* namesakes(tokens: readonly InventoryToken[], now: number): Generator<InventoryToken[]> {
  // Names are looked up as they are, for making a text of each would take longest.
  const byKind = new Map<InventoryKind, Map<string, InventoryToken | InventoryToken[]>>();
  for (const token of tokens) {
    const { kind, name } = token;
    if (!hasRights(kind) || typeof token.createdAt !== "number" || hasExpired(token, now)) continue;
    let byName = byKind.get(kind);
    if (byName === undefined) byKind.set(kind, (byName = new Map()));
    const group = byName.get(name);
    if (group === undefined) byName.set(name, token);
    else if (Array.isArray(group)) group.push(token);
    else byName.set(name, [group, token]);
  }
  for (const byName of byKind.values()) {
    for (const group of byName.values()) if (Array.isArray(group)) yield group;
  }
}

/** The parts of a group that have the same rights; those of which the rights are not known are in none. */
function withEqualRights(
  group: readonly InventoryToken[],
  rightsOf: (token: InventoryToken) => TokenRights | undefined,
  sameSet: (words: readonly string[]) => number,
): InventoryToken[][] {
  const parts = new Map<string, InventoryToken[]>();
  for (const token of group) {
    const rights = rightsOf(token);
    if (rights === undefined) continue;
    const key = `${sameSet(rights.permissions)} ${sameSet(rights.views)}`;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [token]);
    else part.push(token);
  }
  return [...parts.values()].filter(({ length }) => length > 1);
}

/** Gives sets of words numbers, equal ones the same, in whatever order. Arrays are mostly shared, so that few are looked through. */
function interner(): (words: readonly string[]) => number {
  const [byArray, byText] = [new Map<readonly string[], number>(), new Map<string, number>()];
  return (words) => {
    const known = byArray.get(words);
    if (known !== undefined) return known;
    const text = JSON.stringify(words.toSorted());
    const number = byText.get(text) ?? byText.size;
    byText.set(text, number);
    byArray.set(words, number);
    return number;
  };
}

function enforcedFilter([first]: readonly InventoryToken[], policies: Policies): string | null {
  return first !== undefined && isTokenKind(first.kind) ? policies[first.kind].ipFilter : null;
}

/** The latest token so far of those that may have been replaced, unless several were made at that instant. */
interface Latest {
  readonly createdAt: number;
  /** Undefined where several were made then. */
  readonly token: InventoryToken | undefined;
}

/** For each token those that may have replaced it. More than one leaves open which did. */
function claimed(alike: readonly InventoryToken[], enforced: string | null): Map<InventoryToken, InventoryToken[]> {
  const byAge = alike.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
  // Those made at one instant follow no one of them, so each looks at what was there before the instant.
  const before = new Map<string, Latest>();
  const claims = new Map<InventoryToken, InventoryToken[]>();
  let at = 0;
  while (at < byAge.length) {
    const createdAt = Number(byAge[at]?.createdAt);
    const born = byAge.slice(at, at + countOfInstant(byAge, at));
    at += born.length;
    for (const next of born) {
      const behind = enforced !== null && next.ipFilter === enforced ? "any" : `filter ${next.ipFilter ?? ""}`;
      const old = before.get(behind)?.token;
      if (old === undefined) continue;
      const nexts = claims.get(old);
      if (nexts === undefined) claims.set(old, [next]);
      else nexts.push(next);
    }
    for (const token of born) {
      for (const behind of ["any", `filter ${token.ipFilter ?? ""}`]) {
        const latest = before.get(behind);
        before.set(behind, { createdAt, token: latest?.createdAt === createdAt ? undefined : token });
      }
    }
  }
  return claims;
}

function countOfInstant(byAge: readonly InventoryToken[], from: number): number {
  const createdAt = byAge[from]?.createdAt;
  let count = 1;
  while (byAge[from + count]?.createdAt === createdAt && from + count < byAge.length) count++;
  return count;
}

/** The token that a key names, where it is among those listed; not the one that came after it with the same id. */
function tokenOf({ byKey }: KeyedTokens, key: TokenKey): InventoryToken | undefined {
  const token = byKey.get(inventoryKeyOf(key));
  return token !== undefined && "createdAt" in key && token.createdAt !== key.createdAt ? undefined : token;
}

/**
 * The tokens that end within a span (ms) from `now` and that nothing is known to replace: neither recorded nor guessed. A guess that somebody
 * rejected is none.
 */
export function endingAlone(
  tokens: readonly InventoryToken[],
  pairs: readonly RenewalPair[],
  { now, within }: { readonly now: number; readonly within: number },
): readonly InventoryToken[] {
  const replaced = new Set(pairs.flatMap(({ old, rejection }) => (rejection === undefined ? [old.key] : [])));
  return tokens.filter(
    ({ key, expireAt }) => expireAt != null && expireAt > now && expireAt <= now + within && !replaced.has(key),
  );
}

import { kindTraits, perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Policies } from "#domain/policy/policy.ts";
import type { ListedToken } from "#web/api/tokens.ts";
import { countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

/** How much of one kind could be read. `failed`: nothing could; `waiting`: it is not yet read. */
export type SeenState = "complete" | "partial" | "hidden" | "failed" | "waiting";

/** The tokens of one kind, as far as they could be read. */
export interface KindTokens {
  readonly kind: TokenKind;
  readonly state: SeenState;
  readonly tokens: readonly ListedToken[];
}

/** Who uses a filter, as far as it is known. */
export interface FilterUse {
  /** Of each kind the tokens that have the filter, and whether these are all. */
  readonly kinds: Readonly<Record<TokenKind, Omit<KindTokens, "kind">>>;
  /** The kinds whose policy enforces it; undefined where the policies could not be read. */
  readonly policies: readonly TokenKind[] | undefined;
  /** Whether it guards the read-only dashboards; undefined where that could not be read. */
  readonly dashboards: boolean | undefined;
}

/** What is known of everything that can use a filter. */
export interface Users {
  readonly kinds: readonly KindTokens[];
  readonly policies: Policies | undefined;
  /** Id of the filter of the read-only dashboards; null for none, undefined where it could not be read. */
  readonly dashboardFilter: string | null | undefined;
}

/** Makes a function that tells of any filter, by id, who uses it. The tokens are gone through once, however many filters are asked for. */
export function usesOf({ kinds, policies, dashboardFilter }: Users): (id: string) => FilterUse {
  const states = new Map(kinds.map(({ kind, state }) => [kind, state]));
  const byFilter = new Map<string, Map<TokenKind, ListedToken[]>>();
  for (const { kind, tokens } of kinds) {
    for (const token of tokens) {
      if (token.ipFilter === null) continue;
      let ofFilter = byFilter.get(token.ipFilter);
      if (ofFilter === undefined) byFilter.set(token.ipFilter, (ofFilter = new Map()));
      const ofKind = ofFilter.get(kind);
      if (ofKind === undefined) ofFilter.set(kind, [token]);
      else ofKind.push(token);
    }
  }
  return (id) => ({
    kinds: perKind((kind) => ({ state: states.get(kind) ?? "waiting", tokens: byFilter.get(id)?.get(kind) ?? [] })),
    policies: policies && tokenKinds.filter((kind) => policies[kind].ipFilter === id),
    dashboards: dashboardFilter === undefined ? undefined : dashboardFilter === id,
  });
}

/** The tokens that use a filter, of all kinds, as far as they were read. */
export function tokensUsing({ kinds }: FilterUse): readonly ListedToken[] {
  return tokenKinds.flatMap((kind) => kinds[kind].tokens);
}

/** Whether everything that could use a filter was seen. */
function sawAll(use: FilterUse): boolean {
  return use.policies !== undefined && use.dashboards !== undefined && sawAllTokens(use);
}

/** Whether it is certain that nothing uses a filter. */
export function isUnused(use: FilterUse): boolean {
  return sawAll(use) && usersInWords(use).length === 0;
}

function sawAllTokens({ kinds }: FilterUse): boolean {
  return tokenKinds.every((kind) => kinds[kind].state === "complete");
}

/** Whether tokens are still being read for the first time, so that silence means nothing yet. */
export function isWaiting({ kinds }: FilterUse): boolean {
  return tokenKinds.some((kind) => kinds[kind].state === "waiting");
}

/** How many tokens use a filter, in words that say no more than is known: `12 tokens`, `at least 12 tokens`. */
export function tokensInWords(use: FilterUse): string {
  const { length } = tokensUsing(use);
  if (sawAllTokens(use)) return countOf(length, "token");
  return length === 0 ? "an unknown number of tokens" : `at least ${countOf(length, "token")}`;
}

/** The known users of a filter, in words: `12 view tokens`, `the security policy for view tokens`. Empty when none is known. */
export function usersInWords(use: FilterUse): readonly string[] {
  return [
    ...tokenKinds.flatMap((kind) => {
      const { tokens, state } = use.kinds[kind];
      if (tokens.length === 0) return [];
      return [`${state === "complete" ? "" : "at least "}${countOf(tokens.length, `${kindTraits[kind].noun} token`)}`];
    }),
    ...(use.policies ?? []).map((kind) => `the security policy for ${kindTraits[kind].noun} tokens`),
    ...(use.dashboards === true ? ["the read-only dashboards"] : []),
  ];
}

/** What the page must say of unseen tokens; empty when all were seen. */
export function unseenInWords(use: FilterUse): readonly string[] {
  const named = (state: SeenState) => {
    const nouns = tokenKinds.filter((kind) => use.kinds[kind].state === state).map((kind) => kindTraits[kind].noun);
    return nouns.length === 0 ? undefined : `${listWords(nouns)} tokens`;
  };
  const [hidden, partial, failed] = [named("hidden"), named("partial"), named("failed")];
  return [
    ...(hidden === undefined ? [] : [`None of the ${hidden} are visible to you; how many use it is not known.`]),
    ...(partial === undefined ? [] : [`Only some of the ${partial} are visible to you; more may use it.`]),
    ...(failed === undefined ? [] : [`The ${failed} could not be read; how many use it is not known.`]),
    ...(use.policies === undefined ? ["The security policies could not be read; they may enforce it."] : []),
  ];
}

import type { Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { TokenList } from "#web/api/tokens.ts";

import type { JudgeContext } from "./judge.ts";
import type { KitFate } from "./replay.ts";

/**
 * Which tokens there are now, and how many of them others made since a kit was saved (ms since epoch). Undefined stands for a list that
 * was not read; `fates` tell what was made from the kit itself.
 */
export function tokensNow(
  lists: readonly (TokenList | undefined)[],
  savedAt: Long,
  fates: Iterable<KitFate>,
): Pick<JudgeContext, "present" | "namesakes"> {
  const madeHere = new Set([...fates].map((fate) => (fate.at === "made" || fate.at === "kept" ? fate.id : null)));
  const present = new Map<string, Long | null>();
  const newcomers = new Map<string, number>();
  for (const { kind, id, name, createdAt, expireAt } of lists.flatMap((list) => list?.tokens ?? [])) {
    present.set(id, expireAt);
    const key = keyOf(kind, name);
    if (createdAt >= savedAt && !madeHere.has(id)) newcomers.set(key, (newcomers.get(key) ?? 0) + 1);
  }
  return { present, namesakes: (kind, name) => newcomers.get(keyOf(kind, name)) ?? 0 };
}

/** What tokens of the same kind and name have in common. */
function keyOf(kind: TokenKind, name: string): string {
  return `${kind} ${name.trim()}`;
}

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";

import type { TokenList } from "#web/api/tokens.ts";
import { count, countOf } from "#web/ui/counts.ts";

/** Why a list does not hold every token of its kind; undefined when it does. */
export function visibilityWords(kind: TokenKind, list: TokenList): string | undefined {
  const reasons = [unknownWords(kind, list.unknown), reachWords(kind, list)].filter((words) => words !== undefined);
  return reasons.length === 0 ? undefined : reasons.join(" ");
}

/** That tokens of a kind were left out because this page does not know their type; undefined where none were. */
export function unknownWords(kind: TokenKind, unknown: number): string | undefined {
  if (unknown === 0) return undefined;
  const left = `${countOf(unknown, "token")} among the ${kindTraits[kind].noun} tokens ${unknown === 1 ? "is" : "are"} left out`;
  return `${left}: LogScale gives ${unknown === 1 ? "it a type" : "them types"} that this page does not know.`;
}

function reachWords(kind: TokenKind, list: TokenList): string | undefined {
  const { noun } = kindTraits[kind];
  if (!list.steady) {
    return `The list kept changing while it was read: ${count(list.seen)} of ${count(list.total ?? list.seen)} tokens are shown. Read it again for the whole.`;
  }
  switch (list.listable) {
    case "complete":
      return undefined;
    case "partial":
      return kind === "personal"
        ? "Only your own personal token is listed. Those of other people are not listable here, so it is not known how many there are."
        : `Only the ${noun} tokens that you may administer are listed; there may be others.`;
    case "hidden":
      return `You may not list ${noun} tokens, so it is not known here how many there are.`;
    default:
      return list.listable satisfies never;
  }
}

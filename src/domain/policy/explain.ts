import { formatAge, formatDuration } from "#domain/duration.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { subtractLongs, type Long } from "#domain/long.ts";
import type { TokenChange } from "./plan.ts";
import type { Policies } from "./policy.ts";

/** What the words of a reason depend on beside the change itself. */
export interface ExplainContext {
  /** The policies that the plan was made for. */
  readonly next: Policies;
  /** The policies in force before, where known: a maximum is called new only when it differs. */
  readonly base?: Policies;
  /** The moment the plan was made for, ms since epoch. */
  readonly now: number;
  /** Words for an instant (ms since epoch) in the reader's language and time zone. */
  readonly formatInstant: (ms: Long) => string;
  /** The name of an IP filter; its id where it is not known. */
  readonly filterName: (id: string) => string;
}

/**
 * Why and how a token is changed, in plain words: `Created 214 days ago; the new maximum is 90 days`, or one sentence for each value
 * that a restriction sets. Without a full stop after the last sentence, so that it fits a table cell.
 */
export function explainChange(change: TokenChange, context: ExplainContext): string {
  return change.type === "delete" ? explainDeletion(change, context) : explainRestriction(change, context);
}

function explainDeletion({ token, because }: Extract<TokenChange, { type: "delete" }>, context: ExplainContext): string {
  switch (because) {
    case "kind-disabled":
      return `${kindTraits[token.kind].title} tokens are disabled`;
    case "older-than-maximum": {
      const maximum = context.next[token.kind].maximumLifetime;
      const lived = subtractLongs(context.now, token.createdAt);
      // A plan never says "older" without a maximum; but the words must not break when the context belongs to another plan.
      if (maximum === null) return `Created ${formatAge(lived)} ago`;
      const age = formatAge(lived, maximum);
      const isNew = context.base === undefined || context.base[token.kind].maximumLifetime !== maximum;
      return `Created ${age} ago; the ${isNew ? "new " : ""}maximum is ${formatDuration(maximum)}`;
    }
    default:
      return because satisfies never;
  }
}

function explainRestriction({ expireAt, ipFilter }: Extract<TokenChange, { type: "restrict" }>, context: ExplainContext): string {
  const { formatInstant, filterName } = context;
  const sentences: string[] = [];
  if (expireAt !== undefined) {
    const from = expireAt.from === null ? "never" : formatInstant(expireAt.from);
    sentences.push(`Expiry moves from ${from} to ${formatInstant(expireAt.to)}`);
  }
  if (ipFilter !== undefined) {
    const to = filterName(ipFilter.to);
    sentences.push(ipFilter.from === null ? `IP filter ${to} is set` : `IP filter ${to} replaces ${filterName(ipFilter.from)}`);
  }
  return sentences.join(". ");
}

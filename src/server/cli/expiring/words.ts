import { formatAge, formatDuration } from "#domain/duration.ts";
import { visibleName } from "#domain/name.ts";
import { timeLeft, type EndingToken } from "#domain/notice/ending.ts";
import { subtractLongs } from "#domain/long.ts";
import { kindTraits } from "#domain/token/kinds.ts";

import { shortInstant } from "#server/cli/remote/words.ts";
import type { EndingReport } from "#server/notices/report.ts";

/** How many tokens end, and within what time, in a sentence without its full stop. */
export function headline({ tokens, within, unseen }: EndingReport): string {
  const none = unseen.length === 0 ? "No token expires" : "No token that could be seen expires";
  const many = tokens.length === 0 ? none : tokens.length === 1 ? "1 token expires" : `${tokens.length} tokens expire`;
  return `${many} within ${formatDuration(within)}`;
}

/** What stands over notices: others may expire of which there was one before. */
export function noticeHeadline(tokens: number): string {
  return tokens === 1 ? "1 token comes closer to its end" : `${tokens} tokens come closer to their end`;
}

/** What each column of the text says of a token. */
export function cellsOf(token: EndingToken, now: number): readonly string[] {
  return [
    shortInstant(token.expireAt),
    `in ${formatAge(timeLeft(token, now))}`,
    kindTraits[token.kind].noun,
    visibleName(token.name),
    token.owner.name === null ? "not known" : visibleName(token.owner.name),
    lastUsedWords(token, now),
  ];
}

/** The headings of {@link cellsOf}. */
export const columns = ["EXPIRES", "LEFT", "KIND", "NAME", "OWNER", "LAST USED"] as const;

/** When a token was last used, in words. */
function lastUsedWords({ lastUsedAt }: EndingToken, now: number): string {
  if (lastUsedAt === undefined) return "not known";
  return lastUsedAt === null ? "never" : `${formatAge(subtractLongs(now, lastUsedAt))} ago`;
}

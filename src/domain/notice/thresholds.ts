import { day } from "#domain/duration.ts";
import { subtractLongs } from "#domain/long.ts";

import { timeLeft, type EndingToken } from "./ending.ts";

/** How long before a token's end its people are told, in ms, the earliest first. */
export const noticeThresholds = [30 * day, 7 * day, day] as const;

/** One of {@link noticeThresholds}. */
export type NoticeThreshold = (typeof noticeThresholds)[number];

/** A notice that comes later than this after its moment, in ms, is not sent any more: whoever could act has been told otherwise, or not. */
export const latestNotice = 7 * day;

/** A notice of one token's end. */
export interface ExpiryNotice {
  readonly token: EndingToken;
  readonly threshold: NoticeThreshold;
}

/** What a notice is known by, the same whoever makes it: a token that gets another expiry is told of anew. */
export function noticeKey({ token, threshold }: ExpiryNotice): string {
  return `${token.kind}/${token.id}/${token.expireAt}/${threshold / day}`;
}

/**
 * The notice that is due for a token at `now` (ms since epoch): the last threshold that it has passed, for whoever is told that a token has a
 * day left need not be told that it has a month. Undefined where it has passed none.
 */
export function dueNotice(token: EndingToken, now: number): ExpiryNotice | undefined {
  const left = timeLeft(token, now);
  const threshold = noticeThresholds.findLast((each) => left <= each);
  return threshold === undefined ? undefined : { token, threshold };
}

/**
 * Whether a notice comes too late to be sent at `now`, ms since epoch. It is late by what has gone by since its moment, or since it was last
 * looked for (`lookedAt`; undefined when never) where that was later: an expiry that was set meanwhile could not be told of before.
 */
export function isTooLate({ token, threshold }: ExpiryNotice, lookedAt: number | undefined, now: number): boolean {
  const moment = Number(subtractLongs(token.expireAt, threshold));
  return now - Math.max(moment, lookedAt ?? moment) > latestNotice;
}

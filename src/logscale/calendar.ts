import { ICalAlarmType, ICalCalendar, ICalEventTransparency } from "ical-generator";

import { dateOf } from "#domain/instant.ts";
import { visibleName } from "#domain/name.ts";
import type { EndingToken } from "#domain/notice/ending.ts";
import { noticeThresholds } from "#domain/notice/thresholds.ts";
import { kindTraits } from "#domain/token/kinds.ts";

export interface CalendarOptions {
  /** What the calendar is called. */
  readonly name: string;
  /** Ms since epoch. */
  readonly now: number;
  /** Further lines on a token, each a sentence or a link. */
  readonly notes?: (token: EndingToken) => readonly string[];
}

/**
 * A calendar (RFC 5545) with an entry for the end of each token, and a reminder a month, a week and a day before. An entry keeps its id, so
 * that a calendar which reads the file again moves it. An end beyond the calendar has none.
 */
export function endingCalendar(tokens: readonly EndingToken[], { name, now, notes = () => [] }: CalendarOptions): string {
  const calendar = new ICalCalendar({ name, prodId: { company: "Tokenhouse", product: "Tokenhouse", language: "EN" } });
  for (const token of tokens) {
    const start = dateOf(token.expireAt);
    if (start === undefined) continue;
    const event = calendar.createEvent({
      id: `${token.kind}-${visibleName(token.id)}@tokenhouse`,
      stamp: new Date(now),
      start,
      end: start,
      transparency: ICalEventTransparency.TRANSPARENT,
      summary: `${kindTraits[token.kind].title} token ${visibleName(token.name)} expires`,
      description: [ownerWords(token), `Id: ${visibleName(token.id)}`, ...notes(token)].join("\n"),
    });
    for (const threshold of noticeThresholds) {
      event.createAlarm({ type: ICalAlarmType.display, triggerBefore: threshold / 1000 });
    }
  }
  return calendar.toString();
}

function ownerWords({ owner }: EndingToken): string {
  return owner.name === null ? "Owner: not known" : `Owner: ${visibleName(owner.name)}`;
}

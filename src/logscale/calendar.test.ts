import ICAL from "ical.js";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { endingAt } from "#domain/notice/ending.ts";
import { aToken, testNow } from "#domain/testing.ts";

import { endingCalendar } from "./calendar.ts";

/** Read by another library than the one that wrote it. */
function eventsIn(text: string) {
  return new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((component) => ({
    event: new ICAL.Event(component),
    alarms: component.getAllSubcomponents("valarm").map((alarm) => String(alarm.getFirstPropertyValue("trigger"))),
  }));
}

const tokenNamed = (name: string) => endingAt(aToken({ id: "t1", name }), testNow + 12 * day, testNow);
const options = { name: "Tokens", now: testNow };

describe("the calendar of ends", () => {
  it("has an entry at the instant of each, in UTC, with reminders a month, a week and a day before", () => {
    const [first, ...others] = eventsIn(endingCalendar([tokenNamed("ci-deploy")], options));
    expect(others).toEqual([]);
    expect(first?.event.summary).toBe("View token ci-deploy expires");
    expect(first?.event.startDate.toJSDate().getTime()).toBe(testNow + 12 * day);
    expect(first?.event.startDate.zone?.tzid).toBe("UTC");
    expect(first?.alarms).toEqual(["-P30D", "-P7D", "-P1D"]);
  });

  it("gives back what a name and a note hold, whatever it is", () => {
    for (const name of ["a;b,c\\n:d", "ü".repeat(200), 'END:VEVENT\r\nX:"1"', "日本語 🗝️", "x".repeat(200)]) {
      const text = endingCalendar([tokenNamed(name)], { ...options, notes: () => [`See ${name}`] });
      expect(text.split("\r\n").every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
      const [only, ...others] = eventsIn(text);
      expect(others).toEqual([]);
      const shown = name.replaceAll("\r", "⟨U+000D⟩").replaceAll("\n", "⟨U+000A⟩");
      expect(only?.event.summary).toBe(`View token ${shown} expires`);
    }
  });

  it("keeps an entry's id when the end moves, and leaves out an end beyond the calendar", () => {
    const uid = (expireAt: number | bigint) =>
      eventsIn(endingCalendar([endingAt(aToken({ id: "t1" }), expireAt, testNow)], options)).map(({ event }) => event.uid);
    expect(uid(testNow + day)).toEqual(uid(testNow + 2 * day));
    expect(uid(2n ** 62n)).toEqual([]);
  });
});

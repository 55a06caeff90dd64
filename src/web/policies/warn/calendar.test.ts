import ICAL from "ical.js";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { aToken, testNow } from "#domain/testing.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";

import { endsCalendar, endsOf } from "./calendar.ts";

const seen = (token: Parameters<typeof aToken>[0]): SeenToken => ({ ...aToken(token), lastUse: undefined });
const shortened = (name: string, to: number): TokenChange<SeenToken> => {
  const token = seen({ id: `id-${name}`, name, expireAt: null });
  return { type: "restrict", token, expireAt: { from: null, to } };
};
const changes: readonly TokenChange<SeenToken>[] = [
  shortened("late", testNow + 40 * day),
  { type: "delete", token: seen({ name: "gone" }), because: "kind-disabled" },
  shortened("early", testNow + 4 * day),
  { type: "restrict", token: seen({ name: "filtered" }), ipFilter: { from: null, to: "f1" } },
];

/** Read by another library than the one that wrote it. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  return { name: String(calendar.getFirstPropertyValue("x-wr-calname")), events };
}

describe("the calendar of a policy change", () => {
  it("has an entry at each new expiry, the next first, and none for what is deleted or gets a filter alone", () => {
    const ends = endsOf(changes, testNow);
    expect(ends.deleted).toBe(1);
    const { events } = read(endsCalendar(ends, { phase: "made", at: testNow, organization: undefined }));
    expect(events.map(({ summary, startDate }) => [summary, startDate.toJSDate().getTime()])).toEqual([
      ["View token early expires", testNow + 4 * day],
      ["View token late expires", testNow + 40 * day],
    ]);
  });

  it("says of a draft that each end is planned, and keeps the ids of the entries once it is applied", () => {
    const calendarOf = (phase: "planned" | "made") =>
      read(endsCalendar(endsOf(changes, testNow), { phase, at: testNow, organization: "Acme; Ltd" }));
    const [planned, made] = [calendarOf("planned"), calendarOf("made")];
    expect(planned.name).toBe("Planned ends of tokens of Acme; Ltd");
    expect(made.name).toBe("Ends of tokens by policy of Acme; Ltd");
    for (const { description } of planned.events) expect(description).toMatch(/^Planned: .* not made yet\.$/mu);
    for (const { description } of made.events) expect(description).not.toMatch(/planned|not made/iu);
    expect(planned.events.map(({ uid }) => uid)).toEqual(made.events.map(({ uid }) => uid));
  });

  it("takes the first ends alone where there are very many", () => {
    const many = Array.from({ length: 4 }, (_, place) => shortened(`t${place}`, testNow + (9 - place) * day));
    const ends = endsOf(many, testNow);
    expect(ends.shortened).toHaveLength(4);
    const { events } = read(endsCalendar(ends, { phase: "planned", at: testNow, organization: undefined }, 3));
    expect(events.map(({ summary }) => summary)).toEqual(["t3", "t2", "t1"].map((name) => `View token ${name} expires`));
  });
});

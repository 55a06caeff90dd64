import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { harms, type DisruptionTotals, type Harm } from "#domain/policy/disruption.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";

import { addressWords, lastUseWords } from "./changeWords.ts";
import { applyLabel, countEffects, type SeenToken } from "./effects.ts";
import { harmWords } from "./harmWords.ts";
import { impactOf, inNameOrder, listPlaces, type ListFilter, type SortKey } from "./impact.ts";

const now = 1000 * day;
const none = { seen: 0, deleted: 0, shortened: 0, filtered: 0, unchanged: 0, alreadyExpired: 0 };

const used = (ago: number, from: string | null = null): LastUse => ({ at: now - ago, from, source: "recorded" });

function aToken(values: Partial<SeenToken> & { readonly id: string }): SeenToken {
  return { kind: "view", name: values.id, createdAt: now - day, expireAt: null, ipFilter: null, ...values };
}

const everything: ListFilter = { harm: undefined, effect: undefined, kind: undefined, search: "" };
const draft = {
  ...defaultPolicies,
  view: { ...defaultPolicies.view, maximumLifetime: 30 * day },
  organization: { ...defaultPolicies.organization, ipFilter: "office" },
  system: { ...defaultPolicies.system, maximumLifetime: 30 * day, ipFilter: "office" },
};
const judge = filterJudge((id) => (id === "office" ? "allow 10.0.0.0/8" : undefined));

const tokens = inNameOrder([
  aToken({ id: "b", name: "backup 10", createdAt: now - 40 * day, lastUse: used(30 * day) }),
  aToken({ id: "a", name: "backup 9", createdAt: now - 29.5 * day, lastUse: used(60_000) }),
  aToken({ id: "c", name: "Collector", kind: "organization", createdAt: now - 400 * day, lastUse: used(day, "192.0.2.1") }),
  aToken({ id: "d", name: "daily", kind: "system" }),
  aToken({ id: "e", name: "elsewhere", kind: "personal", lastUse: used(0) }),
  aToken({ id: "f", name: "finished", expireAt: now - 1 }),
  aToken({ id: "g", name: "gentle", lastUse: used(0) }),
  aToken({ id: "h", name: "home", kind: "organization", lastUse: used(0, "10.1.2.3") }),
]);
const impact = impactOf(tokens, draft, now, judge);
const ids = (filter: Partial<ListFilter>, column: SortKey = "name", descending = false) =>
  listPlaces(impact, { ...everything, ...filter }, { column, descending }).map((place) => impact.plan.changes[place]?.token.id);

describe("the impact of a draft", () => {
  it("counts the tokens by effect", () => {
    expect(impact.totals).toEqual({ seen: 8, deleted: 1, shortened: 3, filtered: 3, unchanged: 1, alreadyExpired: 1 });
  });

  it("tells how much of what stops is in use, and of how much nobody knows", () => {
    expect(harmWords(impact.disruption.totals)).toBe(
      "1 stops now (0 in use, 0 not known), 1 stops within 24 hours (1 in use, 0 not known), 1 locked out (1 in use, 0 not known), 1 may be locked out (0 in use, 1 not known)",
    );
    expect(harmWords(impactOf(tokens, defaultPolicies, now, judge).disruption.totals)).toBe(
      "nothing stops within 7 days or is locked out",
    );
  });

  it("lists the affected tokens in the order in which people sort names", () => {
    expect(ids({})).toEqual(["a", "b", "c", "d", "g", "h"]);
    expect(ids({}, "name", true)).toEqual(["h", "g", "d", "c", "b", "a"]);
  });

  it("narrows the list to a harm, an effect, a kind or a part of a name", () => {
    expect(ids({ harm: "at-once" })).toEqual(["b"]);
    expect(ids({ harm: "within-a-day" })).toEqual(["a"]);
    expect(ids({ harm: "locked-out", kind: "organization" })).toEqual(["c"]);
    expect(ids({ effect: "delete" })).toEqual(["b"]);
    expect(ids({ effect: "shorten" })).toEqual(["a", "d", "g"]);
    expect(ids({ effect: "filter" })).toEqual(["c", "d", "h"]);
    expect(ids({ kind: "view", search: " BACKUP" })).toEqual(["a", "b"]);
    expect(ids({ effect: "delete", kind: "system" })).toEqual([]);
  });

  it.each([
    // What stops and is or may be in use comes first, then what stops and is not in use, then all else.
    ["harm", ["c", "a", "d", "b", "g", "h"]],
    ["kind", ["a", "b", "g", "c", "h", "d"]],
    ["effect", ["b", "a", "d", "g", "c", "h"]],
    ["expiry", ["b", "a", "d", "g", "c", "h"]],
    ["used", ["d", "b", "c", "a", "g", "h"]],
  ] as const)("sorts by %s, and by name where that is equal", (key, order) => {
    expect(ids({}, key)).toEqual(order);
  });
});

describe("what a row says", () => {
  const context = { base: defaultPolicies, draft, now, filterName: (id: string) => id, judge };
  const addressOf = (id: string) => {
    const change = impact.plan.changes.find(({ token }) => token.id === id);
    return change && addressWords(change, context);
  };

  it("tells of the last address alone whether the filter accepts it", () => {
    expect(addressOf("c")).toBe("its last address is refused");
    expect(addressOf("h")).toBe("its last address is accepted");
    expect(addressOf("d")).toBe("its last address is not known");
    expect(addressOf("a")).toBeUndefined();
  });

  it("takes what an audit log tells for the least that is known, and nothing for not known", () => {
    expect(lastUseWords(used(2 * 3_600_000), now)).toBe("2 hours ago");
    expect(lastUseWords({ ...used(2 * 3_600_000), source: "at-least" }, now)).toBe("2 hours ago, or later");
    expect(lastUseWords(neverUsed, now)).toBe("never used");
    expect(lastUseWords(undefined, now)).toBe("use not known");
  });
});

/** Totals of so many tokens in each class. */
function totals(tokens: Partial<Record<Harm, number>>): DisruptionTotals {
  const of = (harm: Harm) => ({ tokens: tokens[harm] ?? 0, inUse: 0, useUnknown: 0 });
  const byHarm = Object.fromEntries(harms.map((harm) => [harm, of(harm)])) as Record<Harm, ReturnType<typeof of>>;
  return { byHarm, stopsOrMayStop: of("at-once"), needConsent: 0 };
}

describe("the button", () => {
  it.each([
    [{ deleted: 12, shortened: 48 }, {}, "Delete 12 tokens and shorten 48"],
    [{ deleted: 1 }, {}, "Delete 1 token"],
    [{ deleted: 1, shortened: 775 }, { "within-a-day": 86 }, "Delete 1 token, end 86 within a day, shorten 689"],
    [
      { shortened: 781 },
      { "within-a-day": 87, "within-a-week": 4 },
      "End 87 tokens within a day, end 4 within 7 days, shorten 690",
    ],
    [{ shortened: 1200 }, {}, "Shorten 1,200 tokens"],
    [{ filtered: 7 }, {}, "Set the IP filter of 7 tokens"],
    [
      { filtered: 195 },
      { "locked-out": 121, "may-be-locked-out": 65 },
      "Lock out 121 tokens, perhaps lock out 65, set the filter of 9",
    ],
    [{ filtered: 2 }, { "locked-out": 2 }, "Lock out 2 tokens"],
    [{ deleted: 2, shortened: 3, filtered: 4 }, {}, "Delete 2 tokens, shorten 3, set the filter of 4"],
  ])("says what %o, of which %o stop, do", (counts, stopping, label) => {
    expect(applyLabel({ ...none, ...counts }, totals(stopping), true)).toBe(label);
  });

  it("says that nothing is affected only for the tokens that were seen", () => {
    expect(applyLabel(none, totals({}), true)).toBe("Save: no token is affected");
    expect(applyLabel(none, totals({}), false)).toBe("Save: no token you can see is affected");
  });

  it("counts as the report does", () => {
    expect(countEffects({ ...none, deleted: 12, shortened: 48 })).toBe("12 deleted, 48 shortened");
    expect(countEffects(none)).toBe("no token affected");
  });
});

import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";

import { applyLabel, countEffects, type SeenToken } from "./effects.ts";
import { impactOf, inNameOrder, listChanges, type ListFilter, type SortKey } from "./impact.ts";

const now = 1000 * day;
const none = { seen: 0, deleted: 0, shortened: 0, filtered: 0, unchanged: 0, alreadyExpired: 0 };

const used = (ago: number): LastUse => ({ at: now - ago, from: null, source: "recorded" });

function aToken(values: Partial<SeenToken> & { readonly id: string }): SeenToken {
  return { kind: "view", name: values.id, createdAt: now - day, expireAt: null, ipFilter: null, ...values };
}

const everything: ListFilter = { effect: undefined, kind: undefined, search: "" };
const draft = {
  ...defaultPolicies,
  view: { ...defaultPolicies.view, maximumLifetime: 30 * day },
  organization: { ...defaultPolicies.organization, ipFilter: "office" },
  system: { ...defaultPolicies.system, maximumLifetime: 30 * day, ipFilter: "office" },
};

const tokens = inNameOrder([
  aToken({ id: "b", name: "backup 10", createdAt: now - 40 * day, lastUse: used(2 * day) }),
  aToken({ id: "a", name: "backup 9", lastUse: used(60_000) }),
  aToken({ id: "c", name: "Collector", kind: "organization", lastUse: neverUsed }),
  aToken({ id: "d", name: "daily", kind: "system" }),
  aToken({ id: "e", name: "elsewhere", kind: "personal", lastUse: used(0) }),
  aToken({ id: "f", name: "finished", expireAt: now - 1 }),
]);
const impact = impactOf(tokens, draft, now);
const ids = (filter: Partial<ListFilter>, column: SortKey = "name", descending = false) =>
  listChanges(impact.plan.changes, { ...everything, ...filter }, { column, descending }).map(({ token }) => token.id);

describe("the impact of a draft", () => {
  it("counts the tokens by effect", () => {
    expect(impact.totals).toEqual({ seen: 6, deleted: 1, shortened: 2, filtered: 2, unchanged: 1, alreadyExpired: 1 });
  });

  it("counts the affected tokens used lately, and separately those whose use is unknown", () => {
    // The collector was never used and is a day old: it may be about to be.
    expect(impact.use).toEqual({ day: 1, week: 2, unknown: 2 });
  });

  it("lists the affected tokens in the order in which people sort names", () => {
    expect(ids({})).toEqual(["a", "b", "c", "d"]);
    expect(ids({}, "name", true)).toEqual(["d", "c", "b", "a"]);
  });

  it("narrows the list to an effect, a kind or a part of a name", () => {
    expect(ids({ effect: "delete" })).toEqual(["b"]);
    expect(ids({ effect: "shorten" })).toEqual(["a", "d"]);
    expect(ids({ effect: "filter" })).toEqual(["c", "d"]);
    expect(ids({ kind: "view", search: " BACKUP" })).toEqual(["a", "b"]);
    expect(ids({ effect: "delete", kind: "system" })).toEqual([]);
  });

  it.each([
    ["kind", ["a", "b", "c", "d"]],
    ["effect", ["b", "a", "d", "c"]],
    ["expiry", ["b", "a", "d", "c"]],
    ["used", ["c", "d", "b", "a"]],
  ] as const)("sorts by %s, and by name where that is equal", (key, order) => {
    expect(ids({}, key)).toEqual(order);
  });
});

describe("the button", () => {
  it.each([
    [{ deleted: 12, shortened: 48 }, "Delete 12 tokens and shorten 48"],
    [{ deleted: 1 }, "Delete 1 token"],
    [{ shortened: 1200 }, "Shorten 1,200 tokens"],
    [{ filtered: 7 }, "Set the IP filter of 7 tokens"],
    [{ deleted: 2, shortened: 3, filtered: 4 }, "Delete 2 tokens, shorten 3 and set the filter of 4"],
  ])("says what %o does", (counts, label) => {
    expect(applyLabel({ ...none, ...counts }, true)).toBe(label);
  });

  it("says that nothing is affected only for the tokens that were seen", () => {
    expect(applyLabel(none, true)).toBe("Save: no token is affected");
    expect(applyLabel(none, false)).toBe("Save: no token you can see is affected");
  });

  it("counts as the report does", () => {
    expect(countEffects({ ...none, deleted: 12, shortened: 48 })).toBe("12 deleted, 48 shortened");
    expect(countEffects(none)).toBe("no token affected");
  });
});

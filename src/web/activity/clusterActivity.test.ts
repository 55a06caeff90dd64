import { describe, expect, it } from "vitest";

import { day, hour, minute } from "#domain/duration.ts";
import { activityRequestSchema, longestActivity, type ActivityRow } from "#logscale/activity.ts";
import { recordOfEvent } from "#logscale/auditEvent.ts";

import { facetsOf, matching, pageOf, spanOf, type SpanFilters } from "./clusterActivity.ts";

const now = Date.UTC(2026, 10, 20, 12);
const rosa = { type: "orgUser", ip: "192.0.2.7", user: { id: "u1", username: "rosa", isRoot: false } };
const script = { type: "viewPermissionToken", ip: "198.51.100.1", tokenId: "t9", tokenName: "ci" };

function row(place: number, event: object): ActivityRow {
  const told = { timestamp: new Date(now - place * minute).toISOString(), sensitive: true, actor: rosa, ...event };
  const read = recordOfEvent({ "@id": `event-${place}`, "@rawstring": JSON.stringify(told) }, place);
  if (read === undefined) throw new Error("It is no event.");
  return read;
}

const rows = [
  row(0, { type: "hashedtokens.rotate", oldTokenId: "t1", newTokenId: "t2" }),
  row(1, { type: "ipfilters.change", actionName: "update", ipFilterId: "f1", actionData: "Office" }),
  row(2, { type: "tokens", tokenName: "Shipper", repoId: "r1", repoName: "web", actor: script }),
  row(3, { type: "tokens", tokenName: "Other", repoId: "r1", repoName: "web" }),
  row(4, { type: "organization.settings", actor: { type: "system" } }),
];
const placesOf = (filter: Parameters<typeof matching>[1]) => matching(rows, filter).map((found) => rows.indexOf(found));

describe("The records of a cluster's audit log, in the browser", () => {
  it("are narrowed as the embedded server narrows its own", () => {
    expect(placesOf({})).toEqual([0, 1, 2, 3, 4]);
    expect(placesOf({ actors: ["u1"] })).toEqual([0, 1, 3]);
    expect(placesOf({ actors: ["t9", "system"] })).toEqual([2, 4]);
    expect(placesOf({ types: ["tokens"], addresses: ["192.0.2.7"] })).toEqual([3]);
    expect(placesOf({ subjects: ["t2"] })).toEqual([0]);
    expect(placesOf({ subjects: ["r1", "f1"] })).toEqual([1, 2, 3]);
    expect(placesOf({ targetKinds: ["ipFilter", "token"] })).toEqual([0, 1]);
    expect(placesOf({ outcome: "refused" })).toEqual([]);
    expect(placesOf({ outcome: "done" })).toHaveLength(5);
    expect(placesOf({ ids: ["event-3"] })).toEqual([3]);
  });

  it("are searched in all their texts, in any case, and not in the names of fields", () => {
    expect(placesOf({ search: "shipper" })).toEqual([2]);
    expect(placesOf({ search: " OFFICE " })).toEqual([1]);
    expect(placesOf({ search: "198.51.100" })).toEqual([2]);
    expect(placesOf({ search: "tokenName" })).toEqual([]);
  });

  it("are counted by what they can be narrowed to, the most frequent first", () => {
    const facets = facetsOf(rows);
    expect(facets.actors).toEqual([
      { value: "u1", name: "rosa", count: 3 },
      { value: "system", name: null, count: 1 },
      { value: "t9", name: "ci", count: 1 },
    ]);
    expect(facets.types[0]).toEqual({ value: "tokens", name: null, count: 2 });
    expect(facets.targetKinds.map(({ value, count }) => [value, count])).toEqual([
      ["ingestToken", 2],
      ["ipFilter", 1],
      ["token", 1],
    ]);
    expect(facets.addresses.map(({ value }) => value)).toEqual(["192.0.2.7", "198.51.100.1"]);
    expect([facets.counted, facets.more]).toEqual([5, false]);
  });

  it("come in pages that together are all of them", () => {
    const many = Array.from({ length: 450 }, (_, place) => row(place, { type: "tokens", tokenName: `token ${place}` }));
    const found: string[] = [];
    let next: string | null | undefined;
    do {
      const page = pageOf(many, next ?? undefined, 200);
      found.push(...page.records.map(({ record }) => record.id));
      next = page.next;
    } while (next !== null);
    expect(found).toEqual(many.map(({ record }) => record.id));
  });

  it.each<[string, Partial<SpanFilters>, number, number]>([
    ["the last 24 hours", {}, now - day, now],
    ["the span that was chosen", { time: "7d" }, now - 7 * day, now],
    ["from an instant until now", { since: "2026-11-20T08:00Z" }, now - 4 * hour, now],
    ["between two instants", { since: "2026-11-01T00:00Z", until: "2026-11-02T00:00Z" }, now - 19.5 * day, now - 18.5 * day],
    ["the 24 hours before an instant", { until: "2026-11-02T00:00Z" }, now - 19.5 * day, now - 18.5 * day],
    ["no more than may be read at a time", { since: "1999-01-01T00:00Z" }, now - longestActivity, now],
    [
      "a moment, where the end comes first",
      { since: "2026-11-02T00:00Z", until: "2026-11-01T00:00Z" },
      now - 19.5 * day - 1,
      now - 19.5 * day,
    ],
  ])("are read of %s", (_, filters, since, until) => {
    const span = spanOf({ time: undefined, since: undefined, until: undefined, ...filters }, now);
    expect(span).toEqual({ since, until });
    expect(activityRequestSchema.safeParse(span).success).toBe(true);
  });
});

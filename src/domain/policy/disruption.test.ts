import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { filterJudge } from "#domain/filter/judge.ts";
import { aToken, somePolicies, testNow, tokenId } from "#domain/testing.ts";
import { horizons, neverUsed, type LastUse, type UsedToken } from "#domain/token/lastUse.ts";

import { disruptionOf, harms, type Disruption } from "./disruption.ts";
import { planPolicyChange } from "./plan.ts";
import type { KindPolicy } from "./policy.ts";

const now = testNow;
const { day, week } = horizons;

const judge = filterJudge(
  (id) =>
    ({ office: "allow 10.0.0.0/8", vpn: "allow 192.0.2.0/24", broken: "allow 10.0.0.0/8\nnonsense", open: "allow all" })[id],
);
const usedFrom = (from: string | null, ago = 0): LastUse => ({ at: now - ago, from, source: "recorded" });
const office = usedFrom("10.0.0.1");

function disrupt(policy: Partial<KindPolicy>, ...tokens: readonly Partial<UsedToken>[]) {
  const all = tokens.map((token, number): UsedToken => ({
    ...aToken({ id: tokenId("view", number), ...token }),
    lastUse: token.lastUse,
  }));
  return disruptionOf(planPolicyChange(all, somePolicies({ view: policy }), now).changes, now, judge);
}

function one(policy: Partial<KindPolicy>, token: Partial<UsedToken>): Disruption | undefined {
  return disrupt(policy, token).ofChanges[0];
}

/** When a token stops that was created `age` ago, would end in `rest` (null: never), and meets a maximum that leaves it `left`. */
function stops(left: number, rest: number | null, age = 100 * day) {
  const expireAt = rest === null ? null : now + rest;
  return one({ maximumLifetime: age + left }, { createdAt: now - age, expireAt, lastUse: office })?.stops;
}

describe("a token stops", () => {
  it.each([
    ["at once where the change deletes it", 0, null, "at-once"],
    ["at once where it would have ended within the day anyway", 0, 1, "at-once"],
    ["within a day from a millisecond on", 1, null, "within-a-day"],
    ["within a day up to 24 hours, to the millisecond", day, null, "within-a-day"],
    ["within a week from a millisecond after that", day + 1, null, "within-a-week"],
    ["within a week up to 7 days, to the millisecond", week, null, "within-a-week"],
    ["not within a time that is told, a millisecond after that", week + 1, null, undefined],
    ["within a day where it would have lived a millisecond longer than 24 hours", 1, day + 1, "within-a-day"],
    ["merely sooner where it would have ended after 24 hours exactly", 1, day, undefined],
    ["within a week where it would have lived a millisecond longer than 7 days", day + 1, week + 1, "within-a-week"],
    ["merely sooner where it would have ended after 7 days exactly", day + 1, week, undefined],
    ["within a day where it would have ended within the week", day, week, "within-a-day"],
    ["not where its own expiry is the sooner one", week, day, undefined],
  ] as const)("%s", (_, left, rest, expected) => {
    expect(stops(left, rest)).toBe(expected);
  });

  it("at once where its kind is disabled", () => {
    expect(one({ enabled: false }, {})?.stops).toBe("at-once");
  });

  it("within a day where the expiry before was beyond the exact numbers", () => {
    const expireAt = 2n ** 60n;
    expect(one({ maximumLifetime: 100 * day + 1 }, { createdAt: now - 100 * day, expireAt })?.stops).toBe("within-a-day");
  });
});

describe("the lockout of a token", () => {
  it.each([
    ["is certain where the filter refuses the address of its last use", "vpn", null, office, "yes"],
    ["is certain where the filter before accepted that address", "vpn", "office", office, "yes"],
    ["is none where the filter accepts that address", "office", null, office, "no"],
    [
      "is none where the filter accepts the IPv4 address that the last use gives as IPv6",
      "office",
      null,
      usedFrom("::ffff:10.0.0.1"),
      "no",
    ],
    [
      "is certain where the filter refuses the IPv4 address that the last use gives as IPv6",
      "vpn",
      null,
      usedFrom("::ffff:10.0.0.1"),
      "yes",
    ],
    ["is none where the filter before refused the address as well", "vpn", "office", usedFrom("203.0.113.1"), "no"],
    ["is none where the filter before was invalid and refused all", "vpn", "broken", office, "no"],
    ["is certain where the filter is invalid and refuses all", "broken", null, office, "yes"],
    ["is certain by an invalid filter where there was none, whatever the address", "broken", null, neverUsed, "yes"],
    ["is possible where the filter cannot be read", "hidden", null, office, "unknown"],
    ["is possible where the filter before cannot be read", "vpn", "hidden", office, "unknown"],
    ["is none where the filter before cannot be read and this one accepts the address", "office", "hidden", office, "no"],
    ["is possible where nobody knows its last use", "office", null, undefined, "unknown"],
    ["is possible where it was never used", "office", null, neverUsed, "unknown"],
    ["is possible where nobody knows from where it was used", "office", null, usedFrom(null), "unknown"],
    ["is possible where what is said of the address is none", "vpn", "office", usedFrom("unknown"), "unknown"],
    ["is possible where two addresses are said to be the last", "vpn", "office", usedFrom("10.0.0.1, 10.0.0.2"), "unknown"],
    ["is certain by an invalid filter, though the address cannot be read", "broken", null, usedFrom("unknown"), "yes"],
    ["is none by a filter that accepts every address", "open", null, neverUsed, "no"],
  ] as const)("%s", (_, next, former, lastUse, expected) => {
    expect(one({ ipFilter: next }, { ipFilter: former, lastUse })?.lockedOut).toBe(expected);
  });

  it("is none where the token is deleted, and none by a maximum", () => {
    expect(one({ ipFilter: "vpn", enabled: false }, { lastUse: office })?.lockedOut).toBe("no");
    expect(one({ maximumLifetime: 2 * day }, { lastUse: office })?.lockedOut).toBe("no");
  });
});

describe("consent", () => {
  const old = usedFrom("10.0.0.1", week + 1);
  const endsIn = (left: number) => ({ maximumLifetime: 100 * day + left });
  const created = { createdAt: now - 100 * day };

  it.each([
    ["asked for every deletion, in use or not", { enabled: false }, old, true],
    ["asked for an end within a week of what is in use", endsIn(week), office, true],
    ["asked for an end within a week of what may be in use", endsIn(week), undefined, true],
    ["not asked for an end of what is not in use", endsIn(1), old, false],
    ["not asked for an end of what was never used", endsIn(1), neverUsed, false],
    ["not asked for an end after a week", endsIn(week + 1), office, false],
    ["asked for locking out what is in use", { ipFilter: "vpn" }, office, true],
    ["not asked for locking out what is not in use", { ipFilter: "vpn" }, old, false],
    ["asked for perhaps locking out what is in use", { ipFilter: "hidden" }, office, true],
    ["asked for perhaps locking out what may be in use", { ipFilter: "office" }, undefined, true],
    ["not asked where the last address stays accepted", { ipFilter: "office" }, office, false],
  ] as const)("is %s", (_, policy, lastUse, expected) => {
    expect(one(policy, { ...created, lastUse })?.needsConsent).toBe(expected);
  });
});

describe("the totals of disruption", () => {
  it("count each token in one class, with those in use and those of unknown use", () => {
    const { totals } = disrupt(
      { maximumLifetime: 100 * day, ipFilter: "vpn" },
      { createdAt: now - 101 * day, lastUse: office },
      { createdAt: now - 100 * day, lastUse: undefined },
      // Locked out and ended within a day: refused from now on, so that is what it is counted as.
      { createdAt: now - 99.5 * day, lastUse: office },
      { createdAt: now - 99.5 * day, lastUse: usedFrom("192.0.2.1", 2 * day) },
      { createdAt: now - 95 * day, lastUse: usedFrom("192.0.2.1", 20 * day) },
      // May be locked out, and its end is certain.
      { createdAt: now - 95 * day, lastUse: undefined },
      { createdAt: now - 10 * day, lastUse: neverUsed },
      { createdAt: now - 10 * day, lastUse: usedFrom("192.0.2.1") },
    );
    expect(totals).toEqual({
      byHarm: {
        "at-once": { tokens: 2, inUse: 1, useUnknown: 1 },
        "locked-out": { tokens: 1, inUse: 1, useUnknown: 0 },
        "within-a-day": { tokens: 1, inUse: 1, useUnknown: 0 },
        "within-a-week": { tokens: 2, inUse: 0, useUnknown: 1 },
        "may-be-locked-out": { tokens: 1, inUse: 0, useUnknown: 0 },
      },
      stopsOrMayStop: { tokens: 7, inUse: 3, useUnknown: 2 },
      needConsent: 5,
    });
  });

  it("are what the single disruptions add up to, and the rank puts harm to what may be in use first", () => {
    const lastUse = fc.constantFrom(undefined, neverUsed, office, usedFrom("192.0.2.1", 2 * day), usedFrom(null, 20 * day));
    const token = fc.record({
      createdAt: fc.integer({ min: now - 120 * day, max: now }),
      expireAt: fc.option(fc.integer({ min: now + 1, max: now + 20 * day })),
      ipFilter: fc.constantFrom(null, "office", "vpn", "broken", "hidden"),
      lastUse,
    });
    const policy = fc.record({
      maximumLifetime: fc.option(fc.constant(100 * day)),
      ipFilter: fc.constantFrom(null, "office", "vpn"),
    });
    fc.assert(
      fc.property(policy, fc.array(token, { maxLength: 40 }), (next, tokens) => {
        const { ofChanges, totals } = disrupt(next, ...tokens);
        for (const harm of harms) {
          const those = ofChanges.filter((each) => each.harm === harm);
          expect(totals.byHarm[harm]).toEqual({
            tokens: those.length,
            inUse: those.filter(({ inUse }) => inUse.startsWith("last-")).length,
            useUnknown: those.filter(({ inUse }) => inUse === "unknown").length,
          });
        }
        expect(totals.stopsOrMayStop.tokens).toBe(ofChanges.filter(({ harm }) => harm !== undefined).length);
        expect(totals.needConsent).toBe(ofChanges.filter(({ needsConsent }) => needsConsent).length);
        for (const each of ofChanges) {
          const group = each.harm === undefined ? 2 : each.inUse === "not" ? 1 : 0;
          expect(Math.floor(each.rank / harms.length)).toBe(group);
        }
      }),
    );
  });
});

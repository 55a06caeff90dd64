import { describe, expect, it } from "vitest";

import { expiryChoices, latestProposal, proposedExpiry } from "./expiry.ts";
import { day, minute } from "#domain/duration.ts";
import { dateOf } from "#domain/instant.ts";
import { defaultPolicies, shortestMaximumLifetime } from "#domain/policy/policy.ts";
import { checkAgainstPolicy } from "./policyCheck.ts";

const now = 1_800_000_000_000;

describe("the expiries to choose from", () => {
  it("end with never where there is no maximum", () => {
    expect(expiryChoices(null, now).map(({ label }) => label)).toEqual([
      "1 day",
      "7 days",
      "30 days",
      "90 days",
      "365 days",
      "Never",
    ]);
    expect(expiryChoices(null, now).at(-1)?.expireAt).toBeNull();
  });

  it("end with the longest that is allowed where there is a maximum, and none is later", () => {
    expect(expiryChoices(30 * day, now).map(({ label, expireAt }) => [label, expireAt])).toEqual([
      ["1 day", now + day],
      ["7 days", now + 7 * day],
      ["As long as allowed, 30 days", now + 30 * day - minute],
    ]);
  });

  it.each([shortestMaximumLifetime, 5 * minute, 90 * minute, day, 30 * day + 1, 4000 * day])(
    "are all accepted by a server whose clock is behind, with a maximum of %d ms",
    (maximumLifetime) => {
      const policy = { ...defaultPolicies.view, maximumLifetime };
      const behind = now - Math.min(minute, maximumLifetime / 10);
      for (const { expireAt } of expiryChoices(maximumLifetime, now)) {
        expect(checkAgainstPolicy("view", policy, { expireAt, ipFilter: null }, behind).ok).toBe(true);
        expect(checkAgainstPolicy("view", policy, { expireAt, ipFilter: null }, now).ok).toBe(true);
      }
    },
  );
});

describe("the expiries to choose from where a cluster has a maximum in force that nobody could set here", () => {
  it.each([2n ** 63n - 1n, 2n ** 53n + 1n, 31_557_600_000_001])("end with one that a date says: %s ms", (maximumLifetime) => {
    const policy = { ...defaultPolicies.view, maximumLifetime };
    for (const { expireAt } of expiryChoices(maximumLifetime, now)) {
      expect(expireAt !== null && dateOf(expireAt)).toBeInstanceOf(Date);
      expect(checkAgainstPolicy("view", policy, { expireAt, ipFilter: null }, now).ok).toBe(true);
    }
    expect(checkAgainstPolicy("view", policy, { expireAt: null, ipFilter: null }, now).ok).toBe(false);
  });

  it("do not begin with the end of the calendar", () => {
    for (const maximum of [2n ** 63n - 1n, 2n ** 53n + 1n, 0, -1])
      expect(proposedExpiry(maximum, now).expireAt).toBe(now + 90 * day);
  });

  it.each([0, -1, -(2n ** 63n)])(
    "are those without a maximum where none keeps to it, for the cluster to decide: %s ms",
    (maximum) => {
      expect(expiryChoices(maximum, now)).toEqual(expiryChoices(null, now));
      const policy = { ...defaultPolicies.view, maximumLifetime: maximum };
      expect(checkAgainstPolicy("view", policy, { expireAt: now + day, ipFilter: null }, now).ok).toBe(true);
      expect(checkAgainstPolicy("view", policy, { expireAt: null, ipFilter: null }, now).ok).toBe(true);
    },
  );
});

describe("the expiry that a form starts from", () => {
  it("is 90 days where nothing is enforced", () => {
    expect(proposedExpiry(null, now).expireAt).toBe(now + 90 * day);
  });

  it("is 90 days where the policy allows longer: a maximum never lengthens it", () => {
    for (const maximum of [90 * day + minute + 1, 1500 * day, 2n ** 62n])
      expect(proposedExpiry(maximum, now).expireAt).toBe(now + 90 * day);
    expect(proposedExpiry(90 * day, now).expireAt).toBe(now + 90 * day - minute);
  });

  it("is a minute below the maximum where that is shorter", () => {
    expect(proposedExpiry(10 * day, now).expireAt).toBe(now + 10 * day - minute);
    expect(latestProposal(10 * day, now)).toBe(now + 10 * day - minute);
  });
});

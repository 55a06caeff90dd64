import { describe, expect, it } from "vitest";

import { day, hour, minute } from "#domain/duration.ts";
import { latestInstant } from "#domain/instant.ts";
import { defaultPolicies, type KindPolicy } from "#domain/policy/policy.ts";
import { testNow } from "#domain/testing.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import { renewalExpiry, renewalOf } from "./renewal.ts";

const now = testNow;
const soon = now + 90 * day;
const old = { name: "deploy", ipFilter: null };
const rights = { permissions: ["ReadAccess", "OrganizationOwnedQueries"], views: ["web", "api"] };

function policyOf(overrides: Partial<KindPolicy> = {}): KindPolicy {
  return { ...defaultPolicies.view, ...overrides };
}

describe("the successor of a token", () => {
  it("has the same name, rights, views and filter, and the expiry that is asked for", () => {
    expect(renewalOf("view", { ...old, ipFilter: "office" }, rights, policyOf(), soon, now)).toEqual({
      ok: true,
      request: {
        kind: "view",
        name: "deploy",
        viewIds: ["web", "api"],
        permissions: ["ReadAccess"],
        ipFilter: "office",
        expireAt: soon,
      },
      changes: {},
    });
    expect(
      renewalOf("organization", old, { permissions: ["ViewUsage", "ManageUsers"], views: [] }, policyOf(), null, now),
    ).toMatchObject({
      ok: true,
      request: { kind: "organization", name: "deploy", permissions: ["ManageUsers", "ViewUsage"], expireAt: null },
    });
    expect(renewalOf("system", old, { permissions: ["ReadHealthCheck"], views: [] }, policyOf(), soon, now)).toMatchObject({
      ok: true,
      request: { kind: "system", permissions: ["ReadHealthCheck"] },
    });
  });

  it("asks for the limits alone of a personal token, whose name and rights are its user's", () => {
    expect(renewalOf("personal", { name: "ada", ipFilter: "office" }, undefined, policyOf(), soon, now)).toEqual({
      ok: true,
      request: { kind: "personal", expireAt: soon, ipFilter: "office" },
      changes: {},
    });
  });

  it("has the filter that the policy enforces, and says so where the old one has none or another", () => {
    const policy = policyOf({ ipFilter: "office" });
    for (const from of [null, "home"]) {
      expect(renewalOf("view", { ...old, ipFilter: from }, rights, policy, soon, now)).toMatchObject({
        ok: true,
        request: { ipFilter: "office" },
        changes: { ipFilter: { from, to: "office" } },
      });
    }
    const same = renewalOf("view", { ...old, ipFilter: "office" }, rights, policy, soon, now);
    expect(same).toMatchObject({ ok: true, changes: {} });
  });

  it("keeps permissions that no catalogue has, since a newer LogScale may have put them there", () => {
    const read = { permissions: ["ReadAccess", "ReadThoughts"], views: ["web"] };
    expect(renewalOf("view", old, read, policyOf(), soon, now)).toMatchObject({
      request: { permissions: ["ReadAccess", "ReadThoughts"] },
    });
  });

  it("is not asked for what every view token gets, unless the old one had nothing else, and says where the old one lacks it", () => {
    const only = { permissions: ["OrganizationOwnedQueries"], views: ["web"] };
    expect(renewalOf("view", old, only, policyOf(), soon, now)).toMatchObject({
      request: { permissions: ["OrganizationOwnedQueries"] },
      changes: {},
    });
    const without = { permissions: ["ReadAccess"], views: ["web"] };
    expect(renewalOf("view", old, without, policyOf(), soon, now)).toMatchObject({
      request: { permissions: ["ReadAccess"] },
      changes: { granted: ["OrganizationOwnedQueries"] },
    });
  });

  it("is refused where the policy forbids it, with the policy's words", () => {
    const maximumLifetime = 30 * day;
    expect(renewalOf("view", old, rights, policyOf({ enabled: false }), soon, now)).toMatchObject({
      ok: false,
      violation: { type: "kind-disabled" },
    });
    expect(renewalOf("view", old, rights, policyOf({ maximumLifetime }), soon, now)).toMatchObject({
      violation: { type: "expiry-too-late", field: "expireAt", latest: now + maximumLifetime },
    });
    expect(renewalOf("view", old, rights, policyOf({ maximumLifetime }), null, now)).toMatchObject({
      violation: { type: "expiry-missing" },
    });
    expect(renewalOf("view", old, rights, policyOf(), now, now)).toMatchObject({ violation: { type: "expired" } });
  });

  it("is left to the server where the caller may not read the policy", () => {
    expect(renewalOf("view", old, rights, undefined, null, now)).toMatchObject({ ok: true, request: { expireAt: null } });
  });

  it("is not made without rights where those of the old one could not be read", () => {
    for (const kind of tokenKinds.filter((one) => one !== "personal")) {
      for (const read of [undefined, { permissions: [], views: [] }]) {
        expect(renewalOf(kind, old, read, policyOf(), soon, now)).toMatchObject({
          ok: false,
          violation: { type: "rights-unread" },
        });
      }
    }
    expect(renewalOf("view", old, { ...rights, views: [] }, policyOf(), soon, now).ok).toBe(false);
  });
});

describe("the expiry that is proposed for a successor", () => {
  const lived = (life: number) => ({ createdAt: now - 10 * day, expireAt: now - 10 * day + life });

  it("is as far ahead as the old one lived, whether or not that has expired", () => {
    for (const life of [hour, 5 * day, 90 * day]) expect(renewalExpiry(lived(life), policyOf(), now)).toBe(now + life);
  });

  it("takes a life that falls up to a minute short of whole days for those days", () => {
    expect(renewalExpiry(lived(90 * day - 700), policyOf(), now)).toBe(now + 90 * day);
    expect(renewalExpiry(lived(90 * day - minute), policyOf(), now)).toBe(now + 90 * day);
    expect(renewalExpiry(lived(90 * day - minute - 1), policyOf(), now)).toBe(now + 90 * day - minute - 1);
  });

  it("stays a minute below the policy's maximum, also for a token that never expires", () => {
    const policy = policyOf({ maximumLifetime: 30 * day });
    expect(renewalExpiry(lived(90 * day), policy, now)).toBe(now + 30 * day - minute);
    expect(renewalExpiry({ createdAt: now, expireAt: null }, policy, now)).toBe(now + 30 * day - minute);
    expect(renewalExpiry(lived(7 * day), policy, now)).toBe(now + 7 * day);
  });

  it("is never for a token that never expires, where the policy has no maximum", () => {
    expect(renewalExpiry({ createdAt: now, expireAt: null }, policyOf(), now)).toBeNull();
    // A maximum that no expiry keeps to is the cluster's to judge.
    expect(renewalExpiry({ createdAt: now, expireAt: null }, policyOf({ maximumLifetime: 0 }), now)).toBeNull();
    expect(renewalExpiry({ createdAt: now, expireAt: null }, undefined, now)).toBeNull();
  });

  it("is what a new token starts from, where the life of the old one is not known or was none", () => {
    for (const token of [
      { createdAt: undefined, expireAt: soon },
      { createdAt: now, expireAt: undefined },
      { createdAt: now, expireAt: now - 1 },
    ]) {
      expect(renewalExpiry(token, policyOf(), now)).toBe(now + 90 * day);
      expect(renewalExpiry(token, policyOf({ maximumLifetime: day }), now)).toBe(now + day - minute);
    }
  });

  it("is never beyond the calendar", () => {
    expect(renewalExpiry({ createdAt: 0, expireAt: 2n ** 63n - 1n }, policyOf(), now)).toBe(latestInstant);
    expect(renewalExpiry({ createdAt: 0, expireAt: latestInstant }, policyOf(), now)).toBe(latestInstant);
  });
});

import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { Long } from "#domain/long.ts";
import { defaultPolicies, type KindPolicy } from "#domain/policy/policy.ts";
import { organizationTokenSchema, personalTokenSchema, systemTokenSchema, viewTokenSchema } from "./request.ts";
import { checkAgainstPolicy, checkRotation, permissionUpdateViolation, widestLimits } from "./policyCheck.ts";

const now = Date.UTC(2025, 5, 15);
const open = defaultPolicies.view;
const limited: KindPolicy = { ...open, maximumLifetime: 30 * day };
const filtered: KindPolicy = { ...open, ipFilter: "office" };
const disabled: KindPolicy = { ...open, enabled: false };

const check = (policy: KindPolicy, expireAt: number | null, ipFilter: string | null = null) =>
  checkAgainstPolicy("view", policy, { expireAt, ipFilter }, now);

describe("a new token", () => {
  it("is free in its limits where nothing is enforced", () => {
    expect(check(open, null)).toEqual({ ok: true, expireAt: null, ipFilter: null });
    expect(check(open, now + 1, "home")).toEqual({ ok: true, expireAt: now + 1, ipFilter: "home" });
  });

  it("is refused where its kind is disabled", () => {
    expect(check(disabled, now + day)).toMatchObject({
      ok: false,
      violation: { type: "kind-disabled", field: null, message: "View tokens are disabled by the security policy." },
    });
  });

  it("may expire exactly at now plus the maximum, and not a millisecond later", () => {
    expect(check(limited, now + 30 * day - 1)).toMatchObject({ ok: true });
    expect(check(limited, now + 30 * day)).toMatchObject({ ok: true, expireAt: now + 30 * day });
    expect(check(limited, now + 30 * day + 1)).toMatchObject({
      ok: false,
      violation: {
        type: "expiry-too-late",
        field: "expireAt",
        latest: now + 30 * day,
        message: "View tokens may live at most 30 days; choose an earlier expiry.",
      },
    });
  });

  it("is refused without an expiry under a maximum, not clamped", () => {
    expect(check(limited, null)).toMatchObject({
      ok: false,
      violation: {
        type: "expiry-missing",
        latest: now + 30 * day,
        message: "View tokens may live at most 30 days; choose an expiry within that time.",
      },
    });
  });

  it("expires in the future", () => {
    expect(check(open, now)).toMatchObject({ ok: false, violation: { type: "expired", field: "expireAt" } });
    expect(check(open, now + 1)).toMatchObject({ ok: true });
  });

  it("gets the enforced IP filter when it names none, and is refused with another", () => {
    expect(check(filtered, null)).toEqual({ ok: true, expireAt: null, ipFilter: "office" });
    expect(check(filtered, null, "office")).toEqual({ ok: true, expireAt: null, ipFilter: "office" });
    expect(check(filtered, null, "home")).toMatchObject({
      ok: false,
      violation: { type: "other-ip-filter", field: "ipFilter", enforced: "office" },
    });
  });
});

describe("a rotation", () => {
  const rotate = (policy: KindPolicy, expireAt: number | null, ipFilter: string | null = null) =>
    checkRotation("view", policy, { expireAt, ipFilter }, now);

  it("carries over an expiry and a filter that fit", () => {
    expect(rotate(limited, now + 30 * day)).toEqual({ ok: true, expireAt: now + 30 * day, ipFilter: null });
    expect(rotate(open, null, "home")).toEqual({ ok: true, expireAt: null, ipFilter: "home" });
    expect(rotate(filtered, null)).toEqual({ ok: true, expireAt: null, ipFilter: "office" });
  });

  it.each([
    ["never expires under a maximum", limited, null, null, "expiry-missing"],
    ["expires too late", limited, now + 30 * day + 1, null, "expiry-too-late"],
    ["has another filter", filtered, null, "home", "other-ip-filter"],
    ["has expired", open, now, null, "expired"],
    ["is of a disabled kind", disabled, null, null, "kind-disabled"],
  ] as const)("is refused for a token that %s", (_, policy, expireAt, ipFilter, type) => {
    expect(rotate(policy, expireAt, ipFilter)).toMatchObject({ ok: false, violation: { type } });
  });

  it("says that it is the rotation which fails", () => {
    expect(rotate(open, now)).toMatchObject({ violation: { message: "This token has expired; it cannot be rotated." } });
    expect(rotate(limited, null)).toMatchObject({
      violation: { message: "This token does not fit the security policy and cannot be rotated; create a new one." },
    });
  });

  it("for a user without a token gives the longest expiry and the filter that the policy allows", () => {
    expect(widestLimits("personal", open, now)).toEqual({ ok: true, expireAt: null, ipFilter: null });
    const strict = { ...limited, ipFilter: "office" };
    const widest = widestLimits("personal", strict, now);
    expect(widest).toEqual({ ok: true, expireAt: now + 30 * day, ipFilter: "office" });
    expect(widest.ok && checkAgainstPolicy("personal", strict, widest, now).ok).toBe(true);
    expect(widestLimits("personal", disabled, now)).toMatchObject({ ok: false, violation: { type: "kind-disabled" } });
  });
});

describe("permissions of an existing token", () => {
  it("may be changed only where the policy allows it", () => {
    expect(permissionUpdateViolation("view", { ...open, allowPermissionUpdates: true })).toBeNull();
    expect(permissionUpdateViolation("view", open)).toMatchObject({ type: "permission-updates-off", field: "permissions" });
    expect(permissionUpdateViolation("view", { ...disabled, allowPermissionUpdates: true })).toMatchObject({
      type: "kind-disabled",
    });
  });
});

describe("the schemas of requests", () => {
  const request = {
    name: " deploy ",
    expireAt: null,
    ipFilter: null,
    viewIds: ["b", "a", "b"],
    permissions: ["DeleteFiles", "ReadAccess", "ReadAccess"],
  };
  it("trim the name and put lists in order without repetition", () => {
    expect(viewTokenSchema(now).parse(request)).toEqual({
      name: "deploy",
      expireAt: null,
      ipFilter: null,
      viewIds: ["b", "a"],
      permissions: ["ReadAccess", "DeleteFiles"],
    });
  });

  it("say what is missing, at its field", () => {
    expect(
      messages(viewTokenSchema(now).safeParse({ ...request, name: " ", viewIds: [], permissions: [], ipFilter: "" })),
    ).toEqual([
      ["ipFilter", "Choose an IP filter."],
      ["name", "Give the token a name."],
      ["viewIds", "Choose at least one repository or view."],
      ["permissions", "Choose at least one permission."],
    ]);
  });

  it("demand an expiry after now, as a whole number of 64 bits", () => {
    const expiry = (expireAt: Long) => messages(personalTokenSchema(now).safeParse({ expireAt, ipFilter: null }));
    expect(expiry(now + 1)).toBeUndefined();
    expect(expiry(2n ** 53n + 1n)).toBeUndefined();
    expect(expiry(2n ** 63n - 1n)).toBeUndefined();
    expect(expiry(now)).toEqual([["expireAt", "Choose an expiry in the future."]]);
    expect(expiry(2n ** 63n)).toEqual([["expireAt", "This expiry is too far in the future."]]);
    expect(expiry(now + 0.5)).toEqual([["expireAt", "An expiry is a whole number of milliseconds since 1970."]]);
  });

  it("know the permissions of their own kind only", () => {
    const named = { name: "ci", expireAt: null, ipFilter: null };
    expect(organizationTokenSchema(now).safeParse({ ...named, permissions: ["ManageUsers"] }).success).toBe(true);
    expect(systemTokenSchema(now).safeParse({ ...named, permissions: ["PatchGlobal"] }).success).toBe(true);
    expect(organizationTokenSchema(now).safeParse({ ...named, permissions: ["PatchGlobal"] }).success).toBe(false);
    expect(systemTokenSchema(now).safeParse({ ...named, permissions: ["ReadAccess"] }).success).toBe(false);
  });
});

/** What a parse complained of, as pairs of field and message. */
function messages(result: { error?: { issues: { path: PropertyKey[]; message: string }[] } | undefined }) {
  return result.error?.issues.map((issue) => [issue.path.join("."), issue.message]);
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import {
  defaultPolicies,
  kindPolicyFields,
  longestMaximumLifetime,
  policyDifferences,
  shortestMaximumLifetime,
  type Policies,
  type PolicyDifference,
} from "./policy.ts";
import { maximumLifetimeSchema, policiesSchema } from "./policySchema.ts";
import { policiesArbitrary, somePolicies, testNow } from "#domain/testing.ts";

describe("the policies of an organization that never set any", () => {
  it("enable every kind, enforce nothing and forbid permission updates", () => {
    for (const kind of tokenKinds) {
      expect(defaultPolicies[kind]).toEqual({
        enabled: true,
        maximumLifetime: null,
        ipFilter: null,
        allowPermissionUpdates: false,
      });
    }
    expect(policiesSchema.parse(defaultPolicies)).toEqual(defaultPolicies);
  });
});

describe("a maximum lifetime", () => {
  it("is at least one minute", () => {
    expect(problem(shortestMaximumLifetime)).toBeUndefined();
    expect(problem(shortestMaximumLifetime - 1)).toBe("A maximum lifetime is at least 1 minute.");
    expect(problem(0)).toBe(
      "A maximum of 0 would delete every token at once. Leave the maximum out to set none, or disable the kind to delete all.",
    );
    expect(problem(-day)).toBe("A maximum lifetime is at least 1 minute.");
  });

  it("is at most a thousand years, so that adding it to a creation time stays exact", () => {
    expect(problem(longestMaximumLifetime)).toBeUndefined();
    expect(problem(longestMaximumLifetime + 1)).toBe("A maximum lifetime is at most 365,250 days.");
    expect(Number.isSafeInteger(testNow + longestMaximumLifetime)).toBe(true);
  });

  it.each([60_000.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, "90000", null])(
    "is a whole number of milliseconds, unlike %s",
    (value) => {
      expect(maximumLifetimeSchema.safeParse(value).success).toBe(false);
    },
  );
});

describe("a set of policies", () => {
  it("passes where every kind is complete and within bounds", () => {
    fc.assert(
      fc.property(policiesArbitrary, (policies) => {
        expect(policiesSchema.parse(policies)).toEqual(policies);
      }),
    );
  });

  it.each(tokenKinds)("is refused where the %s kind is missing or incomplete", (kind) => {
    expect(policiesSchema.safeParse({ ...defaultPolicies, [kind]: undefined }).success).toBe(false);
    for (const field of kindPolicyFields) {
      const incomplete = { ...defaultPolicies, [kind]: { ...defaultPolicies[kind], [field]: undefined } };
      expect(policiesSchema.safeParse(incomplete).error?.issues).toMatchObject([{ path: [kind, field] }]);
    }
  });

  it("names an enforced filter or null, never an empty id", () => {
    expect(policiesSchema.safeParse(somePolicies({ view: { ipFilter: "" } })).error?.issues).toMatchObject([
      { path: ["view", "ipFilter"], message: "Choose an IP filter." },
    ]);
  });

  it("cannot allow permission updates of personal tokens, which carry no permissions", () => {
    expect(policiesSchema.safeParse(somePolicies({ personal: { allowPermissionUpdates: true } })).success).toBe(false);
    for (const kind of ["view", "organization", "system"] as const) {
      expect(policiesSchema.safeParse(somePolicies({ [kind]: { allowPermissionUpdates: true } })).success).toBe(true);
    }
  });
});

describe("the differences between two sets", () => {
  it("are none between a set and its copy", () => {
    fc.assert(
      fc.property(policiesArbitrary, (policies) => {
        expect(policyDifferences(policies, structuredClone(policies))).toEqual([]);
      }),
    );
  });

  it("name kind, field, and the values before and after, in the order of the form", () => {
    const base = somePolicies({ view: { maximumLifetime: 60_000 } });
    const next = somePolicies({ system: { enabled: false }, view: { ipFilter: "a" } });
    expect(policyDifferences(base, next)).toEqual([
      { kind: "view", field: "maximumLifetime", from: 60_000, to: null },
      { kind: "view", field: "ipFilter", from: null, to: "a" },
      { kind: "system", field: "enabled", from: true, to: false },
    ]);
  });

  it("make the one set from the other", () => {
    fc.assert(
      fc.property(policiesArbitrary, policiesArbitrary, (base, next) => {
        expect(policyDifferences(base, next).reduce(patched, base)).toEqual(next);
      }),
    );
  });
});

/** The policies with one difference carried out. */
function patched(policies: Policies, { kind, field, to }: PolicyDifference): Policies {
  return { ...policies, [kind]: { ...policies[kind], [field]: to } };
}

/** What is wrong with a maximum lifetime, or undefined. */
function problem(ms: unknown): string | undefined {
  return maximumLifetimeSchema.safeParse(ms).error?.issues[0]?.message;
}

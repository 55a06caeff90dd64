import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { explainChange, type ExplainContext } from "./explain.ts";
import { day } from "#domain/duration.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { planPolicyChange, type PlannableToken } from "./plan.ts";
import type { KindPolicy } from "./policy.ts";
import { aToken, organizationArbitrary, somePolicies, testNow } from "#domain/testing.ts";

const formatInstant = (at: Long) => `day ${Number(at) / day}`;
const filterName = (id: string) => id.replace("filter-", "");

/** The reason for what a view policy does to a token. */
function reason(policy: Partial<KindPolicy>, token: Partial<PlannableToken>, context: Partial<ExplainContext> = {}): string {
  const next = somePolicies({ view: policy });
  const [change] = planPolicyChange([aToken(token)], next, testNow).changes;
  if (change === undefined) throw new Error("The policy does not change the token.");
  return explainChange(change, { next, now: testNow, formatInstant, filterName, ...context });
}

describe("the reason of a deletion", () => {
  it("gives the age and the new maximum", () => {
    expect(reason({ maximumLifetime: 90 * day }, { createdAt: testNow - 214 * day - 1 })).toBe(
      "Created 214 days ago; the new maximum is 90 days",
    );
  });

  it("calls a maximum new only where it is", () => {
    const policy = { maximumLifetime: 90 * day };
    expect(reason(policy, { createdAt: testNow - 214 * day }, { base: somePolicies({ view: policy }) })).toBe(
      "Created 214 days ago; the maximum is 90 days",
    );
    expect(reason(policy, { createdAt: testNow - 214 * day }, { base: somePolicies() })).toContain("the new maximum");
  });

  it("shows an age that has visibly reached the maximum", () => {
    expect(reason({ maximumLifetime: 1.5 * day }, { createdAt: testNow - 1.75 * day })).toBe(
      "Created 1 day 18 hours ago; the new maximum is 1 day 12 hours",
    );
    expect(reason({ maximumLifetime: 90 * day }, { createdAt: testNow - 90 * day })).toBe(
      "Created 90 days ago; the new maximum is 90 days",
    );
  });

  it.each([
    ["personal", "Personal tokens are disabled"],
    ["view", "View tokens are disabled"],
    ["organization", "Organization tokens are disabled"],
    ["system", "System tokens are disabled"],
  ] as const satisfies readonly (readonly [TokenKind, string])[])("names the disabled kind: %s", (kind, words) => {
    const next = somePolicies({ [kind]: { enabled: false } });
    const changes = planPolicyChange(
      tokenKinds.map((each) => aToken({ kind: each })),
      next,
      testNow,
    ).changes;
    expect(changes.map((change) => explainChange(change, { next, now: testNow, formatInstant, filterName }))).toEqual([words]);
  });
});

describe("the reason of a restriction", () => {
  it("gives the expiry before and after", () => {
    const policy = { maximumLifetime: 30 * day };
    expect(reason(policy, { createdAt: testNow - day })).toBe("Expiry moves from never to day 20029");
    expect(reason(policy, { createdAt: testNow - day, expireAt: testNow + 365 * day })).toBe(
      "Expiry moves from day 20365 to day 20029",
    );
  });

  it("names the filter that is set and the one it replaces", () => {
    expect(reason({ ipFilter: "filter-office" }, {})).toBe("IP filter office is set");
    expect(reason({ ipFilter: "filter-office" }, { ipFilter: "filter-vpn" })).toBe("IP filter office replaces vpn");
  });

  it("names both where both fall on one token", () => {
    expect(reason({ maximumLifetime: 30 * day, ipFilter: "filter-office" }, { createdAt: testNow - day })).toBe(
      "Expiry moves from never to day 20029. IP filter office is set",
    );
  });
});

it("every change of every plan has a reason", () => {
  fc.assert(
    fc.property(organizationArbitrary, ({ tokens, next, now }) => {
      for (const change of planPolicyChange(tokens, next, now).changes) {
        expect(explainChange(change, { next, now, formatInstant, filterName })).toMatch(/^[A-Z].*[^.;]$/u);
      }
    }),
  );
});

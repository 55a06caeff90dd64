import { describe, expect, it } from "vitest";

import { day, hour, minute } from "#domain/duration.ts";
import { defaultPolicies, type KindPolicy } from "#domain/policy/policy.ts";
import { testNow as now } from "#domain/testing.ts";
import type { ListedToken } from "#web/api/tokens.ts";
import { expiryOf } from "#web/tokens/request.ts";

import { renewalSchema, renewalStart } from "./form.ts";

function aViewToken(overrides: Partial<ListedToken> = {}): ListedToken {
  return {
    kind: "view",
    id: "V".repeat(32),
    name: "deploy",
    createdAt: now - day,
    expireAt: null,
    ipFilter: null,
    permissions: ["ReadAccess"],
    views: [{ id: "web", name: "web", type: "Repository" }],
    ...overrides,
  };
}

const policyOf = (overrides: Partial<KindPolicy> = {}) => ({ ...defaultPolicies.view, ...overrides });
const lived = (life: number) => aViewToken({ createdAt: now - day, expireAt: now - day + life });

describe("the form that renews a token", () => {
  it("starts from the usual choice that is as long as the old token lived, and never from none", () => {
    const start = (token: ListedToken, policy = policyOf()) => renewalStart({ token, policy }, now).expiry;
    expect(start(lived(90 * day))).toBe(String(90 * day));
    // What a form at the maximum of a policy made falls a minute short.
    expect(start(lived(30 * day - minute))).toBe(String(30 * day));
    expect(start(aViewToken())).toBe(String(90 * day));
    expect(start(aViewToken(), policyOf({ maximumLifetime: 30 * day }))).toBe("maximum");
    expect(start(lived(365 * day), policyOf({ maximumLifetime: 30 * day }))).toBe("maximum");
  });

  it("starts from an exact expiry where no usual choice is as long", () => {
    const token = lived(45 * day + hour);
    const start = renewalStart({ token, policy: policyOf() }, now);
    expect(start.expiry).toBe("exact");
    expect(expiryOf(start, null, now)).toBe(now + 45 * day + hour);
  });

  it("starts from what a new token starts from where the old one lived too short or too long for a date field", () => {
    for (const token of [lived(minute), aViewToken({ createdAt: 0, expireAt: 2n ** 63n - 1n })]) {
      expect(renewalStart({ token, policy: policyOf() }, now)).toMatchObject({ expiry: String(90 * day), exact: "" });
    }
  });

  it("yields the request for the successor, and refuses an expiry at the field that it was typed in", () => {
    const policy = policyOf({ maximumLifetime: 30 * day, ipFilter: "office" });
    const schema = renewalSchema({ token: aViewToken(), policy }, now);
    const form = renewalStart({ token: aViewToken(), policy }, now);
    expect(schema.safeParse({ ...form, expiry: String(7 * day) })).toMatchObject({
      success: true,
      data: { kind: "view", name: "deploy", viewIds: ["web"], permissions: ["ReadAccess"], ipFilter: "office" },
    });
    const refused = (values: Partial<typeof form>) =>
      schema.safeParse({ ...form, ...values }).error?.issues.map(({ path, message }) => [path[0], message]);
    expect(refused({ expiry: "exact", exact: "2199-01-01T00:00" })).toEqual([
      ["exact", "View tokens may live at most 30 days; choose an earlier expiry."],
    ]);
    expect(refused({ expiry: "exact", exact: "" })).toEqual([["exact", "Enter a date and a time."]]);
    expect(refused({ expiry: "" })).toEqual([["expiry", "Choose an expiry."]]);
  });

  it("refuses a token whose rights could not be read, whatever the expiry", () => {
    const { permissions: _, ...token } = aViewToken();
    const form = renewalStart({ token, policy: undefined }, now);
    expect(renewalSchema({ token, policy: undefined }, now).safeParse(form).error?.issues).toMatchObject([{ path: ["root"] }]);
  });
});

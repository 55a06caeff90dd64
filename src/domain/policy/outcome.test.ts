import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compareOutcome, comparePlans, describeChange, samePlan } from "./outcome.ts";
import { planPolicyChange, type PolicyPlan, type TokenChange } from "./plan.ts";
import { day } from "#domain/duration.ts";
import { applyPlan, aToken, organizationArbitrary, policiesArbitrary, somePolicies, testNow } from "#domain/testing.ts";

const now = testNow;

// One token for each fate under a maximum of 30 days and the filter "a".
const doomed = aToken({ id: "doomed", createdAt: now - 31 * day });
const shortened = aToken({ id: "shortened", createdAt: now - 10 * day, ipFilter: "a" });
const filtered = aToken({ id: "filtered", createdAt: now - 10 * day, expireAt: now + 5 * day });
const kept = aToken({ id: "kept", createdAt: now - 10 * day, expireAt: now + 5 * day, ipFilter: "a" });
const expired = aToken({ id: "expired", createdAt: now - 40 * day, expireAt: now - 1 });
const tokens = [doomed, shortened, filtered, kept, expired];
const plan = planPolicyChange(tokens, somePolicies({ view: { maximumLifetime: 30 * day, ipFilter: "a" } }), now);
const after = applyPlan(tokens, plan);

describe("what is found after a change", () => {
  it("confirms every change that was carried out to the letter", () => {
    expect(compareOutcome(tokens, plan, after, now)).toEqual({ confirmed: plan.changes, differences: [] });
  });

  it("differs nowhere in any organization where the plan was carried out", () => {
    fc.assert(
      fc.property(organizationArbitrary, (organization) => {
        const made = planPolicyChange(organization.tokens, organization.next, organization.now);
        const found = applyPlan(organization.tokens, made).toReversed();
        expect(compareOutcome(organization.tokens, made, found, organization.now)).toEqual({
          confirmed: made.changes,
          differences: [],
        });
      }),
    );
  });

  it("differs where a doomed token survived", () => {
    const { confirmed, differences } = compareOutcome(tokens, plan, [...after, doomed], now);
    expect(differences).toEqual([{ type: "survived", expected: doomed, found: doomed }]);
    expect(confirmed.map((change) => change.token.id)).toEqual(["shortened", "filtered"]);
  });

  it.each([
    ["the expiry of a shortened token", "shortened", { expireAt: null }],
    ["the filter of a filtered token", "filtered", { ipFilter: null }],
    ["the expiry of a token that the plan left alone", "kept", { expireAt: now + day }],
    ["the filter of a token that the plan left alone", "kept", { ipFilter: "b" }],
    ["an expired token that came back to life", "expired", { expireAt: now + day }],
  ])("differs in %s", (_, id, change) => {
    const altered = after.map((token) => (token.id === id ? { ...token, ...change } : token));
    const expected = after.find((token) => token.id === id);
    const { confirmed, differences } = compareOutcome(tokens, plan, altered, now);
    expect(differences).toEqual([{ type: "differs", expected, found: { ...expected, ...change } }]);
    expect(confirmed.map((each) => each.token.id)).not.toContain(id);
  });

  it.each(["shortened", "filtered", "kept"])("differs where a token is missing that should be there: %s", (id) => {
    const left = after.filter((token) => token.id !== id);
    const expected = after.find((token) => token.id === id);
    const { confirmed, differences } = compareOutcome(tokens, plan, left, now);
    expect(differences).toEqual([{ type: "missing", expected }]);
    expect(confirmed.map((each) => each.token.id)).not.toContain(id);
  });

  it("differs by a token that was not there before", () => {
    const stranger = aToken({ id: "stranger" });
    expect(compareOutcome(tokens, plan, [stranger, ...after], now)).toEqual({
      confirmed: plan.changes,
      differences: [{ type: "appeared", found: stranger }],
    });
  });

  it("does not differ by an expired token that the purge took", () => {
    const left = after.filter((token) => token.id !== "expired");
    expect(compareOutcome(tokens, plan, left, now).differences).toEqual([]);
  });

  it("confirms a shortened token whose new time was up when it was looked for", () => {
    const left = after.filter((token) => token.id !== "shortened");
    const up = now + 20 * day;
    expect(compareOutcome(tokens, plan, left, up - 1).differences).toMatchObject([{ type: "missing" }]);
    const { confirmed, differences } = compareOutcome(tokens, plan, left, up);
    expect(differences).toEqual([]);
    expect(confirmed).toEqual(plan.changes);
  });
});

describe("two plans for the same draft", () => {
  const only = (...changes: TokenChange[]): PolicyPlan => ({ ...plan, changes });
  const [deletion, shortening, filtering] = plan.changes;
  if (deletion === undefined || shortening === undefined || filtering === undefined) throw new Error("The plan lacks a change.");

  it("are the same when they do the same, in whatever order and with whatever names", () => {
    const renamed = plan.changes.map((change) => ({ ...change, token: { ...change.token, name: "renamed" } })).toReversed();
    const difference = comparePlans(plan, only(...renamed));
    expect(difference).toEqual({ added: [], removed: [], altered: [] });
    expect(samePlan(difference)).toBe(true);
  });

  it("differ by what only one of them does", () => {
    const added = comparePlans(only(deletion), only(deletion, shortening));
    expect(added).toEqual({ added: [shortening], removed: [], altered: [] });
    expect(samePlan(added)).toBe(false);
    const removed = comparePlans(only(deletion, filtering), only(filtering));
    expect(removed).toEqual({ added: [], removed: [deletion], altered: [] });
    expect(samePlan(removed)).toBe(false);
  });

  it("differ by a token that both change, but not alike", () => {
    const to: TokenChange = { type: "delete", token: shortened, because: "kind-disabled" };
    const difference = comparePlans(only(deletion, shortening), only(deletion, to));
    expect(difference).toEqual({ added: [], removed: [], altered: [{ from: shortening, to }] });
    expect(samePlan(difference)).toBe(false);
  });

  it("are the same exactly when their changes read the same", () => {
    fc.assert(
      fc.property(organizationArbitrary, policiesArbitrary, (organization, other) => {
        const a = planPolicyChange(organization.tokens, organization.next, now);
        const b = planPolicyChange(organization.tokens, other, now);
        expect(samePlan(comparePlans(a, a))).toBe(true);
        expect(samePlan(comparePlans(a, b))).toBe(read(a) === read(b));
      }),
    );
  });
});

/** The changes of a plan as text. */
function read(plan: PolicyPlan): string {
  return JSON.stringify(plan.changes.map(describeChange));
}

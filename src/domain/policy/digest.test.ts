import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planText, policiesText } from "./digest.ts";
import { describeChange } from "./outcome.ts";
import { perKind, tokenKinds } from "#domain/token/kinds.ts";
import { planPolicyChange, type PlannableToken, type PolicyPlan, type TokenChange } from "./plan.ts";
import { policyDifferences, type Policies } from "./policy.ts";
import { aToken, organizationArbitrary, policiesArbitrary, somePolicies, testNow } from "#domain/testing.ts";

const planOf = (...changes: TokenChange[]): PolicyPlan => ({ ...planPolicyChange([], somePolicies(), testNow), changes });
const textOf = (...changes: TokenChange[]) => planText(planOf(...changes), tokenKinds);

describe("the text of a plan", () => {
  it("does not depend on the order of the tokens", () => {
    const shuffled = organizationArbitrary.chain((organization) =>
      fc.record({
        organization: fc.constant(organization),
        tokens: fc.shuffledSubarray([...organization.tokens], { minLength: organization.tokens.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ organization: { tokens, next, now }, tokens: others }) => {
        expect(planText(planPolicyChange(others, next, now), tokenKinds)).toBe(
          planText(planPolicyChange(tokens, next, now), tokenKinds),
        );
      }),
    );
  });

  it("is its changes as lines, in the order of the lines, whatever the ids", () => {
    const id = fc.string({
      unit: fc.constantFrom('"', "\\", "\n", " ", "!", "#", "a", "b", "Z", "0", "é", "\u{1f600}", "\ud83d"),
      maxLength: 4,
    });
    const kind = fc.constantFrom(...tokenKinds);
    const change: fc.Arbitrary<TokenChange> = fc.oneof(
      fc.tuple(id, kind).map(([tokenOf, of]) => ({ ...deletion(tokenOf), token: aToken({ id: tokenOf, kind: of }) })),
      fc.tuple(id, kind, fc.nat()).map(([tokenOf, of, to]) => ({
        type: "restrict" as const,
        token: aToken({ id: tokenOf, kind: of }),
        expireAt: { from: null, to },
      })),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.subarray([...tokenKinds]), (changes, kinds) => {
        const lines = changes.filter(({ token }) => kinds.includes(token.kind)).map(describeChange);
        expect(planText({ changes }, kinds)).toBe(lines.toSorted().join("\n"));
      }),
      { numRuns: 1000 },
    );
  });

  it("changes with every single value of a change", () => {
    const token = aToken({ id: "t" });
    const restriction: TokenChange = {
      type: "restrict",
      token,
      expireAt: { from: null, to: 5 },
      ipFilter: { from: null, to: "a" },
    };
    const variants: TokenChange[] = [
      { type: "delete", token, because: "kind-disabled" },
      { type: "delete", token, because: "older-than-maximum" },
      { type: "delete", token: { ...token, id: "u" }, because: "kind-disabled" },
      { type: "delete", token: { ...token, kind: "system" }, because: "kind-disabled" },
      restriction,
      { ...restriction, token: { ...token, id: "u" } },
      { ...restriction, token: { ...token, kind: "system" } },
      { ...restriction, expireAt: { from: 7, to: 5 } },
      { ...restriction, expireAt: { from: null, to: 6 } },
      { ...restriction, ipFilter: { from: "b", to: "a" } },
      { ...restriction, ipFilter: { from: null, to: "b" } },
      { type: "restrict", token, expireAt: { from: null, to: 5 } },
      { type: "restrict", token, ipFilter: { from: null, to: "a" } },
    ];
    const texts = [textOf(), ...variants.map((change) => textOf(change)), textOf(...variants)];
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("holds times beyond the exact numbers to the last digit, apart from any number", () => {
    const token = aToken({ id: "t" });
    const texts = [2 ** 53 - 1, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n].map((to) =>
      textOf({ type: "restrict", token, expireAt: { from: null, to } }),
    );
    expect(new Set(texts).size).toBe(4);
    const policies = [null, 0, -1, 2n ** 53n + 1n, 2n ** 63n - 1n].map((maximumLifetime) =>
      policiesText(somePolicies({ view: { maximumLifetime } })),
    );
    expect(new Set(policies).size).toBe(5);
  });

  it("does not change with a name, which a policy leaves alone", () => {
    const token = aToken({ id: "t" });
    expect(textOf({ type: "delete", token: { ...token, name: "other" }, because: "kind-disabled" })).toBe(
      textOf({ type: "delete", token, because: "kind-disabled" }),
    );
  });

  it("cannot be imitated by an id or a filter with quotes, line breaks or brackets", () => {
    expect(textOf(deletion("a"), deletion("b"))).not.toBe(textOf(deletion(`a","kind-disabled"]\n["delete","view","b`)));

    const hostile = fc
      .array(fc.constantFrom('"', "\\", "\n", ",", "[", "]", "null", "a"), { maxLength: 5 })
      .map((parts) => parts.join(""));
    const changeArbitrary: fc.Arbitrary<TokenChange> = fc.oneof(
      hostile.map(deletion),
      fc.tuple(hostile, fc.option(hostile), hostile).map(([id, from, to]) => ({
        type: "restrict" as const,
        token: aToken({ id, ipFilter: from }),
        ipFilter: { from, to },
      })),
    );
    const changesArbitrary = fc.array(changeArbitrary, { maxLength: 3 });
    fc.assert(
      fc.property(changesArbitrary, changesArbitrary, (a, b) => {
        expect(textOf(...a) === textOf(...b)).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: 500 },
    );
  });

  it("concerns the kinds named and no others", () => {
    const tokens = tokenKinds.map((kind) => aToken({ kind, id: kind }));
    const next = perKind(() => ({ ...somePolicies().view, ipFilter: "a" }));
    const plan = planPolicyChange(tokens, next, testNow);
    for (const kind of tokenKinds) {
      const own: PlannableToken[] = tokens.filter((token) => token.kind === kind);
      expect(planText(plan, [kind])).toBe(planText(planPolicyChange(own, next, testNow), tokenKinds));
    }
    expect(planText(plan, [])).toBe("");
    expect(planText(plan, ["system", "view"])).toBe(planText(plan, ["view", "system"]));
  });
});

describe("the text of policies", () => {
  it("is equal exactly when the policies are", () => {
    fc.assert(
      fc.property(policiesArbitrary, policiesArbitrary, (a, b) => {
        expect(policiesText(a) === policiesText(b)).toBe(policyDifferences(a, b).length === 0);
        expect(policiesText(structuredClone(a))).toBe(policiesText(a));
      }),
    );
  });

  it("changes with every single value of every kind", () => {
    const variants: Policies[] = tokenKinds.flatMap((kind) => [
      somePolicies({ [kind]: { enabled: false } }),
      somePolicies({ [kind]: { maximumLifetime: 60_000 } }),
      somePolicies({ [kind]: { maximumLifetime: 60_001 } }),
      somePolicies({ [kind]: { ipFilter: "60000" } }),
      somePolicies({ [kind]: { ipFilter: "null" } }),
      somePolicies({ [kind]: { ipFilter: '",true,"' } }),
      somePolicies({ [kind]: { allowPermissionUpdates: true } }),
    ]);
    const texts = [somePolicies(), ...variants].map(policiesText);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("does not depend on the order in which an object has its keys", () => {
    const policies = somePolicies({ view: { maximumLifetime: 60_000 } });
    const { system, organization, view, personal } = policies;
    const { allowPermissionUpdates, ipFilter, maximumLifetime, enabled } = view;
    const reordered = { system, organization, view: { allowPermissionUpdates, ipFilter, maximumLifetime, enabled }, personal };
    expect(policiesText(reordered)).toBe(policiesText(policies));
  });
});

/** A list of changes written so that equal texts mean equal lists, in any order. */
function canonical(changes: readonly TokenChange[]): string {
  const texts = changes.map((change) =>
    JSON.stringify(change.type === "delete" ? [change.token.id] : [change.token.id, change.ipFilter?.from, change.ipFilter?.to]),
  );
  return JSON.stringify(texts.toSorted());
}

/** The deletion of a token by its id. */
function deletion(id: string): TokenChange {
  return { type: "delete", token: aToken({ id }), because: "kind-disabled" };
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { perKind, tokenKinds } from "#domain/token/kinds.ts";
import { defaultPolicies, longestMaximumLifetime, shortestMaximumLifetime, type KindPolicy } from "#domain/policy/policy.ts";

import { changedFields, draftOf, draftSchemaOf, hasEdits, withValueOf } from "./draft.ts";
import { rebaseDraft, settleRebase } from "./rebase.ts";

const kindPolicy = (hasPermissions: boolean): fc.Arbitrary<KindPolicy> =>
  fc.record({
    enabled: fc.boolean(),
    maximumLifetime: fc.option(fc.integer({ min: shortestMaximumLifetime, max: longestMaximumLifetime })),
    ipFilter: fc.option(fc.constantFrom("office", "vpn", "0")),
    allowPermissionUpdates: hasPermissions ? fc.boolean() : fc.constant(false),
  });

const policiesArbitrary = fc.record({
  personal: kindPolicy(false),
  view: kindPolicy(true),
  organization: kindPolicy(true),
  system: kindPolicy(true),
});

describe("a draft", () => {
  it("equals what is in force, to the millisecond, until somebody edits it", () => {
    fc.assert(
      fc.property(policiesArbitrary, (policies) => {
        expect(draftSchemaOf(policies).parse(draftOf(policies))).toEqual(policies);
        expect(hasEdits(policies, draftOf(policies))).toBe(false);
      }),
    );
  });

  it("shows a maximum in the largest unit that holds it exactly", () => {
    const policies = { ...defaultPolicies, view: { ...defaultPolicies.view, maximumLifetime: 60_001 } };
    expect(draftOf(policies).view).toMatchObject({ limited: true, amount: "60001", unit: "milliseconds" });
  });

  it.each([2n ** 63n - 1n, 2n ** 53n + 1n, -1, 0, longestMaximumLifetime + 1, 59_999, -(2n ** 63n)])(
    "leaves a maximum in force as it is while another kind is changed, though nobody could set it: %s",
    (maximumLifetime) => {
      const base = { ...defaultPolicies, view: { ...defaultPolicies.view, maximumLifetime } };
      const draft = draftOf(base);
      expect(hasEdits(base, draft)).toBe(false);
      const edited = { ...draft, system: { ...draft.system, limited: true, amount: "9" } };
      expect(draftSchemaOf(base).parse(edited)).toEqual({
        ...base,
        system: { ...base.system, maximumLifetime: 9 * day },
      });
      // Changed, it is held against the bounds as any other; taken back, it is what it was.
      const typed = { ...draft, view: { ...draft.view, amount: "1", unit: "milliseconds" as const } };
      expect(draftSchemaOf(base).safeParse(typed).error?.issues).toMatchObject([{ path: ["view", "amount"] }]);
      const off = { ...typed, view: { ...typed.view, limited: false } };
      expect(draftSchemaOf(base).parse(off)).toEqual(defaultPolicies);
      expect(withValueOf(typed, "view", "maximumLifetime", base)).toEqual(draft);
    },
  );

  it.each([
    ["", "Enter a number."],
    [
      "0",
      "A maximum of 0 would delete every token at once. Leave the maximum out to set none, or disable the kind to delete all.",
    ],
    ["366000", "A maximum lifetime is at most 365,250 days."],
  ])("with %j as maximum is refused at the amount, in the domain's words", (amount, message) => {
    const draft = draftOf(defaultPolicies);
    const issues = draftSchemaOf(defaultPolicies).safeParse({ ...draft, view: { ...draft.view, limited: true, amount } }).error
      ?.issues;
    expect(issues).toMatchObject([{ path: ["view", "amount"], message }]);
  });

  it("with an unreadable maximum that is not enforced is accepted", () => {
    const draft = draftOf(defaultPolicies);
    expect(draftSchemaOf(defaultPolicies).safeParse({ ...draft, view: { ...draft.view, amount: "" } }).data).toEqual(
      defaultPolicies,
    );
  });

  it("is unchanged where its values are, however they are spelled", () => {
    const base = { ...defaultPolicies.view, maximumLifetime: day };
    const draft = draftOf({ ...defaultPolicies, view: base }).view;
    expect(changedFields(base, { ...draft, amount: "24", unit: "hours" })).toEqual([]);
    expect(changedFields(base, { ...draft, amount: "25", unit: "hours" })).toEqual(["maximumLifetime"]);
    expect(changedFields(base, { ...draft, amount: "" })).toEqual(["maximumLifetime"]);
  });

  it("loses only the value that is undone", () => {
    fc.assert(
      fc.property(policiesArbitrary, policiesArbitrary, (base, next) => {
        let draft = draftOf(next);
        for (const kind of tokenKinds) {
          for (const field of changedFields(base[kind], draft[kind])) {
            const before = perKind((other) => changedFields(base[other], draft[other]));
            draft = withValueOf(draft, kind, field, base);
            const after = perKind((other) => changedFields(base[other], draft[other]));
            expect(after).toEqual({ ...before, [kind]: before[kind].filter((other) => other !== field) });
          }
        }
        expect(draftSchemaOf(base).parse(draft)).toEqual(base);
      }),
    );
  });
});

describe("carrying a draft over to another administrator's change", () => {
  it("keeps the changes of both, and asks wherever they contradict each other", () => {
    fc.assert(
      fc.property(policiesArbitrary, policiesArbitrary, policiesArbitrary, (base, current, mine) => {
        const rebase = rebaseDraft(base, current, draftOf(mine));
        const next = draftSchemaOf(current).parse(rebase.draft);
        for (const kind of tokenKinds) {
          for (const field of ["enabled", "maximumLifetime", "ipFilter", "allowPermissionUpdates"] as const) {
            const iChanged = mine[kind][field] !== base[kind][field];
            const theyChanged = current[kind][field] !== base[kind][field];
            const asked = rebase.conflicts.some((conflict) => conflict.kind === kind && conflict.field === field);
            expect(next[kind][field]).toBe(iChanged ? mine[kind][field] : current[kind][field]);
            expect(asked).toBe(iChanged && theyChanged && mine[kind][field] !== current[kind][field]);
          }
        }
      }),
    );
  });

  it("waits until every contradiction is decided", () => {
    const base = defaultPolicies;
    const current = { ...base, view: { ...base.view, ipFilter: "theirs", enabled: false } };
    const mine = draftOf({ ...base, view: { ...base.view, ipFilter: "mine" } });
    const rebase = rebaseDraft(base, current, mine);
    expect(rebase.conflicts).toEqual([{ kind: "view", field: "ipFilter" }]);
    expect(settleRebase(rebase, current, new Map())).toBeUndefined();
    expect(settleRebase(rebase, current, new Map([["view.ipFilter", "mine"]]))?.view).toMatchObject({
      ipFilter: "mine",
      enabled: false,
    });
    expect(settleRebase(rebase, current, new Map([["view.ipFilter", "theirs"]]))?.view).toMatchObject({ ipFilter: "theirs" });
  });

  it("keeps a value that is half typed", () => {
    const base = defaultPolicies;
    const draft = draftOf(base);
    const typing = { ...draft, view: { ...draft.view, limited: true, amount: "" } };
    const rebase = rebaseDraft(base, { ...base, view: { ...base.view, maximumLifetime: 60_000 } }, typing);
    expect(rebase.conflicts).toEqual([{ kind: "view", field: "maximumLifetime" }]);
    expect(rebase.draft.view.amount).toBe("");
  });
});

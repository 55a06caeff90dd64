import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planPolicyChange } from "#domain/policy/plan.ts";
import { aToken, organizationArbitrary } from "#domain/testing.ts";

import { PlanLedger } from "./planLedger.ts";

describe("The ledger of a plan", () => {
  it("gives back each change as it was, in the order in which they came", () => {
    fc.assert(
      fc.property(organizationArbitrary, ({ tokens, next, now }) => {
        const plan = planPolicyChange(tokens, next, now);
        const ledger = new PlanLedger();
        for (const change of plan.changes) ledger.add({ changes: [change] });
        expect(ledger.length).toBe(plan.changes.length);
        expect(ledger.slice(0, ledger.length)).toEqual(
          plan.changes.map(({ token: { id, kind }, ...change }) => ({ ...change, token: { id, kind } })),
        );
      }),
    );
  });

  it("keeps times beyond the exact numbers to the last digit", () => {
    const ledger = new PlanLedger();
    const expireAt = { from: 2n ** 63n - 1n, to: 2n ** 53n + 1n };
    ledger.add({ changes: [{ type: "restrict", token: aToken(), expireAt }] });
    expect(ledger.at(0)).toMatchObject({ expireAt });
  });

  it("has no change beyond its end", () => {
    expect(() => new PlanLedger().at(0)).toThrow(RangeError);
    expect(new PlanLedger().slice(0, 10)).toEqual([]);
  });
});

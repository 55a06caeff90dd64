import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planPolicyChange } from "#domain/policy/plan.ts";
import { aToken, organizationArbitrary } from "#domain/testing.ts";

import { PlanLedger } from "./planLedger.ts";

/** How many bytes are kept more than before, on the heap and outside it. */
function grown(work: () => void): { readonly heap: number; readonly outside: number } {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  const kept = () => {
    if (typeof collect === "function") collect();
    return process.memoryUsage();
  };
  const before = kept();
  work();
  const after = kept();
  return { heap: after.heapUsed - before.heapUsed, outside: after.arrayBuffers - before.arrayBuffers };
}

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

  it("keeps ids of any length, and each in its place however many there are", () => {
    const ledger = new PlanLedger();
    const ids = Array.from(
      { length: 10_000 },
      (_, number) => `${number % 3 === 0 ? "ключ-🔑-".repeat(number % 40) : ""}${number}`,
    );
    for (const id of ids) ledger.add({ changes: [{ type: "delete", token: aToken({ id }), because: "kind-disabled" }] });
    expect(ledger.slice(0, Infinity).map(({ token }) => token.id)).toEqual(ids);
  });

  it("keeps its changes outside the heap, and of each less than 64 bytes", () => {
    const ledger = new PlanLedger();
    const changes = Array.from({ length: 1000 }, (_, number) => ({
      type: "restrict" as const,
      token: aToken({ id: `token-with-an-id-of-32-bytes-${String(number).padStart(3, "0")}` }),
      expireAt: { from: null, to: number },
    }));
    const { heap, outside } = grown(() => {
      for (let times = 0; times < 200; times++) ledger.add({ changes });
    });
    expect(ledger.length).toBe(200_000);
    // On it, the ids alone would take 10 MB.
    expect(heap).toBeLessThan(2e6);
    expect(outside / ledger.length).toBeLessThan(64);
  });

  it("has no change beyond its end", () => {
    expect(() => new PlanLedger().at(0)).toThrow(RangeError);
    expect(new PlanLedger().slice(0, 10)).toEqual([]);
  });
});

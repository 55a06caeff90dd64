import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { perKind, tokenKinds } from "#domain/token/kinds.ts";
import {
  countExpiries,
  countsAfter,
  deletedBy,
  deletionsByMaximum,
  expiryBuckets,
  shortestGentleMaximum,
  shortestHarmlessMaximum,
} from "./lifetimes.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";
import { disruptionOf } from "./disruption.ts";
import { planPolicyChange } from "./plan.ts";
import { defaultPolicies, type Policies } from "./policy.ts";
import { applyPlan, aToken, organizationArbitrary, testNow } from "#domain/testing.ts";

const onlyMaximum = (maximumLifetime: number): Policies => perKind((kind) => ({ ...defaultPolicies[kind], maximumLifetime }));

const usedDaysAgo = (days: number): LastUse => ({ at: testNow - days * day, from: null, source: "recorded" });

const offsetArbitrary = fc.constantFrom(-1, 0, 1);

describe("the tokens deleted against the maximum lifetime", () => {
  it("are as many as the plan deletes, at every age and a millisecond to either side", () => {
    fc.assert(
      fc.property(organizationArbitrary, offsetArbitrary, ({ tokens, now }, offset) => {
        for (const kind of tokenKinds) {
          const ofKind = tokens.filter((token) => token.kind === kind);
          const curve = deletionsByMaximum(ofKind, now);
          for (const age of curve.ages) {
            const maximum = Math.max(1, age + offset);
            expect(deletedBy(curve, maximum)).toBe(planPolicyChange(ofKind, onlyMaximum(maximum), now).counts[kind].deleted);
          }
        }
      }),
    );
  });

  it("are none from the shortest harmless maximum up, now and for an hour", () => {
    fc.assert(
      fc.property(organizationArbitrary, fc.integer({ min: 0, max: hour }), ({ tokens, now }, later) => {
        for (const kind of tokenKinds) {
          const ofKind = tokens.filter((token) => token.kind === kind);
          const curve = deletionsByMaximum(ofKind, now);
          const maximum = shortestHarmlessMaximum(curve) ?? 0;
          expect(maximum % day).toBe(0);
          expect(maximum).toBeGreaterThan(0);
          expect(deletedBy(curve, maximum)).toBe(0);
          expect(planPolicyChange(ofKind, onlyMaximum(maximum), now + later).counts[kind].deleted).toBe(0);
          // And it is the shortest: a day less would delete the oldest token within the hour.
          if (maximum > day) expect(deletedBy(curve, maximum - day - hour)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("have a shortest maximum that stops nothing in use, or of unknown use, within 7 days", () => {
    const lastUse = fc.constantFrom<(LastUse | undefined)[]>(undefined, neverUsed, ...[0, 2, 8, 400].map(usedDaysAgo));
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            age: fc.integer({ min: 0, max: 900 * day }),
            rest: fc.option(fc.integer({ min: 1, max: 20 * day })),
            lastUse,
          }),
          { maxLength: 20 },
        ),
        fc.integer({ min: 0, max: 3_600_000 }),
        (rows, later) => {
          const tokens = rows.map(({ age, rest, lastUse }, index) => ({
            ...aToken({ id: String(index), createdAt: testNow - age, expireAt: rest === null ? null : testNow + rest }),
            lastUse,
          }));
          const stopping = (maximum: number, at: number) => {
            const { changes } = planPolicyChange(tokens, onlyMaximum(maximum), at);
            const { ofChanges } = disruptionOf(changes, at, () => "accepts");
            return ofChanges.filter(({ stops, inUse }) => stops !== undefined && inUse !== "not").length;
          };
          const maximum = shortestGentleMaximum(tokens, testNow) ?? 0;
          expect(maximum % day).toBe(0);
          expect(stopping(maximum, testNow + later)).toBe(0);
          if (maximum > day) expect(stopping(maximum - day - 3_600_000, testNow)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("leave out what has expired, and may be none at all", () => {
    const curve = deletionsByMaximum([aToken({ createdAt: testNow - 900 * day, expireAt: testNow })], testNow);
    expect(curve.ages).toHaveLength(0);
    expect(shortestHarmlessMaximum(curve)).toBe(day);
    expect(deletedBy(curve, 1)).toBe(0);
  });

  it("know no harmless maximum for a token older than any maximum may be", () => {
    expect(shortestHarmlessMaximum(deletionsByMaximum([aToken({ createdAt: testNow - 365_250 * day })], testNow))).toBeNull();
  });
});

describe("the expiries before and after a change", () => {
  it("are those of the tokens as the plan leaves them", () => {
    fc.assert(
      fc.property(organizationArbitrary, ({ tokens, next, now }) => {
        const plan = planPolicyChange(tokens, next, now);
        const before = countExpiries(tokens, now);
        expect(countsAfter(before, plan.changes, now)).toEqual(countExpiries(applyPlan(tokens, plan), now));
        expect(expiryBuckets.reduce((sum, bucket) => sum + before[bucket], 0)).toBe(tokens.length);
      }),
    );
  });

  it("are counted up to and including the end of each span", () => {
    const at = (rest: number | null) => aToken({ expireAt: rest === null ? null : testNow + rest });
    const counts = countExpiries(
      [at(0), at(1), at(7 * day), at(7 * day + 1), at(730 * day), at(730 * day + 1), at(null)],
      testNow,
    );
    expect(counts).toEqual({ expired: 1, week: 2, month: 1, quarter: 0, year: 0, "two-years": 1, later: 1, never: 1 });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { perKind } from "#domain/token/kinds.ts";
import { planPolicyChange } from "./plan.ts";
import { defaultPolicies, type Policies } from "./policy.ts";
import { neverUsed, usedWithin, type LastUse, type UsedToken } from "#domain/token/lastUse.ts";
import { rotationTime, stagedPlan } from "./stages.ts";
import { applyPlan, aToken, testNow, tokenId } from "#domain/testing.ts";

const judge = filterJudge((id) => (id === "office" ? "allow 10.0.0.0/8" : id === "shut" ? "deny all" : undefined));
const week = { usedWithin: 7 * day, inForce: null, judge };

function aUsedToken(number: number, age: number, lastUsed: number | null | undefined, expireAt: number | null = null): UsedToken {
  const lastUse: LastUse | undefined =
    typeof lastUsed === "number"
      ? { at: testNow - lastUsed, from: null, source: "recorded" }
      : lastUsed === null
        ? neverUsed
        : lastUsed;
  return { ...aToken({ id: tokenId("view", number), createdAt: testNow - age, expireAt }), lastUse };
}

const tokensArbitrary = fc
  .array(
    fc.record({
      age: fc.oneof(fc.integer({ min: 0, max: 2000 * day }), fc.constantFrom(30 * day - 1, 30 * day, 30 * day + 1, 400 * day)),
      used: fc.constantFrom(null, undefined, 0, day, 7 * day, 20 * day, 400 * day),
      rest: fc.option(fc.integer({ min: -day, max: 400 * day })),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ age, used, rest }, number) =>
      aUsedToken(number, age, used, rest === null ? null : Math.max(testNow - age + 1, testNow + rest)),
    ),
  );
const wantedArbitrary = fc.oneof(
  fc.constantFrom(60_000, day, 30 * day, 90 * day, 365 * day),
  fc.integer({ min: 60_000, max: 800 * day }),
);
const optionsArbitrary = fc.constantFrom(week, { usedWithin: 30 * day, inForce: null, judge });

const viewMaximum = (maximumLifetime: number): Policies =>
  perKind((kind) => (kind === "view" ? { ...defaultPolicies[kind], maximumLifetime } : defaultPolicies[kind]));

const only = (maximum: number) => ({ maximum, filter: null });

function inUse(token: UsedToken, span: number): boolean {
  return usedWithin(token, span, testNow) !== "no";
}

describe("a staged plan", () => {
  it("is the wanted maximum at once where it deletes nothing in use", () => {
    const tokens = [aUsedToken(1, 400 * day, null), aUsedToken(2, 400 * day, 8 * day), aUsedToken(3, 10 * day, day)];
    const plan = stagedPlan(tokens, only(90 * day), testNow, week);
    expect(plan).toEqual({
      inUse: 0,
      unknown: 0,
      lockedOut: 0,
      steps: [{ at: testNow, maximum: 90 * day, filter: true, rotateBefore: [], moveBefore: [], deleted: 2, shortened: 1 }],
    });
  });

  it("keeps what is in use until its owners have had two weeks to rotate it", () => {
    const tokens = [aUsedToken(1, 500 * day, null), aUsedToken(2, 400 * day, day), aUsedToken(3, 10 * day, day)];
    const { inUse: count, steps } = stagedPlan(tokens, only(90 * day), testNow, week);
    expect(count).toBe(1);
    expect(steps).toEqual([
      { at: testNow, maximum: 415 * day, filter: false, rotateBefore: [], moveBefore: [], deleted: 1, shortened: 2 },
      {
        at: testNow + rotationTime,
        maximum: 90 * day,
        filter: true,
        rotateBefore: [tokens[1]],
        moveBefore: [],
        deleted: 0,
        shortened: 1,
      },
    ]);
  });

  it("gives notice as well where the maximum deletes nothing now, and ends what is in use soon after", () => {
    const tokens = [aUsedToken(1, 90 * day - 3_600_000, day), aUsedToken(2, 90 * day - 3_600_000, 8 * day)];
    const { inUse: count, steps } = stagedPlan(tokens, only(90 * day), testNow, week);
    expect(count).toBe(1);
    expect(steps.map(({ maximum, rotateBefore }) => [maximum, rotateBefore])).toEqual([
      [104 * day, []],
      [90 * day, [tokens[0]]],
    ]);
  });

  it("has rotated before the last step what that would end before its owner had notice", () => {
    const old = aUsedToken(1, 400 * day, day);
    const endsEarly = aUsedToken(2, 90 * day - 2 * rotationTime + 3_600_000, day);
    const endsLater = aUsedToken(3, 90 * day - 2 * rotationTime - 3_600_000, day);
    const { steps } = stagedPlan([old, endsEarly, endsLater], only(90 * day), testNow, week);
    expect(steps.at(-1)?.rotateBefore).toEqual([old, endsEarly]);
  });

  it("puts an IP filter in force last where it locks out, or may lock out, what is in use", () => {
    const from = (number: number, address: string | null, used = day): UsedToken => ({
      ...aUsedToken(number, 10 * day, undefined),
      lastUse: { at: testNow - used, from: address, source: "recorded" },
    });
    const tokens = [from(1, "192.0.2.1"), from(2, "10.1.2.3"), from(3, null), from(4, "192.0.2.1", 8 * day)];
    const plan = stagedPlan(tokens, { maximum: null, filter: "office" }, testNow, week);
    expect(plan).toMatchObject({ inUse: 0, lockedOut: 2 });
    expect(plan.steps).toMatchObject([
      { at: testNow, maximum: null, filter: false, moveBefore: [] },
      { at: testNow + rotationTime, maximum: null, filter: true, moveBefore: [{ id: tokens[0]?.id }, { id: tokens[2]?.id }] },
    ]);
    // With nobody to lock out it can be put in force at once.
    expect(stagedPlan(tokens.slice(1, 2), { maximum: null, filter: "office" }, testNow, week).steps).toMatchObject([
      { filter: true },
    ]);
    // One that is behind it already, or refused already, loses nothing by it.
    const behind = [
      { ...from(5, "192.0.2.1"), ipFilter: "office" },
      { ...from(6, null), ipFilter: "office" },
      { ...from(7, "192.0.2.1"), ipFilter: "shut" },
    ];
    expect(stagedPlan(behind, { maximum: null, filter: "office" }, testNow, week).lockedOut).toBe(0);
  });

  it("goes in waves, the oldest first, where there is much to rotate", () => {
    const tokens = Array.from({ length: 30 }, (_, number) => aUsedToken(number, (400 - 10 * number) * day, day));
    const { steps } = stagedPlan(tokens, only(90 * day), testNow, week);
    expect(steps.map(({ rotateBefore }) => rotateBefore.length)).toEqual([0, 10, 10, 10]);
    expect(steps.map(({ maximum }) => (maximum ?? 0) / day)).toEqual([415, 329, 243, 90]);
    expect(steps[1]?.rotateBefore[0]).toBe(tokens[0]);
  });

  it("counts a token whose use nobody knows as in use", () => {
    expect(stagedPlan([aUsedToken(1, 400 * day, undefined)], only(90 * day), testNow, week)).toMatchObject({
      inUse: 1,
      unknown: 1,
    });
  });

  it("takes what an audit log tells as proof of use, and never of disuse", () => {
    const audited = (number: number, ago: number): UsedToken => ({
      ...aUsedToken(number, 400 * day, undefined),
      lastUse: { at: testNow - ago, from: null, source: "at-least" },
    });
    const plan = stagedPlan([audited(1, day), audited(2, 8 * day)], only(90 * day), testNow, week);
    expect(plan).toMatchObject({ inUse: 2, unknown: 1 });
    expect(plan.steps[0]?.deleted).toBe(0);
  });

  it("counts a young token that was never used as one that may be in use", () => {
    expect(stagedPlan([aUsedToken(1, 6 * day, null)], only(day), testNow, week)).toMatchObject({ inUse: 1, unknown: 1 });
    expect(stagedPlan([aUsedToken(1, 7 * day, null)], only(day), testNow, week)).toMatchObject({ inUse: 0 });
  });

  it("sets no longer maximum than the one in force", () => {
    const tokens = [aUsedToken(1, 360 * day, day, testNow + 5 * day)];
    const { steps } = stagedPlan(tokens, only(90 * day), testNow, { ...week, inForce: 365 * day });
    expect(steps.map(({ maximum }) => maximum)).toEqual([365 * day, 90 * day]);
  });

  it("ends with the wanted maximum, each step later and stricter than the one before", () => {
    fc.assert(
      fc.property(tokensArbitrary, wantedArbitrary, optionsArbitrary, (tokens, wanted, options) => {
        const { steps } = stagedPlan(tokens, only(wanted), testNow, options);
        expect(steps.at(-1)?.maximum).toBe(wanted);
        expect(steps[0]?.at).toBe(testNow);
        for (const [index, step] of steps.entries()) {
          const before = steps[index - 1];
          if (before === undefined) continue;
          expect(step.at).toBeGreaterThan(before.at);
          expect(step.maximum).toBeLessThan(before.maximum ?? 0);
        }
      }),
    );
  });

  it("neither deletes a token in use nor lets it expire before it is to be rotated, and says exactly what each step does", () => {
    fc.assert(
      fc.property(tokensArbitrary, wantedArbitrary, optionsArbitrary, (tokens, wanted, options) => {
        const { steps } = stagedPlan(tokens, only(wanted), testNow, options);
        let left: readonly UsedToken[] = tokens;
        for (const step of steps) {
          const due = new Set(step.rotateBefore.map(({ id }) => id));
          for (const { id, expireAt } of step.rotateBefore) {
            const found = left.find((token) => token.id === id);
            // Still there, and expired by then only if it would have been anyway.
            expect(found).toBeDefined();
            expect((found?.expireAt ?? Infinity) > step.at || found?.expireAt === expireAt).toBe(true);
          }
          left = left.filter(({ id }) => !due.has(id));
          const plan = planPolicyChange(left, viewMaximum(step.maximum ?? 0), step.at);
          expect(plan.counts.view).toMatchObject({ deleted: step.deleted, shortened: step.shortened });
          const notice = Math.min(rotationTime, Math.floor((wanted - 1) / 2));
          for (const change of plan.changes) {
            if (!inUse(change.token, options.usedWithin)) continue;
            expect(change.type).toBe("restrict");
            // Nothing in use is ended sooner than its owner's notice of this very step.
            if (change.type === "restrict") expect(change.expireAt?.to).toBeGreaterThan(step.at + notice);
          }
          left = applyPlan(left, plan);
        }
      }),
    );
  });

  it("never deletes a token in use before its last step's day unless it had to be rotated by then, even if nobody rotates anything today", () => {
    fc.assert(
      fc.property(tokensArbitrary, wantedArbitrary, optionsArbitrary, (tokens, wanted, options) => {
        const [first, second] = stagedPlan(tokens, only(wanted), testNow, options).steps;
        if (first === undefined || second === undefined) return;
        for (const change of planPolicyChange(tokens, viewMaximum(first.maximum ?? 0), testNow).changes) {
          expect(change.type === "delete" && inUse(change.token, options.usedWithin)).toBe(false);
        }
      }),
    );
  });

  it("lets a token that is rotated on the first day live on after the last", () => {
    fc.assert(
      fc.property(tokensArbitrary, wantedArbitrary, optionsArbitrary, (tokens, wanted, options) => {
        const last = stagedPlan(tokens, only(wanted), testNow, options).steps.at(-1);
        const rotated = aToken({ createdAt: testNow, expireAt: null });
        const plan = planPolicyChange([rotated], viewMaximum(wanted), last?.at ?? 0);
        expect(plan.counts.view.deleted).toBe(0);
      }),
    );
  });
});

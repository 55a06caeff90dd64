import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { addLongs, leastLong, type Long } from "#domain/long.ts";
import {
  joinPlans,
  planForKinds,
  planPolicyChange,
  totalCounts,
  type PlannableToken,
  type PolicyPlan,
  type TokenChange,
} from "./plan.ts";
import { leavesAll, type KindPolicy } from "./policy.ts";
import {
  applyPlan,
  aToken,
  organizationArbitrary,
  organizationArbitraryOf,
  somePolicies,
  testNow,
  type TestOrganization,
  tokenId,
} from "#domain/testing.ts";

const now = testNow;
const month = 30 * day;

/** What a policy of the view tokens does to one view token: its change without the token, or undefined for none. */
function effect(policy: Partial<KindPolicy>, token: Partial<PlannableToken>, at = now): Effect | undefined {
  const plan = planPolicyChange([aToken(token)], somePolicies({ view: policy }), at);
  expect(plan.changes.length).toBeLessThanOrEqual(1);
  const [change] = plan.changes;
  if (change === undefined) return undefined;
  const { token: changed, ...rest } = change;
  expect(changed).toEqual(aToken(token));
  return rest;
}
type Effect = TokenChange extends infer C ? (C extends TokenChange ? Omit<C, "token"> : never) : never;

const disabledKind = { type: "delete", because: "kind-disabled" };
const tooOld = { type: "delete", because: "older-than-maximum" };

describe("rule 1: a disabled kind", () => {
  it.each(tokenKinds)("deletes every token of the %s kind and no other", (kind) => {
    const tokens = tokenKinds.map((each) => aToken({ kind: each }));
    const { changes } = planPolicyChange(tokens, somePolicies({ [kind]: { enabled: false } }), now);
    expect(changes).toEqual([{ ...disabledKind, token: aToken({ kind }) }]);
  });

  it("deletes whatever the token's age, expiry and filter", () => {
    expect(effect({ enabled: false }, { createdAt: now, expireAt: null })).toEqual(disabledKind);
    expect(effect({ enabled: false }, { expireAt: now + 1, ipFilter: "a" })).toEqual(disabledKind);
  });

  it("leaves no room for the other rules", () => {
    const policy = { enabled: false, maximumLifetime: month, ipFilter: "a" };
    expect(effect(policy, { createdAt: now - 2 * month })).toEqual(disabledKind);
    expect(effect(policy, { createdAt: now - day })).toEqual(disabledKind);
  });
});

describe("rule 2: a token older than the maximum", () => {
  it("is deleted, with or without an expiry", () => {
    expect(effect({ maximumLifetime: month }, { createdAt: now - 2 * month })).toEqual(tooOld);
    expect(effect({ maximumLifetime: month }, { createdAt: now - 2 * month, expireAt: now + day })).toEqual(tooOld);
  });

  it("is deleted at the very instant its maximum is up, and not a millisecond before", () => {
    expect(effect({ maximumLifetime: month }, { createdAt: now - month - 1 })).toEqual(tooOld);
    expect(effect({ maximumLifetime: month }, { createdAt: now - month })).toEqual(tooOld);
    expect(effect({ maximumLifetime: month }, { createdAt: now - month + 1 })).toEqual({
      type: "restrict",
      expireAt: { from: null, to: now + 1 },
    });
  });

  it("is deleted without a word on its filter", () => {
    expect(effect({ maximumLifetime: month, ipFilter: "a" }, { createdAt: now - month })).toEqual(tooOld);
  });
});

describe("rules 3 and 4: the expiry under a maximum", () => {
  const createdAt = now - day;
  const latest = createdAt + month;
  const under = (expireAt: number | null) => effect({ maximumLifetime: month }, { createdAt, expireAt });

  it("becomes creation plus maximum where there is none or a later one", () => {
    expect(under(null)).toEqual({ type: "restrict", expireAt: { from: null, to: latest } });
    expect(under(latest + 1)).toEqual({ type: "restrict", expireAt: { from: latest + 1, to: latest } });
  });

  it("is kept where it lies within, to the very instant", () => {
    expect(under(latest)).toBeUndefined();
    expect(under(latest - 1)).toBeUndefined();
    expect(under(now + 1)).toBeUndefined();
  });

  it("is kept without a maximum, however far away", () => {
    expect(effect({}, { createdAt: 0, expireAt: null })).toBeUndefined();
    expect(effect({}, { createdAt: 0, expireAt: now + 10_000 * day })).toBeUndefined();
  });
});

describe("rule 5: an enforced filter", () => {
  it("is set where there is none and replaces another, be it the stricter one", () => {
    expect(effect({ ipFilter: "a" }, {})).toEqual({ type: "restrict", ipFilter: { from: null, to: "a" } });
    expect(effect({ ipFilter: "a" }, { ipFilter: "b" })).toEqual({ type: "restrict", ipFilter: { from: "b", to: "a" } });
  });

  it("leaves a token alone that has it", () => {
    expect(effect({ ipFilter: "a" }, { ipFilter: "a" })).toBeUndefined();
  });

  it("is not taken off by a policy that enforces none", () => {
    expect(effect({}, { ipFilter: "a" })).toBeUndefined();
  });

  it("can fall on a token together with a shorter life", () => {
    const createdAt = now - day;
    expect(effect({ maximumLifetime: month, ipFilter: "a" }, { createdAt, ipFilter: "b" })).toEqual({
      type: "restrict",
      expireAt: { from: null, to: createdAt + month },
      ipFilter: { from: "b", to: "a" },
    });
  });
});

describe("rule 6: a token that has already expired", () => {
  it.each([
    ["a disabled kind", { enabled: false }],
    ["a maximum that it has outlived", { maximumLifetime: 60_000 }],
    ["a filter", { ipFilter: "a" }],
    ["all of them", { enabled: false, maximumLifetime: 60_000, ipFilter: "a" }],
  ])("is never in the plan, whatever %s says", (_, policy) => {
    expect(effect(policy, { expireAt: now - 1 })).toBeUndefined();
    expect(effect(policy, { expireAt: now })).toBeUndefined();
    expect(effect(policy, { expireAt: now + 1 })).toBeDefined();
  });

  it("is counted apart", () => {
    const tokens = [aToken({ expireAt: now }), aToken({ id: tokenId("view", 1) })];
    expect(planPolicyChange(tokens, somePolicies(), now).counts.view).toEqual({
      seen: 2,
      deleted: 0,
      shortened: 0,
      filtered: 0,
      unchanged: 1,
      alreadyExpired: 1,
    });
  });
});

describe("the worked cases: a maximum of 30 days, applied on day 100", () => {
  it.each([
    [95, null, 125],
    [95, 300, 125],
    [95, 110, "kept"],
    [95, 125, "kept"],
    [70, null, "deleted"],
    [60, 365, "deleted"],
    [80, 99, "already expired"],
  ] as const)("created on day %s, expiring on %s: %s", (created, expires, result) => {
    const token = aToken({ createdAt: created * day, expireAt: expires === null ? null : expires * day });
    const plan = planPolicyChange([token], somePolicies({ view: { maximumLifetime: month } }), 100 * day);
    const [after] = applyPlan([token], plan);
    if (result === "deleted") {
      expect(after).toBeUndefined();
      expect(plan.counts.view.deleted).toBe(1);
    } else if (typeof result === "number") {
      expect(after).toEqual({ ...token, expireAt: result * day });
      expect(plan.counts.view.shortened).toBe(1);
    } else {
      expect(after).toEqual(token);
      expect(plan.changes).toEqual([]);
      expect(plan.counts.view[result === "kept" ? "unchanged" : "alreadyExpired"]).toBe(1);
    }
  });
});

describe("a relaxed policy", () => {
  it("changes nothing: no expiry grows and no filter is taken off", () => {
    const clamped = aToken({ createdAt: now - day, expireAt: now + 29 * day, ipFilter: "a" });
    expect(planPolicyChange([clamped], somePolicies({ view: { maximumLifetime: 12 * month } }), now).changes).toEqual([]);
    expect(planPolicyChange([clamped], somePolicies(), now).changes).toEqual([]);
  });
});

describe("a permission to change permissions", () => {
  it("is no matter of the plan", () => {
    expect(effect({ allowPermissionUpdates: true }, {})).toBeUndefined();
  });
});

describe("the counts", () => {
  const tokens = [
    aToken({ id: "old", createdAt: now - 2 * month }),
    aToken({ id: "both", createdAt: now - day }),
    aToken({ id: "short", createdAt: now - day, ipFilter: "a" }),
    aToken({ id: "filter", createdAt: now - day, expireAt: now + day, ipFilter: "b" }),
    aToken({ id: "kept", createdAt: now - day, expireAt: now + day, ipFilter: "a" }),
    aToken({ id: "expired", expireAt: now - 1 }),
    aToken({ id: "system", kind: "system" }),
  ];
  const plan = planPolicyChange(
    tokens,
    somePolicies({ view: { maximumLifetime: month, ipFilter: "a" }, system: { enabled: false } }),
    now,
  );

  it("count a token that is shortened and filtered in both, and once as changed", () => {
    expect(plan.counts.view).toEqual({ seen: 6, deleted: 1, shortened: 2, filtered: 2, unchanged: 1, alreadyExpired: 1 });
    expect(plan.counts.system).toEqual({ seen: 1, deleted: 1, shortened: 0, filtered: 0, unchanged: 0, alreadyExpired: 0 });
    expect(plan.counts.personal.seen).toBe(0);
  });

  it("add up over all kinds or those named", () => {
    expect(totalCounts(plan)).toEqual({ seen: 7, deleted: 2, shortened: 2, filtered: 2, unchanged: 1, alreadyExpired: 1 });
    expect(totalCounts(plan, ["system", "personal"])).toEqual(plan.counts.system);
  });

  it("of the part for some kinds leave out the others", () => {
    const part = planForKinds(plan, ["system"]);
    expect(part.changes.map((change) => change.token.id)).toEqual(["system"]);
    expect(totalCounts(part)).toEqual(plan.counts.system);
  });
});

describe("every plan of every organization", () => {
  it("meets the rules as written down a second time, token by token", () => {
    property(({ tokens, next }, plan) => {
      expect(applyPlan(tokens, plan)).toEqual(tokens.flatMap((token) => afterwards(token, next[token.kind])));
    });
  });

  it("names a token at most once, in the order given", () => {
    property(({ tokens }, plan) => {
      const named = plan.changes.map((change) => change.token);
      expect(named).toEqual(tokens.filter((token) => named.includes(token)));
    });
  });

  it("carried out and made again changes nothing", () => {
    property(({ tokens, next }, plan) => {
      expect(planPolicyChange(applyPlan(tokens, plan), next, now).changes).toEqual([]);
    });
  });

  it("never changes a token that conforms, and changes every living one that does not", () => {
    property(({ tokens, next }, plan) => {
      const changed = new Set(plan.changes.map((change) => change.token));
      for (const token of tokens) {
        const alive = token.expireAt === null || token.expireAt > now;
        expect(changed.has(token)).toBe(alive && !conforms(token, next[token.kind]));
      }
    });
  });

  it("leaves only tokens that conform, or that have already expired", () => {
    property(({ tokens, next }, plan) => {
      for (const token of applyPlan(tokens, plan)) {
        expect(conforms(token, next[token.kind]) || (token.expireAt !== null && token.expireAt <= now)).toBe(true);
      }
    });
  });

  it("never lengthens a life and never lets one end in the past", () => {
    property((_, plan) => {
      for (const change of plan.changes) {
        if (change.type === "delete" || change.expireAt === undefined) continue;
        expect(change.expireAt.to).toBeLessThan(change.expireAt.from ?? Number.POSITIVE_INFINITY);
        expect(change.expireAt.to).toBeGreaterThan(now);
      }
    });
  });

  it("changes every token that it names, from what the token is", () => {
    property((_, plan) => {
      for (const change of plan.changes) {
        if (change.type === "delete") continue;
        const { token, expireAt, ipFilter } = change;
        expect(expireAt ?? ipFilter).toBeDefined();
        if (expireAt !== undefined) expect(expireAt.from).toBe(token.expireAt);
        if (ipFilter !== undefined) expect([ipFilter.from, ipFilter.from === ipFilter.to]).toEqual([token.ipFilter, false]);
      }
    });
  });

  it("has counts that add up and agree with its changes", () => {
    property(({ tokens }, plan) => {
      for (const kind of tokenKinds) {
        const counts = plan.counts[kind];
        const changes = plan.changes.filter((change) => change.token.kind === kind);
        expect(counts.seen).toBe(tokens.filter((token) => token.kind === kind).length);
        expect(counts.seen).toBe(changes.length + counts.unchanged + counts.alreadyExpired);
        expect(counts.deleted).toBe(changes.filter((change) => change.type === "delete").length);
        expect(counts.shortened).toBe(changes.filter((change) => change.type === "restrict" && change.expireAt).length);
        expect(counts.filtered).toBe(changes.filter((change) => change.type === "restrict" && change.ipFilter).length);
      }
    });
  });

  it("is the same whether made at once or put together from batches", () => {
    fc.assert(
      fc.property(organizationArbitrary, fc.integer({ min: 1, max: 10 }), ({ tokens, next }, size) => {
        const batches = Array.from({ length: Math.ceil(tokens.length / size) }, (_, n) => tokens.slice(n * size, (n + 1) * size));
        const plans = batches.map((batch) => planPolicyChange(batch, next, now));
        expect(joinPlans(plans)).toEqual(planPolicyChange(tokens, next, now));
      }),
    );
  });

  it("leaves its inputs untouched", () => {
    property(({ tokens, next }) => {
      const frozen = Object.freeze(tokens.map((token) => Object.freeze({ ...token })));
      const policies = Object.freeze({ ...next });
      for (const kind of tokenKinds) Object.freeze(policies[kind]);
      const plan = planPolicyChange(frozen, policies, now);
      for (const change of plan.changes) Object.freeze(change);
      Object.freeze(plan.changes);
      applyPlan(frozen, Object.freeze(plan));
      expect(frozen).toEqual(tokens);
    });
  });

  it("hands on whatever else a token carries", () => {
    const token = { ...aToken({ createdAt: now - day }), views: ["sandbox"] };
    const plan = planPolicyChange([token], somePolicies({ view: { ipFilter: "a" } }), now);
    expect(plan.changes[0]?.token.views).toEqual(["sandbox"]);
    expect(applyPlan([token], plan)).toEqual([{ ...token, ipFilter: "a" }]);
  });

  it("is exact for tokens and maxima beyond the numbers that are: what a cluster sends has 64 bits", () => {
    const far = 2n ** 63n - 1n;
    const tokens = [
      aToken({ id: "never", createdAt: now - day }),
      aToken({ id: "far", createdAt: now - day, expireAt: far }),
      aToken({ id: "made-far", createdAt: far, expireAt: far }),
      aToken({ id: "made-long-ago", createdAt: -far }),
      aToken({ id: "over", createdAt: -far, expireAt: -far }),
      aToken({ id: "near", createdAt: 2 ** 53 - 2, expireAt: null }),
    ];
    const effects = (maximumLifetime: Long) => {
      const { changes, counts } = planPolicyChange(tokens, somePolicies({ view: { maximumLifetime } }), now);
      expect(counts.view).toMatchObject({ seen: 6, alreadyExpired: 1 });
      return Object.fromEntries(
        changes.map((change) => [change.token.id, change.type === "delete" ? change.because : change.expireAt?.to]),
      );
    };
    expect(effects(90 * day)).toEqual({
      never: now + 89 * day,
      far: now + 89 * day,
      "made-long-ago": "older-than-maximum",
      near: 2n ** 53n - 2n + BigInt(90 * day),
    });
    // Ends after its own expiry, though by one ms alone.
    expect(effects(far)).toEqual({
      never: far + BigInt(now - day),
      "made-long-ago": "older-than-maximum",
      near: far + 2n ** 53n - 2n,
    });
    expect(effects(2n ** 53n + 1n)).toMatchObject({
      never: 2n ** 53n + 1n + BigInt(now - day),
      far: 2n ** 53n + 1n + BigInt(now - day),
    });
    for (const nothing of [0, -1]) {
      expect(effects(nothing)).toMatchObject({ never: "older-than-maximum", far: "older-than-maximum" });
    }
  });

  it("comes across every effect among random organizations, so that these properties are about something", () => {
    const seen = { deleted: 0, disabled: 0, shortened: 0, filtered: 0, both: 0, unchanged: 0, alreadyExpired: 0 };
    for (const organization of fc.sample(organizationArbitraryOf(30), { numRuns: 300, seed: 1 })) {
      const plan = planPolicyChange(organization.tokens, organization.next, organization.now);
      for (const change of plan.changes) {
        if (change.type === "delete") seen[change.because === "kind-disabled" ? "disabled" : "deleted"]++;
        else seen[change.expireAt && change.ipFilter ? "both" : change.expireAt ? "shortened" : "filtered"]++;
      }
      const { unchanged, alreadyExpired } = totalCounts(plan);
      seen.unchanged += unchanged;
      seen.alreadyExpired += alreadyExpired;
    }
    for (const [, count] of Object.entries(seen)) expect(count).toBeGreaterThan(50);
  });
});

describe("a kind whose policy leaves all tokens as they are", () => {
  it("is touched by no plan, and any other policy touches some token", () => {
    property(({ next }, { changes }) => {
      for (const { token } of changes) expect(leavesAll(next[token.kind])).toBe(false);
    });
    expect(leavesAll(somePolicies({ view: { allowPermissionUpdates: true } }).view)).toBe(true);
    for (const view of [{ enabled: false }, { maximumLifetime: 1000 * month }, { ipFilter: "f" }]) {
      const policies = somePolicies({ view });
      expect([leavesAll(policies.view), planPolicyChange([aToken()], policies, now).changes.length]).toEqual([false, 1]);
    }
  });
});

/** Whether a policy has nothing to ask of a token that is alive at {@link now}. */
function conforms(token: PlannableToken, policy: KindPolicy): boolean {
  const { maximumLifetime: maximum } = policy;
  const lifeFits =
    maximum === null ||
    (token.expireAt !== null && token.expireAt <= addLongs(token.createdAt, maximum) && addLongs(token.createdAt, maximum) > now);
  return policy.enabled && lifeFits && (policy.ipFilter ?? token.ipFilter) === token.ipFilter;
}

/** What is left of a token, by the table of rules read row by row: nothing, or the token with other limits. */
function afterwards(token: PlannableToken, policy: KindPolicy): PlannableToken[] {
  if (token.expireAt !== null && token.expireAt <= now) return [token];
  if (!policy.enabled) return [];
  const latest = policy.maximumLifetime === null ? Number.POSITIVE_INFINITY : addLongs(token.createdAt, policy.maximumLifetime);
  if (latest <= now) return [];
  const expireAt = leastLong(token.expireAt ?? Number.POSITIVE_INFINITY, latest);
  return [
    { ...token, expireAt: expireAt === Number.POSITIVE_INFINITY ? null : expireAt, ipFilter: policy.ipFilter ?? token.ipFilter },
  ];
}

/** Holds a rule against the plans of many random organizations. */
function property(rule: (organization: TestOrganization, plan: PolicyPlan) => void): void {
  fc.assert(
    fc.property(organizationArbitrary, (organization) =>
      rule(organization, planPolicyChange(organization.tokens, organization.next, organization.now)),
    ),
    { numRuns: 500 },
  );
}

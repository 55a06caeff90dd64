import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { defaultPolicies, type KindPolicy } from "#domain/policy/policy.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";

import { draftOf } from "#web/policies/draft/draft.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { consentTo, harmOf, worseSince } from "./consent.ts";
import { propose, type Reading } from "./proposal.ts";

const now = 1000 * day;
const judge = filterJudge((id) => ({ office: "allow 10.0.0.0/8", vpn: "allow 192.0.2.0/24" })[id]);
const used: LastUse = { at: now, from: "10.0.0.1", source: "recorded" };

function aToken(values: Partial<SeenToken> = {}): SeenToken {
  return {
    id: "t",
    kind: "view",
    name: "t",
    createdAt: now - 90 * day,
    expireAt: null,
    ipFilter: null,
    lastUse: used,
    ...values,
  };
}

function proposal(view: Partial<KindPolicy>, values: Partial<Reading> = {}) {
  const reading: Reading = {
    policies: defaultPolicies,
    tokens: [aToken()],
    complete: tokenKinds,
    read: tokenKinds,
    now,
    ...values,
  };
  const { policies } = reading;
  const found = propose(reading, draftOf({ ...policies, view: { ...policies.view, ...view } }));
  if (found === undefined) throw new Error("The draft is not valid.");
  return found;
}

const typed = (...args: Parameters<typeof proposal>) => consentTo(proposal(...args), judge).typed;

describe("the consent", () => {
  it("is typed where something in use stops within 7 days, and not where it ends later", () => {
    expect(typed({ maximumLifetime: 97 * day })).toBe(1);
    expect(typed({ maximumLifetime: 97 * day + 1 })).toBeUndefined();
  });

  it("is the number of all that stops or may stop, in use or not", () => {
    const tokens = [aToken(), aToken({ id: "idle", lastUse: neverUsed }), aToken({ id: "young", createdAt: now })];
    expect(typed({ maximumLifetime: 91 * day }, { tokens })).toBe(2);
    expect(typed({ maximumLifetime: 91 * day }, { tokens: tokens.slice(1) })).toBeUndefined();
  });

  it("is typed for whatever comes from a link", () => {
    expect(consentTo(proposal({ allowPermissionUpdates: true }), judge, true).typed).toBe(0);
  });

  it.each([
    ["a kind that is disabled", { enabled: false }, 0],
    ["a maximum where there was none", { maximumLifetime: 1000 * day }, 0],
    ["a filter", { ipFilter: "office" }, 0],
    ["permission updates", { allowPermissionUpdates: true }, undefined],
  ] as const)("is asked for %s, where not all tokens of the kind were seen, as for harm: %s", (_, view, expected) => {
    const unseen = { tokens: [], complete: [], read: [] };
    expect(typed(view, unseen)).toBe(expected);
    expect(typed(view, { ...unseen, complete: ["view"] })).toBeUndefined();
  });

  it("is not asked for a looser policy, though not all tokens were seen", () => {
    const view = { ...defaultPolicies.view, maximumLifetime: 30 * day, ipFilter: "office" };
    const policies = { ...defaultPolicies, view };
    const unseen = { policies, tokens: [], complete: [], read: [] };
    expect(typed({ maximumLifetime: 31 * day }, unseen)).toBeUndefined();
    expect(typed({ maximumLifetime: null, ipFilter: null }, unseen)).toBeUndefined();
    expect(typed({ maximumLifetime: 29 * day }, unseen)).toBe(0);
    expect(typed({ ipFilter: "vpn" }, unseen)).toBe(0);
  });
});

describe("what was agreed to", () => {
  const agreed = harmOf(proposal({ maximumLifetime: 98 * day, ipFilter: "office" }), judge);
  const later = (values: Partial<Reading>, filters = judge) =>
    worseSince(agreed, harmOf(proposal({ maximumLifetime: 98 * day, ipFilter: "office" }, values), filters));

  it("covers the same harm", () => {
    expect(later({})).toBe(0);
    expect(later({ now: now + day - 1 })).toBe(0);
  });

  it("does not cover an end that time has brought within 7 days", () => {
    expect(later({ now: now + day })).toBe(1);
  });

  it("does not cover an end that was days away and is hours away by now, whether the token is in use or not", () => {
    for (const lastUse of [used, neverUsed]) {
      const ending = (at: number) => proposal({ maximumLifetime: 93 * day }, { tokens: [aToken({ lastUse })], now: at });
      expect(worseSince(harmOf(ending(now), judge), harmOf(ending(now + 2 * day - 1), judge))).toBe(0);
      expect(worseSince(harmOf(ending(now), judge), harmOf(ending(now + 2 * day), judge))).toBe(1);
    }
  });

  it("is told token by token, in whatever order they come", () => {
    const young = aToken({ id: "young", createdAt: now - 10 * day });
    const harms = [
      [aToken(), young],
      [young, aToken()],
    ].map((tokens) => harmOf(proposal({ maximumLifetime: 91 * day }, { tokens }), judge));
    const [agreed, reordered] = harms;
    if (agreed === undefined || reordered === undefined) throw new Error("There are two.");
    expect(worseSince(agreed, reordered)).toBe(0);
  });

  it("does not cover a filter that locks out by now, nor one that cannot be read any more", () => {
    expect(
      later(
        {},
        filterJudge(() => "deny all"),
      ),
    ).toBe(1);
    expect(
      later(
        {},
        filterJudge(() => undefined),
      ),
    ).toBe(1);
  });

  it("does not cover what was used only since, and covers what is used no longer", () => {
    const idle = proposal({ maximumLifetime: 91 * day }, { tokens: [aToken({ lastUse: neverUsed })] });
    const inUse = proposal({ maximumLifetime: 91 * day });
    expect(worseSince(harmOf(idle, judge), harmOf(inUse, judge))).toBe(1);
    expect(worseSince(harmOf(inUse, judge), harmOf(idle, judge))).toBe(0);
    expect(worseSince(harmOf(inUse, judge), harmOf(inUse, judge))).toBe(0);
  });
});

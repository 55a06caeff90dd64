import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import { aToken, somePolicies, testNow, tokenId } from "#domain/testing.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";

import { affectedBy } from "./owners.ts";
import { notRenewedWords, renewableOf } from "./renewable.ts";

const rules = new Map([["office", "allow 10.0.0.0/8\ndeny all"]]);
const next = somePolicies({
  view: { maximumLifetime: 90 * day },
  organization: { ipFilter: "office" },
  system: { enabled: false },
  personal: { maximumLifetime: 90 * day },
});

function seen(kind: TokenKind, number: number, age: number): SeenToken {
  const lastUse = { at: testNow - 1000, from: "192.0.2.7", source: "recorded" } as const;
  return { ...aToken({ kind, id: tokenId(kind, number), createdAt: testNow - age * day, name: `${kind} ${age}` }), lastUse };
}

function renewable(phase: "planned" | "made", ownId?: string) {
  const tokens = [
    seen("view", 1, 100),
    seen("view", 2, 89.5),
    seen("view", 3, 85),
    seen("view", 4, 1),
    seen("organization", 5, 1),
    // Nobody knows whether the filter accepts where it is used.
    { ...seen("organization", 9, 1), lastUse: { at: testNow - 1000, from: null, source: "recorded" as const } },
    seen("system", 6, 1),
    seen("personal", 7, 100),
    seen("personal", 8, 101),
  ];
  const { changes } = planPolicyChange(tokens, next, testNow);
  const judge = filterJudge((id) => rules.get(id));
  return renewableOf(affectedBy(changes, disruptionOf(changes, testNow, judge)), phase, ownId);
}

describe("what can be renewed before a change stops it", () => {
  it("is what is too old at once or within a week, and one's own personal token; nothing that goes on for longer", () => {
    const own = tokenId("personal", 7);
    expect(renewable("planned", own).tokens.map(({ name }) => name)).toEqual([
      "view 100",
      "view 89.5",
      "view 85",
      "personal 100",
    ]);
    expect(renewable("planned").tokens.map(({ name }) => name)).toEqual(["view 100", "view 89.5", "view 85"]);
  });

  it("is not what would meet the same again, nor what others alone can make; it says how many of each", () => {
    const planned = renewable("planned", tokenId("personal", 7));
    expect([...planned.not]).toEqual([
      ["filter", 2],
      ["disabled", 1],
      ["personal", 1],
    ]);
    expect(notRenewedWords(planned)).toMatch(
      /^Not renewed from here: 2 that the IP filter locks out.*1 whose kind.*other people/,
    );
  });

  it("is, once the change was made, nothing that it has deleted", () => {
    const made = renewable("made");
    expect(made.tokens.map(({ name }) => name)).toEqual(["view 89.5", "view 85"]);
    expect(made.not.get("gone")).toBe(4);
  });

  it("says nothing where nothing is left out", () => {
    expect(notRenewedWords({ tokens: [], not: new Map() })).toBeUndefined();
  });
});

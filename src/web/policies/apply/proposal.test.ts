import { describe, expect, it } from "vitest";

import { defaultPolicies } from "#domain/policy/policy.ts";
import type { TokenChange } from "#domain/policy/plan.ts";

import type { SeenToken } from "#web/policies/impact/effects.ts";
import { fatesOf, type Reading } from "./proposal.ts";

const aToken = (id: string, rest: Partial<SeenToken> = {}): SeenToken => ({
  id,
  kind: "view",
  name: id,
  createdAt: 1000,
  expireAt: null,
  ipFilter: null,
  ...rest,
});

const reading = (tokens: readonly SeenToken[], complete: Reading["complete"] = ["view"]): Reading => ({
  policies: defaultPolicies,
  tokens,
  complete,
  read: ["view"],
  now: 5000,
});

const deletion = (id: string): TokenChange<SeenToken> => ({ type: "delete", token: aToken(id), because: "kind-disabled" });
const restriction = (id: string): TokenChange<SeenToken> => ({
  type: "restrict",
  token: aToken(id),
  expireAt: { from: null, to: 9000 },
  ipFilter: { from: null, to: "f" },
});

const idsOf = (fates: ReturnType<typeof fatesOf>) =>
  Object.fromEntries(
    Object.entries(fates)
      .filter(([, changes]) => changes.length > 0)
      .map(([fate, changes]) => [fate, changes.map(({ token }) => token.id)]),
  );

describe("a change that is no longer planned", () => {
  it("is told apart by whether its token is gone or spared", () => {
    const removed = [deletion("a"), deletion("b"), restriction("c"), restriction("d")];
    expect(idsOf(fatesOf(removed, reading([aToken("b"), aToken("d")])))).toEqual({ gone: ["a", "c"], spared: ["b", "d"] });
  });

  it("counts as done only where every value of the token is as the change would have made it", () => {
    const removed = [restriction("a"), restriction("b"), restriction("c")];
    const tokens = [
      aToken("a", { expireAt: 9000, ipFilter: "f" }),
      aToken("b", { expireAt: 9000 }),
      aToken("c", { expireAt: 8000, ipFilter: "f" }),
    ];
    expect(idsOf(fatesOf(removed, reading(tokens)))).toEqual({ done: ["a"], spared: ["b", "c"] });
  });

  it("does not count its token as gone where that may only be unseen", () => {
    expect(idsOf(fatesOf([deletion("a")], reading([], [])))).toEqual({ unseen: ["a"] });
  });
});

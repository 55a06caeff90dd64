import { describe, expect, it } from "vitest";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { aToken, somePolicies } from "#domain/testing.ts";

import {
  isUnused,
  tokensInWords,
  tokensUsing,
  unseenInWords,
  usersInWords,
  usesOf,
  type KindTokens,
  type SeenState,
} from "./use.ts";

const token = (kind: TokenKind, id: string, ipFilter: string | null) => aToken({ kind, id, ipFilter });
const kindsWith = (states: Partial<Record<TokenKind, SeenState>> = {}): readonly KindTokens[] =>
  tokenKinds.map((kind) => {
    const tokens =
      kind === "view"
        ? [token("view", "v1", "office"), token("view", "v2", "office"), token("view", "v3", null)]
        : kind === "system"
          ? [token("system", "s1", "vpn")]
          : [];
    return { kind, state: states[kind] ?? "complete", tokens };
  });

const complete = usesOf({
  kinds: kindsWith(),
  policies: somePolicies({ organization: { ipFilter: "vpn" } }),
  dashboardFilter: "office",
});

describe("the use of a filter", () => {
  it("is its tokens by kind, the policies that enforce it, and the dashboards", () => {
    expect(tokensUsing(complete("office")).map(({ id }) => id)).toEqual(["v1", "v2"]);
    expect(usersInWords(complete("office"))).toEqual(["2 view tokens", "the read-only dashboards"]);
    expect(usersInWords(complete("vpn"))).toEqual(["1 system token", "the security policy for organization tokens"]);
    expect(unseenInWords(complete("office"))).toEqual([]);
  });

  it("is none only where everything was seen", () => {
    expect(usersInWords(complete("free"))).toEqual([]);
    expect(isUnused(complete("free"))).toBe(true);
    for (const state of ["partial", "hidden", "failed", "waiting"] as const) {
      const use = usesOf({ kinds: kindsWith({ personal: state }), policies: somePolicies(), dashboardFilter: null })("free");
      expect(isUnused(use), state).toBe(false);
    }
    expect(isUnused(usesOf({ kinds: kindsWith(), policies: undefined, dashboardFilter: null })("free"))).toBe(false);
    expect(isUnused(usesOf({ kinds: kindsWith(), policies: somePolicies(), dashboardFilter: undefined })("free"))).toBe(false);
  });

  it("is at least the count where a kind was seen in part, and unknown where it was not seen", () => {
    const partial = usesOf({ kinds: kindsWith({ view: "partial" }), policies: somePolicies(), dashboardFilter: null });
    expect(tokensInWords(partial("office"))).toBe("at least 2 tokens");
    expect(usersInWords(partial("office"))).toEqual(["at least 2 view tokens"]);
    expect(tokensInWords(partial("free"))).toBe("an unknown number of tokens");
    expect(tokensInWords(complete("free"))).toBe("0 tokens");
  });

  it("says for each kind why it is unknown", () => {
    const use = usesOf({
      kinds: kindsWith({ personal: "partial", organization: "hidden", system: "failed" }),
      policies: undefined,
      dashboardFilter: null,
    })("office");
    expect(unseenInWords(use)).toEqual([
      "None of the organization tokens are visible to you; how many use it is not known.",
      "Only some of the personal tokens are visible to you; more may use it.",
      "The system tokens could not be read; how many use it is not known.",
      "The security policies could not be read; they may enforce it.",
    ]);
  });
});

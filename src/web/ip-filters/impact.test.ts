import { describe, expect, it } from "vitest";

import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { neverUsed } from "#domain/token/lastUse.ts";
import { aToken, somePolicies, testNow } from "#domain/testing.ts";
import type { ListedToken } from "#web/api/tokens.ts";

import { countEffects, impactOn, ownRisk, type JudgedCredential } from "./impact.ts";
import { usesOf, type SeenState } from "./use.ts";

const rules = (text: string) => parseIpFilter(text).rules;
const before = rules("allow 10.0.0.0/8\nallow 192.0.2.7");
const after = rules("allow 10.8.0.0/16\nallow 203.0.113.0/24");
const used = (from: string | null, others: Partial<ListedToken> = {}): ListedToken => ({
  ...aToken(),
  lastUse: from === null ? neverUsed : { at: testNow, from, source: "recorded" },
  ...others,
});
const effects = (...tokens: readonly ListedToken[]) => impactOn(tokens, before, after, testNow).map(({ effect }) => effect);

describe("the impact of new rules", () => {
  it("is judged by the address of each token's last use, before and after", () => {
    expect(effects(used("10.9.0.1"), used("203.0.113.4"), used("10.8.0.1"), used("198.51.100.1"))).toEqual([
      "shut-out",
      "let-in",
      "accepted",
      "refused",
    ]);
  });

  it("is unknown for a token that was never used, or from an unknown address", () => {
    expect(effects(used(null), aToken())).toEqual(["unknown", "unknown"]);
  });

  it("is none for a token that has expired, to the millisecond", () => {
    expect(effects(used("10.9.0.1", { expireAt: testNow }), used("10.9.0.1", { expireAt: testNow + 1 }))).toEqual([
      "expired",
      "shut-out",
    ]);
  });

  it("counts as shutting a token out where the rules in force cannot be read", () => {
    const [impact] = impactOn([used("198.51.100.1")], undefined, after, testNow);
    expect(impact?.effect).toBe("shut-out");
  });

  it("is counted by effect, and every token once", () => {
    const counts = countEffects(impactOn([used("10.9.0.1"), used("10.9.0.2"), used(null)], before, after, testNow));
    expect(counts).toEqual({ "shut-out": 2, "let-in": 0, refused: 0, accepted: 0, unknown: 1, expired: 0 });
  });
});

describe("the risk to the person who edits", () => {
  const session: JudgedCredential = {
    tokenId: "mine",
    tokenKind: "organization",
    clientAddress: "192.0.2.7",
    backend: "embedded",
  };
  const useOf = (tokens: readonly ListedToken[], state: SeenState = "complete", enforced: string | null = null) =>
    usesOf({
      kinds: tokenKinds.map((kind) => ({
        kind,
        state: kind === "organization" ? state : "complete",
        tokens: tokens.filter((token) => token.kind === kind),
      })),
      policies: somePolicies({ organization: { ipFilter: enforced } }),
      dashboardFilter: null,
    })("office");
  const mine = used(null, { id: "mine", kind: "organization", ipFilter: "office" });

  it("is that the token in use is shut out of the address in use", () => {
    expect(ownRisk(session, useOf([mine]), before, after)).toBe("in-use");
  });

  it("is none where the address stays accepted, or was refused already", () => {
    expect(ownRisk({ ...session, clientAddress: "10.8.0.1" }, useOf([mine]), before, after)).toBeUndefined();
    expect(ownRisk({ ...session, clientAddress: "198.51.100.1" }, useOf([mine]), before, after)).toBeUndefined();
  });

  it("is none for a token that has another filter, and none for a session without a token", () => {
    expect(ownRisk(session, useOf([{ ...mine, ipFilter: "vpn" }]), before, after)).toBeUndefined();
    expect(ownRisk({ clientAddress: "192.0.2.7", backend: "embedded" }, useOf([mine]), before, after)).toBeUndefined();
  });

  it("is certain for an unseen token where the policy enforces the filter, and possible elsewhere", () => {
    expect(ownRisk(session, useOf([], "hidden", "office"), before, after)).toBe("in-use");
    expect(ownRisk(session, useOf([], "hidden"), before, after)).toBe("in-use-perhaps");
    expect(ownRisk(session, useOf([], "waiting"), before, after)).toBe("in-use-perhaps");
  });

  it("is unknown behind a gateway, whose address LogScale judges", () => {
    const behind: JudgedCredential = { ...session, clientAddress: "10.8.0.1", backend: "gateway" };
    expect(ownRisk(behind, useOf([mine]), before, after)).toBe("gateway");
    expect(ownRisk(behind, useOf([], "hidden"), before, after)).toBe("gateway-perhaps");
    expect(ownRisk(behind, useOf([{ ...mine, ipFilter: null }]), before, after)).toBeUndefined();
  });

  it("is sought in every kind where LogScale does not tell the kind of the token in use", () => {
    const untold: JudgedCredential = { tokenId: "mine", clientAddress: "10.8.0.1", backend: "gateway" };
    expect(ownRisk(untold, useOf([mine]), before, after)).toBe("gateway");
    expect(ownRisk(untold, useOf([], "hidden"), before, after)).toBe("gateway-perhaps");
    expect(ownRisk(untold, useOf([]), before, after)).toBeUndefined();
  });

  it("is another where only the user's own personal token is shut out", () => {
    const personal = used(null, { id: "ada", kind: "personal", ipFilter: "office" });
    const byLink: JudgedCredential = { user: { id: "ada" }, clientAddress: "192.0.2.7", backend: "embedded" };
    expect(ownRisk(byLink, useOf([personal]), before, after)).toBe("own");
    expect(ownRisk({ ...byLink, tokenId: "ada", tokenKind: "personal" }, useOf([personal]), before, after)).toBe("in-use");
  });
});

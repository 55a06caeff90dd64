import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { defaultPolicies, type KindPolicy, type Policies } from "#domain/policy/policy.ts";

import type { SeenToken } from "./effects.ts";
import { endsSession, ownWarnings, type CredentialInUse } from "./ownCredential.ts";

const now = 1000 * day;

const token: SeenToken = { id: "t1", kind: "view", name: "mine", createdAt: now - 40 * day, expireAt: null, ipFilter: null };
const session: CredentialInUse = { tokenId: "t1", tokenKind: "view", clientAddress: "192.0.2.7" };
const filters = new Map(
  [
    { id: "office", name: "Office", ipFilter: "allow 192.0.2.0/24\ndeny all" },
    { id: "vpn", name: "VPN", ipFilter: "allow 198.51.100.0/24" },
    { id: "broken", name: "Broken", ipFilter: "permit everyone" },
  ].map((filter) => [filter.id, filter] as const),
);

function view(values: Partial<KindPolicy>): Policies {
  return { ...defaultPolicies, view: { ...defaultPolicies.view, ...values } };
}

function warnings(next: Policies, credential: CredentialInUse = session, tokens: readonly SeenToken[] = [token]) {
  return ownWarnings(credential, new Map(tokens.map((token) => [token.id, token])), defaultPolicies, next, filters, now);
}

describe("the token in use", () => {
  it("is not mentioned when nothing happens to it", () => {
    expect(warnings(view({ maximumLifetime: null, allowPermissionUpdates: true }))).toEqual([]);
  });

  it.each([
    [{ enabled: false }, "kind-disabled"],
    [{ maximumLifetime: 30 * day }, "older-than-maximum"],
  ] as const)("is warned of when %o deletes it", (values, because) => {
    const [warning, ...rest] = warnings(view(values));
    expect(warning).toEqual({ whose: "in-use", kind: "view", effect: { type: "deleted", because } });
    expect(rest).toEqual([]);
    expect(warning && endsSession(warning)).toBe(true);
  });

  it("is warned of when it is shortened, though the session goes on", () => {
    const [warning] = warnings(view({ maximumLifetime: 90 * day }));
    expect(warning?.effect).toEqual({ type: "shortened", to: now + 50 * day });
    expect(warning && endsSession(warning)).toBe(false);
  });

  it.each([
    ["office", true],
    ["vpn", false],
    ["broken", undefined],
    ["unknown", undefined],
  ] as const)("behind the filter %s is judged by its address: accepted %s", (ipFilter, accepts) => {
    const [warning] = warnings(view({ ipFilter }));
    expect(warning?.effect).toEqual({ type: "filtered", filter: ipFilter, address: "192.0.2.7", accepts });
    expect(warning && endsSession(warning)).toBe(accepts !== true);
  });

  it("is not shut out by a filter that it has already", () => {
    expect(warnings(view({ ipFilter: "vpn" }), session, [{ ...token, ipFilter: "vpn" }])).toEqual([]);
  });

  it("is judged by its kind where the lists do not show it", () => {
    expect(warnings(view({ enabled: false }), session, []).map(({ effect }) => effect.type)).toEqual(["deleted"]);
    expect(warnings(view({ maximumLifetime: day, ipFilter: "vpn" }), session, []).map(({ effect }) => effect.type)).toEqual([
      "maximum-changed",
      "filtered",
    ]);
    expect(warnings(view({ allowPermissionUpdates: true }), session, [])).toEqual([]);
  });
});

describe("a session that no token carries", () => {
  const byLink: CredentialInUse = { user: { id: "u1" }, clientAddress: "192.0.2.7" };
  const personal: SeenToken = { ...token, id: "u1", kind: "personal" };
  const next = { ...defaultPolicies, personal: { ...defaultPolicies.personal, enabled: false } };

  it("goes on, but the warning names its user's personal token", () => {
    const [warning] = warnings(next, byLink, [personal]);
    expect(warning).toMatchObject({ whose: "own", effect: { type: "deleted" } });
    expect(warning && endsSession(warning)).toBe(false);
  });

  it("gives no warning where its user has no personal token", () => {
    expect(warnings(next, byLink, [token])).toEqual([]);
  });

  it("gives one warning when the personal token is the one in use", () => {
    expect(warnings(next, { ...byLink, tokenId: "u1", tokenKind: "personal" }, [personal])).toMatchObject([{ whose: "in-use" }]);
  });
});

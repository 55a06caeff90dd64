import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { defaultPolicies, type KindPolicy, type Policies } from "#domain/policy/policy.ts";

import type { SeenToken } from "./effects.ts";
import { endsSession, ownTokens, ownWarnings, type CredentialInUse } from "./ownCredential.ts";

const now = 1000 * day;

const token: SeenToken = { id: "t1", kind: "view", name: "mine", createdAt: now - 40 * day, expireAt: null, ipFilter: null };
const session: CredentialInUse = { tokenId: "t1", tokenKind: "view", clientAddress: "192.0.2.7" };
const texts = new Map([
  ["office", "allow 192.0.2.0/24\ndeny all"],
  ["vpn", "allow 198.51.100.0/24"],
  ["broken", "permit everyone"],
  ["open", "allow all"],
]);
const judge = filterJudge((id) => texts.get(id));

function view(values: Partial<KindPolicy>): Policies {
  return { ...defaultPolicies, view: { ...defaultPolicies.view, ...values } };
}

function warnings(next: Policies, credential: CredentialInUse = session, tokens: readonly SeenToken[] = [token]) {
  return ownWarnings(credential, ownTokens(credential, tokens), defaultPolicies, next, judge, now);
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
    ["office", "192.0.2.7", "accepts"],
    ["vpn", "192.0.2.7", "refuses"],
    // As the token is authenticated: a text with an error in it lets nobody in.
    ["broken", "192.0.2.7", "refuses"],
    ["unlisted", "192.0.2.7", "unknown"],
    // Behind a gateway nobody knows the address that the cluster sees.
    ["office", "", "unknown"],
    ["broken", "", "refuses"],
    ["open", "", "accepts"],
  ] as const)("behind the filter %s, used from “%s”, is told that the filter %s", (ipFilter, clientAddress, verdict) => {
    const [warning] = warnings(view({ ipFilter }), { ...session, clientAddress });
    expect(warning?.effect).toEqual({ type: "filtered", filter: ipFilter, address: clientAddress, verdict });
    expect(warning && endsSession(warning)).toBe(verdict !== "accepts");
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

  it("may be deleted by a shorter maximum where the lists do not show it, and not by a longer one", () => {
    const base = view({ maximumLifetime: 30 * day });
    const [warning] = ownWarnings(session, new Map(), base, view({ maximumLifetime: 20 * day }), judge, now);
    expect(warning?.effect).toEqual({ type: "maximum-changed" });
    expect(warning && endsSession(warning)).toBe(true);
    expect(ownWarnings(session, new Map(), base, view({ maximumLifetime: 40 * day }), judge, now)).toEqual([]);
  });
});

describe("one's own tokens", () => {
  it("are the one in use and the user's personal one, among however many", () => {
    const tokens = ["t0", "t1", "u1", "u2"].map((id) => ({ ...token, id }));
    const own = (credential: Pick<CredentialInUse, "tokenId" | "user">) => [...ownTokens(credential, tokens).keys()];
    expect(own({ tokenId: "t1", user: { id: "u1" } })).toEqual(["t1", "u1"]);
    expect(own({ user: { id: "u1" } })).toEqual(["u1"]);
    expect(own({ tokenId: "t1" })).toEqual(["t1"]);
    expect(own({ tokenId: null, user: null })).toEqual([]);
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

import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { aToken, testNow } from "#domain/testing.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { writeLocal } from "#web/ui/localTime.ts";

import { likeToken, readFormLink, type FormLinkContext } from "./formLink.ts";

const open = { ...defaultPolicies.view, enabled: true, maximumLifetime: null, ipFilter: null };
const context: FormLinkContext = {
  kind: "view",
  policy: open,
  domains: [
    { id: "d1", name: "web" },
    { id: "d2", name: "a,b" },
    { id: "d3", name: "twice" },
    { id: "d4", name: "twice" },
  ],
  filters: [{ id: "f1", name: "office" }],
  now: testNow,
};
const read = (query: string, given: Partial<FormLinkContext> = {}) =>
  readFormLink(new URLSearchParams(query), { ...context, ...given }) ?? { values: {}, leftOut: [] };
const left = (query: string, given: Partial<FormLinkContext> = {}) => read(query, given).leftOut.map(({ text }) => text);

describe("a link to the form of a new token", () => {
  it("fills in name, permissions, views, expiry and filter", () => {
    const query = "name=deploy+bot&permissions=ReadAccess,ChangeFiles&views=web&views=a,b&expires=90d&filter=office";
    expect(read(query)).toEqual({
      values: {
        name: "deploy bot",
        permissions: ["ReadAccess", "CreateFiles", "UpdateFiles", "DeleteFiles"],
        viewIds: ["d1", "d2"],
        expiry: String(90 * day),
        ipFilter: "f1",
      },
      leftOut: [],
    });
    expect(read("views=d1,web,d4").values.viewIds).toEqual(["d1", "d4"]);
  });

  it("fills in nothing where it says nothing of the form", () => {
    expect(readFormLink(new URLSearchParams("other=1"), context)).toBeUndefined();
  });

  it("says what it does not know, and leaves it out", () => {
    expect(left("permissions=ReadAccess,Fly,Fly&views=web,nowhere,twice&filter=home&expires=soon")).toEqual([
      "Fly",
      "nowhere",
      "twice",
      "soon",
      "home",
    ]);
    expect(left("views=web", { domains: undefined })).toEqual(["web"]);
  });

  it("says what a kind does not have", () => {
    const of = (kind: TokenKind) => left("name=x&permissions=ViewUsage&views=web", { kind });
    expect(of("personal")).toEqual(["name", "permissions", "views"]);
    expect(of("organization")).toEqual(["views"]);
    expect(of("system")).toEqual(["ViewUsage", "views"]);
  });

  it("never goes beyond the policy", () => {
    const policy = { ...open, maximumLifetime: 30 * day, ipFilter: "f2" };
    expect(left("expires=31d&filter=office", { policy })).toEqual(["31d", "office"]);
    expect(left("expires=never", { policy })).toEqual(["never"]);
    expect(read("expires=30d", { policy }).values.expiry).toBe("maximum");
    expect(read("expires=7d", { policy }).values.expiry).toBe(String(7 * day));
  });

  it("takes any span and any instant to come", () => {
    expect(read("expires=36h").values).toEqual({ expiry: "exact", exact: writeLocal(testNow + 36 * hour) });
    const at = new Date(testNow + 5 * day).toISOString();
    expect(read(`expires=${at}`).values).toEqual({ expiry: "exact", exact: writeLocal(testNow + 5 * day) });
    expect(read("expires=never").values.expiry).toBe("never");
    expect(left(`expires=${new Date(testNow).toISOString()}`)).toHaveLength(1);
    expect(left("expires=0d")).toEqual(["0d"]);
  });
});

describe("a link to a token like another", () => {
  it("fills in what that one has but for its name", () => {
    const token = {
      ...aToken({ name: "former", createdAt: testNow - 10 * day, expireAt: testNow + 80 * day, ipFilter: "f1" }),
      permissions: ["ReadAccess", "OrganizationOwnedQueries"],
      views: [{ id: "d2", name: "a,b", type: "View" }],
    };
    expect(read(likeToken(token))).toEqual({
      values: { permissions: ["ReadAccess"], viewIds: ["d2"], expiry: String(90 * day), ipFilter: "f1" },
      leftOut: [],
    });
  });

  it("fills in that it never expires", () => {
    expect(read(likeToken({ ...aToken({ kind: "system" }), permissions: [] }), { kind: "system" }).values).toEqual({
      expiry: "never",
    });
  });
});

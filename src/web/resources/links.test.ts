import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { WantedToken } from "#domain/resources/model.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { readFormLink } from "#web/tokens/formLink.ts";

import { createLink } from "./links.ts";

const now = Date.UTC(2030, 0, 1);

describe("the link to the form of a missing token", () => {
  it("fills in all that the resource asks for, whatever the names are", () => {
    const wanted: WantedToken = {
      type: "view",
      name: "a&b=c #1",
      permissions: ["ReadAccess", "ChangeFiles"],
      views: ["web, shop", "x+y"],
      expireAt: now + 30 * day,
      ipFilter: "off%ice",
    };
    const url = new URL(createLink(wanted), "http://localhost");
    expect(url.pathname).toBe("/tokens/view/new");
    const domains = wanted.views.map((name, index) => ({ id: `d${index}`, name }));
    const read = readFormLink(url.searchParams, {
      kind: "view",
      policy: defaultPolicies.view,
      domains,
      filters: [{ id: "f", name: "off%ice" }],
      now,
    });
    expect(read?.leftOut).toEqual([]);
    expect(read?.values).toMatchObject({ name: wanted.name, viewIds: ["d0", "d1"], ipFilter: "f", expiry: "exact" });
    expect(read?.values.permissions).toEqual(["ReadAccess", "CreateFiles", "UpdateFiles", "DeleteFiles"]);
  });

  it("asks for no expiry where the resource has none, and holds nothing that there is not", () => {
    const link = createLink({ type: "system", name: "a", permissions: [], views: [], expireAt: null, ipFilter: null });
    expect(link).toBe("/tokens/system/new?name=a&expires=never");
    expect(createLink({ type: "ingest", name: "a", repository: "r&d", parser: null })).toBe(
      "/tokens/ingest/new?repository=r%26d",
    );
  });
});

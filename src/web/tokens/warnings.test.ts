import { describe, expect, it } from "vitest";

import { tokenWarnings, type WarnedToken } from "./warnings.ts";

const harmless: WarnedToken = {
  kind: "view",
  permissions: ["ReadAccess"],
  expireAt: 1,
  filter: { accepts: true },
  namesakes: { same: 0, alike: [] },
  ofOwner: false,
};
const types = (changes: Partial<WarnedToken>) => tokenWarnings({ ...harmless, ...changes }).map(({ type }) => type);

describe("the warnings about a new token", () => {
  it("are none where nothing is risky", () => {
    expect(types({})).toEqual([]);
    expect(types({ expireAt: undefined, filter: { accepts: undefined } })).toEqual([]);
  });

  it.each<[Partial<WarnedToken>, string]>([
    [{ permissions: ["ChangeUserAccess"] }, "escalates"],
    [{ permissions: ["DeleteEvents"] }, "destroys"],
    [{ permissions: ["ChangeIngestTokens"] }, "leaks"],
    [{ expireAt: null }, "no-expiry"],
    [{ filter: null }, "no-filter"],
    [{ filter: { accepts: false } }, "shuts-you-out"],
    [{ namesakes: { same: 2, alike: [] } }, "duplicate-name"],
    [{ namesakes: { same: 0, alike: ["grafana\u200B"] } }, "similar-name"],
    [{ kind: "personal", permissions: [], ofOwner: true }, "acts-as-owner"],
  ])("%j warns of %s", (changes, type) => {
    expect(types(changes)).toEqual([type]);
  });

  it("put the gravest first", () => {
    expect(
      types({
        permissions: ["DeleteEvents", "ChangeUserAccess"],
        expireAt: null,
        filter: null,
        namesakes: { same: 1, alike: [] },
      }),
    ).toEqual(["escalates", "destroys", "no-expiry", "no-filter", "duplicate-name"]);
  });

  it("name the rights that they are about", () => {
    const [warning] = tokenWarnings({ ...harmless, permissions: ["DeleteEvents", "ChangeRetention"] });
    expect(warning?.text).toContain("set retention, delete events");
  });
});

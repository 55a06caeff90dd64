import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";
import type { ListedToken } from "#web/api/tokens.ts";
import { countInState, filterTokens, isInState, stateFilters, statesFor, type StateFilter } from "./filters.ts";

const now = 1_000 * day;

const used = (ago: number): LastUse => ({ at: now - ago, from: null, source: "recorded" });

const aToken = (overrides: Partial<ListedToken> = {}): ListedToken => ({
  id: "A1b2C3d4",
  kind: "view",
  name: "ci-deploy",
  createdAt: now - 200 * day,
  expireAt: null,
  ipFilter: null,
  lastUse: used(10 * day),
  ...overrides,
});

const statesOf = (overrides: Partial<ListedToken>) =>
  (Object.keys(stateFilters) as StateFilter[]).filter((state) => isInState(aToken(overrides), state, now));

describe("a token", () => {
  it("is active until the very instant of its expiry", () => {
    expect(statesOf({ expireAt: now + 1 })).toEqual(["active", "expires-7d", "expires-30d"]);
    expect(statesOf({ expireAt: now })).toEqual(["expired"]);
  });

  it("expires within a span up to its end", () => {
    expect(statesOf({ expireAt: now + 7 * day })).toContain("expires-7d");
    expect(statesOf({ expireAt: now + 7 * day + 1 })).not.toContain("expires-7d");
    expect(statesOf({ expireAt: now + 30 * day })).toContain("expires-30d");
    expect(statesOf({ expireAt: now + 30 * day + 1 })).toEqual(["active"]);
  });

  it("never expires when it has no expiry", () => {
    expect(statesOf({ expireAt: null })).toEqual(["active", "never-expires"]);
  });

  it("counts as unused since its creation when it was never used", () => {
    expect(statesOf({ lastUse: neverUsed, createdAt: now - 90 * day })).toEqual([
      "active",
      "never-expires",
      "unused-90d",
      "never-used",
    ]);
    expect(statesOf({ lastUse: neverUsed, createdAt: now - 89 * day })).toEqual(["active", "never-expires", "never-used"]);
  });

  it("is in no state of use where its use is unknown", () => {
    const { lastUse: _, ...unknown } = aToken();
    for (const state of ["used-24h", "used-7d", "unused-90d", "never-used"] as const) {
      expect(isInState(unknown, state, now)).toBe(false);
    }
  });

  it("counts as used within a week when it was used within a day", () => {
    expect(statesOf({ lastUse: used(day) })).toEqual(["active", "never-expires", "used-24h", "used-7d"]);
    expect(statesOf({ lastUse: used(day + 1) })).toEqual(["active", "never-expires", "used-7d"]);
  });
});

describe("searching tokens", () => {
  const tokens = [aToken(), aToken({ id: "Zz9", name: "Backup", expireAt: now - 1 }), aToken({ id: "Zz8", name: "backup-2" })];

  it("finds names and ids, whatever their case", () => {
    expect(filterTokens(tokens, "BACKUP", undefined, now).map((token) => token.id)).toEqual(["Zz9", "Zz8"]);
    expect(filterTokens(tokens, " a1B2 ", undefined, now).map((token) => token.name)).toEqual(["ci-deploy"]);
  });

  it("narrows by text and state together", () => {
    expect(filterTokens(tokens, "backup", "expired", now).map((token) => token.id)).toEqual(["Zz9"]);
    expect(countInState(tokens, "expired", now)).toBe(1);
  });

  it("gives the same list when nothing is searched for", () => {
    expect(filterTokens(tokens, " ", undefined, now)).toBe(tokens);
  });
});

describe("the states that are offered", () => {
  it("leave out disuse where an audit log tells of use, since it does not name every use", () => {
    expect(statesFor("recorded")).toEqual(Object.keys(stateFilters));
    const audited = statesFor("audited");
    expect(audited).toContain("used-7d");
    expect(audited).not.toContain("never-used");
    expect(audited).not.toContain("unused-90d");
    expect(statesFor("unknown")).toEqual(["active", "expires-7d", "expires-30d", "never-expires", "expired"]);
  });
});

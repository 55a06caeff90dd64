import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { day } from "#domain/duration.ts";
import { inventoryKinds, type InventoryKind, type InventoryToken, type TokenRights } from "#domain/inventory/item.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import type { Long } from "#domain/long.ts";
import { somePolicies, testNow } from "#domain/testing.ts";
import { neverUsed } from "#domain/token/lastUse.ts";
import { holdingsOfUser, rootHoldings, unknownHoldings } from "#domain/token/rights.ts";
import { separated } from "#domain/separated.ts";

import type { RuleAnswer } from "./concerns.ts";
import type { FindingsContext } from "./facts.ts";
import { findingAt, findingBit, findingsOf, judgeFindings, judging, rulesIn } from "./findings.ts";
import { severities } from "./rule.ts";
import { findingRows, findingRules, isFindingRule, type FindingRule } from "./rules.ts";
import { aContext, aListed, somePeople } from "./testing.ts";

const now = testNow;
const week = 7 * day;
const { olderThan, unusedFor, expiresWithin } = usualThresholds;

/** What a rule says of the first token, with the others around it. */
function answer(
  rule: FindingRule,
  token: Partial<InventoryToken>,
  context: Partial<FindingsContext> = {},
  ...others: readonly InventoryToken[]
): RuleAnswer {
  const { found, unknown, dismissed } = judgeFindings([aListed(token), ...others], aContext(context));
  expect((found[0] ?? 0) & (unknown[0] ?? 0)).toBe(0);
  expect(dismissed[0]).toBe(0);
  const bit = findingBit(rule);
  return ((found[0] ?? 0) & bit) !== 0 ? "found" : ((unknown[0] ?? 0) & bit) !== 0 ? "unknown" : "no";
}

const recorded = (ago: number, from: string | null = "10.0.0.1") => ({ at: now - ago, from, source: "recorded" }) as const;
const audited = (ago: number) => ({ at: now - ago, from: null, source: "at-least" }) as const;
const rights = (permissions: readonly string[], views: readonly string[] = []): Partial<FindingsContext> => ({
  rightsOf: () => ({ permissions, views }),
});

interface Case {
  readonly is: RuleAnswer;
  readonly where: string;
  readonly token: Partial<InventoryToken>;
  readonly context?: Partial<FindingsContext>;
}

/** For each rule, what it says at its threshold, beside it, and where it cannot be judged. */
const cases: Readonly<Record<FindingRule, readonly Case[]>> = {
  "never-expires": [
    { is: "found", where: "it has no expiry", token: { expireAt: null } },
    { is: "no", where: "it expires some day", token: { expireAt: 2n ** 62n } },
    { is: "unknown", where: "nobody tells its expiry", token: { expireAt: undefined } },
    { is: "no", where: "its kind cannot expire", token: { kind: "ingest" } },
  ],
  "expires-soon": [
    { is: "found", where: "30 days are left exactly", token: { expireAt: now + expiresWithin * day } },
    { is: "no", where: "a millisecond more is left", token: { expireAt: now + expiresWithin * day + 1 } },
    { is: "found", where: "a millisecond is left", token: { expireAt: now + 1 } },
    { is: "no", where: "it has expired", token: { expireAt: now } },
    { is: "no", where: "it never expires", token: { expireAt: null } },
    { is: "unknown", where: "nobody tells its expiry", token: { expireAt: undefined } },
  ],
  old: [
    { is: "no", where: "it was made 365 days ago exactly", token: { createdAt: now - olderThan * day } },
    { is: "found", where: "it was made a millisecond before", token: { createdAt: now - olderThan * day - 1 } },
    { is: "found", where: "it was made before any number tells", token: { createdAt: -(2n ** 62n) } },
    { is: "unknown", where: "nobody tells when it was made", token: { createdAt: undefined } },
  ],
  unused: [
    { is: "no", where: "it was used 90 days ago exactly", token: { createdAt: 0, lastUse: recorded(unusedFor * day) } },
    { is: "found", where: "it was used a millisecond before", token: { createdAt: 0, lastUse: recorded(unusedFor * day + 1) } },
    { is: "no", where: "it was never used, which another rule tells", token: { createdAt: 0, lastUse: neverUsed } },
    {
      is: "no",
      where: "it sends events and was never used, which another rule tells",
      token: { kind: "ingest", createdAt: 0, lastUse: neverUsed },
    },
    {
      is: "unknown",
      where: "an audit log names a use before the threshold",
      token: { createdAt: 0, lastUse: audited(unusedFor * day + 1) },
    },
    { is: "no", where: "an audit log names a use since", token: { createdAt: 0, lastUse: audited(unusedFor * day) } },
    { is: "unknown", where: "nobody tells its use", token: { createdAt: 0, lastUse: undefined } },
    {
      is: "no",
      where: "nobody tells its use, but it is not as old",
      token: { createdAt: now - unusedFor * day, lastUse: undefined },
    },
    { is: "found", where: "its events ceased", token: { kind: "ingest", createdAt: 0, lastUse: recorded(unusedFor * day + 1) } },
  ],
  "never-used": [
    { is: "found", where: "it was made a week ago exactly", token: { createdAt: now - week, lastUse: neverUsed } },
    { is: "no", where: "it was made a millisecond later", token: { createdAt: now - week + 1, lastUse: neverUsed } },
    { is: "no", where: "it was used", token: { createdAt: 0, lastUse: recorded(1000 * day) } },
    { is: "unknown", where: "nobody tells its use", token: { lastUse: undefined } },
    { is: "no", where: "nobody tells its use, but it is being rolled out", token: { createdAt: now - day, lastUse: undefined } },
    { is: "no", where: "an audit log names a use", token: { lastUse: audited(25 * day) } },
    { is: "unknown", where: "nobody tells when it was made", token: { createdAt: undefined, lastUse: neverUsed } },
  ],
  "no-events": [
    { is: "found", where: "none came in a week exactly", token: ingest({ events: 0 }, { createdAt: now - week }) },
    { is: "no", where: "it was made a millisecond later", token: ingest({ events: 0 }, { createdAt: now - week + 1 }) },
    { is: "no", where: "one came", token: ingest({ events: 1 }) },
    { is: "unknown", where: "nobody counts them", token: ingest({ events: undefined }) },
    { is: "unknown", where: "nobody tells when it was made", token: ingest({ events: 0 }, { createdAt: undefined }) },
    { is: "no", where: "its kind sends none", token: { kind: "fleet" } },
  ],
  "no-ip-filter": [
    { is: "found", where: "it has none", token: { ipFilter: null } },
    { is: "no", where: "it has one", token: { ipFilter: "gone" } },
    { is: "no", where: "its kind can have none", token: { kind: "fleet" } },
  ],
  "filter-accepts-all": [
    { is: "found", where: "its rules allow everything together", token: { ipFilter: "all" } },
    { is: "no", where: "they do not", token: { ipFilter: "office" } },
    { is: "no", where: "they have an error, so that they accept nothing", token: { ipFilter: "broken" } },
    { is: "unknown", where: "they could not be read", token: { ipFilter: "gone" } },
    { is: "no", where: "there is none", token: { ipFilter: null } },
  ],
  "filter-refuses-last-use": [
    { is: "found", where: "it does", token: { ipFilter: "office", lastUse: recorded(day, "11.0.0.0") } },
    {
      is: "no",
      where: "it accepts the address beside it",
      token: { ipFilter: "office", lastUse: recorded(day, "10.255.255.255") },
    },
    { is: "found", where: "it refuses every address", token: { ipFilter: "none", lastUse: undefined } },
    { is: "found", where: "it has an error", token: { ipFilter: "broken" } },
    { is: "unknown", where: "the address is not known", token: { lastUse: audited(day) } },
    { is: "unknown", where: "the filter could not be read", token: { ipFilter: "gone" } },
    { is: "no", where: "it was never used", token: { ipFilter: "office", lastUse: neverUsed } },
    { is: "no", where: "there is no filter", token: { ipFilter: null, lastUse: undefined } },
  ],
  "can-escalate": [
    { is: "found", where: "a permission is so marked", token: {}, context: rights(["ChangeUserAccess"]) },
    { is: "no", where: "none is", token: {}, context: rights(["ReadAccess", "DeleteEvents", "ChangeIngestTokens"]) },
    { is: "found", where: "it is a system token's", token: { kind: "system" }, context: rights(["ChangeSystemPermissions"]) },
    { is: "unknown", where: "a permission is of a newer LogScale", token: {}, context: rights(["ReadAccess", "DoAnything"]) },
    { is: "unknown", where: "its permissions were not read", token: {}, context: { rightsOf: () => undefined } },
    { is: "no", where: "it has its user's rights", token: { kind: "personal" }, context: { rightsOf: () => undefined } },
  ],
  "can-destroy": [
    { is: "found", where: "a permission is so marked", token: {}, context: rights(["DeleteEvents"]) },
    { is: "no", where: "none is", token: {}, context: rights(["ReadAccess", "ChangeUserAccess"]) },
    { is: "unknown", where: "its permissions were not read", token: {}, context: { rightsOf: () => undefined } },
  ],
  "can-leak": [
    { is: "found", where: "it reads ingest tokens", token: {}, context: rights(["ChangeIngestTokens"]) },
    { is: "found", where: "it reads fleet tokens", token: { kind: "organization" }, context: rights(["ViewFleetManagement"]) },
    { is: "no", where: "it does not", token: {}, context: rights(["ReadAccess"]) },
    { is: "unknown", where: "its permissions were not read", token: {}, context: { rightsOf: () => undefined } },
  ],
  "breaks-policy": [
    { is: "found", where: "its kind is disabled", token: {}, context: policy({ enabled: false }) },
    { is: "no", where: "its expiry is at the maximum from now", token: {}, context: policy({ maximumLifetime: 60 * day }) },
    { is: "found", where: "it is a millisecond later", token: {}, context: policy({ maximumLifetime: 60 * day - 1 }) },
    { is: "found", where: "it has none", token: { expireAt: null }, context: policy({ maximumLifetime: 60 * day }) },
    { is: "found", where: "it has another IP filter", token: {}, context: policy({ ipFilter: "vpn" }) },
    { is: "no", where: "it has the one that is enforced", token: {}, context: policy({ ipFilter: "office" }) },
    { is: "unknown", where: "the policies could not be read", token: {}, context: { policies: undefined } },
    { is: "unknown", where: "nobody tells its expiry", token: { expireAt: undefined } },
    { is: "no", where: "no policy governs its kind", token: { kind: "fleet" }, context: { policies: undefined } },
  ],
  "owner-gone": [
    { is: "found", where: "no user has its owner's id", token: { owner: { kind: "user", id: "bob", name: "ada" } } },
    { is: "no", where: "a user has", token: { owner: { kind: "user", id: "ada", name: "bob" } } },
    { is: "found", where: "nobody has the name on record", token: { owner: { kind: "unknown", id: null, name: "bob" } } },
    { is: "no", where: "a user has that name", token: { owner: { kind: "unknown", id: null, name: "ada" } } },
    {
      is: "no",
      where: "it was the local administrator",
      token: { owner: { kind: "unknown", id: null, name: "local administrator" } },
    },
    {
      is: "unknown",
      where: "nobody has that name among those that could be read",
      token: { owner: { kind: "unknown", id: null, name: "bob" } },
      context: { complete: new Set(["view", "organization"]) },
    },
    {
      is: "unknown",
      where: "a token made it that is not here: it may have been rotated",
      token: { owner: { kind: "token", id: "bob", name: "bob" } },
    },
    { is: "unknown", where: "nobody knows who made it", token: { owner: { kind: "unknown", id: null, name: null } } },
    {
      is: "unknown",
      where: "the people could not be listed",
      token: { owner: { kind: "user", id: "bob", name: null } },
      context: { people: undefined },
    },
    {
      is: "no",
      where: "somebody wrote down an owner",
      token: { owner: { kind: "user", id: "bob", name: "bob" }, written: { owner: "Team Blue", by: "ada", at: 1 } },
    },
    { is: "found", where: "it is a fleet token", token: { kind: "fleet", owner: { kind: "unknown", id: null, name: "bob" } } },
  ],
  "owner-lacks-rights": [
    { is: "found", where: "a right is missing", ...ownedBy(role("web", "ReadAccess"), ["ReadAccess", "DeleteEvents"], ["web"]) },
    { is: "no", where: "none is", ...ownedBy(role("web", "ReadAccess"), ["ReadAccess"], ["web"]) },
    { is: "found", where: "one is missing on one view", ...ownedBy(role("web", "ReadAccess"), ["ReadAccess"], ["web", "shop"]) },
    {
      is: "no",
      where: "only what view tokens get unasked is missing",
      ...ownedBy(role("web", "ReadAccess"), ["ReadAccess", "OrganizationOwnedQueries"], ["web"]),
    },
    { is: "no", where: "the owner holds it as a composed one", ...ownedBy(role("web", "ChangeFiles"), ["DeleteFiles"], ["web"]) },
    { is: "no", where: "the owner is root", ...ownedBy(rootHoldings, ["PatchEverything"], ["web"]) },
    { is: "unknown", where: "nobody can tell what the owner holds", ...ownedBy(unknownHoldings, ["ReadAccess"], ["web"]) },
    { is: "unknown", where: "nobody can tell anything of the owner", ...ownedBy(undefined, ["ReadAccess"], ["web"]) },
    {
      is: "unknown",
      where: "its permissions were not read",
      ...ownedBy(rootHoldings, [], []),
      context: { rightsOf: () => undefined },
    },
    {
      is: "unknown",
      where: "only the name of its owner is on record",
      token: { owner: { kind: "unknown", id: null, name: "ada" } },
    },
    { is: "no", where: "the owner is gone, which is another finding", token: { owner: { kind: "user", id: "bob", name: null } } },
    { is: "no", where: "it has its user's rights", token: { kind: "personal" } },
  ],
  contained: [
    { is: "no", where: "the owner has no other", token: {} },
    { is: "unknown", where: "nobody knows the owner", token: { owner: { kind: "unknown", id: null, name: null } } },
    { is: "unknown", where: "not all tokens of its kind are here", token: {}, context: { complete: new Set(["system"]) } },
    { is: "unknown", where: "its permissions were not read", token: {}, context: { rightsOf: () => undefined } },
    { is: "no", where: "it may do nothing", token: { kind: "system" }, context: rights([]) },
  ],
  "same-name": [
    { is: "no", where: "no other has it", token: { name: "one" } },
    { is: "unknown", where: "not all of its kind are here", token: { name: "one" }, context: { complete: new Set(["system"]) } },
  ],
  "weak-value": [
    { is: "found", where: "it is short", token: ingest({ isCustom: true, weakness: "Short" }) },
    { is: "found", where: "it could be guessed", token: ingest({ isCustom: true, weakness: "Guessable" }) },
    { is: "no", where: "nothing speaks against it", token: ingest({ isCustom: true, weakness: null }) },
    { is: "no", where: "it was generated", token: ingest({ isCustom: false, weakness: undefined }) },
    { is: "unknown", where: "nobody tells", token: ingest({ isCustom: undefined, weakness: undefined }) },
    { is: "no", where: "it is no ingest token", token: {} },
  ],
  "no-configuration": [
    { is: "found", where: "none is assigned", token: { kind: "fleet", fleet: { handle: "h", configuration: null } } },
    { is: "no", where: "one is", token: { kind: "fleet" } },
    { is: "no", where: "it is no fleet token", token: { kind: "ingest" } },
  ],
};

function ingest(facts: Partial<InventoryToken["ingest"]>, token: Partial<InventoryToken> = {}): Partial<InventoryToken> {
  const base = { repository: "web", parser: null, isCustom: false, weakness: null, events: 5 } as const;
  return { kind: "ingest", ...token, ingest: { ...base, ...facts } };
}

function policy(
  view: Parameters<typeof somePolicies>[0] extends { view?: infer V } | undefined ? V : never,
): Partial<FindingsContext> {
  return { policies: somePolicies({ view: view ?? {} }) };
}

function role(searchDomainId: string, ...viewPermissions: readonly string[]) {
  const given = { searchDomainId, viewPermissions, organizationPermissions: [], systemPermissions: [] };
  return holdingsOfUser({ isRoot: false, isOrgRoot: false }, [given]);
}

function ownedBy(holdings: typeof rootHoldings | undefined, permissions: readonly string[], views: readonly string[]) {
  return {
    token: { owner: { kind: "user", id: "ada", name: "ada" } } as const,
    context: { people: somePeople({ id: "ada", username: "ada", holdings }), ...rights(permissions, views) },
  };
}

describe.each(findingRules)("the rule %s", (rule) => {
  it.each(cases[rule])("says $is where $where", ({ is, token, context }) => {
    expect(answer(rule, token, context)).toBe(is);
  });

  it("says of every kind that it is not about, and of what has expired, neither yes nor that it cannot tell", () => {
    const nothing: Partial<FindingsContext> = {
      rightsOf: () => undefined,
      policies: undefined,
      people: undefined,
      filters: new Map(),
      complete: new Set(),
    };
    for (const kind of inventoryKinds) {
      const { ingest: _, fleet: __, ...unread } = aListed({ kind, createdAt: undefined, lastUse: undefined });
      if (!findingRows[rule].concerns.includes(kind)) {
        const { found, unknown } = judgeFindings([unread], aContext(nothing));
        expect(rulesIn((found[0] ?? 0) | (unknown[0] ?? 0)), kind).not.toContain(rule);
      }
      const over = { kind, createdAt: 0, expireAt: now, lastUse: neverUsed, ipFilter: null };
      expect(answer(rule, over, nothing), kind).toBe("no");
    }
  });
});

describe("a name twice", () => {
  it("is found within a kind, and not across kinds", () => {
    expect(answer("same-name", { name: "one" }, {}, aListed({ name: "one" }))).toBe("found");
    expect(answer("same-name", { name: "one" }, {}, aListed({ name: "One" }))).toBe("no");
    expect(answer("same-name", { name: "one" }, {}, aListed({ name: "one", kind: "system" }))).toBe("no");
    expect(answer("same-name", { name: "one", kind: "ingest" }, {}, aListed({ name: "one", kind: "ingest" }))).toBe("no");
  });

  it("is none where the other has expired", () => {
    expect(answer("same-name", { name: "one" }, {}, aListed({ name: "one", expireAt: now }))).toBe("no");
    expect(answer("same-name", { name: "one" }, {}, aListed({ name: "one", expireAt: now + 1 }))).toBe("found");
  });
});

describe("a name that tokens of recorded pairs share", () => {
  const keyOf = (id: string) => ({ kind: "view", id, createdAt: 1 }) as const;
  const link = (token: string, replaces: string) => ({
    token: keyOf(token),
    replaces: keyOf(replaces),
    by: "ada",
    at: now,
    version: `${token} ${replaces}`,
  });
  const named = (id: string) => aListed({ id, key: `view:${id}`, name: "one" });
  const found = (ids: readonly string[], ...links: ReturnType<typeof link>[]) => {
    const tokens = ids.map(named);
    const masks = judgeFindings(tokens, aContext({ links }));
    const others = tokens.map((_, place) => masks.facts.namesakes(place));
    expect(tokens.map((_, place) => rulesIn(masks.found[place] ?? 0).includes("same-name"))).toEqual(
      others.map((many) => many > 0),
    );
    return others;
  };

  it("is none twice: not of two, not of a chain, in whatever order it was recorded, not of two that replace one", () => {
    expect(found(["a", "b"])).toEqual([1, 1]);
    expect(found(["a", "b"], link("b", "a"))).toEqual([0, 0]);
    expect(found(["a", "b", "c"], link("b", "a"), link("c", "b"))).toEqual([0, 0, 0]);
    expect(found(["a", "b", "c"], link("c", "b"), link("b", "a"))).toEqual([0, 0, 0]);
    expect(found(["a", "b", "c"], link("b", "a"), link("c", "a"))).toEqual([0, 0, 0]);
  });

  it("is one all the same with a token that is in no pair with them, or in another", () => {
    expect(found(["a", "b", "c"], link("b", "a"))).toEqual([1, 1, 2]);
    expect(found(["a", "b", "c", "d"], link("b", "a"), link("d", "c"))).toEqual([2, 2, 2, 2]);
  });

  it("is judged to the end where what is kept runs in a ring", () => {
    expect(found(["a", "b"], link("b", "a"), link("a", "b"))).toEqual([0, 0]);
  });
});

describe("an owner that is a token", () => {
  const owner = { kind: "token", id: "maker", name: "maker" } as const;
  const maker = aListed({ id: "maker", kind: "organization" });
  const rightsOf = (token: InventoryToken): TokenRights => ({
    permissions: token.kind === "organization" ? ["ViewUsage"] : ["ReadAccess"],
    views: ["web"],
  });

  it("is there as long as it can be listed, and is held against its own permissions", () => {
    expect(answer("owner-gone", { owner }, { rightsOf }, maker)).toBe("no");
    expect(answer("owner-lacks-rights", { owner }, { rightsOf }, maker)).toBe("found");
    const other = (token: InventoryToken) => ({ permissions: ["ViewUsage"], views: token.kind === "view" ? ["web"] : [] });
    expect(answer("owner-lacks-rights", { kind: "organization", owner }, { rightsOf: other }, maker)).toBe("no");
  });
});

describe("the findings of a token", () => {
  it("are put into words one by one or together, and cost no formatter each", () => {
    const tokens = [aListed({ expireAt: null, createdAt: now - 4000 * day, lastUse: recorded(400 * day) })];
    // The one for all, which is made when it is first needed.
    expect(separated(1000)).toBe("1,000");
    const made = vi.spyOn(Intl, "NumberFormat");
    const masks = judgeFindings(tokens, aContext());
    const { found } = findingsOf(masks, 0);
    expect(found.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["never-expires", "unused", "old"]));
    expect(found.map(({ rule }) => findingAt(masks, 0, rule))).toEqual(found);
    expect(findingAt(masks, 1, "old")).toBeUndefined();
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  it("are told in words, the worst first, with why, how and what to do", () => {
    const token = aListed({
      name: "deploy",
      expireAt: null,
      ipFilter: null,
      createdAt: now - 400 * day,
      owner: { kind: "user", id: "bob", name: "bob" },
      lastUse: recorded(200 * day),
    });
    const masks = judgeFindings([token], aContext(rights(["ChangeUserAccess", "ReadAccess"], ["web"])));
    const { found, unjudged, dismissed } = findingsOf(masks, 0);
    expect(found.map(({ rule, severity, reason }) => [rule, severity, reason])).toEqual([
      [
        "can-escalate",
        "high",
        "It holds “Manage who has access” (ChangeUserAccess). Whoever has its secret can get further rights, or act as somebody else.",
      ],
      [
        "owner-gone",
        "high",
        "“bob” made it and is no longer there. Nobody answers for it, and whoever left may still have its secret.",
      ],
      [
        "never-expires",
        "medium",
        "It has no expiry and was made 400 days ago. Whoever has its secret can use it until somebody deletes it.",
      ],
      ["unused", "medium", "It was last used 200 days ago."],
      ["no-ip-filter", "low", "No IP filter guards it: its secret works from any address that reaches the server."],
      [
        "old",
        "low",
        "Its secret was made 400 days ago and has been the same since. The longer a secret is in use, the more places hold a copy of it.",
      ],
    ]);
    for (const { judged, todo, actions } of found) {
      expect(judged).toMatch(/\.$/u);
      expect(todo).toMatch(/\.$/u);
      expect(actions.length).toBeGreaterThan(0);
    }
    expect([unjudged, dismissed]).toEqual([[], []]);
  });

  it("tell an age that has reached the threshold, never one that rounds below it", () => {
    const token = aListed({ createdAt: now - olderThan * day - 1 });
    const [old] = findingsOf(judgeFindings([token], aContext()), 0).found;
    expect(old?.reason).toContain("365 days ago");
  });

  it("stand apart where somebody has dismissed them", () => {
    const token = aListed({ expireAt: null, ipFilter: null });
    const dismissed = ({ key }: InventoryToken, rule: string) => key === token.key && rule === "never-expires";
    const masks = judgeFindings([token], aContext({ dismissed }));
    expect(rulesIn(masks.found[0] ?? 0)).toEqual(["no-ip-filter"]);
    expect(rulesIn(masks.dismissed[0] ?? 0)).toEqual(["never-expires"]);
    expect(findingsOf(masks, 0).dismissed.map(({ rule }) => rule)).toEqual(["never-expires"]);
  });

  it("name what could not be judged, and when that is so", () => {
    const masks = judgeFindings([aListed({ lastUse: undefined, createdAt: 0 })], aContext());
    expect(findingsOf(masks, 0).unjudged).toEqual([
      expect.objectContaining({ rule: "filter-refuses-last-use", cannot: expect.stringContaining("not known") as string }),
      expect.objectContaining({ rule: "unused", cannot: expect.stringContaining("audit log") as string }),
      expect.objectContaining({ rule: "never-used", cannot: expect.stringContaining("not recorded") as string }),
    ]);
  });

  it("never show a hidden or turning character of a name as it is", () => {
    const turning = "de\u202eploy";
    const tokens = [aListed({ name: turning }), aListed({ name: turning })];
    const { found } = findingsOf(judgeFindings(tokens, aContext()), 0);
    expect(found.map(({ rule }) => rule)).toContain("same-name");
    for (const { reason } of found) expect(reason).not.toContain("\u202e");
  });
});

describe("the rules", () => {
  it("are each in the order once, 31 at most, and the worst come first", () => {
    expect(new Set(findingRules).size).toBe(findingRules.length);
    expect([...findingRules].toSorted()).toEqual(Object.keys(findingRows).toSorted());
    expect(findingRules.length).toBeLessThanOrEqual(31);
    const order = findingRules.map((rule) => severities.indexOf(findingRows[rule].severity));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("have names that links and notes can keep", () => {
    for (const rule of findingRules) expect(rule).toMatch(/^[a-z]+(?:-[a-z]+)*$/u);
    expect(isFindingRule("never-expires")).toBe(true);
    expect(isFindingRule("toString")).toBe(false);
  });

  it("never find what they also cannot tell, and judge in slices as at once", () => {
    const kind = fc.constantFrom<InventoryKind>(...inventoryKinds);
    const instant = fc.option(
      fc.constantFrom<Long>(0, now - 400 * day, now - 90 * day - 1, now - week, now - day, now, now + day, 2n ** 60n),
      { nil: undefined },
    );
    const token = fc
      .record({
        kind,
        name: fc.constantFrom("a", "b", "c"),
        createdAt: instant,
        expireAt: fc.option(instant, { nil: null }),
        ipFilter: fc.constantFrom(null, "office", "all", "none", "broken", "gone"),
        lastUse: fc.constantFrom(undefined, neverUsed, recorded(day), recorded(100 * day, null), audited(100 * day)),
        owner: fc.constantFrom(
          { kind: "user", id: "ada", name: null } as const,
          { kind: "user", id: "bob", name: null } as const,
          { kind: "unknown", id: null, name: null } as const,
          { kind: "unknown", id: null, name: "eve" } as const,
          { kind: "administrator", id: null, name: null } as const,
        ),
      })
      .map(aListed);
    fc.assert(
      fc.property(fc.array(token, { maxLength: 20 }), fc.boolean(), (tokens, whole) => {
        const context = aContext(whole ? {} : { people: undefined, complete: new Set() });
        const masks = judgeFindings(tokens, context);
        const steps = judging(tokens, context);
        let step = steps.next();
        while (step.done !== true) step = steps.next();
        expect(step.value.found).toEqual(masks.found);
        for (const [index, one] of tokens.entries()) {
          const [found, unknown] = [masks.found[index] ?? 0, masks.unknown[index] ?? 0];
          expect(found & unknown).toBe(0);
          for (const rule of rulesIn(found | unknown)) expect(findingRows[rule].concerns).toContain(one.kind);
          const words = findingsOf(masks, index);
          expect(words.found.map(({ rule }) => rule)).toEqual(rulesIn(found));
          for (const { reason } of words.found) expect(reason).not.toMatch(/undefined|null|NaN|\[object/u);
          for (const { cannot } of words.unjudged) expect(cannot).not.toBe("");
        }
      }),
      { numRuns: 20 },
    );
  });
});

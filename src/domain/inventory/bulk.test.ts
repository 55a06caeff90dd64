import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { somePolicies, testNow } from "#domain/testing.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";
import { holdingsOfToken, holdingsOfUser, rootHoldings, unknownHoldings } from "#domain/token/rights.ts";

import { bulkOrder, differencesOf, planBulk, type BulkAction, type BulkContext, type BulkStep } from "./bulk.ts";
import type { InventoryToken, TokenRights } from "./item.ts";

const old = testNow - 100 * day;
const unused: LastUse = { at: testNow - 30 * day, from: null, source: "recorded" };
const used: LastUse = { at: testNow - 60_000, from: "192.0.2.7", source: "recorded" };

function anItem({ kind = "view", name = "a", ...rest }: Partial<InventoryToken> = {}): InventoryToken {
  const id = kind === "ingest" || kind === "fleet" ? undefined : name;
  return {
    key: `${kind}:${name}`,
    kind,
    id,
    name,
    createdAt: old,
    expireAt: null,
    ipFilter: null,
    lastUse: unused,
    owner: unknownCreator,
    ...(kind === "ingest" && { ingest: { repository: "web", parser: "json", isCustom: false, weakness: null, events: 1 } }),
    ...(kind === "fleet" && { fleet: { handle: name, configuration: null } }),
    ...rest,
  };
}

const reading: TokenRights = { permissions: ["ReadAccess"], views: ["web"] };

function aContext(values: Partial<BulkContext> = {}): BulkContext {
  return {
    now: testNow,
    policies: somePolicies(),
    holdings: rootHoldings,
    rightsOf: () => reading,
    own: {},
    mayChangeIngest: () => true,
    ingestNamesOf: () => undefined,
    parsersOf: () => new Set(["json", "syslog"]),
    mayChangeFleet: true,
    ...values,
  };
}

function stepOf(action: BulkAction, token: InventoryToken, values: Partial<BulkContext> = {}): BulkStep {
  const [step] = planBulk([token], action, aContext(values)).steps;
  if (step === undefined) throw new Error("Every token has a step.");
  return step;
}

/** Someone who holds nothing, and whose holdings are all known. */
const nobody = holdingsOfUser({ isRoot: false, isOrgRoot: false }, []);
const remove: BulkAction = { type: "delete" };
const rotate: BulkAction = { type: "rotate" };
const parser: BulkAction = { type: "parser", parser: "syslog" };
const change = (add: readonly string[], take: readonly string[] = []): BulkAction => ({
  type: "permissions",
  kind: "view",
  add,
  remove: take,
});

describe("a bulk deletion", () => {
  it.each(["personal", "view", "organization", "system", "ingest", "fleet"] as const)(
    "deletes %s tokens, and asks for consent whether or not they are known to be in use",
    (kind) => {
      expect(stepOf(remove, anItem({ kind }))).toMatchObject({ type: "run", needsConsent: true, unsure: false });
    },
  );

  it("asks for no consent to an expired token, which is accepted nowhere, and never counts it as in use", () => {
    const step = (expireAt: number) => stepOf(remove, anItem({ expireAt, lastUse: used }));
    expect(step(testNow)).toMatchObject({ type: "run", needsConsent: false, use: "not" });
    expect(step(testNow + 1)).toMatchObject({ type: "run", needsConsent: true, use: "last-day" });
  });

  it.each([
    ["personal", "Only root may act on the personal tokens of others"],
    ["view", "every repository and view that it is for"],
    ["organization", "ChangeOrganizationPermissions"],
    ["system", "ChangeSystemPermissions"],
    ["ingest", "the ingest tokens of its repository"],
    ["fleet", "ChangeFleetManagement"],
  ] as const)("is refused for %s tokens to whoever certainly lacks the right", (kind, words) => {
    const lacking = { holdings: nobody, mayChangeIngest: () => false, mayChangeFleet: false };
    expect(stepOf(remove, anItem({ kind }), lacking)).toMatchObject({
      type: "refused",
      because: "right",
      message: expect.stringContaining(words),
    });
  });

  it("is never refused for a right of which only the server knows, and says that it is not sure", () => {
    const unknown: Partial<BulkContext> = {
      holdings: unknownHoldings,
      mayChangeIngest: () => "unknown",
      mayChangeFleet: "unknown",
    };
    for (const kind of ["personal", "view", "organization", "system", "ingest", "fleet"] as const) {
      expect(stepOf(remove, anItem({ kind }), unknown), kind).toMatchObject({ type: "run", unsure: true });
    }
  });

  it("is refused for a view token where one of its views is not the caller's to administer", () => {
    const holdings = holdingsOfToken("view", ["ChangeUserAccess"], ["web"]);
    expect(stepOf(remove, anItem(), { holdings })).toMatchObject({ type: "run" });
    const rightsOf = () => ({ ...reading, views: ["web", "audit"] });
    expect(stepOf(remove, anItem(), { holdings, rightsOf })).toMatchObject({ type: "refused", because: "right" });
  });

  it("lets users delete their own personal token", () => {
    const own = { userId: "me" };
    expect(stepOf(remove, anItem({ kind: "personal", name: "me" }), { holdings: nobody, own })).toMatchObject({
      type: "run",
      own: "own",
    });
  });
});

describe("a bulk rotation", () => {
  it.each(["ingest", "fleet"] as const)("does not exist for %s tokens", (kind) => {
    expect(stepOf(rotate, anItem({ kind }))).toMatchObject({ type: "refused", because: "no-such-action" });
  });

  it("asks for consent in any case: the former secret stops at once", () => {
    expect(stepOf(rotate, anItem())).toMatchObject({ type: "run", needsConsent: true, use: "not" });
  });

  it("is refused where the token does not fit the policy in force", () => {
    const policies = somePolicies({ view: { maximumLifetime: 30 * day } });
    expect(stepOf(rotate, anItem(), { policies })).toMatchObject({ type: "refused", because: "policy" });
    expect(stepOf(rotate, anItem({ expireAt: testNow + day }), { policies })).toMatchObject({ type: "run" });
    expect(stepOf(rotate, anItem(), { policies: somePolicies({ view: { enabled: false } }) })).toMatchObject({
      type: "refused",
      because: "policy",
    });
  });

  it("tells of the IP filter that the policy adds to a token without one", () => {
    const policies = somePolicies({ view: { ipFilter: "office" } });
    expect(stepOf(rotate, anItem(), { policies })).toMatchObject({ type: "run", ipFilter: "office" });
    expect(stepOf(rotate, anItem({ ipFilter: "office" }), { policies })).not.toHaveProperty("ipFilter");
    expect(stepOf(rotate, anItem({ ipFilter: "vpn" }), { policies })).toMatchObject({ type: "refused", because: "policy" });
  });

  it("is not sure of a policy that the caller may not read", () => {
    expect(stepOf(rotate, anItem(), { policies: undefined })).toMatchObject({ type: "run", unsure: true });
  });

  it.each([somePolicies(), undefined])("is refused for an expired token", (policies) => {
    expect(stepOf(rotate, anItem({ expireAt: testNow }), { policies })).toMatchObject({ type: "refused", because: "expired" });
  });

  it("is refused where it would show the caller rights that the caller does not hold", () => {
    const holdings = holdingsOfToken("view", ["ChangeUserAccess"], ["web"]);
    expect(stepOf(rotate, anItem(), { holdings })).toMatchObject({
      type: "refused",
      because: "right",
      message: expect.stringContaining("ReadAccess"),
    });
    const held = holdingsOfToken("view", ["ChangeUserAccess", "ReadAccess"], ["web"]);
    expect(stepOf(rotate, anItem(), { holdings: held })).toMatchObject({ type: "run", unsure: false });
    expect(stepOf(rotate, anItem(), { holdings: held, rightsOf: () => undefined })).toMatchObject({ type: "run", unsure: true });
  });
});

describe("setting a parser in bulk", () => {
  it("is for ingest tokens alone, and only where their repository has the parser", () => {
    expect(stepOf(parser, anItem())).toMatchObject({ type: "refused", because: "no-such-action" });
    expect(stepOf(parser, anItem({ kind: "ingest" }))).toMatchObject({ type: "run" });
    expect(stepOf(parser, anItem({ kind: "ingest" }), { parsersOf: () => new Set(["json"]) })).toMatchObject({
      type: "refused",
      because: "no-parser",
    });
    expect(stepOf(parser, anItem({ kind: "ingest" }), { parsersOf: () => undefined })).toMatchObject({
      type: "run",
      unsure: true,
    });
  });

  it("does nothing where it is assigned already, and may take it off everywhere", () => {
    expect(stepOf({ type: "parser", parser: "json" }, anItem({ kind: "ingest" }))).toMatchObject({ type: "nothing" });
    const off: BulkAction = { type: "parser", parser: null };
    expect(stepOf(off, anItem({ kind: "ingest" }), { parsersOf: () => undefined })).toMatchObject({ type: "run", unsure: false });
  });

  it("asks for consent where data arrives with the token, or may", () => {
    expect(stepOf(parser, anItem({ kind: "ingest", lastUse: unused }))).toMatchObject({ needsConsent: false });
    expect(stepOf(parser, anItem({ kind: "ingest", lastUse: used }))).toMatchObject({ needsConsent: true });
    expect(stepOf(parser, anItem({ kind: "ingest", lastUse: undefined }))).toMatchObject({ needsConsent: true, use: "unknown" });
  });
});

describe("changing permissions in bulk", () => {
  const open = somePolicies({ view: { allowPermissionUpdates: true } });
  const step = (action: BulkAction, token = anItem(), values: Partial<BulkContext> = {}) =>
    stepOf(action, token, { policies: open, ...values });

  it.each(["personal", "organization", "system", "ingest", "fleet"] as const)(
    "is refused for %s tokens among view tokens",
    (kind) => {
      expect(step(change(["ReadAccess"]), anItem({ kind }))).toMatchObject({ type: "refused", because: "no-such-action" });
    },
  );

  it("adds and takes away by name, and says what differs for each token", () => {
    expect(step(change(["ChangeFiles"], ["ReadAccess"]))).toMatchObject({
      type: "run",
      change: { added: ["CreateFiles", "UpdateFiles", "DeleteFiles"], removed: ["ReadAccess"] },
    });
    expect(step(change(["ReadAccess"], ["CreateFiles"]))).toMatchObject({ type: "nothing" });
  });

  it("never asks for the permission that every view token has unasked, nor takes it away", () => {
    const rightsOf = () => ({ permissions: ["ReadAccess", "OrganizationOwnedQueries"], views: ["web"] });
    expect(step(change(["CreateFiles"], ["OrganizationOwnedQueries"]), anItem(), { rightsOf })).toMatchObject({
      change: { next: ["ReadAccess", "CreateFiles"], added: ["CreateFiles"], removed: [] },
    });
  });

  it("is refused where the policy lets no permissions be changed, for an expired token, and where none would be left", () => {
    expect(step(change(["CreateFiles"]), anItem(), { policies: somePolicies() })).toMatchObject({ because: "policy" });
    expect(step(change(["CreateFiles"]), anItem({ expireAt: testNow }))).toMatchObject({ because: "expired" });
    expect(step(change([], ["ReadAccess"]))).toMatchObject({ because: "none-left" });
    expect(step(change(["CreateFiles"]), anItem(), { rightsOf: () => undefined })).toMatchObject({ because: "unread" });
  });

  it("is refused for what the caller does not hold, and only where it would be added", () => {
    const holdings = holdingsOfToken("view", ["ChangeUserAccess"], ["web"]);
    expect(step(change(["DeleteEvents"]), anItem(), { holdings })).toMatchObject({ because: "right" });
    expect(step(change(["ChangeUserAccess"], ["ReadAccess"]), anItem(), { holdings })).toMatchObject({ type: "run" });
  });

  it("asks for consent where a token in use loses something, and wherever one could gain further rights by itself", () => {
    const both = { rightsOf: () => ({ permissions: ["ReadAccess", "CreateFiles"], views: ["web"] }) };
    expect(step(change([], ["CreateFiles"]), anItem({ lastUse: used }), both)).toMatchObject({ needsConsent: true });
    expect(step(change([], ["CreateFiles"]), anItem({ lastUse: undefined }), both)).toMatchObject({ needsConsent: true });
    expect(step(change([], ["CreateFiles"]), anItem({ lastUse: unused }), both)).toMatchObject({ needsConsent: false });
    expect(step(change(["CreateFiles"]), anItem({ lastUse: used }))).toMatchObject({ needsConsent: false });
    expect(step(change(["ChangeUserAccess"]), anItem({ lastUse: unused }))).toMatchObject({ needsConsent: true });
  });
});

describe("the plan of a bulk action", () => {
  const items = [
    anItem({ name: "mine" }),
    anItem({ name: "used", lastUse: used }),
    anItem({ name: "unknown", lastUse: undefined }),
    anItem({ name: "new", lastUse: neverUsed, createdAt: testNow - day }),
    anItem({ name: "expired", expireAt: old }),
    anItem({ name: "idle" }),
  ];

  it("counts what is in use and what nobody knows, and never takes the one for the other", () => {
    expect(planBulk(items, rotate, aContext()).totals).toEqual({
      run: 5,
      nothing: 0,
      refused: 1,
      inUse: 1,
      useUnknown: 2,
      needConsent: 5,
      unsure: 0,
    });
  });

  it("runs the token of the session last, and the user's own before it", () => {
    const own = { tokenId: "mine", userId: "me" };
    const plan = planBulk([anItem({ kind: "personal", name: "me" }), ...items], remove, aContext({ own }));
    expect(bulkOrder(plan).map(({ token }) => token.name)).toEqual(["used", "unknown", "new", "expired", "idle", "me", "mine"]);
  });
});

describe("a plan made later", () => {
  const [a, b] = [anItem({ name: "a" }), anItem({ name: "b" })];
  const plan = (tokens: readonly InventoryToken[], action: BulkAction = rotate, values: Partial<BulkContext> = {}) =>
    planBulk(tokens, action, aContext(values));
  const types = (...[agreed, later]: Parameters<typeof differencesOf>) =>
    differencesOf(agreed, later).map(({ type, token }) => `${type} ${token.name}`);

  it("is covered by the consent where nothing differs, and where use was found to be less", () => {
    expect(types(plan([a, b]), plan([a, b]))).toEqual([]);
    expect(types(plan([anItem({ lastUse: undefined })]), plan([a]))).toEqual([]);
  });

  it("is not covered where tokens went, are refused by now, came to be allowed, or turned out to be in use", () => {
    expect(types(plan([a, b]), plan([b]))).toEqual(["gone a"]);
    expect(types(plan([a, b]), plan([a, anItem({ name: "b", expireAt: testNow })]))).toEqual(["refused b"]);
    expect(types(plan([a, anItem({ name: "b", expireAt: testNow })]), plan([a, b]))).toEqual(["new b"]);
    expect(types(plan([a, b]), plan([a, anItem({ name: "b", lastUse: used })]))).toEqual(["used b"]);
    expect(types(plan([a]), plan([anItem({ lastUse: undefined })]))).toEqual(["used a"]);
  });

  it("is not covered where somebody changed the permissions that are to be changed", () => {
    const action = change(["CreateFiles", "UpdateFiles"]);
    const policies = somePolicies({ view: { allowPermissionUpdates: true } });
    const rightsOf = () => ({ permissions: ["ReadAccess", "CreateFiles"], views: ["web"] });
    expect(types(plan([a], action, { policies }), plan([a], action, { policies, rightsOf }))).toEqual(["change a"]);
  });
});

import { describe, expect, it } from "vitest";

import { day, minute } from "#domain/duration.ts";
import { somePolicies, testNow } from "#domain/testing.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { holdingsOfToken, holdingsOfUser, rootHoldings, unknownHoldings } from "#domain/token/rights.ts";

import { differencesOf, planBulk, type BulkContext, type BulkStep } from "./bulk.ts";
import type { RenewAction } from "./bulkRenewal.ts";
import type { InventoryToken, TokenRights } from "./item.ts";

const renew: RenewAction = { type: "renew", life: { type: "same" }, suffix: "-2" };
const lasting = (days: number): RenewAction => ({ ...renew, life: { type: "for", ms: days * day } });
const reading: TokenRights = { permissions: ["ReadAccess"], views: ["web"] };

/** A token that was made for 100 days, of which 10 are left. */
function anItem({ kind = "view", name = "a", ...rest }: Partial<InventoryToken> = {}): InventoryToken {
  const governed = kind !== "ingest" && kind !== "fleet";
  return {
    key: `${kind}:${name}`,
    kind,
    id: governed ? name : undefined,
    name,
    createdAt: testNow - 90 * day,
    expireAt: governed ? testNow + 10 * day : null,
    ipFilter: null,
    lastUse: { at: testNow - minute, from: null, source: "recorded" },
    owner: unknownCreator,
    ...(kind === "ingest" && { ingest: { repository: "web", parser: "json", isCustom: false, weakness: null, events: 1 } }),
    ...(kind === "fleet" && { fleet: { handle: name, configuration: null } }),
    ...rest,
  };
}

function aContext(values: Partial<BulkContext> = {}): BulkContext {
  return {
    now: testNow,
    policies: somePolicies(),
    holdings: rootHoldings,
    rightsOf: () => reading,
    own: { userId: "me" },
    mayChangeIngest: () => true,
    ingestNamesOf: () => new Set(["a", "b"]),
    parsersOf: () => undefined,
    mayChangeFleet: true,
    ...values,
  };
}

function stepOf(token: InventoryToken, action = renew, values: Partial<BulkContext> = {}): BulkStep {
  const [step] = planBulk([token], action, aContext(values)).steps;
  if (step === undefined) throw new Error("Every token has a step.");
  return step;
}

/** Days until the successor expires; null for never. */
function lifeOf(step: BulkStep): number | null {
  if (step.type !== "run" || step.renewal?.type !== "governed") throw new Error("It has no governed successor.");
  const { expireAt } = step.renewal.request;
  return expireAt === null ? null : (Number(expireAt) - testNow) / day;
}

describe("a bulk renewal", () => {
  it("makes a successor with the same name, rights, views and filter, and asks for no consent: nothing stops", () => {
    const step = stepOf(anItem({ ipFilter: "office" }));
    expect(step).toMatchObject({ type: "run", needsConsent: false, unsure: false, use: "last-day" });
    expect(step).toMatchObject({
      renewal: { request: { kind: "view", name: "a", permissions: ["ReadAccess"], viewIds: ["web"], ipFilter: "office" } },
    });
  });

  it("renews an expired token as well", () => {
    const step = stepOf(anItem({ createdAt: testNow - 30 * day, expireAt: testNow - day }));
    expect(step).toMatchObject({ type: "run", needsConsent: false });
    expect(lifeOf(step)).toBe(29);
  });

  it("replaces one's own personal token, which stops the one in use, and asks for consent unless that has expired", () => {
    const own = anItem({ kind: "personal", name: "me" });
    expect(stepOf(own)).toMatchObject({ type: "run", needsConsent: true, own: "own" });
    expect(stepOf({ ...own, expireAt: testNow })).toMatchObject({ type: "run", needsConsent: false });
  });

  it("is refused for the personal tokens of others, even to root, who could not make one in their name", () => {
    for (const holdings of [rootHoldings, unknownHoldings]) {
      expect(stepOf(anItem({ kind: "personal", name: "ada" }), renew, { holdings })).toMatchObject({
        type: "refused",
        because: "right",
        message: expect.stringContaining("somebody else"),
      });
    }
  });

  it("does not exist for fleet tokens, and says how to do it by hand", () => {
    expect(stepOf(anItem({ kind: "fleet" }))).toMatchObject({
      type: "refused",
      because: "no-such-action",
      message: expect.stringContaining("Create another by hand"),
    });
  });

  it.each([
    ["view", "every repository and view"],
    ["organization", "ChangeOrganizationPermissions"],
    ["system", "ChangeSystemPermissions"],
    ["ingest", "the ingest tokens of its repository"],
  ] as const)("is refused for %s tokens to whoever certainly lacks the right", (kind, words) => {
    const holdings = holdingsOfUser({ isRoot: false, isOrgRoot: false }, []);
    expect(stepOf(anItem({ kind }), renew, { holdings, mayChangeIngest: () => false })).toMatchObject({
      type: "refused",
      because: "right",
      message: expect.stringContaining(words),
    });
  });

  it("is refused where the successor would have rights that the caller does not hold", () => {
    const holdings = holdingsOfToken("view", ["ChangeUserAccess"], ["web"]);
    expect(stepOf(anItem(), renew, { holdings })).toMatchObject({
      type: "refused",
      because: "right",
      message: expect.stringContaining("ReadAccess"),
    });
  });

  it("is refused where the rights of the old token were not read", () => {
    expect(stepOf(anItem(), renew, { rightsOf: () => undefined })).toMatchObject({ type: "refused", because: "unread" });
  });

  it("is refused where the policy disables the kind, and where the time that was chosen is over", () => {
    const policies = somePolicies({ view: { enabled: false } });
    expect(stepOf(anItem(), renew, { policies })).toMatchObject({ type: "refused", because: "policy" });
    const over: RenewAction = { ...renew, life: { type: "until", at: testNow } };
    expect(stepOf(anItem(), over)).toMatchObject({ type: "refused", because: "policy" });
  });

  it("is not sure of a policy that the caller may not read", () => {
    expect(stepOf(anItem(), renew, { policies: undefined })).toMatchObject({ type: "run", unsure: true });
  });

  it("gives the successor the filter that the policy enforces", () => {
    const policies = somePolicies({ view: { ipFilter: "office" } });
    expect(stepOf(anItem({ ipFilter: "vpn" }), renew, { policies })).toMatchObject({
      renewal: { request: { ipFilter: "office" }, changes: { ipFilter: { from: "vpn", to: "office" } } },
    });
  });
});

describe("the life of many successors", () => {
  const short = somePolicies({ view: { maximumLifetime: 30 * day } });

  it("is as long as each old token was made for, or as asked for", () => {
    expect(lifeOf(stepOf(anItem()))).toBe(100);
    expect(lifeOf(stepOf(anItem({ expireAt: null })))).toBeNull();
    expect(lifeOf(stepOf(anItem(), lasting(7)))).toBe(7);
    expect(lifeOf(stepOf(anItem(), { ...renew, life: { type: "until", at: testNow + 5 * day } }))).toBe(5);
    expect(lifeOf(stepOf(anItem(), { ...renew, life: { type: "until", at: null } }))).toBeNull();
  });

  it.each([renew, lasting(90), { ...renew, life: { type: "until", at: null } } as const])(
    "is bounded by the policy of the kind, and says so: %o",
    (action) => {
      const step = stepOf(anItem(), action, { policies: short });
      expect(lifeOf(step)).toBeCloseTo(30, 2);
      expect(lifeOf(step)).toBeLessThan(30);
      expect(step).toMatchObject({ renewal: { cutBy: "policy" } });
    },
  );

  it("is not bounded where it is shorter, nor by the policy of another kind", () => {
    expect(stepOf(anItem(), lasting(29), { policies: short })).toMatchObject({ renewal: { cutBy: undefined } });
    const other = stepOf(anItem({ kind: "organization" }), lasting(90), { policies: short });
    expect(lifeOf(other)).toBe(90);
    expect(other).toMatchObject({ renewal: { cutBy: undefined } });
  });
});

describe("a renewal before a change of the policies", () => {
  const before = (draft: RenewAction["draft"], action = renew): RenewAction => ({ ...action, ...(draft && { draft }) });

  it("is bounded by the draft where that is stricter, so that the change does not end the successor earlier", () => {
    const step = stepOf(anItem(), before(somePolicies({ view: { maximumLifetime: 20 * day } })), {
      policies: somePolicies({ view: { maximumLifetime: 50 * day } }),
    });
    expect(lifeOf(step)).toBeCloseTo(20, 2);
    expect(step).toMatchObject({ renewal: { cutBy: "draft" } });
  });

  it("is bounded by the policy in force where the draft is looser: the change is not made yet", () => {
    const step = stepOf(anItem(), before(somePolicies({ view: { maximumLifetime: 50 * day } })), {
      policies: somePolicies({ view: { maximumLifetime: 20 * day } }),
    });
    expect(lifeOf(step)).toBeCloseTo(20, 2);
    expect(step).toMatchObject({ renewal: { cutBy: "policy" } });
  });

  it("is refused where the draft would delete the successor as well", () => {
    expect(stepOf(anItem(), before(somePolicies({ view: { enabled: false } })))).toMatchObject({
      type: "refused",
      because: "policy",
      message: expect.stringContaining("would delete its successor as well"),
    });
  });

  it("tells which filter the draft will give the successor", () => {
    const draft = somePolicies({ view: { ipFilter: "office" } });
    expect(stepOf(anItem({ ipFilter: "vpn" }), before(draft))).toMatchObject({
      renewal: { request: { ipFilter: "vpn" }, draftFilter: "office" },
    });
    expect(stepOf(anItem({ ipFilter: "office" }), before(draft))).toMatchObject({ renewal: { draftFilter: undefined } });
  });
});

describe("the renewal of an ingest token", () => {
  const item = anItem({ kind: "ingest" });

  it("makes another with the same parser, under the old name and the suffix", () => {
    expect(stepOf(item)).toMatchObject({
      type: "run",
      needsConsent: false,
      renewal: { type: "ingest", repository: "web", name: "a-2", parser: "json" },
    });
  });

  it("is refused where the name is taken in its repository, too long, or no name", () => {
    expect(stepOf(item, { ...renew, suffix: "" })).toMatchObject({
      because: "name",
      message: expect.stringContaining("already"),
    });
    expect(stepOf(item, renew, { ingestNamesOf: () => new Set(["a-2"]) })).toMatchObject({ because: "name" });
    expect(stepOf(item, { ...renew, suffix: "x".repeat(200) })).toMatchObject({
      because: "name",
      message: expect.stringContaining("200 characters"),
    });
    expect(stepOf(item, { ...renew, suffix: "\u202e" })).toMatchObject({ because: "name" });
  });

  it("is not sure of the name where those of the repository were not read", () => {
    expect(stepOf(item, renew, { ingestNamesOf: () => undefined })).toMatchObject({ type: "run", unsure: true });
  });
});

describe("a plan of renewals made later", () => {
  const plan = (values: Partial<BulkContext> = {}, action = renew) => planBulk([anItem()], action, aContext(values));
  const types = (later: ReturnType<typeof plan>) => differencesOf(plan(), later).map(({ type }) => type);

  it("is covered by the consent as the clock goes on", () => {
    expect(types(plan({ now: testNow + minute }))).toEqual([]);
  });

  it("is not covered where the rights of the old token or the policy changed, so that the successor would be another", () => {
    expect(types(plan({ rightsOf: () => ({ permissions: ["CreateFiles"], views: ["web"] }) }))).toEqual(["change"]);
    expect(types(plan({ policies: somePolicies({ view: { ipFilter: "office" } }) }))).toEqual(["change"]);
    expect(types(plan({ policies: somePolicies({ view: { maximumLifetime: day } }) }))).toEqual(["change"]);
  });
});

import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { latestInstant } from "#domain/instant.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { perKind } from "#domain/token/kinds.ts";
import { disruptionOf } from "./disruption.ts";
import { planPolicyChange, type Deletion, type PlannableToken } from "./plan.ts";
import { defaultPolicies } from "./policy.ts";
import {
  countKit,
  lossesOf,
  planRestoration,
  readRecoveryKit,
  recoveryKit,
  succession,
  successionHead,
  successionLine,
  type KitDetail,
  type KitRequest,
  type KitToken,
} from "./recoveryKit.ts";
import { aToken, testNow, tokenId } from "#domain/testing.ts";
import type { Long } from "#domain/long.ts";
import type { LastUse } from "#domain/token/lastUse.ts";
import { checkAgainstPolicy } from "#domain/token/policyCheck.ts";

const recorded = (at: Long): LastUse => ({ at, from: null, source: "recorded" });

const view: KitDetail = {
  ...aToken({
    id: tokenId("view", 1),
    name: "deploy",
    createdAt: testNow - 400 * day,
    expireAt: testNow + 30 * day,
    ipFilter: "f1",
  }),
  permissions: ["ReadAccess", "OrganizationOwnedQueries"],
  views: [{ id: "v1", name: "web" }],
  lastUse: recorded(testNow - day),
  creator: { kind: "user", id: "u1", name: "ada" },
};
const personal: KitDetail = aToken({ kind: "personal", id: tokenId("personal", 2), name: "bob", createdAt: testNow - 400 * day });

function kitOf(
  details: readonly KitDetail[],
  doomed: readonly PlannableToken[] = details,
  writtenOwner: (token: KitDetail) => string | undefined = () => undefined,
) {
  const next = perKind((kind) => ({ ...defaultPolicies[kind], maximumLifetime: 90 * day }));
  const deletions = planPolicyChange(doomed, next, testNow).changes.filter(
    (change): change is Deletion => change.type === "delete",
  );
  return recoveryKit(deletions, {
    details: new Map(details.map((detail) => [detail.id, detail])),
    filterName: (id) => `name of ${id}`,
    writtenOwner,
    callOf: (request: KitRequest) => ({ query: `mutation for ${request.kind}`, variables: { input: { ...request } } }),
    now: testNow,
  });
}

describe("a recovery kit", () => {
  it("holds every doomed token with its rights, limits, use and the call that makes it again", () => {
    const kit = kitOf([view]);
    expect(kit.tokens).toEqual([
      {
        kind: "view",
        id: view.id,
        name: "deploy",
        because: "older-than-maximum",
        createdAt: view.createdAt,
        expireAt: view.expireAt,
        ipFilter: { id: "f1", name: "name of f1" },
        permissions: ["ReadAccess", "OrganizationOwnedQueries"],
        views: [{ id: "v1", name: "web" }],
        lastUsedAt: testNow - day,
        createdBy: "ada",
        variables: {
          input: {
            kind: "view",
            name: "deploy",
            viewIds: ["v1"],
            // What every view token is given unasked is not asked for.
            permissions: ["ReadAccess"],
            expireAt: view.expireAt,
            ipFilter: "f1",
          },
        },
      },
    ]);
    expect(kit.operations).toEqual({ view: "mutation for view" });
  });

  it("names the owner that is written down, and no other", () => {
    const writtenOwner = ({ id }: KitDetail) => (id === view.id ? "Team Blue" : undefined);
    const [owned, other] = kitOf([view, { ...view, id: tokenId("view", 9) }], undefined, writtenOwner).tokens;
    expect([owned?.owner, other?.owner]).toEqual(["Team Blue", undefined]);
  });

  it("says of a personal token that only its user can make it again, and of an unread one that it is incomplete", () => {
    const unread = aToken({ id: tokenId("view", 3), createdAt: testNow - 100 * day });
    const kit = kitOf([personal, view], [personal, view, unread]);
    expect(kit.tokens.map(({ note, variables }) => [note?.split(",")[0], variables === undefined])).toEqual([
      ["Only the user whose token it was can make it again", true],
      [undefined, false],
      ["Its permissions could not be read", true],
    ]);
    expect(countKit(kit)).toEqual({ restorable: 1, personal: 1, unread: 1 });
  });

  it("copies known values alone, so that no secret can come along", () => {
    const withSecret = { ...view, secret: "hunter2", token: "hunter2", views: [{ id: "v1", name: "web", secret: "hunter2" }] };
    expect(JSON.stringify(kitOf([withSecret]))).not.toContain("hunter2");
  });

  it("has no last use of a token of which an audit log alone tells one: it may have been used since", () => {
    const audited = { ...view, lastUse: { at: testNow - day, from: null, source: "at-least" } } as const;
    expect(kitOf([audited]).tokens[0]).not.toHaveProperty("lastUsedAt");
  });

  it("is read back as it was written", () => {
    const kit = kitOf([view, personal]);
    expect(readRecoveryKit(JSON.stringify(kit), JSON.parse)).toEqual({ ok: true, kit });
  });

  it("is read whole where a time is beyond every date, and beyond the exact numbers", () => {
    const far = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 8_640_000_000_000_001, -1];
    const kit = {
      ...kitOf(
        far.map((at, number) => ({ ...view, id: tokenId("view", number), createdAt: at, expireAt: at, lastUse: recorded(at) })),
      ),
      savedAt: Number.MAX_SAFE_INTEGER,
    };
    expect(readRecoveryKit("", () => kit)).toEqual({ ok: true, kit });
  });

  it.each([1, 2])("is read in the versions before as well: %i", (version) => {
    const kit = { ...kitOf([view]), version };
    expect(readRecoveryKit(JSON.stringify(kit), JSON.parse)).toEqual({ ok: true, kit });
  });

  it("holds what somebody deletes by hand as it holds what a policy deletes, and can make it again", () => {
    const context = {
      details: new Map([[view.id, view]]),
      filterName: (id: string) => id,
      callOf: (request: KitRequest) => ({ query: "mutation", variables: { input: { ...request } } }),
      now: testNow,
    };
    const kit = recoveryKit([{ token: view, because: "deleted" }], context);
    const reading = readRecoveryKit(JSON.stringify(kit), JSON.parse);
    expect(reading).toEqual({ ok: true, kit });
    expect(kit.tokens.map((token) => planRestoration(token, defaultPolicies.view, testNow))).toMatchObject([
      { ok: true, request: { name: "deploy", permissions: ["ReadAccess"], expireAt: view.expireAt, ipFilter: "f1" } },
    ]);
  });

  it("holds what ends within 7 days or is locked out as it was before, and not what is only shortened or may be locked out", () => {
    const used = (from: string | null): LastUse => ({ at: testNow - 1, from, source: "recorded" });
    const tokens = [
      aToken({ id: "deleted", createdAt: testNow - 91 * day }),
      aToken({ id: "in a day", createdAt: testNow - 89.5 * day }),
      aToken({ id: "in a week", createdAt: testNow - 84 * day, expireAt: testNow + 400 * day }),
      aToken({ id: "later", createdAt: testNow - day }),
      { ...aToken({ kind: "organization", id: "locked out" }), lastUse: used("192.0.2.1") },
      { ...aToken({ kind: "organization", id: "may be" }), lastUse: used(null) },
    ];
    const next = {
      ...defaultPolicies,
      view: { ...defaultPolicies.view, maximumLifetime: 90 * day },
      organization: { ...defaultPolicies.organization, ipFilter: "office" },
    };
    const { changes } = planPolicyChange(tokens, next, testNow);
    const { ofChanges } = disruptionOf(
      changes,
      testNow,
      filterJudge(() => "allow 10.0.0.0/8"),
    );
    expect(lossesOf(changes, ofChanges).map(({ token, because }) => [token.id, because, token.expireAt])).toEqual([
      ["deleted", "older-than-maximum", null],
      ["in a day", "ends-soon", null],
      ["in a week", "ends-soon", testNow + 400 * day],
      ["locked out", "locked-out", null],
    ]);
  });

  it.each([
    ["not JSON", '{"format":', /not JSON, or was cut short/u],
    ["another JSON file", '{"tokens":[]}', /no recovery kit/u],
    ["a list", "[]", /no recovery kit/u],
    ["null", "null", /no recovery kit/u],
    ["a later version", '{"format":"tokenhouse-recovery-kit","version":4}', /version 4 .* reads versions up to 3/u],
    [
      "a damaged token",
      '{"format":"tokenhouse-recovery-kit","version":1,"savedAt":0,"operations":{},"tokens":[{"kind":"view"}]}',
      /token 1, id/u,
    ],
  ])("is refused with the reason when it is %s", (_, text, reason) => {
    const reading = readRecoveryKit(text, JSON.parse);
    expect(reading.ok ? "" : reading.message).toMatch(reason);
  });
});

describe("making a token of a kit again", () => {
  const [token] = kitOf([view]).tokens as [KitToken];
  const policy = defaultPolicies.view;

  it("keeps expiry and filter where the policy allows them", () => {
    expect(planRestoration(token, policy, testNow)).toEqual({
      ok: true,
      adjusted: [],
      request: {
        kind: "view",
        name: "deploy",
        viewIds: ["v1"],
        permissions: ["ReadAccess"],
        expireAt: testNow + 30 * day,
        ipFilter: "f1",
      },
    });
  });

  it("takes the latest expiry and the filter that the policy allows, says so, and is then within the policy", () => {
    const strict = { ...policy, maximumLifetime: 10 * day, ipFilter: "office" };
    const plan = planRestoration({ ...token, expireAt: null }, strict, testNow);
    expect(plan).toMatchObject({ ok: true, adjusted: ["expireAt", "ipFilter"] });
    if (!plan.ok) return;
    expect(plan.request.expireAt).toBe(testNow + 10 * day - 60_000);
    expect(checkAgainstPolicy("view", strict, plan.request, testNow).ok).toBe(true);
  });

  it("keeps an expiry beyond every date where there is no maximum, or one that nothing keeps to", () => {
    const far = { ...token, expireAt: 2n ** 63n - 1n };
    for (const maximumLifetime of [null, 0, -1]) {
      const plan = planRestoration(far, { ...policy, maximumLifetime }, testNow);
      expect(plan).toMatchObject({ ok: true, adjusted: [], request: { expireAt: 2n ** 63n - 1n } });
    }
    const within = planRestoration(far, { ...policy, maximumLifetime: 2n ** 53n + 1n }, testNow);
    expect(within).toMatchObject({ ok: true, adjusted: ["expireAt"], request: { expireAt: latestInstant } });
  });

  it("is not possible where the kind is disabled, the time is over, or the token is personal", () => {
    const reason = (kitToken: KitToken, kindPolicy = policy) => {
      const plan = planRestoration(kitToken, kindPolicy, testNow);
      return plan.ok ? "" : plan.reason;
    };
    expect(reason(token, { ...policy, enabled: false })).toContain("disabled");
    expect(reason({ ...token, expireAt: testNow })).toContain("passed");
    expect(reason({ ...token, kind: "personal" })).toContain("Only the user");
    expect(reason({ ...token, permissions: undefined })).toContain("could not be read");
  });
});

describe("what a new token takes the place of", () => {
  it("is told by kind, former id and new id, since names may repeat", () => {
    const [token] = kitOf([view]).tokens as [KitToken];
    const made = `${tokenId("view", 9)}~${"a".repeat(44)}`;
    const cells = successionLine(succession(token, made)).split("\t");
    expect(Object.fromEntries(successionHead.split("\t").map((head, column) => [head, cells[column]]))).toEqual({
      kind: "view",
      name: "deploy",
      "former id": tokenId("view", 1),
      "new id": tokenId("view", 9),
      token: made,
    });
  });

  it("stays in its line and column, whatever the name holds", () => {
    const [token] = kitOf([view]).tokens as [KitToken];
    const line = successionLine(succession({ ...token, name: "a\tb\nc" }, "other form"));
    expect(line.split("\t")).toEqual(["view", "a⟨U+0009⟩b⟨U+000A⟩c", token.id, "", "other form"]);
    expect(line).not.toContain("\n");
  });
});

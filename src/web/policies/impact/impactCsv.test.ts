import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { indexOwners, type OwnerIndex } from "#domain/inventory/notes.ts";
import { aToken, somePolicies, testNow } from "#domain/testing.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import type { ListedRights } from "#web/policies/warn/rights.ts";

import type { SeenToken } from "./effects.ts";
import { impactOf } from "./impact.ts";
import { impactCsv } from "./impactCsv.ts";

const judge = filterJudge(() => "allow 10.0.0.0/8\ndeny all");
const draft = somePolicies({
  personal: { enabled: false },
  view: { maximumLifetime: 30 * day },
  organization: { ipFilter: "f1" },
});

/** The lines of the file about some tokens, each with its cells by the titles of the columns. */
function linesOf(
  tokens: readonly SeenToken[],
  rights: ReadonlyMap<string, ListedRights> = new Map(),
  owners: OwnerIndex = new Map(),
) {
  const impact = impactOf(tokens, draft, testNow, judge);
  const context = { base: defaultPolicies, draft, now: testNow, filterName: (id: string) => `=${id}`, judge };
  const places = impact.plan.changes.map((_, place) => place);
  const [titles = [], ...lines] = impactCsv(impact, places, context, rights, owners)
    .replace("\uFEFF", "")
    .trimEnd()
    .split("\r\n")
    .map((line) => line.slice(1, -1).split('","'));
  return lines.map((cells) => Object.fromEntries(cells.map((cell, column) => [titles[column] ?? "", cell])));
}

describe("the list of affected tokens as a file", () => {
  it("names the owner that somebody wrote down, and who did", () => {
    const token = { ...aToken({ id: "owned" }), creator: { kind: "user", id: "u1", name: "ada" } as const };
    const key = { kind: token.kind, id: "owned", createdAt: Number(token.createdAt) };
    const owners = indexOwners([{ token: key, owner: "Team Blue", by: "grace", at: 1, version: "1" }]);
    const [own] = linesOf([token], new Map(), owners);
    expect(own).toMatchObject({ Owner: "Team Blue", "Owner written down by": "grace" });
    const [made] = linesOf([token]);
    expect(made).toMatchObject({ Owner: "ada", "Owner written down by": "" });
  });

  it("gives each token's owner, disruption, state before and after, last use and rights", () => {
    const creator = { kind: "user", id: "u1", name: "ada" } as const;
    const lastUse = { at: testNow - 1, from: "192.0.2.7", source: "at-least" } as const;
    const [doomed, shut, ending] = linesOf(
      [
        { ...aToken({ id: "doomed", name: "shipper", createdAt: testNow - 40 * day }), creator },
        { ...aToken({ id: "shut", kind: "organization" }), creator, lastUse },
        { ...aToken({ id: "ending", createdAt: testNow - 10 * day }), lastUse: { ...lastUse, from: null } },
      ],
      new Map([["doomed", { permissions: ["ReadAccess", "ChangeFiles"], views: [{ id: "v", name: "web", type: "View" }] }]]),
    );
    expect(doomed).toEqual({
      Name: "shipper",
      Kind: "view",
      Id: "doomed",
      Owner: "ada",
      Stops: "stops now",
      "Locked out": "",
      "In use": "not known whether in use",
      Effect: "deleted",
      Created: "2024-08-25T00:00:00.000Z",
      "Expiry before": "never",
      "Expiry after": "",
      "IP filter before": "none",
      "IP filter after": "",
      Reason: "Created 40 days ago; the new maximum is 30 days",
      "Last used": "not known",
      "Last used from": "not known",
      "Last use known by": "",
      Permissions: "ReadAccess ChangeFiles",
      Views: "web",
      "Owner written down by": "",
    });
    expect(shut).toMatchObject({
      Stops: "",
      "Locked out": "yes",
      "In use": "in use",
      "IP filter before": "none",
      "IP filter after": "'=f1",
      "Last used": "2024-10-03T23:59:59.999Z",
      "Last used from": "192.0.2.7",
      "Last use known by": "audit log: perhaps later as well",
      Permissions: "not read",
      Views: "",
    });
    expect(ending).toMatchObject({
      Effect: "shortened",
      "Expiry before": "never",
      "Expiry after": "2024-10-24T00:00:00.000Z",
      "Last used from": "not known",
    });
  });

  it("says what is not known, and that a personal token has its user's rights", () => {
    const lines = linesOf([
      aToken({ id: "u1", kind: "personal", name: "ada" }),
      aToken({ id: "v1", createdAt: testNow - 40 * day }),
      { ...aToken({ id: "v2", createdAt: testNow - 40 * day }), creator: { kind: "token", id: "t", name: "robot" } },
      aToken({ id: "o1", kind: "organization" }),
    ]);
    expect(lines).toMatchObject([
      { Owner: "ada", Permissions: "its user's", Views: "its user's" },
      { Owner: "not known", Permissions: "not read", Views: "not read" },
      { Owner: "token robot", "Locked out": "" },
      { "Locked out": "not known" },
    ]);
  });

  it("lets no name, owner or view be run as a formula, and shows what is hidden in them", () => {
    const name = '=HYPERLINK("x")';
    const creator = { kind: "user", id: "u1", name } as const;
    const token = { ...aToken({ id: "v1", name, createdAt: testNow - 40 * day }), creator };
    const rights = new Map([["v1", { permissions: [], views: [{ id: "v", name, type: "View" }] }]]);
    const formula = `'=HYPERLINK(""x"")`;
    expect(linesOf([token], rights)).toMatchObject([{ Name: formula, Owner: formula, Views: formula }]);
    const named = (text: string) => {
      const rights = new Map([["v1", { permissions: [], views: [{ id: "v", name: text, type: "View" }] }]]);
      return linesOf([{ ...token, name: text, creator: { ...creator, name: text } }], rights);
    };
    const shown = (text: string) => [{ Name: text, Owner: text, Views: text }];
    expect(named("safe-\u202Egpj.nekot")).toMatchObject(shown("safe-⟨U+202E⟩gpj.nekot"));
    expect(named("=שלום")).toMatchObject(shown("'\u2068=שלום\u2069"));
  });
});

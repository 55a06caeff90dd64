import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { indexOwners } from "#domain/inventory/notes.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import { aToken, somePolicies, testNow, tokenId } from "#domain/testing.ts";
import type { Creator } from "#domain/token/creator.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { localAndUtcTime } from "#web/ui/times.ts";

import { affectedBy, groupByOwner, type AffectedToken, type OwnerGroup } from "./owners.ts";
import { shortBody, warningTo, type WarningContext } from "./texts.ts";

const ada: Creator = { kind: "user", id: "u-ada", name: "ada" };
const rules = new Map([["office", "allow 10.0.0.0/8\ndeny all"]]);

let number = 0;
function seen(token: Partial<SeenToken>): SeenToken {
  number++;
  return { ...aToken({ id: tokenId(token.kind ?? "view", number), createdAt: testNow - 90 * day }), ...token };
}

/** What a maximum of 90 days and 6 hours for view tokens, and the filter `office` for organization tokens, do. */
function affected(...tokens: readonly SeenToken[]): AffectedToken[] {
  const next = somePolicies({
    view: { maximumLifetime: 90 * day + day / 4 },
    organization: { ipFilter: "office" },
    system: { enabled: false },
    personal: { enabled: false },
  });
  const { changes } = planPolicyChange(tokens, next, testNow);
  const judge = filterJudge((id) => rules.get(id));
  return affectedBy(changes, disruptionOf(changes, testNow, judge));
}

function onlyGroup(...tokens: readonly SeenToken[]): OwnerGroup {
  const [group, ...others] = groupByOwner(affected(...tokens));
  if (group === undefined || others.length > 0) throw new Error("These tokens have not one owner.");
  return group;
}

const context: WarningContext = {
  phase: "planned",
  at: testNow,
  organization: "Example",
  filterName: (id) => `${id} network`,
  rightsOf: () => undefined,
};

describe("the affected tokens by owner", () => {
  it("stand together for a user's personal token and what the user created, by the user's id", () => {
    const personal = seen({ kind: "personal", id: "u-ada", name: "ada" });
    const renamed = seen({ kind: "view", name: "shipper", creator: { ...ada, name: "ada.l" } });
    expect(onlyGroup(personal, renamed)).toMatchObject({ total: 2, harmed: { tokens: 2, inUse: 0, useUnknown: 2 } });
  });

  it("stand under the owner that somebody wrote down, who gets a text and a mail of their own", () => {
    const token = seen({ kind: "system", creator: ada });
    const other = seen({ kind: "system", creator: ada });
    const key = { kind: "system", id: token.id, createdAt: testNow - 90 * day } as const;
    const owners = indexOwners([{ token: key, owner: "blue@example.org", by: "grace", at: 1, version: "1" }]);
    const groups = groupByOwner(affected(token, other), owners);
    expect(groups.map(({ owner, total }) => [owner?.kind, owner?.name, total])).toEqual([
      ["user", "ada", 1],
      ["written", "blue@example.org", 1],
    ]);
    const [, written] = groups;
    const { body } = warningTo(written ?? expect.unreachable(), context);
    expect(body).toMatch(/^Hello blue@example\.org,\n/u);
    expect(body).toContain("1 API token of which blue@example.org is written down as the owner");
    expect(body).not.toContain(other.id);
  });

  it("keep apart a user, a token and somebody unknown that share a name", () => {
    const groups = groupByOwner(
      affected(
        ...(["user", "token", "unknown"] as const).map((kind) =>
          seen({ kind: "system", creator: { kind, id: kind === "unknown" ? null : "x", name: "ada" } }),
        ),
      ),
    );
    expect(groups.map(({ owner }) => owner?.kind)).toEqual(["user", "token", "unknown"]);
  });

  it("put whoever loses most that is or may be in use first, and what has no known owner last, in a group of its own", () => {
    const grace: Creator = { kind: "user", id: "u-grace", name: "grace" };
    const system = (creator?: Creator) => seen({ kind: "system", creator });
    const harmless = seen({ kind: "organization", creator: { ...ada, id: "u-bob", name: "bob" }, ipFilter: "shut" });
    rules.set("shut", "deny all");
    const unused = { lastUse: { at: testNow - 40 * day, from: null, source: "recorded" } } as const;
    const eve: Creator = { kind: "user", id: "u-eve", name: "eve" };
    const groups = groupByOwner(
      affected(
        ...[1, 2, 3].map(() => ({ ...system(eve), ...unused })),
        system(),
        system({ kind: "unknown", id: null, name: null }),
        system(),
        system(ada),
        system(grace),
        system(grace),
        harmless,
      ),
    );
    expect(groups.map(({ owner, total, harmed }) => [owner?.name, total, harmed.tokens])).toEqual([
      ["grace", 2, 2],
      ["ada", 1, 1],
      ["eve", 3, 3],
      ["bob", 1, 0],
      [undefined, 3, 3],
    ]);
  });
});

describe("the text to an owner", () => {
  it("says of each token what happens, when by the reader's clock and in UTC, and what to do", () => {
    const lastUse = { at: testNow - day, from: "192.0.2.7", source: "recorded" } as const;
    const group = onlyGroup(
      seen({ kind: "view", name: "shipper", creator: ada, lastUse, id: "V1" }),
      seen({ kind: "organization", name: "billing", creator: ada, lastUse, id: "O1" }),
      seen({ kind: "system", name: "backup", creator: ada, id: "S1", expireAt: testNow + 400 * day }),
    );
    const { subject, body } = warningTo(group, context);
    expect(subject).toBe("Planned change of token policies: 3 API tokens stop or may stop working");
    expect(body).toBe(`Hello ada,

A change of the token security policies of Example is planned. It is not made yet; this tells what it would do on ${localAndUtcTime(testNow)}. It affects 3 API tokens that are yours or were created by you. 3 of them stop or may stop working.

Stops working as soon as the change is made (1)
- backup (system token, id S1)
  It will be deleted. Without the change it would expire: ${localAndUtcTime(testNow + 400 * day)}.
  Last used: not known.
What to do: if it is still needed, create a new one and put it where this one is used, with an expiry that the new policy allows, before the change is made. Or tell us why it must not be made.

Refused from the address of its last use as soon as the change is made (1)
- billing (organization token, id O1)
  It works only from addresses of the IP filter office network; filter before: none.
  Last used: ${localAndUtcTime(testNow - day)}, from 192.0.2.7.
What to do: use it from an address that the filter accepts, or ask us to let yours in before the change is made.

Stops working within 24 hours (1)
- shipper (view token, id V1)
  It expires on ${localAndUtcTime(testNow + day / 4)}; before the change: never.
  Last used: ${localAndUtcTime(testNow - day)}, from 192.0.2.7.
What to do: if it is still needed, create a new one and put it where this one is used, before it expires. A rotation does not make it live longer.`);
  });

  it("says of a token of which days are left that they are days, and of one that goes on that it does", () => {
    const group = onlyGroup(
      seen({ name: "in days", creator: ada, createdAt: testNow - 85 * day, expireAt: testNow + 400 * day }),
      seen({ name: "in weeks", creator: ada, createdAt: testNow - 30 * day }),
    );
    const { body } = warningTo(group, context);
    expect(group.harmed.tokens).toBe(1);
    const [before, after] = [testNow + 400 * day, testNow + 5 * day + day / 4].map(localAndUtcTime);
    expect(body).toContain(`It expires on ${after}; before the change: ${before}.`);
    expect(body).toMatch(/\nStops working within 7 days \(1\)\n- in days .*\n\nGoes on working for now \(1\)\n- in weeks /s);
  });

  it("tells of what was done once the change is made", () => {
    const { subject, body } = warningTo(onlyGroup(seen({ kind: "system", creator: ada })), { ...context, phase: "made" });
    expect(subject).toBe("Change of token policies: 1 API token stops or may stop working");
    expect(body).toContain("were changed on");
    expect(body).toContain("Has stopped working (1)");
    expect(body).toContain("It was deleted, and cannot be brought back.");
    expect(body).not.toMatch(/planned|will be|before the change is made/);
  });

  it("names permissions and views where they were read, some of many", () => {
    const views = ["a", "b", "c", "d", "e", "f", "g"].map((view) => ({ id: view, name: view, type: "Repository" }));
    const { body } = warningTo(onlyGroup(seen({ creator: ada })), {
      ...context,
      rightsOf: () => ({ permissions: ["ReadAccess", "ChangeFiles"], views }),
    });
    expect(body).toContain("  Views: a, b, c, d, e and 2 more.\n  Permissions: ReadAccess and ChangeFiles.\n");
  });

  it("does not say of an audit log's use, or of an unknown one, that it was the last", () => {
    const audited = seen({ creator: ada, lastUse: { at: testNow - day, from: null, source: "at-least" } });
    const { body } = warningTo(onlyGroup(audited), context);
    expect(body).toContain(
      `  Last used: ${localAndUtcTime(testNow - day)}, from an address that is not known; perhaps later as well.`,
    );
  });

  it("asks whoever reads it whose a token is where nobody knows", () => {
    const { body } = warningTo(onlyGroup(seen({ kind: "system" })), context);
    expect(body).toMatch(/^Hello,\n\n.*1 API token whose owner we do not know\. If one of them is yours, please tell us\./);
  });

  it("lets no name begin a line of its own or turn the text around", () => {
    const hostile = "x\nWhat to do: nothing\u202E";
    const group = onlyGroup(seen({ kind: "system", name: hostile, creator: { ...ada, name: hostile } }));
    const { subject, body } = warningTo(group, { ...context, organization: hostile, filterName: () => hostile });
    expect(subject + body).not.toMatch(/\nWhat to do: nothing|\u202E/u);
    expect(body).toContain("x⟨U+000A⟩What to do: nothing⟨U+202E⟩");
  });

  it("is replaced in a mail link by a short one that says what to paste", () => {
    const short = shortBody(onlyGroup(seen({ kind: "system", creator: ada })), context);
    expect(short).toMatch(/^Hello ada,\n\n.* It affects 1 API token that is yours .*\n\n\[Paste the copied text here\.\]$/);
  });
});

import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { fleetKey, governedKey, ingestKey } from "#domain/inventory/item.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";
import { testNow } from "#domain/testing.ts";

import { gatherIncident, isSessionOf, startsTicked, type IncidentRecord } from "./incident.ts";

const at = (ms: number) => new Date(ms).toISOString();
const ada = { user: { id: "U1", username: "ada" } };

function aRecord(overrides: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    timestamp: at(testNow),
    type: "ipfilters.change",
    outcome: "done",
    actor: ada,
    target: null,
    after: null,
    ...overrides,
  };
}

const made = (id: string, name: string, kind = "view") =>
  aRecord({
    type: "hashedtokens.change",
    actionName: "create",
    target: { kind: "token", id, name },
    after: { kind },
    timestamp: at(testNow - hour),
  });

const unknownOwner = { kind: "unknown", id: null, name: null } as const;
const governed = (id: string, overrides = {}) =>
  anInventoryToken({ key: governedKey("view", id), id, name: id, owner: unknownOwner, ...overrides });
const shipper = anInventoryToken({
  key: ingestKey("logs", "nginx"),
  kind: "ingest",
  name: "nginx",
  owner: { kind: "unknown", id: null, name: "ada" },
});
const laptops = anInventoryToken({ key: fleetKey("h1"), kind: "fleet", name: "laptops", owner: unknownOwner });

const tiesOf = ({ tokens }: ReturnType<typeof gatherIncident>) => tokens.map(({ token, ties }) => [token.name, ...ties]);

describe("What an incident gathers", () => {
  it("holds a token of every kind that the trail says was made, also where nobody knows its creator", () => {
    const records = [
      made("t1", "t1"),
      aRecord({
        type: "tokens",
        actionName: "create",
        target: { kind: "ingestToken", id: "9", name: "nginx" },
        after: { repository: "logs" },
      }),
      aRecord({
        type: "tokenhouse.fleettoken.change",
        actionName: "create",
        target: { kind: "fleetToken", id: "7", name: "laptops" },
        after: {},
      }),
    ];
    const other = anInventoryToken({ ...shipper, key: ingestKey("other", "nginx"), owner: unknownOwner });
    const found = gatherIncident({ user: "U1" }, [governed("t1"), governed("t2"), shipper, other, laptops], records);
    expect(tiesOf(found)).toEqual([
      ["t1", "made"],
      ["nginx", "made"],
      ["laptops", "made"],
    ]);
    expect(found.gone).toEqual([]);
  });

  it("holds what names the user or the token as its creator, though no record tells of it", () => {
    const byUser = governed("t1", { owner: { kind: "user", id: "U1", name: "ada" } });
    const byToken = governed("t2", { owner: { kind: "token", id: "leaked", name: "ci" } });
    expect(tiesOf(gatherIncident({ user: "U1" }, [byUser, byToken], []))).toEqual([["t1", "made"]]);
    expect(tiesOf(gatherIncident({ token: "leaked" }, [byUser, byToken, governed("leaked")], []))).toEqual([
      ["leaked", "itself"],
      ["t2", "made"],
    ]);
  });

  it("says of a token whose creator is known by a name alone that the name is the same, and no more", () => {
    expect(tiesOf(gatherIncident({ user: "U1" }, [shipper], [aRecord()]))).toEqual([["nginx", "named"]]);
    expect(tiesOf(gatherIncident({ user: "U2" }, [shipper], []))).toEqual([]);
  });

  it("takes of an address what was made or last used from it, and nothing for its creator", () => {
    const lastUse = { at: testNow - hour, from: "192.0.2.1", source: "recorded" } as const;
    const used = governed("used", { lastUse, owner: { kind: "user", id: "U1", name: "ada" } });
    const elsewhere = governed("elsewhere", { lastUse: { ...lastUse, from: "192.0.2.2" } });
    const found = gatherIncident({ address: "192.0.2.1" }, [used, elsewhere, governed("t1")], [made("t1", "t1")]);
    expect(tiesOf(found)).toEqual([
      ["t1", "made"],
      ["used", "used"],
    ]);
  });

  it("knows an address in another notation, as a cluster may have it", () => {
    const lastUse = { at: testNow - hour, from: "2001:DB8:0:0:0:0:0:1", source: "recorded" } as const;
    const found = gatherIncident({ address: "2001:db8::1" }, [governed("used", { lastUse })], []);
    expect(tiesOf(found)).toEqual([["used", "used"]]);
  });

  it("takes of a span of time what was made and what was last used within it", () => {
    const span = { since: testNow - 2 * hour, until: testNow };
    const early = governed("early", { createdAt: testNow - 2 * hour });
    const late = governed("late", { createdAt: testNow });
    const used = governed("used", { lastUse: { at: testNow - hour, from: null, source: "recorded" } });
    expect(tiesOf(gatherIncident(span, [early, late, used], []))).toEqual([
      ["early", "made"],
      ["used", "used"],
    ]);
  });

  it("ties a token whose secret was made anew or whose value was shown", () => {
    const rotated = aRecord({ type: "hashedtokens.rotate", newTokenId: "t1", target: { kind: "token", id: "t0", name: "t" } });
    const shown = aRecord({ type: "tokenhouse.values.reveal", tokens: ["ingestToken nginx", "fleetToken laptops"] });
    const found = gatherIncident({ user: "U3" }, [governed("t1"), governed("t0"), shipper, laptops], [shown, rotated]);
    expect(tiesOf(found)).toEqual([
      ["t1", "rotated"],
      ["nginx", "shown"],
      ["laptops", "shown"],
    ]);
    expect(found.used).toEqual([shown]);
    expect(found.changed).toEqual([rotated]);
  });

  it("lists what was made and is no longer there, what was changed, and what was refused apart", () => {
    const refused = aRecord({ outcome: "refused", type: "hashedtokens.change", target: { kind: "token", id: "t9", name: null } });
    const changed = aRecord();
    const found = gatherIncident({ user: "U1" }, [], [refused, changed, made("t1", "deploy")]);
    expect(found.gone).toEqual([{ kind: "token", id: "t1", name: "deploy", madeAt: testNow - hour }]);
    expect([found.changed, found.refused]).toEqual([[changed], [refused]]);
  });
});

describe("A session of an incident", () => {
  const session = {
    userId: "U1",
    tokenId: "t1",
    linkedBy: "U2",
    address: "192.0.2.1",
    createdAt: testNow - 2 * hour,
    lastSeenAt: testNow - hour,
  };
  it.each([
    [{ user: "U1" }, true],
    [{ token: "t1" }, true],
    [{ user: "U2" }, true],
    [{ user: "U3" }, false],
    [{ address: "192.0.2.1" }, true],
    [{ address: "::ffff:192.0.2.1" }, true],
    [{ user: "U1", address: "192.0.2.2" }, false],
    [{ since: testNow - hour }, true],
    [{ since: testNow }, false],
    [{ until: testNow - 2 * hour }, false],
  ])(
    "acts as its user or token, or was begun by the user's link, from its address, within its span: %o → %s",
    (subject, belongs) => {
      expect(isSessionOf(subject, session)).toBe(belongs);
    },
  );
});

describe("A token of an incident", () => {
  const never = { at: null, from: null, source: "recorded" } as const;
  it.each([
    ["was never used", never, true],
    ["was last used more than a week ago", { at: testNow - 8 * day, from: null, source: "recorded" }, true],
    ["was used within the week", { at: testNow - 6 * day, from: null, source: "recorded" }, false],
    ["has an audit log alone to tell of its use", { at: testNow - 8 * day, from: null, source: "at-least" }, false],
    ["has nobody to tell of its use", undefined, false],
  ] as const)("that %s begins ticked: %o → %s", (_, lastUse, ticked) => {
    expect(startsTicked({ token: governed("t1", { lastUse }), ties: ["made"] }, testNow)).toBe(ticked);
  });

  it("whose secret nobody was shown for certain begins unticked", () => {
    for (const tie of ["named", "shown", "used"] as const) {
      expect(startsTicked({ token: governed("t1", { lastUse: never }), ties: [tie] }, testNow)).toBe(false);
    }
  });
});

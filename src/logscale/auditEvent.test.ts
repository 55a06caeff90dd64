import { describe, expect, it } from "vitest";

import { mostActivity } from "./activity.ts";
import { auditRecordSchema, cutLists } from "./audit.ts";
import { recordOfEvent } from "./auditEvent.ts";

const at = "2026-11-20T12:25:12.165Z";
const actor = {
  ip: "192.0.2.7",
  orgRoot: true,
  organizationId: "SINGLE_ORGANIZATION_ID",
  proxyRequest: false,
  sessionId: "9U1FuFGIiB0F87CvhD8j1dGlV2RleEDi",
  type: "orgUser",
  user: { id: "0O7WGPBX9YbvZbKOrBMd5fgH", isRoot: false, username: "rosa" },
};

function rowOf(event: object, row: object = {}): object {
  return { "@id": "xyz_0_1_1700", "@timestamp": "1700000000000", "@rawstring": JSON.stringify(event), ...row };
}

function read(event: object) {
  return recordOfEvent(rowOf({ timestamp: at, sensitive: true, actor, ...event }), 1)?.record;
}

describe("An event of LogScale's audit log", () => {
  it("becomes a record with its time, its type and who acted, and with its own fields", () => {
    const event = { type: "hashedtokens.change", actionName: "create", actionData: "a view token", tokenId: "t1" };
    const found = recordOfEvent(rowOf({ timestamp: at, sensitive: true, actor, ...event }), 1);
    expect(auditRecordSchema.parse(found?.record)).toEqual({
      id: "xyz_0_1_1700",
      timestamp: at,
      type: "hashedtokens.change",
      sensitive: true,
      actor: {
        type: "orgUser",
        organizationId: "SINGLE_ORGANIZATION_ID",
        orgRoot: true,
        ip: "192.0.2.7",
        sessionId: "9U1FuFGIiB0F87CvhD8j1dGlV2RleEDi",
        user: { id: "0O7WGPBX9YbvZbKOrBMd5fgH", username: "rosa", isRoot: false },
      },
      operation: "create",
      outcome: "done",
      target: { kind: "token", id: "t1", name: null },
      subjects: ["t1"],
      before: null,
      after: null,
      actionName: "create",
      actionData: "a view token",
      tokenId: "t1",
    });
  });

  it("names an address in the notation that this server has", () => {
    for (const [ip, kept] of [
      ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["somewhere", "somewhere"],
    ]) {
      expect(read({ type: "alert.create", actor: { type: "orgUser", ip } })?.actor.ip).toBe(kept);
    }
  });

  it("names the token that acted, whatever its kind", () => {
    for (const type of ["personalUserToken", "viewPermissionToken", "organizatioPermissionToken", "systemPermissionToken"]) {
      const acting = { type, tokenId: "t9", tokenName: "ci", orgRoot: false, ip: "198.51.100.1" };
      expect(read({ type: "alert.create", actor: acting })?.actor).toEqual(acting);
    }
    for (const type of ["system", "organization", "logCollector", "ephemeralUserToken", "invitationToken", "user"]) {
      expect(read({ type: "alert.create", actor: { type } })?.actor).toEqual({ type, orgRoot: false });
    }
  });

  it.each([
    ["hashedtokens.change", { actionName: "delete", tokenId: "t1" }, { kind: "token", id: "t1", name: null }, ["t1"]],
    ["hashedtokens.rotate", { oldTokenId: "t1", newTokenId: "t2" }, { kind: "token", id: "t1", name: null }, ["t1", "t2"]],
    [
      "tokens",
      { actionName: "create", tokenName: "shipper", tokenType: "ingest", repoId: "r1", repoName: "web", isCustomToken: false },
      { kind: "ingestToken", id: "shipper", name: "shipper" },
      ["shipper", "r1"],
    ],
    [
      "organizations.securitypolicies.tokens.update",
      {
        enabledTokens: ["view"],
        viewPermissionTokensEnforceExpirationAfterMs: 86_400_000,
        viewPermissionTokensEnforceIpFilterId: "f1",
      },
      { kind: "policies", id: "SINGLE_ORGANIZATION_ID", name: null },
      ["SINGLE_ORGANIZATION_ID", "f1"],
    ],
    ["ipfilters.change", { actionName: "update", ipFilterId: "f1" }, { kind: "ipFilter", id: "f1", name: null }, ["f1"]],
    [
      "group.membership.change",
      { actionName: "addUsers", groupId: "g1", groupName: "Ops", userNames: ["ann", "bob"] },
      { kind: "group", id: "g1", name: "Ops" },
      ["g1"],
    ],
    [
      "group.role.unassigned",
      { groupId: "g1", groupName: "Ops", roleId: "o1", roleName: "Reader", viewId: "v1", viewName: "web" },
      { kind: "group", id: "g1", name: "Ops" },
      ["g1", "o1", "v1"],
    ],
    [
      "user.roles.change",
      { action: "add", assignedToUserId: "u1", assignedToUserName: "ann", roleId: "o1", roleName: "Reader", viewId: "v1" },
      { kind: "user", id: "u1", name: "ann" },
      ["u1", "o1", "v1"],
    ],
    ["repository.create", { repositoryId: "r1", repositoryName: "web" }, { kind: "searchDomain", id: "r1", name: "web" }, ["r1"]],
    [
      "view.rename",
      { repoId: "r1", repoName: "web", newRepoNAme: "www" },
      { kind: "searchDomain", id: "r1", name: "web" },
      ["r1"],
    ],
    ["dataspace.delete", { repoId: "r1", repoName: "web" }, { kind: "searchDomain", id: "r1", name: "web" }, ["r1"]],
    ["parser.update", { parserId: "p1", parserName: "json" }, { kind: "parser", id: "p1", name: "json" }, ["p1"]],
    ["user.signin", { method: "saml" }, null, []],
    // A type that nobody here knows keeps its name and what it names.
    ["alert.create", { alertId: "a1", alertName: "Disk", viewId: "v1", viewName: "web" }, null, ["a1", "v1"]],
  ])("of type %s says what it is about, and is found by everything it names", (type, fields, target, subjects) => {
    expect(read({ type, ...fields })).toMatchObject({ type, target, subjects, ...fields, before: null, after: null });
  });

  it("tells before and after where it tells both", () => {
    const permissions = { oldPermissions: ["ReadAccess"], newPermissions: ["ReadAccess", "ChangeUserAccess"] };
    expect(read({ type: "hashedtokens.change", tokenId: "t1", ...permissions })).toMatchObject({
      before: { permissions: ["ReadAccess"] },
      after: { permissions: ["ReadAccess", "ChangeUserAccess"] },
    });
    const role = { roleId: "o1", roleName: "Reader", oldPermissions: "ReadAccess", newPermissions: "" };
    expect(read({ type: "role.viewpermissions.change", ...role })).toMatchObject({
      target: { kind: "role", id: "o1", name: "Reader" },
      before: { permissions: "ReadAccess" },
      after: { permissions: "" },
    });
    const [old, target] = [
      { id: "u1", username: "ann", isRoot: false },
      { id: "u1", username: "ann", isRoot: true },
    ];
    expect(read({ type: "user.profile", actionName: "update", old, target })).toMatchObject({
      target: { kind: "user", id: "u1", name: "ann" },
      before: { isRoot: false },
      after: { isRoot: true },
    });
    expect(read({ type: "user.profile", actionName: "delete", target })).toMatchObject({
      before: { username: "ann" },
      after: null,
    });
    expect(read({ type: "hashedtokens.change", tokenId: "t1", newPermissions: ["ReadAccess"] })).toMatchObject({ before: null });
  });

  it("cannot pass one of its fields for what a record says itself", () => {
    const claims = { id: "mine", outcome: "refused", subjects: ["x"], operation: "deleteUser", before: { a: 1 }, refusal: "no" };
    expect(read({ type: "alert.create", ...claims })).toMatchObject({
      id: "xyz_0_1_1700",
      outcome: "done",
      subjects: [],
      operation: "alert.create",
      before: null,
      "event.outcome": "refused",
    });
    expect(auditRecordSchema.safeParse(read({ type: "alert.create", ...claims })).success).toBe(true);
  });

  it("is no record without a type, a time or an object of JSON", () => {
    const odd = [null, "text", 7, [], {}, { "@rawstring": 7 }, { "@rawstring": '{"type":"tokens","timestamp":"20' }];
    const rows: unknown[] = [
      ...odd,
      ...[{}, { type: "" }, { type: 5 }, { type: "x".repeat(500) }].map((event) => rowOf(event)),
      ...["null", "[]", '"tokens"', "[".repeat(100_000)].map((text) => rowOf({}, { "@rawstring": text })),
      rowOf({ type: "tokens", timestamp: "yesterday" }, { "@timestamp": "soon" }),
      rowOf({ type: "tokens" }, { "@timestamp": "9".repeat(30) }),
    ];
    expect(rows.map((row) => recordOfEvent(row, 1))).toEqual(rows.map(() => undefined));
  });

  it("takes the time of its row where it has none of its own, and a name from its place where it has no id", () => {
    const found = recordOfEvent(rowOf({ type: "tokens", actor: null }, { "@id": undefined }), 3);
    expect(found?.record).toMatchObject({
      timestamp: "2023-11-14T22:13:20.000Z",
      id: "2023-11-14T22:13:20.000Z-3",
      target: null,
    });
    expect(read({ type: "tokens", timestamp: "2026-11-20T13:25:12.165+01:00[Europe/Copenhagen]" })?.timestamp).toBe(at);
  });

  it("is cut, however large it is, and says how much is missing", () => {
    const userNames = Array.from({ length: 250 }, (_, index) => `user-${index}`);
    const group = { type: "group.membership.change", timestamp: at, groupId: "g1", userNames };
    const found = recordOfEvent(rowOf(group), 1);
    expect(found?.record["userNames"]).toHaveLength(cutLists);
    expect(found?.lengths).toEqual({ userNames: 250 });

    let deep: unknown = "end";
    for (let level = 0; level < 2000; level++) deep = { deep };
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field-${index}`, "x".repeat(5000)]));
    const text = JSON.stringify(recordOfEvent(rowOf({ type: "alert.create", timestamp: at, deep, ...wide }), 1));
    expect(text.length).toBeLessThan(40_000);
    expect(JSON.parse(text)).toMatchObject({ record: { leftOut: expect.any(Number) } });
  });

  it("holds nothing that has the form of a token, wherever it stands", () => {
    const secret = "S".repeat(44);
    const uuid = "4ea2a9f1-1c5a-4b8e-9f3d-0123456789ab";
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${"p".repeat(30)}.${"q".repeat(43)}`;
    const leak = `before ${"i".repeat(24)}~${secret} ${uuid} ${jwt}`;
    const text = JSON.stringify(
      read({
        type: "tokens",
        tokenName: leak,
        actionData: leak,
        repoId: `${"i".repeat(32)}~${secret}`,
        nested: { list: [{ value: leak }] },
        actor: { ...actor, tokenName: leak, user: { id: "u1", username: leak } },
        oldPermissions: [leak],
        newPermissions: [leak],
      }),
    );
    for (const part of [secret, uuid, jwt]) expect(text).not.toContain(part);
    expect(text).toContain("before");
  });

  it("is read once for each of the rows that a search gives at most, in little room", () => {
    const row = rowOf({ type: "tokens", timestamp: at, actor, tokenName: "shipper", repoId: "r1", repoName: "web" });
    expect(JSON.stringify(recordOfEvent(row, 1)).length * mostActivity).toBeLessThan(10_000_000);
  });
});

import { buildASTSchema, parse } from "graphql";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { recordText, type AuditCircumstances, type AuditEntry } from "#domain/audit/record.ts";
import { auditTypes } from "#domain/audit/types.ts";
import { auditRecordSchema, type AuditRecord } from "#logscale/audit.ts";
import { recordOfEvent } from "#logscale/auditEvent.ts";

import { typeWords } from "./typeWords.ts";
import { actionOf, actorLabel, credentialWords, isAuditType, sentence, targetLabel } from "./words.ts";

const rosa: AuditCircumstances = {
  id: "r1",
  at: Date.UTC(2026, 0, 2),
  actor: {
    type: "orgUser",
    ip: "192.0.2.1",
    organizationId: "o",
    orgRoot: false,
    user: { id: "u1", username: "rosa", isRoot: true },
    sessionId: "s1",
  },
  operation: "deleteToken",
};

/** A record as the server writes it and the page reads it. */
function told(entry: AuditEntry, more: Partial<AuditCircumstances> = {}): AuditRecord {
  return auditRecordSchema.parse(JSON.parse(recordText(entry, { ...rosa, ...more })));
}

const token = { kind: "token", id: "t1", name: "ci-deploy" } as const;
const types = Object.keys(auditTypes).filter(isAuditType);

describe("A record in words", () => {
  it("says who did what to what", () => {
    const before = { kind: "view", name: "ci-deploy" };
    expect(sentence(told({ type: "hashedtokens.change", action: "delete", target: token, before }))).toBe(
      "rosa deleted the view token ci-deploy",
    );
    expect(sentence(told({ type: "hashedtokens.rotate", action: "rotate", target: token, before, after: before }))).toBe(
      "rosa rotated the view token ci-deploy",
    );
    expect(
      sentence(
        told({
          type: "organizations.securitypolicies.tokens.update",
          action: "apply",
          target: null,
          details: { counts: { seen: 1500, deleted: 12, shortened: 48, filtered: 0, unchanged: 1440 } },
        }),
      ),
    ).toBe("rosa applied security policies: 12 deleted, 48 shortened");
    expect(
      sentence(
        told({
          type: "tokens",
          action: "create",
          target: { kind: "ingestToken", id: "i1", name: "shipper" },
          after: { name: "shipper", repository: "web" },
        }),
      ),
    ).toBe("rosa created the ingest token shipper of the repository web");
    expect(
      sentence(
        told(
          { type: "tokenhouse.tokens.purge", action: "purge", target: null, details: { deleted: ["a"], count: 1 } },
          {
            actor: { type: "server", organizationId: "o", orgRoot: false },
          },
        ),
      ),
    ).toBe("The server purged 1 expired token");
  });

  it("never says of a refused act that it was done", () => {
    const refusal = { code: "NOT_ALLOWED" };
    for (const type of types) {
      const said = sentence(told({ type, action: "update", target: null } as AuditEntry, { refusal, operation: "x" }));
      expect(said, type).toMatch(/^rosa tried to \S.*, and was refused$/u);
    }
    expect(sentence(told({ type: "hashedtokens.change", action: "delete", target: token }, { refusal }))).toBe(
      "rosa tried to delete the token ci-deploy, and was refused",
    );
  });

  it("has words for every type, with and without what it may hold, and none of them says undefined", () => {
    for (const type of types) {
      for (const target of [null, token, { kind: "user", id: "u2", name: null }] as const) {
        for (const after of [null, {}]) {
          const said = sentence(told({ type, action: "create", target, after } as AuditEntry));
          expect(said, type).toMatch(/^rosa \S/u);
          expect(`${said} ${typeWords[type]}`, type).not.toMatch(/undefined|null|object|\s{2}/u);
        }
      }
    }
    expect(sentence({ ...told({ type: "tokens", action: "create", target: null }), type: "dashboard.create" })).toBe(
      "rosa did dashboard.create",
    );
    expect(targetLabel("moon")).toBe("moon");
  });

  it("tells what a refused mutation would have done from the name of every mutation that there is", () => {
    const sdl = ["schema", "extensions"].map((file) => readFileSync(`src/logscale/${file}.graphql`, "utf8")).join("\n");
    const fields = Object.keys(buildASTSchema(parse(sdl)).getMutationType()?.getFields() ?? {});
    expect(fields.length).toBeGreaterThan(40);
    const base = told({ type: "hashedtokens.change", action: "delete", target: null }, { refusal: { code: "X" } });
    for (const operation of fields) {
      const action = actionOf({ ...base, operation });
      const verb = /^(?:add|create)/u.test(operation) ? "create" : /^(?:delete|remove)/u.test(operation) ? "delete" : undefined;
      expect(action, operation).toBe(verb ?? (operation === "rotateToken" ? "rotate" : "update"));
    }
  });

  it("names the session or token that acted, and who made the link that began the session", () => {
    const of = (actor: Partial<AuditCircumstances["actor"]>) =>
      credentialWords(
        told({ type: "user.signout", action: "signout", target: null }, { actor: { ...rosa.actor, ...actor } }).actor,
      );
    expect(of({})).toBe("session s1");
    expect(of({ linkedBy: { id: "u9", name: "ann" } })).toBe("session s1, begun by a sign-in link that ann made");
    expect(of({ linkedBy: { id: null, name: "x" } })).toContain("the local administrator made");
    expect(of({ type: "viewPermissionToken", tokenId: "t1", tokenName: "ci", sessionId: undefined })).toBe("view token ci");
  });

  it("keeps a name that runs from right to left apart from the words around it", () => {
    const said = sentence(told({ type: "hashedtokens.change", action: "delete", target: { ...token, name: "שלום" } }));
    expect(said).toContain("\u2068שלום\u2069");
    expect(sentence(told({ type: "hashedtokens.change", action: "delete", target: { ...token, name: "a\u202Eb" } }))).toContain(
      "a⟨U+202E⟩b",
    );
  });

  it("tells of a group's members and roles by their names", () => {
    const target = { kind: "group", id: "g1", name: "Ops" } as const;
    const role = { roleName: "reader", roles: ["o1"] };
    expect([
      sentence(told({ type: "group.membership.change", action: "assign", target, details: { userNames: ["ann"] } })),
      sentence(told({ type: "group.membership.change", action: "delete", target, details: { userNames: ["ann", "bob"] } })),
      sentence(told({ type: "group.role.assigned", action: "assign", target, details: { ...role, viewName: "web" } })),
      sentence(told({ type: "group.role.unassigned", action: "assign", target, details: { ...role, viewName: "web" } })),
      sentence(told({ type: "group.organizationrole.assigned", action: "assign", target, details: role })),
      sentence(told({ type: "group.systemrole.unassigned", action: "assign", target, details: role })),
      sentence(told({ type: "tokenhouse.role.change", action: "delete", target: { kind: "role", id: "o1", name: "reader" } })),
      sentence(told({ type: "tokenhouse.group.change", action: "create", target })),
      sentence(told({ type: "tokenhouse.group.change", action: "delete", target })),
    ]).toEqual([
      "rosa added the user ann to the group Ops",
      "rosa took 2 users out of the group Ops",
      "rosa assigned the role reader to the group Ops in web",
      "rosa took the role reader from the group Ops in web",
      "rosa assigned the organization role reader to the group Ops",
      "rosa took the system role reader from the group Ops",
      "rosa removed the role reader",
      "rosa created the group Ops",
      "rosa removed the group Ops",
    ]);
  });

  it("is told of a cluster's own event as well, of whatever type and by whatever actor", () => {
    const timestamp = "2026-11-20T12:00:00Z";
    const rosaThere = { type: "orgUser", user: { id: "u1", username: "rosa", isRoot: false } };
    const of = (event: object) => {
      const read = recordOfEvent({ "@id": "e", "@rawstring": JSON.stringify({ timestamp, actor: rosaThere, ...event }) }, 1);
      if (read === undefined) throw new Error("It is no event.");
      return read.record;
    };
    const roles = { assignedToUserId: "u2", assignedToUserName: "ann", roleId: "o1" };
    const group = { groupId: "g1", groupName: "Ops", userNames: ["ann"], actionName: "addUsers" };
    expect([
      sentence(of({ type: "hashedtokens.change", actionName: "delete", tokenId: "t1" })),
      sentence(of({ type: "tokens", actionName: "create", tokenName: "shipper", repoId: "r1", repoName: "web" })),
      sentence(of({ type: "organizations.securitypolicies.tokens.update", enabledTokens: [] })),
      sentence(of({ type: "user.roles.change", ...roles })),
      sentence(of({ type: "organizations" })),
      sentence(of({ type: "group.membership.change", ...group, actor: { type: "system" } })),
      sentence(of({ type: "alert.create", actor: { type: "viewPermissionToken", tokenId: "t9", tokenName: "ci" } })),
    ]).toEqual([
      "rosa deleted the token t1",
      "rosa created the ingest token shipper of the repository web",
      "rosa applied security policies",
      "rosa changed the roles of the user ann",
      "rosa changed the organization",
      "LogScale itself added the user ann to the group Ops",
      "The view token ci did alert.create",
    ]);
    expect(credentialWords(of({ type: "alert.create", actor: { type: "system" } }).actor)).toBe("LogScale itself");
    expect(targetLabel("group")).toBe("Group");
    expect([actorLabel("system", null), actorLabel("u1", null)]).toEqual(["LogScale itself", "u1"]);
  });
});

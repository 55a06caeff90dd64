import { describe, expect, it } from "vitest";

import { recordText, type AuditCircumstances, type AuditEntry } from "./record.ts";
import { longestText } from "./types.ts";

const circumstances: AuditCircumstances = {
  id: "r".repeat(24),
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  actor: {
    type: "personalUserToken",
    ip: "192.0.2.1",
    organizationId: "SINGLE_ORGANIZATION_ID",
    orgRoot: false,
    user: { id: "u1", username: "ann", isRoot: true },
    tokenId: "u1",
    tokenName: "ann",
  },
  operation: "rotateToken",
};
const target = { kind: "token", id: "t1", name: "shipper" } as const;
const parsed = (entry: AuditEntry, more: Partial<AuditCircumstances> = {}) =>
  JSON.parse(recordText(entry, { ...circumstances, ...more })) as Record<string, unknown>;

describe("A record of the audit trail", () => {
  it("has the fields that LogScale's own events of its type have, and says who acted in LogScale's words", () => {
    const before = { name: "shipper", permissions: ["ReadAccess"] };
    const entry = { type: "hashedtokens.rotate", action: "rotate", target, newId: "t2", before, after: before } as const;
    expect(parsed(entry)).toMatchObject({
      timestamp: "2026-01-02T03:04:05.006Z",
      type: "hashedtokens.rotate",
      sensitive: true,
      actor: { type: "personalUserToken", ip: "192.0.2.1", user: { id: "u1", username: "ann", isRoot: true }, orgRoot: false },
      actionName: "rotate",
      oldTokenId: "t1",
      newTokenId: "t2",
      operation: "rotateToken",
      outcome: "done",
      subjects: ["t1", "t2"],
    });
    const change = parsed({ type: "hashedtokens.change", action: "update", target, before, after: { permissions: [] } });
    expect(change).toMatchObject({ actionName: "update", tokenId: "t1", oldPermissions: ["ReadAccess"], newPermissions: [] });
  });

  it("tells of policies by the names of LogScale's fields, with a lifetime beyond numbers as text", () => {
    const off = { enabled: false, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: false };
    const on = { enabled: true, maximumLifetime: 2n ** 60n, ipFilter: "f1", allowPermissionUpdates: true };
    const after = { personal: on, view: off, organization: on, system: off };
    expect(
      parsed({
        type: "organizations.securitypolicies.tokens.update",
        action: "apply",
        target: null,
        after,
        details: { deleted: ["t1", "t2"], restricted: ["t3"], counts: { seen: 3 } },
      }),
    ).toMatchObject({
      enabledTokens: ["personal", "organization"],
      personalUserTokensEnforceExpirationAfterMs: "1152921504606846976",
      personalUserTokensEnforceIpFilterId: "f1",
      viewPermissionTokensEnforceExpirationAfterMs: null,
      after: { personal: { allowPermissionUpdates: true } },
      counts: { seen: 3 },
      subjects: ["t1", "t2", "t3"],
    });
  });

  it("holds what its type names and nothing else of what it is given", () => {
    const row = { name: "shipper", secretHash: new Uint8Array(32), tokenString: "a secret", sealedValue: "another" };
    const text = recordText({ type: "hashedtokens.change", action: "create", target, after: row }, circumstances);
    expect(JSON.parse(text)).toMatchObject({ after: { name: "shipper" } });
    expect(text).not.toMatch(/secret|sealed|another/u);
  });

  it("cuts the secret of a token out of a text that somebody wrote, cuts long texts, and keeps no character that a database refuses", () => {
    const secret = "S".repeat(44);
    const text = `rotated ${"i".repeat(24)}~${secret}, %7E${secret}\0 \ud800`;
    const entry = { type: "ipfilters.change", action: "create", target: { kind: "ipFilter", id: "f", name: text } } as const;
    const record = recordText({ ...entry, after: { name: text, ipFilter: "x".repeat(longestText + 9) } }, circumstances);
    expect(record).not.toContain(secret);
    expect(record).not.toMatch(/\\u0000|\\ud800/u);
    expect(JSON.parse(record)).toMatchObject({ after: { ipFilter: `${"x".repeat(longestText)}…` } });
  });

  it("knows the secret of a token also without its id, and with more behind it", () => {
    const [secret, plan, id] = [`7${"S".repeat(43)}`, "a0".repeat(32), "i9".repeat(16)];
    const name = `${secret} and id~${secret}too, ${plan} ${id}`;
    const record = recordText({ type: "ipfilters.change", action: "create", target: { ...target, name } }, circumstances);
    expect(record).not.toContain("SSSS");
    expect(record).toContain(`${plan} ${id}`);
  });

  it("keeps no part of a secret that stands across the place where a text is cut", () => {
    const secret = "S".repeat(44);
    const text = `${"x".repeat(longestText - 30)} ${"i".repeat(24)}~${secret}`;
    const entry = { type: "ipfilters.change", action: "create", target, after: { ipFilter: text } } as const;
    expect(recordText(entry, circumstances)).not.toContain("SSSS");
  });

  it("is the same text for the same record, in whatever order its parts were given", () => {
    const state = { name: "a", kind: "view" };
    const turned = { kind: "view", name: "a" };
    const one = recordText({ type: "hashedtokens.change", action: "create", target, after: state }, circumstances);
    const other = recordText({ after: turned, target, action: "create", type: "hashedtokens.change" }, circumstances);
    expect(one).toBe(other);
  });

  it("of a refusal says why in the contract's code alone, and claims nothing that was done", () => {
    const refused = parsed(
      { type: "hashedtokens.rotate", action: "rotate", target },
      { refusal: { code: "NOT_ALLOWED", field: "id" } },
    );
    expect(refused).toMatchObject({
      outcome: "refused",
      refusal: { code: "NOT_ALLOWED", field: "id" },
      before: null,
      after: null,
    });
    expect(refused).not.toHaveProperty("newTokenId");
  });
});

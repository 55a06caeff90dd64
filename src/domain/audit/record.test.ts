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

  it("keeps no secret of any kind, in no usual writing, however it is wrapped or broken", () => {
    const id = "Ab3".repeat(8);
    const secret = "kT4vQ9mZ2xW7bN1cR5yH8jL3pD6fG0sA4eU9iO2tVqXz";
    const token = `${id}~${secret}`;
    const [uuid, fleet] = ["9a8b7c6d-1e2f-4a5b-8c9d-0e1f2a3b4c5d", "q7W2eR9tY4uI1oP6aS3dF8gH5jK0lZxC"];
    const [code, jwt] = [
      `hT3-kV9mQ2xW7bN1cR5yH8jL3pD6fG0sA4eU9iO2tVq`,
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ0b2tlbmhvdXNlIn0.c2lnbmF0dXJlLXRlc3Q",
    ];
    const escaped = token
      .split("")
      .map((character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
    const percent = token
      .split("")
      .map((character) => `%${character.charCodeAt(0).toString(16)}`)
      .join("");
    const url = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const base64 = btoa(`Authorization: Bearer ${token}`);
    const written: Record<string, readonly [text: string, ...gone: string[]]> = {
      plain: [token, secret],
      "cut off": [`rotate ${token.slice(0, -9)}`, secret.slice(0, 20)],
      "alone, glued to words": [`the-key-is-production${secret}forever`, secret],
      "encoded as base64": [`echo ${base64} | base64 -d`, base64],
      "encoded as base64 for addresses": [url(base64), url(base64)],
      "encoded twice": [btoa(base64), btoa(base64)],
      "encoded as percent": [`q=${percent}&x=1`, percent],
      "with its tilde encoded twice": [`${id}%257E${secret}`, secret],
      "encoded as escapes": [escaped, escaped],
      "broken over lines": [`${id}~${secret.slice(0, 20)}\n  ${secret.slice(20)}`, secret.slice(0, 20), secret.slice(20)],
      "with what nobody sees in it": [`${id}~${secret.split("").join("\u200b")}`, "k\u200bT"],
      "an ingest token": [`hec/${uuid}: web`, uuid],
      "an ingest token, encoded": [btoa(`Splunk ${uuid} for the web`), btoa(`Splunk ${uuid}`).slice(0, 40)],
      "a fleet token": [`enrol with ${fleet}.`, fleet],
      "a fleet token, glued": [`enrol_with${fleet}`, fleet],
      "a sign-in link": [`https://tokens.example/sign-in#code=${code}`, code],
      "a session's cookie": [`tokenhouse-80=${code}; Path=/`, code],
      "a JSON Web Token": [`jwt ${jwt}`, jwt],
      "the local administrator's": [`localroot~${secret}`, secret],
    };
    for (const [way, [text, ...gone]] of Object.entries(written)) {
      for (const place of [text, `${"x ".repeat(480)}${text}`]) {
        const entry = {
          type: "user.profile",
          action: "create",
          target: { kind: "user", id: "u2", name: place },
          before: { fullName: place },
          after: { email: place },
        } as const;
        const {
          target: told,
          before,
          after,
        } = parsed(entry) as { target: { name: string }; before: { fullName: string }; after: { email: string } };
        for (const kept of [told.name, before.fullName, after.email])
          for (const part of gone) expect(kept, way).not.toContain(part);
      }
    }
  });

  it("keeps no secret that somebody wrote into the filter of a view's connection", () => {
    const uuid = "9a8b7c6d-1e2f-4a5b-8c9d-0e1f2a3b4c5d";
    const state = { connections: [`web: #token=${uuid}`, "web: level=error"] };
    const text = recordText({ type: "tokenhouse.searchdomain.change", action: "update", target, after: state }, circumstances);
    expect(text).not.toContain(uuid);
    expect(text).toContain("web: level=error");
  });

  it("keeps what only looks long: names, addresses, digests, ids and permissions", () => {
    for (const text of [
      "Team-A1-Prod-EU1-Web-Tokens-For-X9-Collectors-Of-The-North",
      "ProductionFrankfurtKubernetesCluster2026IngestPipeline",
      "https://wiki.example.com/Docs/V2/Api/Tokens/Rotate/Now/v3X/index.html",
      "allow 2001:db8:85a3:8d3:1319:8a2e:370:7348/128\ndeny all # see CHG0012345 ~ 90 days",
      "about ~ 90 days after the offices in Frankfurt am Main and Wien have moved to 2 new buildings",
      "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
      "CHANGE_ALL_VIEW_OR_REPOSITORY_PERMISSIONS_2026",
      "Überwachung der Produktionsumgebung für Zahlungsverkehr (Nord 1)",
    ]) {
      expect(parsed({ type: "user.profile", action: "update", target, after: { fullName: text } })).toMatchObject({
        after: { fullName: text },
      });
    }
    const [id, other] = ["q7W2eR9tY4uI1oP6aS3dF8gH5jK0lZxC", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hJ"];
    const state = { ipFilterId: id, viewIds: [other], permissions: ["ChangeAllViewOrRepositoryPermissions"] };
    expect(parsed({ type: "hashedtokens.change", action: "create", target: { ...target, id }, after: state })).toMatchObject({
      target: { id },
      after: state,
    });
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

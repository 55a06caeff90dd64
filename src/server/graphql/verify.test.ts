import { readFileSync } from "node:fs";

import { buildSchema, parse, validate } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";

import { carriesPermissions, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { permissionCatalogues } from "#domain/token/permissionWords.ts";
import { parseJson } from "#logscale/json.ts";
import { verifyQuery } from "#logscale/verify.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

describe("the query by which a new token is tried", () => {
  let server: TestServer;
  beforeAll(async () => {
    const store = await openTestStore("pglite");
    // LogScale's part alone, as a cluster serves it.
    server = await testServer(store, { extensions: false });
    return async () => {
      await server.app.close();
      await store.close();
    };
  });

  async function tried(kind: TokenKind, permissions: string[], viewIds: string[] = []) {
    const { tokenString } = await server.token({ kind, ...(carriesPermissions(kind) && { permissions, viewIds }) });
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { authorization: `Bearer ${tokenString}`, "content-type": "application/json" },
      payload: JSON.stringify({ query: verifyQuery(kind, permissions) }),
    });
    return { status: response.statusCode, answer: parseJson(response.body) };
  }

  it.each([
    ["personal", [], { viewer: { username: "admin", isRoot: true, isOrganizationRoot: true } }],
    ["organization", ["ViewUsage", "ChangeIPFilters"], { organization: { ViewUsage: true, ChangeIPFilters: true } }],
    ["system", ["ReadHealthCheck"], { organization: {} }],
  ] as const)("is answered to a %s token with who it is or what it may do", async (kind, permissions, data) => {
    const { status, answer } = await tried(kind, [...permissions]);
    expect(status).toBe(200);
    expect(answer).toMatchObject({ data });
    expect(answer).not.toHaveProperty("errors");
  });

  it("is answered to a view token with the places where it may act", async () => {
    const id = "view".padEnd(24, "0");
    const place = { id, name: "web", type: "view", createdAt: server.now, description: null } as const;
    const sizes = { retentionInMillis: null, retentionInIngestSizeBytes: null, retentionInStorageSizeBytes: null };
    await server.store.db
      .insertInto("searchDomains")
      .values({ ...place, ...sizes })
      .execute();
    const { answer } = await tried("view", ["ReadAccess", "ChangeParsers"], [id]);
    expect(answer).toEqual({ data: { searchDomains: [{ name: "web", ReadAccess: true, ChangeParsers: true }] } });
  });

  it("is in LogScale's schema whatever the permissions, and asks for nothing that LogScale removes", () => {
    const schema = buildSchema(readFileSync("src/logscale/schema.graphql", "utf8"));
    for (const kind of tokenKinds) {
      for (const { name } of [{ name: "" }, ...permissionCatalogues[kind]]) {
        const query = verifyQuery(kind, [name, "Unknown", "toString"]);
        expect(validate(schema, parse(query))).toEqual([]);
        expect(query).not.toMatch(/\bmeta\b/u);
      }
    }
  });
});

import { isObjectType } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";

import { makeSchema } from "#server/graphql/schema.ts";
import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ingestToken, send } from "#server/testing/ingest.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const schema = makeSchema({ extensions: true });
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  isObjectType(type) ? Object.keys(type.getFields()).map((field) => ({ type: type.name, field })) : [],
);

describeOnBothDatabases("an ingest token", (open) => {
  let server: TestServer;
  let tokens: string[];
  beforeAll(async () => {
    server = await testServer(await open(), { limits: { failedRequests: 1e6, failedSignIns: 1e6 } });
    await ask(server, server.localAdmin, "mutation { enableFeature(feature: CustomIngestTokens) }");
    tokens = [await ingestToken(server), await ingestToken(server, { name: "custom", customToken: "chosen-by-somebody" })];
    return () => server.app.close();
  });

  it("is good for sending data", async () => {
    for (const token of tokens) expect((await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "x")).statusCode).toBe(200);
  });

  describe("is refused by GraphQL", () => {
    it.each(rootFields)("for $type.$field", async ({ type, field }) => {
      const document = `${type.toLowerCase()} { ${field} }`;
      for (const token of tokens) {
        for (const authorization of [
          `Bearer ${token}`,
          `Basic ${Buffer.from(`user:${token}`).toString("base64")}`,
          `Splunk ${token}`,
        ]) {
          const response = await server.app.inject({
            method: "POST",
            url: "/graphql",
            headers: { "content-type": "application/json", authorization },
            payload: JSON.stringify({ query: document }),
          });
          expect([response.statusCode, response.body]).toEqual([401, "The supplied authentication is invalid"]);
        }
      }
    });

    it("for introspection", async () => {
      for (const token of tokens) expect((await ask(server, token, "{ __schema { types { name } } }")).status).toBe(401);
    });
  });

  it("is nobody to the session, as header, as cookie and pasted into the sign-in form", async () => {
    for (const token of tokens) {
      const bearer = await server.app.inject({ url: "/session", headers: { authorization: `Bearer ${token}` } });
      expect([bearer.statusCode, bearer.body]).toEqual([401, "The supplied authentication is invalid"]);
      const cookie = await server.app.inject({ url: "/session", headers: { cookie: `tokenhouse-80=${token}` } });
      expect(cookie.json<object>()).not.toHaveProperty("user");
      expect(cookie.json<object>()).not.toHaveProperty("tokenName");
      const signIn = await server.signIn({ token });
      expect([400, 401]).toContain(signIn.statusCode);
      expect(signIn.headers["set-cookie"]).toBeUndefined();
      const link = await server.app.inject({
        method: "POST",
        url: "/session/link",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        payload: "{}",
      });
      expect(link.statusCode).toBeGreaterThanOrEqual(400);
    }
  });
});

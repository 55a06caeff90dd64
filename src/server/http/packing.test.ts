import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { beforeAll, describe, expect, it } from "vitest";

import { insertTokens } from "#server/store/tokens.ts";
import { makeCallers, type Callers } from "#server/testing/callers.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

let server: TestServer;
let world: Callers;
beforeAll(async () => {
  server = await testServer(await openTestStore("pglite"));
  world = await makeCallers(server);
  const tokens = Array.from({ length: 50 }, (_, index) => aToken({ id: sampleId(32, index), kind: "system" }));
  await insertTokens(server.store.db, tokens);
  await server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: { "content-type": "application/json", authorization: `Bearer ${server.localAdmin}` },
    payload: { query: "mutation { enableFeature(feature: CustomIngestTokens) }" },
  });
  return () => server.app.close();
});

async function answer(query: string, encoding: string | null = "gzip, deflate, br") {
  const { headers, rawPayload, statusCode } = await server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${server.localAdmin}`,
      ...(encoding !== null && { "accept-encoding": encoding }),
    },
    payload: { query },
  });
  expect(statusCode).toBe(200);
  const { "content-encoding": packing, "content-length": length, vary } = headers;
  if (length !== undefined) expect(Number(length)).toBe(rawPayload.length);
  const bytes = packing === "br" ? brotliDecompressSync(rawPayload) : packing === "gzip" ? gunzipSync(rawPayload) : rawPayload;
  return { packing, vary, size: rawPayload.length, text: bytes.toString() };
}

/** Some of what makes a short answer a long one. */
const padding = "tokens(typeFilter: [SystemPermissionToken], sortBy: Name, limit: 50) { results { id name createdAt } }";

describe("an answer of GraphQL", () => {
  it("is compressed above 1 kB as the client takes it, and is the same", async () => {
    const plain = await answer(`{ ${padding} }`, null);
    expect(plain.packing).toBeUndefined();
    expect(plain.text.length).toBeGreaterThan(1024);
    for (const [encoding, packing] of [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip", "gzip"],
      ["*", "br"],
      ["identity", undefined],
      ["zstd", undefined],
      ["gzip;q=0", undefined],
    ] as const) {
      const packed = await answer(`{ ${padding} }`, encoding);
      expect(packed, encoding).toMatchObject({ packing, text: plain.text, vary: "accept-encoding" });
      if (packing !== undefined) expect(packed.size).toBeLessThan(plain.size / 2);
    }
  });

  it("is sent as it is where it is short", async () => {
    expect((await answer("{ meta { version } }")).packing).toBeUndefined();
  });

  it("is never compressed where it holds a secret, or a text in which people may have put one", async () => {
    const secrets = [
      'repository(name: "sandbox") { ingestTokens { token } }',
      "fleetInstallationTokens { token }",
      "fleetInstallationTokens { jwtToken }",
      "fleetInstallationTokens { installationCommands { linuxCommand } }",
      `logCollectorConfiguration(id: "${world.fleet.configuration}") { yaml }`,
      `logCollectorConfiguration(id: "${world.fleet.configuration}") { draft }`,
    ];
    for (const secret of secrets) {
      const { text, packing } = await answer(`{ ${padding} ${secret} }`);
      expect(text, secret).not.toContain('"errors"');
      expect(text.length).toBeGreaterThan(1024);
      expect(packing, secret).toBeUndefined();
    }
    const names = Array.from({ length: 8 }, (_, index) => `name${index}: name`).join(" ");
    const made = await answer(
      `mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "${"n".repeat(200)}" }) { token ${names} } }`,
    );
    expect(made.text).not.toContain('"errors"');
    expect(made.text.length).toBeGreaterThan(1024);
    expect(made.packing).toBeUndefined();
  });
});

import { createServer } from "node:http";

import { beforeAll, describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { readRecoveryKit, type RecoveryKit } from "#domain/policy/recoveryKit.ts";
import { parseJson, writeJson } from "#logscale/json.ts";

import { buildGateway } from "#server/gateway/gateway.ts";
import { restoreKit, RestoreError, type RestoreOptions } from "./restoreKit.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

describe("restoring a kit on the command line", () => {
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    const store = await openTestStore("pglite");
    server = await testServer(store);
    url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    return async () => {
      await server.app.close();
      await store.close();
    };
  });

  /** A kit saved now with organization tokens of these names, and what a test puts in. */
  function kitOf(tokens: readonly Record<string, unknown>[]): RecoveryKit {
    const reading = readRecoveryKit(
      writeJson({
        format: "tokenhouse-recovery-kit",
        version: 1,
        savedAt: server.now,
        operations: {},
        tokens: tokens.map((token) => ({
          kind: "organization",
          id: "former",
          because: "older-than-maximum",
          createdAt: server.now - 400 * day,
          expireAt: null,
          ipFilter: null,
          permissions: ["ViewUsage"],
          ...token,
        })),
      }),
      parseJson,
    );
    if (!reading.ok) throw new Error(reading.message);
    return reading.kit;
  }

  /** Runs it, and gives what was written and told. */
  async function run(kit: RecoveryKit, options: Partial<RestoreOptions> = {}) {
    const written: string[] = [];
    const told: string[] = [];
    const whole = await restoreKit({
      kit,
      server: url,
      credential: server.localAdmin,
      refused: "it does not use that data folder",
      json: false,
      now: () => server.now,
      write: (text) => void written.push(text),
      tell: (message) => void told.push(message),
      ...options,
    });
    return { whole, told, lines: written.join("").split("\n").slice(0, -1) };
  }

  it("makes each token again and writes it once, in columns, and a second run passes over them", async () => {
    const kit = kitOf([{ name: "deploy" }, { name: "nightly export" }]);
    const { whole, told, lines } = await run(kit);
    expect({ whole, told }).toEqual({ whole: true, told: [] });
    const rows = lines.map((line) => line.split("\t"));
    expect(rows[0]).toEqual(["kind", "name", "former id", "new id", "token"]);
    expect(rows.slice(1).map(([kind, name, former]) => [kind, name, former])).toEqual([
      ["organization", "deploy", "former"],
      ["organization", "nightly export", "former"],
    ]);
    const token = rows[1]?.[4] ?? "";
    const answer = await fetch(new URL("/graphql", url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query: "{ meta { version } }" }),
    });
    expect(answer.status).toBe(200);

    const again = await run(kit);
    expect(again.lines).toHaveLength(1);
    expect(again.told[0]).toContain("passed over");
    expect(JSON.stringify(again)).not.toContain(token);
  });

  it("writes an object a line where that is wanted", async () => {
    const { lines } = await run(kitOf([{ name: "as json" }]), { json: true });
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual([["kind", "name", "formerId", "id", "token"]]);
  });

  it("goes on after a refusal, says why, and counts personal tokens as no failure", async () => {
    const { whole, told, lines } = await run(
      kitOf([
        { name: "filter gone", ipFilter: { id: "nowhere", name: "office" } },
        { name: "over", expireAt: server.now },
        { name: "made" },
        { name: "bob", kind: "personal" },
      ]),
    );
    expect(whole).toBe(false);
    expect(lines).toHaveLength(2);
    expect(told).toEqual([
      expect.stringMatching(/^Organization token filter gone: refused\. /u),
      expect.stringMatching(/^Organization token over: Its expiry has passed/u),
      expect.stringMatching(/^Personal token bob: Only the user/u),
    ]);
    expect((await run(kitOf([{ name: "bob", kind: "personal" }]))).whole).toBe(true);
  });

  it("makes the others where one has a time that no date says, and says what the server makes of that one", async () => {
    const { whole, told, lines } = await run(
      kitOf([
        { name: "far", expireAt: 2n ** 63n - 1n },
        { name: "near", lastUsedAt: -(2n ** 63n), createdAt: 2n ** 53n + 1n },
      ]),
    );
    expect({ whole, rows: lines.length }).toEqual({ whole: false, rows: 2 });
    expect(lines[1]).toMatch(/^organization\tnear\t/u);
    expect(told).toEqual(["Organization token far: refused. This expiry is too far in the future."]);
  });

  it("keeps to the policy in force, and says what it changed", async () => {
    await server.store.db
      .updateTable("tokenPolicies")
      .set({ maximumLifetime: 30 * day })
      .where("kind", "=", "organization")
      .execute();
    const { told, whole } = await run(kitOf([{ name: "endless" }]));
    expect(whole).toBe(true);
    expect(told).toEqual(["Organization token endless: made with an earlier expiry, which the policy sets."]);
  });

  it("says where no server answers, or another one", async () => {
    const kit = kitOf([{ name: "never" }]);
    await expect(run(kit, { server: "http://127.0.0.1:1" })).rejects.toThrow(
      new RestoreError("No Tokenhouse answers at http://127.0.0.1:1. Start it, or name its --host and --port."),
    );
    await expect(run(kit, { credential: `localroot~${"x".repeat(44)}` })).rejects.toThrow(
      new RestoreError(`The server at ${url} refused: it does not use that data folder.`),
    );
  });

  it("says what a server refuses without anything that a terminal would obey", async () => {
    const refusing = createServer((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: null, errors: [{ message: "no\u001b[2J\r\n\u009bnever" }] }));
    });
    await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
    const address = refusing.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await expect(run(kitOf([{ name: "never" }]), { server: `http://127.0.0.1:${port}` })).rejects.toThrow(
      /: no⟨U\+001B⟩\[2J ⟨U\+009B⟩never$/u,
    );
    refusing.close();
  });

  it("works through a gateway with an API token of the cluster, and says where that one is down", async () => {
    const kit = kitOf([{ name: "through the gateway" }]);
    const key = new Uint8Array(32).fill(9);
    const gateway = await buildGateway({ logscale: url, key });
    const { tokenString } = await server.token({
      kind: "organization",
      permissions: ["ChangeOrganizationPermissions", "ViewUsage"],
    });
    const { whole, lines } = await run(kit, {
      server: await gateway.listen({ host: "127.0.0.1", port: 0 }),
      credential: tokenString,
    });
    await gateway.close();
    expect({ whole, rows: lines.length }).toEqual({ whole: true, rows: 2 });

    const down = await buildGateway({ logscale: "http://127.0.0.1:1", key });
    const failure = run(kit, { server: await down.listen({ host: "127.0.0.1", port: 0 }), credential: tokenString });
    await expect(failure).rejects.toThrow(/status 502: The LogScale cluster at 127\.0\.0\.1:1 cannot be reached/u);
    await down.close();
  });

  it("says that a credential may not see the policies, and makes nothing", async () => {
    const { tokenString } = await server.token({ kind: "view", permissions: ["ReadAccess"], viewIds: [] });
    await expect(run(kitOf([{ name: "never" }]), { credential: tokenString })).rejects.toThrow(
      /does not show its token security policies: /u,
    );
  });
});

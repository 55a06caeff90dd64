import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildGateway } from "#server/gateway/gateway.ts";
import { ask } from "#server/testing/callers.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { ingestToken, received } from "#server/testing/ingest.ts";
import { realClients } from "#server/testing/realClients.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const host = { host: "127.0.0.1", port: 0 };

describe("a real client", () => {
  let folder: string;
  let server: TestServer;
  let gateway: FastifyInstance;
  let urls: Readonly<Record<"direct" | "gateway", string>>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
    server = await testServer(await openTestStore("pglite"));
    await ask(server, server.localAdmin, "mutation { enableFeature(feature: CustomIngestTokens) }");
    const direct = await server.app.listen(host);
    gateway = await buildGateway({ logscale: direct, key: new Uint8Array(32).fill(8) });
    urls = { direct, gateway: await gateway.listen(host) };
  });
  afterAll(async () => {
    for (const app of [gateway, server.app]) {
      app.server.closeAllConnections();
      await app.close();
    }
    await server.store.close();
    rmSync(folder, { recursive: true });
  });

  const ways = realClients.flatMap((client) =>
    (["direct", "gateway"] as const).map((way) => ({ client, name: client.name, way })),
  );

  it.for(ways)("has each of its events counted: $name, $way", async ({ client, name, way }, { skip }) => {
    const missing = client.ready() ? undefined : `${name} cannot be started here. It needs ${client.needs}.`;
    if (missing !== undefined && client.mustRun) throw new Error(`${missing} It must run on this machine.`);
    if (missing !== undefined) skip(missing);
    const tokenName = `${name}, ${way}`;
    const customToken = client.customToken && `${client.customToken}-${way}`;
    const token = await ingestToken(server, { name: tokenName, parser: "syslog", ...(customToken && { customToken }) });
    const lines = Array.from({ length: 120 }, (_, number) => `line ${number} for $5`);
    const end = await client.send({ url: urls[way], token, folder: mkdtempSync(join(folder, "client-")) }, lines);
    try {
      const events = async () => (await received(server)).ingestTokens.find((known) => known.name === tokenName)?.events;
      await expect.poll(events).toBe(lines.length);
      const [last] = (await received(server)).recentEvents;
      expect(last).toMatchObject({ tokenName, parserName: "syslog" });
      const [before = "", ...others] = last?.text.split("line 119 for $5") ?? [];
      expect(others).toHaveLength(1);
      if (client.before !== undefined) expect(before).toMatch(client.before);
    } finally {
      await end?.();
    }
  });
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { errors } from "@elastic/elasticsearch";
import { beforeEach, expect, it } from "vitest";

import { configurations } from "#domain/print/shippers.ts";
import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ingestToken, received } from "#server/testing/ingest.ts";
import { elasticClient, installed, sendBySplunk } from "#server/testing/realClients.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const run = promisify(execFile);

describeOnBothDatabases("real shippers", (open) => {
  let server: TestServer;
  let url: string;
  let token: string;
  beforeEach(async () => {
    server = await testServer(await open());
    url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    token = await ingestToken(server, { parser: "json" });
    return () => server.app.close();
  });

  it("Splunk's own client sends a batch, and is told of success", async () => {
    const contexts = ["one", "two", "three"].map((message) => ({ message, metadata: { index: "sandbox", host: "test" } }));
    expect(await sendBySplunk({ token, url }, contexts)).toEqual({ error: null, body: { text: "Success", code: 0 } });
    const { ingestTokens, recentEvents } = await received(server);
    expect(ingestTokens).toMatchObject([{ events: 3 }]);
    expect(recentEvents.map(({ text }) => JSON.parse(text) as object)).toMatchObject([
      { event: { message: "three" }, index: "sandbox", host: "test" },
      { event: { message: "two" } },
      { event: { message: "one" } },
    ]);
  });

  it("Splunk's own client understands why it is refused", async () => {
    const message = { message: "x" };
    expect(await sendBySplunk({ token: "wrong", url }, [message])).toMatchObject({ body: { code: 4 } });
    expect(await sendBySplunk({ token, url }, [{ message: "x", metadata: { index: "other" } }])).toMatchObject({
      body: { code: 7 },
    });
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 0 }]);
  });

  it("Elasticsearch's own client sends in bulk, and is told what became of each event", async () => {
    const client = elasticClient(url, token);
    expect(await client.info()).toMatchObject({ version: { build_flavor: "default" } });
    const { errors: failed, items } = await client.bulk({
      operations: [
        { create: {} },
        { message: "one" },
        { index: { _index: "sandbox", _id: "2" } },
        { message: "two" },
        { delete: { _id: "3" } },
      ],
    });
    expect(failed).toBe(true);
    expect(items).toMatchObject([
      { create: { status: 201, _index: "sandbox" } },
      { index: { status: 201, _id: "2" } },
      { delete: { status: 400, _id: "3" } },
    ]);
    const { ingestTokens, recentEvents } = await received(server);
    expect(ingestTokens).toMatchObject([{ events: 2 }]);
    expect(recentEvents.map(({ text }) => JSON.parse(text) as object)).toEqual([{ message: "two" }, { message: "one" }]);
    await client.close();
  });

  it("Elasticsearch's own client understands why it is refused", async () => {
    const wrong = elasticClient(url, "wrong");
    const refused = await wrong.bulk({ operations: [{ create: {} }, { message: "x" }] }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(errors.ResponseError);
    expect(refused).toMatchObject({ statusCode: 401 });
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 0 }]);
    await wrong.close();
  });

  it.skipIf(!installed("curl"))("curl sends as the dashboard shows it (needs curl)", async () => {
    await ask(server, server.localAdmin, "mutation { enableFeature(feature: CustomIngestTokens) }");
    // With every sign that the shell could take for something else.
    const weird = await ingestToken(server, { name: "weird", customToken: 'it\'s\\a"$HOME"`id`{value}#%,;' });
    const curl = configurations({ server: url }).find(({ id }) => id === "curl");
    for (const value of [token, weird]) expect((await run("sh", ["-c", curl?.text(value) ?? ""])).stdout).toBe("{}");
    expect((await received(server)).recentEvents).toMatchObject([
      { text: "hello from curl", tokenName: "weird", parserName: null },
      { text: "hello from curl", tokenName: "a shipper", parserName: "json" },
    ]);
  });

  it.skipIf(!installed("curl"))("curl sends in the forms that LogScale's documentation shows (needs curl)", async () => {
    const bearer = `Authorization: Bearer ${token}`;
    const json = ["-H", "Content-Type: application/json"];
    const curl = async (path: string, ...args: string[]) =>
      (await run("curl", ["-sS", "-X", "POST", `${url}${path}`, ...args])).stdout;
    const structured = '[{"tags":{"host":"s1"},"events":[{"timestamp":"2030-01-01T00:00:00Z","attributes":{"k":"v"}}]}]';
    expect(await curl("/api/v1/ingest/humio-structured", "-H", bearer, ...json, "-d", structured)).toBe("{}");
    expect(await curl("/api/v1/ingest/humio-unstructured", "-H", bearer, ...json, "-d", '[{"messages":["a line"]}]')).toBe("{}");
    expect(await curl("/api/v1/ingest/raw", "-H", bearer, "-H", "Content-Type: text/plain", "-d", "a line")).toBe("{}");
    expect(await curl("/api/v1/ingest/json", "-H", bearer, ...json, "-d", '[{"a":1}]')).toBe("{}");
    expect(await curl("/api/v1/ingest/hec", "-H", bearer, "-d", '{"event":"a"}{"event":"b"}')).toContain("Success");
    expect(
      await curl("/api/v1/ingest/hec/raw?channel=x", "-H", bearer, "-H", "Content-Type: text/plain", "-d", "a line"),
    ).toContain("Success");
    expect(await curl("/services/collector", "-H", `Authorization: Splunk ${token}`, "-d", '{"event":"a"}')).toContain("Success");
    expect(await curl("/_bulk", "-u", `any:${token}`, "--data-binary", '{"create":{}}\n{"message":"a"}\n')).toContain(
      '"status":201',
    );
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 9 }]);
  });
});

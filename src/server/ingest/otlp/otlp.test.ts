import { gzipSync } from "node:zlib";

import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
  type LogRecordExporter,
} from "@opentelemetry/sdk-logs";
import { AggregationType, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { configurations } from "#domain/print/shippers.ts";
import { buildGateway } from "#server/gateway/gateway.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { ingestToken, received, send } from "#server/testing/ingest.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import type { Store } from "#server/store/client.ts";

const base = "/api/v1/ingest/otlp/v1";
const protobuf = { "content-type": "application/x-protobuf" };
const json = { "content-type": "application/json" };

let store: Store;
let server: TestServer;
let url: string;
let tokens = 0;
let name: string;
let token: string;

beforeAll(async () => {
  store = await openTestStore("pglite");
  server = await testServer(store);
  url = await server.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  server.app.server.closeAllConnections();
  await server.app.close();
  await store.close();
});
beforeEach(async () => {
  name = `otel ${++tokens}`;
  token = await ingestToken(server, { name });
});

/** How many events the token of the test has sent, and the last of them, the oldest first. */
async function counted(count: number): Promise<{ events: number | undefined; last: Record<string, unknown>[] }> {
  const { ingestTokens, recentEvents } = await received(server);
  const own = recentEvents.filter(({ tokenName }) => tokenName === name).slice(0, count);
  return {
    events: ingestTokens.find((known) => known.name === name)?.events,
    last: own.toReversed().map(({ text }) => JSON.parse(text) as Record<string, unknown>),
  };
}

function writeLogs(exporter: LogRecordExporter): LoggerProvider {
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger("checkout", "1.2.3");
  logger.emit({
    body: "it works",
    severityNumber: SeverityNumber.INFO,
    severityText: "INFO",
    attributes: { user: "ann", tries: 3, ok: true },
  });
  logger.emit({ body: { nested: [1, 2.5, "three", new Uint8Array([1, 2])] }, timestamp: 1_900_000_000_000 });
  return provider;
}

async function someLogs() {
  const exporter = new InMemoryLogRecordExporter();
  await writeLogs(exporter).forceFlush();
  return exporter.getFinishedLogRecords();
}

/** What matters of a collector's configuration. */
interface Configuration {
  readonly exporters: {
    readonly "otlphttp/logscale": { readonly endpoint: string; readonly headers: Record<string, string> };
  };
}

describe("the official exporter", () => {
  it.each([CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])(
    "sends logs to the server and through a gateway, with compression %s",
    async (compression) => {
      const gateway = await buildGateway({ logscale: url, key: new Uint8Array(32).fill(8) });
      const through = await gateway.listen({ host: "127.0.0.1", port: 0 });
      for (const server of [url, through]) {
        // As the page shows it for the collector, which adds the signal's path and reads `$$` as a dollar sign.
        const configuration = parse(
          configurations({ server })
            .find(({ id }) => id === "otel")
            ?.text(token) ?? "",
        ) as Configuration;
        const { endpoint, headers } = configuration.exporters["otlphttp/logscale"];
        const exporter = new OTLPLogExporter({ url: `${endpoint}/v1/logs`, headers, compression });
        const logs = await someLogs();
        expect(await new Promise((resolve) => exporter.export(logs, resolve))).toEqual({ code: 0 });
        await exporter.shutdown();
      }
      const { events, last } = await counted(2);
      expect(events).toBe(4);
      expect(last).toMatchObject([
        {
          body: { stringValue: "it works" },
          severityNumber: 9,
          severityText: "INFO",
          scope: { name: "checkout", version: "1.2.3" },
          resource: {
            attributes: expect.arrayContaining([{ key: "telemetry.sdk.language", value: { stringValue: "nodejs" } }]) as unknown,
          },
        },
        { timeUnixNano: "1900000000000000000" },
      ]);
      gateway.server.closeAllConnections();
      await gateway.close();
    },
  );

  it("is told why it is refused", async () => {
    const exporter = new OTLPLogExporter({ url: `${url}${base}/logs`, headers: { authorization: "Bearer wrong" } });
    const logs = await someLogs();
    const error = await new Promise<Error | undefined>((resolve) => exporter.export(logs, (result) => resolve(result.error)));
    expect(error).toMatchObject({ code: 401, message: "Unauthorized" });
    await exporter.shutdown();
  });
});

describe("what OpenTelemetry's own serializers write", () => {
  const post = (signal: string, headers: Record<string, string>, body: Uint8Array | string | undefined) =>
    send(server, `${base}/${signal}`, `Bearer ${token}`, Buffer.from(body ?? ""), { headers });

  it("of logs is read alike in both encodings, each record an event", async () => {
    const logs = await someLogs();
    const answers = [
      await post("logs", protobuf, ProtobufLogsSerializer.serializeRequest(logs)),
      await post("logs", { ...json, "content-encoding": "gzip" }, gzipSync(JsonLogsSerializer.serializeRequest(logs) ?? "")),
    ];
    expect(answers.map(({ statusCode, headers, body }) => [statusCode, headers["content-type"], body])).toEqual([
      [200, "application/x-protobuf", ""],
      [200, "application/json", "{}"],
    ]);
    const { events, last } = await counted(4);
    expect(events).toBe(4);
    expect(last[0]).toMatchObject({ body: { stringValue: "it works" }, severityNumber: 9, scope: { name: "checkout" } });
    for (const [place, record] of last.slice(0, 2).entries())
      expect(withoutDefaults(last[place + 2])).toEqual(withoutDefaults(record));
  });

  it("of traces is read alike in both encodings, each span an event", async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracer = provider.getTracer("shop");
    const parent = tracer.startSpan("basket", { kind: SpanKind.SERVER, attributes: { items: 2 } });
    const child = tracer.startSpan("pay", { links: [{ context: parent.spanContext(), attributes: { why: "same visit" } }] });
    child.addEvent("declined", { reason: "funds" });
    child.setStatus({ code: SpanStatusCode.ERROR, message: "no money" });
    child.end();
    parent.end();
    await provider.forceFlush();
    const spans = exporter.getFinishedSpans();
    expect((await post("traces", protobuf, ProtobufTraceSerializer.serializeRequest(spans))).statusCode).toBe(200);
    expect((await post("traces", json, JsonTraceSerializer.serializeRequest(spans))).statusCode).toBe(200);
    const { events, last } = await counted(4);
    expect(events).toBe(4);
    expect(last[0]).toMatchObject({
      name: "pay",
      traceId: child.spanContext().traceId,
      spanId: child.spanContext().spanId,
      status: { code: 2, message: "no money" },
      events: [{ name: "declined", attributes: [{ key: "reason", value: { stringValue: "funds" } }] }],
      links: [{ spanId: parent.spanContext().spanId, traceId: parent.spanContext().traceId }],
      scope: { name: "shop" },
    });
    for (const [place, span] of last.slice(0, 2).entries())
      expect(withoutDefaults(last[place + 2])).toEqual(withoutDefaults(span));
  });

  it("of metrics is read alike in both encodings, each data point an event", async () => {
    class Reader extends MetricReader {
      protected override onForceFlush = () => Promise.resolve();
      protected override onShutdown = () => Promise.resolve();
    }
    const reader = new Reader();
    const views = [{ instrumentName: "spread", aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM as const } }];
    const meter = new MeterProvider({ readers: [reader], views }).getMeter("shop");
    meter.createCounter("sold", { unit: "1", description: "sold things" }).add(3, { shop: "a" });
    meter.createGauge("warm").record(20.5);
    meter.createHistogram("wait", { advice: { explicitBucketBoundaries: [1, 10] } }).record(5);
    meter.createHistogram("spread").record(7);
    const { resourceMetrics } = await reader.collect();
    expect((await post("metrics", protobuf, ProtobufMetricsSerializer.serializeRequest(resourceMetrics))).statusCode).toBe(200);
    expect((await post("metrics", json, JsonMetricsSerializer.serializeRequest(resourceMetrics))).statusCode).toBe(200);
    const { events, last } = await counted(8);
    expect(events).toBe(8);
    const places = ["sold", "warm", "wait", "spread"].map((metric) => last.findIndex((point) => nameOf(point) === metric));
    expect(places.map((place) => last[place])).toMatchObject([
      {
        asDouble: 3,
        attributes: [{ key: "shop", value: { stringValue: "a" } }],
        metric: { name: "sold", kind: "sum", isMonotonic: true, aggregationTemporality: 2 },
      },
      { asDouble: 20.5, metric: { name: "warm", kind: "gauge" } },
      {
        count: "1",
        sum: 5,
        bucketCounts: ["0", "1", "0"],
        explicitBounds: [1, 10],
        min: 5,
        max: 5,
        metric: { name: "wait", kind: "histogram" },
      },
      { count: "1", sum: 7, positive: { bucketCounts: ["1"] }, metric: { name: "spread", kind: "exponentialHistogram" } },
    ]);
    for (const [place, point] of last.slice(0, 4).entries())
      expect(withoutDefaults(last[place + 4])).toEqual(withoutDefaults(point));
  });
});

describe("a body of OTLP", () => {
  const post = (headers: Record<string, string>, body: Buffer | string, signal = "logs", authorization = `Bearer ${token}`) =>
    send(server, `${base}/${signal}`, authorization, body, { headers });
  const status = (response: { rawPayload: Buffer }) => {
    const reader = new BinaryReader(response.rawPayload);
    reader.tag();
    const code = reader.int32();
    reader.tag();
    return { code, message: reader.string() };
  };
  /** A field that holds bytes. */
  const field = (number: number, ...parts: Uint8Array[]) =>
    new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(Buffer.concat(parts)).finish();
  /** A request with log records, by their bytes. */
  const logs = (...records: Uint8Array[]) => Buffer.from(field(1, field(2, ...records.map((record) => field(2, record)))));
  const text = (value: string) => field(5, field(1, Buffer.from(value)));

  it("that is refused is answered with a status, in the encoding of the request", async () => {
    for (const [authorization, body, httpStatus, code, words] of [
      ["Bearer wrong", "", 401, 16, "The supplied authentication is invalid"],
      [`Bearer ${token}`, "\u0007", 400, 3, "The body is not protobuf as OTLP has it, or it broke off."],
      [`Bearer ${token}`, logs(text("cut")).subarray(0, -2), 400, 3, "The body is not protobuf"],
    ] as const) {
      const response = await post(protobuf, Buffer.from(body), "logs", authorization);
      expect([response.statusCode, response.headers["content-type"]]).toEqual([httpStatus, "application/x-protobuf"]);
      expect(status(response)).toEqual({ code, message: expect.stringContaining(words) as string });
    }
    for (const [body, words] of [
      ["[]", "The body is a JSON object of OTLP, with the array `resourceLogs`."],
      ['{"resourceLogs":{}}', "with the array `resourceLogs`"],
      ['{"resourceLogs":[{"scopeLogs":[{"logRecords":["text"]}]}]}', "with the array `resourceLogs`"],
      ['{"resourceLogs":[{}', "The body is not valid JSON."],
    ] as const) {
      const response = await post(json, body);
      expect([response.statusCode, response.json()], body).toEqual([
        400,
        { code: 3, message: expect.stringContaining(words) as string },
      ]);
    }
    const other = await post({ "content-type": "text/plain" }, "");
    expect([other.statusCode, other.json<{ message: string }>().message]).toEqual([
      415,
      "The body's Content-Type is none of OTLP's: send application/x-protobuf or application/json.",
    ]);
    expect((await counted(1)).events).toBe(0);
  });

  it("that may be sent again later is answered so that exporters do", async () => {
    const strict = await testServer(store, { limits: { failedRequests: 1 } });
    const wrong = () => send(strict, `${base}/logs`, "Bearer wrong", "", { headers: protobuf });
    await wrong();
    const response = await wrong();
    expect([response.statusCode, Number(response.headers["retry-after"]) > 0, status(response).code]).toEqual([429, true, 8]);
    const method = await strict.app.inject({ method: "PUT", url: `${base}/logs`, headers: json, payload: "{}" });
    expect([method.statusCode, method.headers["allow"], method.json<object>()]).toEqual([
      405,
      "POST, OPTIONS",
      { code: 12, message: "Here is only POST, OPTIONS." },
    ]);
    await strict.app.close();
  });

  it("that holds nothing is fine, and so is one with fields that are not known here", async () => {
    for (const [headers, body, answer] of [
      [protobuf, "", ""],
      [json, "{}", "{}"],
      [json, '{"resourceLogs":null,"later":[1]}', "{}"],
      [protobuf, Buffer.from(field(99, Buffer.from("later"))), ""],
    ] as const) {
      const response = await post(headers, body);
      expect([response.statusCode, response.body]).toEqual([200, answer]);
    }
    expect((await counted(1)).events).toBe(0);
  });

  it("whose single records are too large or too deep is taken without these, and the answer counts them", async () => {
    let deep: Uint8Array = field(1, Buffer.from("bottom"));
    for (let depth = 0; depth < 200; depth++) deep = field(5, field(1, deep));
    const wide = Buffer.concat(Array.from({ length: 100_001 }, () => field(6)));
    const response = await post(protobuf, logs(text("one"), field(5, deep), text("two"), wide));
    const reader = new BinaryReader(response.rawPayload);
    reader.tag();
    const partial = new BinaryReader(reader.bytes());
    partial.tag();
    const rejected = Number(partial.int64());
    partial.tag();
    expect([response.statusCode, rejected, partial.string()]).toEqual([200, 2, "Data have more than 100,000 values."]);
    const { events, last } = await counted(2);
    expect(events).toBe(2);
    expect(last).toEqual([{ body: { stringValue: "one" } }, { body: { stringValue: "two" } }]);
  });

  it("of very many empty parts is refused before they are all looked at", async () => {
    /** Empty messages in a field. */
    const empty = (number: number, count: number) => {
      const bytes = Buffer.alloc(2 * count);
      for (let at = 0; at < bytes.length; at += 2) bytes[at] = number * 8 + 2;
      return bytes;
    };
    expect((await post(protobuf, empty(1, 1_000_000))).statusCode).toBe(413);
    expect((await post(protobuf, Buffer.from(field(1, field(2, empty(2, 300_000)))))).statusCode).toBe(413);
    expect((await post(json, `{"resourceLogs":[${"{},".repeat(600_000)}{}]}`)).statusCode).toBe(413);
  });

  it("may have one metric with as many data points as there may be events", async () => {
    const points = Buffer.concat(Array.from({ length: 200_000 }, () => field(1)));
    const metric = Buffer.concat([field(1, Buffer.from("many")), field(7, points)]);
    expect((await post(protobuf, Buffer.from(field(1, field(2, field(2, metric)))), "metrics")).statusCode).toBe(200);
    const point = '{"asInt":"1","attributes":[{"key":"a","value":{"stringValue":"b"}}]}';
    const sum = `{"isMonotonic": true, "dataPoints":[${`${point},`.repeat(19_999)}${point}], "aggregationTemporality":2}`;
    const body = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":${sum},"name":"many"}]}]}]}`;
    expect((await post(json, body, "metrics")).statusCode).toBe(200);
    const { events, last } = await counted(1);
    expect(events).toBe(220_000);
    expect(last).toEqual([
      { ...(JSON.parse(point) as object), metric: { name: "many", kind: "sum", isMonotonic: true, aggregationTemporality: 2 } },
    ]);
  });

  it("comes from a token of a repository, and one of none is told why its is not taken", async () => {
    const { tokenString } = await server.token({ permissions: ["IngestAcrossAllReposWithinOrganization"] });
    const response = await post(json, "{}", "traces", `Bearer ${tokenString}`);
    expect([response.statusCode, response.json()]).toEqual([
      400,
      { code: 3, message: expect.stringMatching(/^This token is of no repository\./u) as string },
    ]);
  });
});

function nameOf({ metric }: Record<string, unknown>): unknown {
  return typeof metric === "object" && metric !== null && "name" in metric ? metric.name : undefined;
}

/** What counts of a value: protobuf leaves out what is zero or empty, and JSON may have numbers of 64 bits as they are. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return typeof value === "number" ? String(value) : value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutDefaults(inner)] as const);
  return Object.fromEntries(
    entries.filter(([, inner]) => !["0", "", false].includes(inner as string) && JSON.stringify(inner) !== "[]"),
  );
}

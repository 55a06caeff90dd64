import { gzipSync } from "node:zlib";

import fc from "fast-check";
import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from "graphql";

import { auditExportPath, auditFacetsPath, auditRecordsPath, auditSavedPath } from "#logscale/audit.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { extensionsSdl, logscaleSdl } from "#logscale/generated/sdl.ts";
import { noticesPath } from "#logscale/notices.ts";
import { tokenColumnsPath } from "#logscale/tokenColumns.ts";
import { valueLookupPath } from "#logscale/valueLookup.ts";

import { anything, damaged, damagedBytes, texts, valuesOf } from "./values.ts";

/** One request to the server. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What names something on the server, and the credentials to ask with. */
export interface Known {
  /** Ids and names that are there. */
  readonly names: readonly string[];
  /** Of whoever may do everything. */
  readonly root: string;
  /** The value of an ingest token. */
  readonly ingest: string;
  readonly cookie: string;
  readonly origin: string;
}

const json = { "content-type": "application/json" };

export function contract(): GraphQLSchema {
  return buildSchema(`${logscaleSdl}\n${extensionsSdl}`);
}

/** What a field may be asked for: its leaves, and those of the objects below it. */
function selection(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return "";
  const targets = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const parts = targets.flatMap((target) => {
    const asked = Object.values(target.getFields()).flatMap((inner) => {
      if (inner.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)) return [];
      if (isLeafType(getNamedType(inner.type))) return [inner.name];
      return depth > 0 ? [`${inner.name}${selection(schema, inner, depth - 1)}`] : [];
    });
    const known = asked.filter((part) => !part.endsWith("{ __typename }")).slice(0, Math.floor(40 / targets.length));
    // Types that have fields of one name and of different types must not be asked for them side by side.
    if (isAbstractType(type))
      return [`... on ${target.name} { __typename ${known.map((part) => aliased(target.name, part)).join(" ")} }`];
    return known;
  });
  return ` { __typename ${parts.join(" ")} }`.replaceAll(/\s+/gu, " ");
}

const aliased = (type: string, part: string) =>
  part.includes("{") ? "" : /^\w+$/u.test(part) && part.length < 30 ? `${type}_${part}: ${part}` : part;

/** Requests for every field of a root type, with arguments of the right types and wrong values. */
export function graphql(schema: GraphQLSchema, root: "Query" | "Mutation", known: Known): fc.Arbitrary<FuzzRequest> {
  const type = root === "Query" ? schema.getQueryType() : schema.getMutationType();
  const operations = Object.values(type?.getFields() ?? {}).map((field) => {
    const declared = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`);
    const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`);
    const call = `${field.name}${passed.length === 0 ? "" : `(${passed.join(", ")})`}`;
    const query = `${root.toLowerCase()}${declared.length === 0 ? "" : `(${declared.join(", ")})`} { ${call}${selection(schema, field, 0)} }`;
    const model = Object.fromEntries(field.args.map((arg) => [arg.name, valuesOf(arg.type, known.names)]));
    const required = field.args.filter((arg) => isNonNullType(arg.type)).map(({ name }) => name);
    return fc.record(model, { requiredKeys: required }).map((variables) => ({ query, variables }));
  });
  const whole = fc.oneof(...operations);
  const extensions = fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        tokenhouse: fc.oneof(
          anything(),
          fc.record({ act: texts(known.names), replaces: texts(known.names) }, { requiredKeys: [] }),
          fc.record({ planHash: texts([]), planDigest: texts([]) }, { requiredKeys: [] }),
        ),
      }),
    },
  );
  const bodies = fc.oneof(
    { weight: 12, arbitrary: fc.tuple(whole, extensions).map(([one, more]) => JSON.stringify({ ...one, extensions: more })) },
    { weight: 1, arbitrary: whole.chain((one) => damaged(JSON.stringify(one))) },
    { weight: 1, arbitrary: whole.chain((one) => damaged(one.query).map((query) => JSON.stringify({ ...one, query }))) },
    { weight: 1, arbitrary: anything().map((value) => JSON.stringify(value)) },
  );
  return fc.tuple(bodies, senders(known)).map(([body, headers]) => ({
    method: "POST",
    path: "/graphql",
    headers: { ...json, ...headers },
    body,
  }));
}

/** By whom something is asked: mostly by whoever may do it. */
function senders(known: Known): fc.Arbitrary<Record<string, string>> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant({ authorization: `Bearer ${known.root}` }) },
    { weight: 6, arbitrary: fc.constant({ cookie: known.cookie, origin: known.origin }) },
    { weight: 1, arbitrary: headerText().map((text) => ({ authorization: `Bearer ${text}` })) },
    { weight: 1, arbitrary: headerText().map((text) => ({ cookie: `tokenhouse=${text}`, origin: text })) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
}

/** Texts that a client of HTTP lets into a header. */
function headerText(): fc.Arbitrary<string> {
  return texts([]).map((text) =>
    text
      .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, "")
      .slice(0, 4000)
      .trim(),
  );
}

/** Texts as a part of an address. */
function pathText(known: Known): fc.Arbitrary<string> {
  return fc.oneof(
    texts(known.names).map((text) => encodeURIComponent(text.slice(0, 500).replaceAll(/\p{Surrogate}/gu, "?"))),
    fc.constantFrom("%", "%zz", "%00", "%2e%2e%2f", "..", ".", "a%20b", "%c3%28"),
  );
}

/** Signing in and out, and sign-in links. */
export function sessions(known: Known): fc.Arbitrary<FuzzRequest> {
  const bodies = fc.oneof(
    fc.record({ code: texts(known.names) }).map((value) => JSON.stringify(value)),
    fc.record({ token: fc.oneof(texts(known.names), fc.constant(known.ingest)) }).map((value) => JSON.stringify(value)),
    anything().map((value) => JSON.stringify(value)),
    damaged(JSON.stringify({ code: "a".repeat(40), token: "b".repeat(60) })),
  );
  return fc
    .record({
      method: fc.constantFrom("GET", "POST", "POST", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"),
      path: fc.oneof(
        fc.constantFrom("/session", "/session", "/session/link", "/session/"),
        pathText(known).map((part) => `/session?${part}`),
      ),
      body: bodies,
      type: fc.constantFrom("application/json", "text/plain", "application/json; charset=utf-16", "", "multipart/form-data"),
      origin: fc.oneof(fc.constant(known.origin), headerText()),
      cookie: fc.oneof(headerText(), fc.constant("")),
    })
    .map(({ method, path, body, type, origin, cookie }) => ({
      method,
      path,
      headers: {
        ...(type !== "" && method !== "GET" && { "content-type": type }),
        ...(origin !== "" && { origin }),
        ...(cookie !== "" && { cookie: `tokenhouse-80=${cookie}` }),
      },
      ...(method !== "GET" && { body }),
    }));
}

const bodiesOfShippers: readonly (readonly [path: string, body: string])[] = [
  [
    "/api/v1/ingest/humio-structured",
    '[{"tags":{"host":"h"},"events":[{"timestamp":1,"attributes":{"a":1},"rawstring":"a=1"}]}]',
  ],
  ["/api/v1/ingest/humio-unstructured", '[{"fields":{"host":"h"},"messages":["a","b"]}]'],
  ["/api/v1/ingest/raw", "a line\nanother"],
  ["/api/v1/ingest/json", '[{"a":1},{"b":[2,{"c":"d"}]}]'],
  ["/api/v1/ingest/raw/json", '{"a":1}'],
  ["/api/v1/repositories/sandbox/ingest-messages", '[{"messages":["a"]}]'],
  ["/api/v1/ingest/hec", '{"event":"a","time":1.5,"fields":{"b":"c"}}{"event":{"d":1}}'],
  ["/services/collector/event/1.0", '{"event":"a","index":"sandbox","sourcetype":"json"}'],
  ["/services/collector/raw", "a\nb"],
  ["/services/collector/ack", '{"acks":[0]}'],
  ["/_bulk", '{"index":{"_index":"a"}}\n{"a":1}\n{"create":{}}\n{"b":2}\n{"delete":{"_id":"1"}}\n'],
  ["/api/v1/ingest/elastic-bulk/my-index/_bulk", '{"index":{}}\n{"a":1}\n'],
  [
    "/api/v1/ingest/otlp/v1/logs",
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","body":{"stringValue":"a"}}]}]}]}',
  ],
  [
    "/api/v1/ingest/otlp/v1/metrics",
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{"asInt":"1"}]}}]}]}]}',
  ],
  ["/api/v1/ingest/otlp/v1/traces", '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","traceId":"00","spanId":"00"}]}]}]}'],
];

/** A record of OpenTelemetry's logs in protobuf: one resource, one scope, one record with a text. */
const protobuf = Uint8Array.from([10, 14, 18, 12, 18, 10, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Data from shippers, whole and spoiled. */
export function ingest(known: Known): fc.Arbitrary<FuzzRequest> {
  const body = fc.constantFrom(...bodiesOfShippers).chain(([path, text]) =>
    fc.oneof(
      damaged(text).map((spoiled) => ({ path, body: Buffer.from(spoiled) })),
      anything().map((value) => ({ path, body: Buffer.from(JSON.stringify(value)) })),
      damagedBytes(path.includes("otlp") ? protobuf : Buffer.from(text)).map((bytes) => ({ path, body: Buffer.from(bytes) })),
    ),
  );
  return fc
    .record({
      body,
      packed: fc.constantFrom("no", "no", "gzip", "said", "cut", "deflate", "br", "zstd"),
      type: fc.constantFrom("application/json", "text/plain", "application/x-protobuf", "application/x-ndjson", ""),
      query: fc.oneof(
        { weight: 4, arbitrary: fc.constant("") },
        { weight: 1, arbitrary: pathText(known).map((part) => `?channel=${part}`) },
      ),
      scheme: fc.constantFrom("Bearer", "Splunk", "Basic", "ApiKey", ""),
      value: fc.oneof({ weight: 6, arbitrary: fc.constant(known.ingest) }, { weight: 1, arbitrary: headerText() }),
      method: fc.constantFrom("POST", "POST", "POST", "POST", "PUT", "GET", "HEAD", "OPTIONS"),
    })
    .map(({ body: { path, body }, packed, type, query, scheme, value, method }) => {
      const credential = scheme === "Basic" ? Buffer.from(`user:${value}`).toString("base64") : value;
      const bytes = packed === "gzip" ? gzipSync(body) : packed === "cut" ? gzipSync(body).subarray(0, 12) : body;
      const encoding = packed === "no" ? "" : packed === "said" || packed === "cut" ? "gzip" : packed;
      return {
        method,
        path: path + query,
        headers: {
          ...(type !== "" && { "content-type": type }),
          ...(encoding !== "" && { "content-encoding": encoding }),
          ...(scheme !== "" && { authorization: `${scheme} ${credential}` }),
        },
        ...(method !== "GET" && method !== "HEAD" && { body: bytes }),
      };
    });
}

/** The server's own routes: filters of the audit trail, notes of tokens, lists of all tokens, values that may have leaked, pages. */
export function routes(known: Known): fc.Arbitrary<FuzzRequest> {
  const filter = fc.record(
    {
      text: texts(known.names),
      types: fc.array(texts([]), { maxLength: 3 }),
      actor: texts(known.names),
      subject: texts(known.names),
      address: texts([]),
      outcome: fc.constantFrom("done", "refused", "other"),
      from: fc.oneof(texts([]), fc.double()),
      to: fc.oneof(texts([]), fc.double()),
    },
    { requiredKeys: [] },
  );
  const posted = fc
    .oneof(
      fc.record({
        path: fc.constantFrom(
          auditRecordsPath,
          auditFacetsPath,
          auditExportPath,
          auditSavedPath,
          findingNotesPath,
          valueLookupPath,
        ),
        body: fc.oneof(
          anything(),
          fc.record({ filter, limit: fc.oneof(fc.integer(), fc.double()), after: texts([]) }, { requiredKeys: [] }),
          fc.record({ values: fc.array(texts(known.names), { maxLength: 40 }) }),
          fc.record({ tokenId: texts(known.names), note: texts([]), version: texts([]), set: anything() }, { requiredKeys: [] }),
        ),
      }),
    )
    .map(({ path, body }) => ({ method: "POST", path, body: JSON.stringify(body) }));
  const got = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(tokenColumnsPath("view"), noticesPath, auditRecordsPath, findingNotesPath, "/api/tokenhouse"),
        pathText(known),
      )
      .map(([path, query]) => `${path}?${query}=${query}`),
    pathText(known).map((part) => `/api/tokenhouse/tokens/${part}`),
    fc.tuple(pathText(known), pathText(known)).map((parts) => `/${parts.join("/")}`),
  );
  const asked = fc.tuple(fc.constantFrom("GET", "HEAD", "DELETE", "PUT"), got).map(([method, path]) => ({ method, path }));
  return fc
    .tuple(fc.oneof({ weight: 3, arbitrary: posted }, { weight: 2, arbitrary: asked }), senders(known))
    .map(([request, headers]) => ({
      ...request,
      headers: { ...headers, ...("body" in request && json), accept: "text/html, application/json" },
    }));
}

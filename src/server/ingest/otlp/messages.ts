/** How a field stands in a message. `id` is bytes that JSON shows in hexadecimal digits, as OTLP wants it of trace and span ids. */
export type Scalar =
  | "string"
  | "bool"
  | "bytes"
  | "id"
  | "double"
  | "enum"
  | "uint32"
  | "sint32"
  | "fixed32"
  | "int64"
  | "uint64"
  | "fixed64"
  | "sfixed64";

/** A message of OTLP that is read as a whole. */
export type MessageName =
  | "AnyValue"
  | "ArrayValue"
  | "Buckets"
  | "Event"
  | "Exemplar"
  | "ExponentialHistogramDataPoint"
  | "HistogramDataPoint"
  | "InstrumentationScope"
  | "KeyValue"
  | "KeyValueList"
  | "Link"
  | "LogRecord"
  | "Metric"
  | "NumberDataPoint"
  | "Resource"
  | "Series"
  | "Span"
  | "Status"
  | "SummaryDataPoint"
  | "ValueAtQuantile";

/** A field: its name in JSON, its type, and whether there may be several. */
export type MessageField = readonly [name: string, type: Scalar | MessageName, repeated?: "repeated"];

const attributes: MessageField = ["attributes", "KeyValue", "repeated"];
const droppedAttributesCount: MessageField = ["droppedAttributesCount", "uint32"];
const startTime: MessageField = ["startTimeUnixNano", "fixed64"];
const time: MessageField = ["timeUnixNano", "fixed64"];

/** The messages by their fields' numbers, after version 1 of OpenTelemetry's protocol definitions. Fields that are not here are passed over. */
export const messages: Readonly<Record<MessageName, Readonly<Record<number, MessageField>>>> = {
  AnyValue: {
    1: ["stringValue", "string"],
    2: ["boolValue", "bool"],
    3: ["intValue", "int64"],
    4: ["doubleValue", "double"],
    5: ["arrayValue", "ArrayValue"],
    6: ["kvlistValue", "KeyValueList"],
    7: ["bytesValue", "bytes"],
  },
  ArrayValue: { 1: ["values", "AnyValue", "repeated"] },
  KeyValueList: { 1: ["values", "KeyValue", "repeated"] },
  KeyValue: { 1: ["key", "string"], 2: ["value", "AnyValue"] },
  InstrumentationScope: { 1: ["name", "string"], 2: ["version", "string"], 3: attributes, 4: droppedAttributesCount },
  Resource: { 1: attributes, 2: droppedAttributesCount },
  LogRecord: {
    1: time,
    2: ["severityNumber", "enum"],
    3: ["severityText", "string"],
    5: ["body", "AnyValue"],
    6: attributes,
    7: droppedAttributesCount,
    8: ["flags", "fixed32"],
    9: ["traceId", "id"],
    10: ["spanId", "id"],
    11: ["observedTimeUnixNano", "fixed64"],
    12: ["eventName", "string"],
  },
  Span: {
    1: ["traceId", "id"],
    2: ["spanId", "id"],
    3: ["traceState", "string"],
    4: ["parentSpanId", "id"],
    5: ["name", "string"],
    6: ["kind", "enum"],
    7: startTime,
    8: ["endTimeUnixNano", "fixed64"],
    9: attributes,
    10: droppedAttributesCount,
    11: ["events", "Event", "repeated"],
    12: ["droppedEventsCount", "uint32"],
    13: ["links", "Link", "repeated"],
    14: ["droppedLinksCount", "uint32"],
    15: ["status", "Status"],
    16: ["flags", "fixed32"],
  },
  Event: { 1: time, 2: ["name", "string"], 3: attributes, 4: droppedAttributesCount },
  Link: {
    1: ["traceId", "id"],
    2: ["spanId", "id"],
    3: ["traceState", "string"],
    4: attributes,
    5: droppedAttributesCount,
    6: ["flags", "fixed32"],
  },
  Status: { 2: ["message", "string"], 3: ["code", "enum"] },
  // Without its data points, which are read one by one.
  Metric: {
    1: ["name", "string"],
    2: ["description", "string"],
    3: ["unit", "string"],
    12: ["metadata", "KeyValue", "repeated"],
  },
  // What Gauge, Sum, the histograms and Summary say besides their data points.
  Series: { 2: ["aggregationTemporality", "enum"], 3: ["isMonotonic", "bool"] },
  NumberDataPoint: {
    2: startTime,
    3: time,
    4: ["asDouble", "double"],
    5: ["exemplars", "Exemplar", "repeated"],
    6: ["asInt", "sfixed64"],
    7: attributes,
    8: ["flags", "uint32"],
  },
  HistogramDataPoint: {
    2: startTime,
    3: time,
    4: ["count", "fixed64"],
    5: ["sum", "double"],
    6: ["bucketCounts", "fixed64", "repeated"],
    7: ["explicitBounds", "double", "repeated"],
    8: ["exemplars", "Exemplar", "repeated"],
    9: attributes,
    10: ["flags", "uint32"],
    11: ["min", "double"],
    12: ["max", "double"],
  },
  ExponentialHistogramDataPoint: {
    1: attributes,
    2: startTime,
    3: time,
    4: ["count", "fixed64"],
    5: ["sum", "double"],
    6: ["scale", "sint32"],
    7: ["zeroCount", "fixed64"],
    8: ["positive", "Buckets"],
    9: ["negative", "Buckets"],
    10: ["flags", "uint32"],
    11: ["exemplars", "Exemplar", "repeated"],
    12: ["min", "double"],
    13: ["max", "double"],
    14: ["zeroThreshold", "double"],
  },
  Buckets: { 1: ["offset", "sint32"], 2: ["bucketCounts", "uint64", "repeated"] },
  SummaryDataPoint: {
    2: startTime,
    3: time,
    4: ["count", "fixed64"],
    5: ["sum", "double"],
    6: ["quantileValues", "ValueAtQuantile", "repeated"],
    7: attributes,
    8: ["flags", "uint32"],
  },
  ValueAtQuantile: { 1: ["quantile", "double"], 2: ["value", "double"] },
  Exemplar: {
    2: time,
    3: ["asDouble", "double"],
    4: ["spanId", "id"],
    5: ["traceId", "id"],
    6: ["asInt", "sfixed64"],
    7: ["filteredAttributes", "KeyValue", "repeated"],
  },
};

/** A kind of data that OTLP carries; a part of the path that it is sent to. */
export type Signal = "logs" | "metrics" | "traces";

/** How the data of a signal are nested, and what the answer counts. In protobuf the fields have the same numbers in all three. */
export const signals = {
  logs: {
    resources: "resourceLogs",
    scopes: "scopeLogs",
    items: "logRecords",
    item: "LogRecord",
    rejected: "rejectedLogRecords",
  },
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans", item: "Span", rejected: "rejectedSpans" },
  metrics: {
    resources: "resourceMetrics",
    scopes: "scopeMetrics",
    items: "metrics",
    item: "Metric",
    rejected: "rejectedDataPoints",
  },
} as const satisfies Record<Signal, Readonly<Record<string, string>>>;

/** The kinds of metrics: the number of the field, its name in JSON, and what its data points are. */
export const metricKinds = [
  [5, "gauge", "NumberDataPoint"],
  [7, "sum", "NumberDataPoint"],
  [9, "histogram", "HistogramDataPoint"],
  [10, "exponentialHistogram", "ExponentialHistogramDataPoint"],
  [11, "summary", "SummaryDataPoint"],
] as const satisfies readonly (readonly [number, string, MessageName])[];

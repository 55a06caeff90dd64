import type { Format } from "#server/ingest/formats.ts";
import { isObject, JsonReader, parseJson } from "#server/ingest/json.ts";
import { IngestRefusal, malformed } from "#server/ingest/refusal.ts";
import { eventsLimit, tooManyEvents } from "#server/ingest/tally.ts";
import { metricKinds, signals, type MessageName, type Signal } from "./messages.ts";
import { partsOf, readMessage, TooComplexError, writeAnswer } from "./protobuf.ts";

/** How OTLP's messages are written down. */
export type Encoding = "protobuf" | "json";

/** A body's format, as a route asks for it. */
export type OtlpFormatName = `otlp-${Signal}-${Encoding}`;

/** OTLP by signal and encoding: each log record, span and data point is an event. */
export const otlpFormats: Readonly<Record<OtlpFormatName, Format>> = {
  "otlp-logs-protobuf": protobufFormat("logs"),
  "otlp-metrics-protobuf": protobufFormat("metrics"),
  "otlp-traces-protobuf": protobufFormat("traces"),
  "otlp-logs-json": jsonFormat("logs"),
  "otlp-metrics-json": jsonFormat("metrics"),
  "otlp-traces-json": jsonFormat("traces"),
};

/** The most containers (resources, scopes, metrics) that one body may have: an empty one takes two bytes. */
const containersLimit = 2 * eventsLimit;

/** Counts containers, so that a small body of empty ones costs little. */
function containerCounter(): () => void {
  let containers = 0;
  return () => {
    if (++containers > containersLimit) throw tooManyEvents();
  };
}

/** What a piece of data belongs to: a name, and JSON in parts. */
type Surrounding = readonly [name: string, json: readonly string[] | undefined];

/** The event of one piece of data, in parts: it first, then what it belongs to. */
function eventOf(data: string, ...surroundings: readonly Surrounding[]): string[] {
  const parts = [data.slice(0, -1)];
  let comma = data === "{}" ? "" : ",";
  for (const [name, json] of surroundings) {
    if (json === undefined) continue;
    parts.push(`${comma}"${name}":`, ...json);
    comma = ",";
  }
  parts.push("}");
  return parts;
}

/** What an event says of its metric, in parts: what all of its series share, and what one says besides its data points; both as JSON. */
function metricOf(shared: string, series: string): string[] {
  return [shared.slice(0, -1), shared === "{}" ? "" : ",", series.slice(1)];
}

function protobufFormat(signal: Signal): Format {
  const { item } = signals[signal];
  return (body, take) => {
    const count = containerCounter();
    let rejected = 0;
    let reason = "";
    const takeOne = (name: MessageName, bytes: Uint8Array, ...around: readonly Surrounding[]) => {
      try {
        take(eventOf(JSON.stringify(readMessage(name, bytes)), ...around));
      } catch (error) {
        if (!(error instanceof TooComplexError)) throw error;
        rejected++;
        reason = error.message;
      }
    };
    for (const resourceData of partsOf(body, 1)) {
      count();
      const resource = only("Resource", resourceData);
      for (const scopeData of partsOf(resourceData, 2)) {
        count();
        const around = [
          ["scope", only("InstrumentationScope", scopeData)],
          ["resource", resource],
        ] as const;
        for (const data of partsOf(scopeData, 2)) {
          if (signal === "metrics")
            takeMetric(data, (point, bytes, metric) => takeOne(point, bytes, ["metric", metric], ...around), count);
          else takeOne(item, data, ...around);
        }
      }
    }
    return writeAnswer(rejected, reason);
  };
}

/** The message in the first field, of which there is one at most. */
function only(name: MessageName, container: Uint8Array): string[] | undefined {
  for (const bytes of partsOf(container, 1)) return [JSON.stringify(whole(name, bytes))];
  return undefined;
}

/** What belongs to many pieces of data cannot be left out with one of them. */
function whole(name: MessageName, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return readMessage(name, bytes);
  } catch (error) {
    if (error instanceof TooComplexError) throw malformed(error.message);
    throw error;
  }
}

function takeMetric(
  metric: Uint8Array,
  takePoint: (point: MessageName, bytes: Uint8Array, metric: readonly string[]) => void,
  count: () => void,
): void {
  count();
  const head = JSON.stringify(whole("Metric", metric));
  for (const [number, kind, point] of metricKinds) {
    for (const series of partsOf(metric, number)) {
      count();
      const about = metricOf(head, JSON.stringify({ kind, ...whole("Series", series) }));
      for (const bytes of partsOf(series, 1)) takePoint(point, bytes, about);
    }
  }
}

const emptyAnswer = "{}";

function jsonFormat(signal: Signal): Format {
  const { resources, scopes, items } = signals[signal];
  return (body, take) => {
    const reader = new JsonReader(body.toString("utf8"));
    const count = containerCounter();
    let read = 0;
    const invalid = () => malformed(`The body is a JSON object of OTLP, with the array \`${resources}\`.`);
    inObject(reader, invalid, (key) => {
      if (key !== resources) return void reader.value();
      return inArray(reader, invalid, () => {
        count();
        readResource();
      });
    });
    reader.end();
    return emptyAnswer;

    function readResource(): void {
      let resource: readonly string[] | undefined;
      const found: { scope: readonly string[] | undefined; readonly data: Datum[] }[] = [];
      inObject(reader, invalid, (key) => {
        if (key === "resource") resource = objectText(reader, invalid);
        else if (key !== scopes) reader.value();
        else {
          inArray(reader, invalid, () => {
            count();
            const scope: (typeof found)[number] = { scope: undefined, data: [] };
            found.push(scope);
            const add = (datum: Datum) => {
              if (++read > eventsLimit) throw tooManyEvents();
              scope.data.push(datum);
            };
            inObject(reader, invalid, (inner) => {
              if (inner === "scope") scope.scope = objectText(reader, invalid);
              else if (inner !== items) reader.value();
              else if (signal === "metrics") inArray(reader, invalid, () => readJsonMetric(reader, invalid, count, add));
              else inArray(reader, invalid, () => add({ text: reader.text(), metric: undefined }));
            });
          });
        }
      });
      for (const { scope, data } of found) {
        for (const { text, metric } of data)
          take(eventOf(objectOf(text, invalid), ["metric", metric], ["scope", scope], ["resource", resource]));
      }
    }
  };
}

/** A piece of data from JSON, not yet checked, with what it says of its metric, if it belongs to one. */
interface Datum {
  readonly text: string;
  readonly metric: readonly string[] | undefined;
}

/** Reads a metric piece by piece, since one may have as many data points as a body may have events. */
function readJsonMetric(reader: JsonReader, invalid: () => IngestRefusal, count: () => void, add: (datum: Datum) => void): void {
  const head: string[] = [];
  const found: { readonly about: string; readonly points: readonly string[] }[] = [];
  const member = (key: string) => {
    count();
    return `${JSON.stringify(key)}:${JSON.stringify(reader.value())}`;
  };
  count();
  inObject(reader, invalid, (key) => {
    const kind = metricKinds.find(([, known]) => known === key)?.[1];
    if (kind === undefined) {
      head.push(member(key));
      return;
    }
    count();
    const about = [`"kind":"${kind}"`];
    const points: string[] = [];
    inObject(reader, invalid, (inner) => {
      if (inner !== "dataPoints") about.push(member(inner));
      else {
        inArray(reader, invalid, () => {
          if (points.push(reader.text()) > eventsLimit) throw tooManyEvents();
        });
      }
    });
    found.push({ about: `{${about.join(",")}}`, points });
  });
  const shared = `{${head.join(",")}}`;
  for (const { about, points } of found) {
    const metric = metricOf(shared, about);
    for (const text of points) add({ text, metric });
  }
}

/** An object's text, without the white space that may stand in it. */
function objectOf(text: string, invalid: () => IngestRefusal): string {
  const value = parseJson(text);
  if (!isObject(value)) throw invalid();
  return JSON.stringify(value);
}

function objectText(reader: JsonReader, invalid: () => IngestRefusal): string[] | undefined {
  const text = reader.text();
  return text === "null" ? undefined : [objectOf(text, invalid)];
}

/** Enters an object; `null` is as good as none. */
function inObject(reader: JsonReader, invalid: () => IngestRefusal, read: (key: string) => void): void {
  const next = reader.peek();
  if (next === "n") reader.value();
  else if (next === "{") reader.members(read);
  else throw invalid();
}

/** Enters an array; `null` is as good as none. */
function inArray(reader: JsonReader, invalid: () => IngestRefusal, read: () => void): void {
  const next = reader.peek();
  if (next === "n") reader.value();
  else if (next === "[") reader.elements(read);
  else throw invalid();
}

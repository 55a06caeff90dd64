import type { Format } from "../formats.ts";
import { isObject, JsonReader, parseJson } from "../json.ts";
import { IngestRefusal, malformed } from "../refusal.ts";
import { eventsLimit, tooManyEvents, type Take } from "../tally.ts";
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

/** The event of one piece of data: it first, then what it belongs to, as JSON. */
function eventOf(data: string, ...surroundings: readonly (readonly [name: string, json: string | undefined])[]): string {
  const around = surroundings.flatMap(([name, json]) => (json === undefined ? [] : [`"${name}":${json}`]));
  if (around.length === 0) return data;
  return data === "{}" ? `{${around.join(",")}}` : `${data.slice(0, -1)},${around.join(",")}}`;
}

function protobufFormat(signal: Signal): Format {
  const { item } = signals[signal];
  return (body, take) => {
    const count = containerCounter();
    let rejected = 0;
    let reason = "";
    const takeOne = (name: MessageName, bytes: Uint8Array, ...around: Parameters<typeof eventOf>[1][]) => {
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
function only(name: MessageName, container: Uint8Array): string | undefined {
  for (const bytes of partsOf(container, 1)) return JSON.stringify(whole(name, bytes));
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
  takePoint: (point: MessageName, bytes: Uint8Array, metric: string) => void,
  count: () => void,
): void {
  count();
  const head = whole("Metric", metric);
  for (const [number, kind, point] of metricKinds) {
    for (const series of partsOf(metric, number)) {
      count();
      const about = JSON.stringify({ ...head, kind, ...whole("Series", series) });
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
      let resource: string | undefined;
      const found: { scope: string | undefined; readonly data: string[] }[] = [];
      inObject(reader, invalid, (key) => {
        if (key === "resource") resource = objectText(reader, invalid);
        else if (key !== scopes) reader.value();
        else {
          inArray(reader, invalid, () => {
            count();
            const scope: (typeof found)[number] = { scope: undefined, data: [] };
            found.push(scope);
            inObject(reader, invalid, (inner) => {
              if (inner === "scope") scope.scope = objectText(reader, invalid);
              else if (inner !== items) reader.value();
              else
                inArray(reader, invalid, () => {
                  if (scope.data.push(reader.text()) > eventsLimit) throw tooManyEvents();
                });
            });
          });
        }
      });
      for (const { scope, data } of found) {
        for (const text of data) {
          const around = [
            ["scope", scope],
            ["resource", resource],
          ] as const;
          if (signal === "metrics") takeJsonMetric(text, take, around, invalid);
          else take(eventOf(objectOf(text, invalid).text, ...around));
        }
      }
    }
  };
}

function takeJsonMetric(
  text: string,
  take: Take,
  around: readonly Parameters<typeof eventOf>[1][],
  invalid: () => IngestRefusal,
): void {
  const { value: metric } = objectOf(text, invalid);
  for (const [, kind] of metricKinds) {
    const { [kind]: series, ...head } = metric;
    if (series === undefined || series === null) continue;
    if (!isObject(series)) throw invalid();
    const { dataPoints = [], ...rest } = series;
    if (!Array.isArray(dataPoints)) throw invalid();
    const about = JSON.stringify({ ...head, kind, ...rest });
    for (const point of dataPoints) {
      if (!isObject(point)) throw invalid();
      take(eventOf(JSON.stringify(point), ["metric", about], ...around));
    }
  }
}

function objectOf(
  text: string,
  invalid: () => IngestRefusal,
): { readonly text: string; readonly value: Readonly<Record<string, unknown>> } {
  const value = parseJson(text);
  if (!isObject(value)) throw invalid();
  // Without the white space that may stand in it.
  return { text: JSON.stringify(value), value };
}

function objectText(reader: JsonReader, invalid: () => IngestRefusal): string | undefined {
  const text = reader.text();
  return text === "null" ? undefined : objectOf(text, invalid).text;
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

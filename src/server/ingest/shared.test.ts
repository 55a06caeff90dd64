import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { expect, it } from "vitest";

import { formats, type FormatName } from "./formats.ts";
import { beginning, type EventText } from "./kept.ts";

const value = "shared".repeat(1000);

function field(number: number, ...parts: Uint8Array[]): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(Buffer.concat(parts)).finish();
}

/** A resource or a scope: in the field of its attributes, one of the value. */
const attribute = (number: number) => field(1, field(number, field(1, Buffer.from("a")), field(2, field(1, Buffer.from(value)))));
const json = (part: string, rest: string) => `{"resourceMetrics":[{${part}"scopeMetrics":[{${rest}}]}]}`;

it.each<[whose: string, format: FormatName, body: string | Uint8Array]>([
  ["tags", "structured", `[{"tags":{"a":"${value}"},"events":[{"timestamp":1},{"timestamp":2}]}]`],
  ["a resource", "otlp-logs-protobuf", field(1, attribute(1), field(2, field(2), field(2)))],
  ["a scope", "otlp-traces-protobuf", field(1, field(2, attribute(3), field(2), field(2)))],
  ["a metric", "otlp-metrics-protobuf", field(1, field(2, field(2, field(1, Buffer.from(value)), field(5, field(1), field(1)))))],
  [
    "a metric",
    "otlp-metrics-protobuf",
    field(1, field(2, field(2, field(1, Buffer.from(value)), field(5, field(1)), field(5, field(1))))),
  ],
  ["a resource", "otlp-logs-json", `{"resourceLogs":[{"resource":{"a":"${value}"},"scopeLogs":[{"logRecords":[{},{}]}]}]}`],
  ["a scope", "otlp-metrics-json", json("", `"scope":{"a":"${value}"},"metrics":[{"gauge":{"dataPoints":[{},{}]}}]`)],
  ["a metric", "otlp-metrics-json", json("", `"metrics":[{"name":"${value}","gauge":{"dataPoints":[{},{}]}}]`)],
  [
    "a metric",
    "otlp-metrics-json",
    json("", `"metrics":[{"gauge":{"dataPoints":[{}]},"sum":{"dataPoints":[{}]},"name":"${value}"}]`),
  ],
])("of what events share, here of %s in %s, no event makes a copy", (_whose, format, body) => {
  const events: EventText[] = [];
  formats[format](Buffer.from(body), (event) => void events.push(event), { index: "" });
  expect(events).toHaveLength(2);
  for (const event of events) {
    // A part of its own, handed over beside what is the event's alone.
    const own = (typeof event === "string" ? [event] : event).filter((part) => !part.includes(value));
    expect(own.length).toBeGreaterThan(1);
    expect(own.join("").length).toBeLessThan(100);
    expect(JSON.stringify(JSON.parse([event].flat().join("")))).toContain(value);
  }
});

it("the beginning and the size of an event are those of its parts put together", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 3000, size: "max" }), { maxLength: 5 }), (parts) => {
      expect(beginning(parts)).toEqual(beginning(parts.join("")));
    }),
    { numRuns: 50 },
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readBulk, readHec, readHecRaw, readJson, readRaw, readStructured, readUnstructured } from "./formats.ts";
import { hecCodes, IngestRefusal } from "./refusal.ts";

function refusal(read: () => unknown): IngestRefusal {
  try {
    read();
  } catch (error) {
    if (error instanceof IngestRefusal) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

it("events that are nested too deeply to be written down are refused, not answered with a failure that shippers repeat", () => {
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  expect(refusal(() => readJson(deep)).status).toBe(400);
  expect(refusal(() => readStructured(`[{"events":[{"timestamp":1,"attributes":${deep}}]}]`)).status).toBe(400);
});

describe("structured bodies", () => {
  it("are batches of events with times in ISO 8601 or ms", () => {
    const event = { timestamp: "2030-01-01T00:00:00+02:00", attributes: { a: 1 }, rawstring: "a=1" };
    const body = [{ tags: { host: "h" }, events: [event] }, { events: [{ timestamp: 1, timezone: "Europe/Copenhagen" }] }];
    expect(readStructured(JSON.stringify(body)).map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { tags: { host: "h" }, ...event },
      { timestamp: 1, timezone: "Europe/Copenhagen" },
    ]);
  });

  it.each([
    "{}",
    "[1]",
    "[{}]",
    '[{"events":{}}]',
    '[{"events":[1]}]',
    '[{"events":[{}]}]',
    '[{"events":[{"timestamp":"yesterday"}]}]',
    '[{"events":[{"timestamp":1,"attributes":[]}]}]',
    '[{"events":[{"timestamp":1,"rawstring":1}]}]',
    '[{"events":[{"timestamp":1,"timezone":1}]}]',
    '[{"tags":1,"events":[]}]',
    '[{"events":[]}',
    "",
  ])("refuse %s", (body) => {
    expect(refusal(() => readStructured(body)).status).toBe(400);
  });
});

describe("unstructured bodies", () => {
  it("are batches of messages", () => {
    const body = JSON.stringify([{ fields: { host: "h" }, messages: ["one", "two"] }, { messages: [] }, { messages: ["three"] }]);
    expect(readUnstructured(body)).toEqual([{ text: "one" }, { text: "two" }, { text: "three" }]);
  });

  it.each([
    "{}",
    "[{}]",
    '[{"messages":"one"}]',
    '[{"messages":[1]}]',
    '[{"messages":[],"fields":[]}]',
    '[{"messages":[],"tags":1}]',
    "[}",
  ])("refuse %s", (body) => {
    expect(refusal(() => readUnstructured(body)).status).toBe(400);
  });
});

describe("raw and JSON bodies", () => {
  it("are one event with all its lines, or one for each object", () => {
    expect(readRaw("one\ntwo\n")).toEqual([{ text: "one\ntwo\n" }]);
    expect(readJson('{"a":1}')).toEqual([{ text: '{"a":1}' }]);
    expect(readJson('[{"a":1},{"b":2}]')).toEqual([{ text: '{"a":1}' }, { text: '{"b":2}' }]);
  });

  it("are refused when they are empty or no objects", () => {
    expect(refusal(() => readRaw("")).status).toBe(400);
    for (const body of ["", "1", '"text"', "[1]", "null", '{"a":1}{"b":2}'])
      expect(refusal(() => readJson(body)).status).toBe(400);
  });
});

describe("HEC bodies", () => {
  it("are taken apart wherever their objects begin, and kept as received", () => {
    const object = fc.record({ event: fc.oneof(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.json())) });
    fc.assert(
      fc.property(fc.array(object, { minLength: 1 }), fc.constantFrom("", " ", "\n", "\r\n\t"), (objects, between) => {
        const texts = objects.map((value) => JSON.stringify(value));
        expect(readHec(between + texts.join(between) + between)).toEqual(texts.map((text) => ({ text })));
      }),
    );
  });

  it("name a repository as index", () => {
    expect(readHec('{"event":"e","index":"web","time":1.5}{"fields":{"a":1},"time":"1"}').map(({ index }) => index)).toEqual([
      "web",
      undefined,
    ]);
  });

  it.each([
    ["", hecCodes.noData],
    [" \n", hecCodes.noData],
    ["text", hecCodes.invalidFormat],
    ['[{"event":"e"}]', hecCodes.invalidFormat],
    ['{"event":"e"}}', hecCodes.invalidFormat],
    ['{"event":"e"', hecCodes.invalidFormat],
    ['{"event":"e"} x {"event":"f"}', hecCodes.invalidFormat],
    ["{event}", hecCodes.invalidFormat],
    ["{}", hecCodes.eventRequired],
    ['{"event":""}', hecCodes.eventBlank],
    ['{"event":null}', hecCodes.eventBlank],
    ['{"event":"e","fields":1}', hecCodes.invalidFormat],
    ['{"event":"e","time":"noon"}', hecCodes.invalidFormat],
    ['{"event":"e","index":1}', hecCodes.incorrectIndex],
  ])("refuse %s with Splunk's code %i", (body, code) => {
    expect(refusal(() => readHec(body))).toMatchObject({ status: 400, hecCode: code });
  });

  it("as lines are one event each, whichever way lines end", () => {
    expect(readHecRaw("one\r\ntwo\rthree\n\nfour")).toEqual([
      { text: "one" },
      { text: "two" },
      { text: "three" },
      { text: "four" },
    ]);
    expect(refusal(() => readHecRaw("\n")).hecCode).toBe(hecCodes.noData);
  });
});

describe("bulk bodies", () => {
  it("are actions with their events; only index and create bring any", () => {
    const body =
      '{"create":{"_index":"i","_id":"1"}}\n{"a":1}\n{"index":{}}\r\n{"b":2}\n{"update":{}}\n{"doc":{}}\n{"delete":{}}\n';
    expect(readBulk(body)).toEqual([
      { action: "create", index: "i", id: "1", event: { text: '{"a":1}' } },
      { action: "index", index: null, id: null, event: { text: '{"b":2}' } },
      { action: "update", index: null, id: null, event: undefined },
      { action: "delete", index: null, id: null, event: undefined },
    ]);
  });

  it.each([
    "",
    "\n",
    "{}",
    '{"create":{}}',
    '{"create":1}\n{}',
    '{"drop":{}}\n{}',
    '{"create":{}}\n1',
    '{"create":{},"index":{}}\n{}',
    "create\n{}",
  ])("refuse %j", (body) => {
    expect(refusal(() => readBulk(body)).status).toBe(400);
  });
});

it("no refusal repeats what was sent", () => {
  const secret = "hunter2";
  for (const read of [readStructured, readUnstructured, readJson, readHec, readBulk]) {
    expect(refusal(() => read(secret)).message).not.toContain(secret);
    expect(refusal(() => read(`{"a": ${secret}}`)).message).not.toContain(secret);
  }
});

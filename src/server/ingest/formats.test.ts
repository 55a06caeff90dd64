import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readBulk } from "./bulk.ts";
import { readHec, readHecRaw, readJson, readRaw, readStructured, readUnstructured } from "./formats.ts";
import { depthLimit, valuesLimit } from "./json.ts";
import { hecCodes, IngestRefusal } from "./refusal.ts";
import { eventsLimit, TallyBuilder, type Take } from "./tally.ts";

/** The events that are found in a body. */
function eventsOf(read: (body: string, take: Take) => unknown, body: string): { text: string; index?: string }[] {
  const events: { text: string; index?: string }[] = [];
  read(body, (given, index) => {
    const text = typeof given === "string" ? given : given.join("");
    events.push(index === undefined ? { text } : { text, index });
  });
  return events;
}

const bulk = (body: string, take: Take) => readBulk(body, take, "home");

function refusal(read: (body: string, take: Take) => unknown, body: string): IngestRefusal {
  try {
    eventsOf(read, body);
  } catch (error) {
    if (error instanceof IngestRefusal) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

it("events that are nested too deeply to be written down are refused, not answered with a failure that shippers repeat", () => {
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  expect(refusal(readJson, deep).status).toBe(400);
  expect(refusal(readStructured, `[{"events":[{"timestamp":1,"attributes":${deep}}]}]`).status).toBe(400);
});

describe("structured bodies", () => {
  it("are batches of events with times in ISO 8601 or ms", () => {
    const event = { timestamp: "2030-01-01T00:00:00+02:00", attributes: { a: 1 }, rawstring: "a=1" };
    const body = [{ tags: { host: "h" }, events: [event] }, { events: [{ timestamp: 1, timezone: "Europe/Copenhagen" }] }];
    expect(eventsOf(readStructured, JSON.stringify(body)).map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { tags: { host: "h" }, ...event },
      { timestamp: 1, timezone: "Europe/Copenhagen" },
    ]);
  });

  it("may name their tags after their events", () => {
    const [event] = eventsOf(readStructured, '[{"events":[{"timestamp":1}],"tags":{"host":"h"}}]');
    expect(JSON.parse(event?.text ?? "")).toEqual({ tags: { host: "h" }, timestamp: 1 });
  });

  it.each([
    "{}",
    "[1]",
    "[{}]",
    '[{"events":{}}]',
    '[{"events":[],"other":tru}]',
    '[{"events":[]}] x',
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
    expect(refusal(readStructured, body).status).toBe(400);
  });
});

describe("unstructured bodies", () => {
  it("are batches of messages", () => {
    const body = JSON.stringify([{ fields: { host: "h" }, messages: ["one", "two"] }, { messages: [] }, { messages: ["three"] }]);
    expect(eventsOf(readUnstructured, body)).toEqual([{ text: "one" }, { text: "two" }, { text: "three" }]);
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
    expect(refusal(readUnstructured, body).status).toBe(400);
  });
});

describe("raw and JSON bodies", () => {
  it("are one event with all its lines, or one for each object", () => {
    expect(eventsOf(readRaw, "one\ntwo\n")).toEqual([{ text: "one\ntwo\n" }]);
    expect(eventsOf(readJson, '{"a":1}')).toEqual([{ text: '{"a":1}' }]);
    expect(eventsOf(readJson, '[{"a":1},{"b":2}]')).toEqual([{ text: '{"a":1}' }, { text: '{"b":2}' }]);
    expect(eventsOf(readJson, '["one", {"b": 2}, "tw\\u006f"]')).toEqual([
      { text: "one" },
      { text: '{"b": 2}' },
      { text: "two" },
    ]);
  });

  it("are refused when they are empty or no objects", () => {
    expect(refusal(readRaw, "").status).toBe(400);
    for (const body of ["", "1", '"text"', "[1]", "null", '{"a":1}{"b":2}']) expect(refusal(readJson, body).status).toBe(400);
  });
});

describe("HEC bodies", () => {
  it("are taken apart wherever their objects begin, and kept as received", () => {
    const object = fc.record({ event: fc.oneof(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.json())) });
    fc.assert(
      fc.property(fc.array(object, { minLength: 1 }), fc.constantFrom("", " ", "\n", "\r\n\t"), (objects, between) => {
        const texts = objects.map((value) => JSON.stringify(value));
        expect(eventsOf(readHec, between + texts.join(between) + between)).toEqual(texts.map((text) => ({ text })));
      }),
    );
  });

  it("name a repository as index", () => {
    expect(
      eventsOf(readHec, '{"event":"e","index":"web","time":1.5}{"fields":{"a":1},"time":"1"}').map(({ index }) => index),
    ).toEqual(["web", undefined]);
  });

  it.each([
    ["", hecCodes.noData],
    [" \n", hecCodes.noData],
    ["text", hecCodes.invalidFormat],
    ['{"event":"e"},{"event":"f"}', hecCodes.invalidFormat],
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
    expect(refusal(readHec, body)).toMatchObject({ status: 400, hecCode: code });
  });

  it("as an array are refused in a sentence that says what to send", () => {
    expect(refusal(readHec, ' [{"event":"e"}]')).toMatchObject({
      status: 400,
      hecCode: hecCodes.invalidFormat,
      message: expect.stringContaining('send the events one after the other, {"event":"a"}{"event":"b"}') as string,
    });
  });

  it("as lines are one event each, whichever way lines end", () => {
    expect(eventsOf(readHecRaw, "one\r\ntwo\rthree\n\nfour")).toEqual([
      { text: "one" },
      { text: "two" },
      { text: "three" },
      { text: "four" },
    ]);
    expect(refusal(readHecRaw, "\n").hecCode).toBe(hecCodes.noData);
  });
});

describe("bulk bodies", () => {
  const answered = (body: string) => JSON.parse(readBulk(body, () => undefined, "home")) as unknown;

  it("are actions with their events; only index and create bring any", () => {
    const body =
      '{"create":{"_index":"i","_id":"1"}}\n{"a":1}\n{"index":{}}\r\n{"b":2}\n{"update":{}}\n{"doc":{}}\n{"delete":{}}\n';
    expect(eventsOf(bulk, body)).toEqual([{ text: '{"a":1}' }, { text: '{"b":2}' }]);
    const error = { type: "illegal_argument_exception", reason: "Only create and index are possible here." };
    expect(answered(body)).toEqual({
      took: 0,
      errors: true,
      items: [
        { create: { _index: "i", _id: "1", status: 201, result: "created" } },
        { index: { _index: "home", _id: "", status: 201, result: "created" } },
        { update: { _index: "home", _id: "", status: 400, error } },
        { delete: { _index: "home", _id: "", status: 400, error } },
      ],
    });
  });

  it("may have blank lines before, between and after the actions, as for Elasticsearch", () => {
    const body = '\n\r\n{"create":{}}\n{"a":1}\n\n  \n{"create":{"_index":""}}\n{"b":2}\n\n';
    expect(eventsOf(bulk, body)).toEqual([{ text: '{"a":1}' }, { text: '{"b":2}' }]);
    expect(answered(body)).toMatchObject({
      errors: false,
      items: [{ create: { _index: "home" } }, { create: { _index: "home" } }],
    });
  });

  it.each(["", "\n", "\n \n"])("refuse %j, which is empty", (body) => {
    expect(refusal(bulk, body)).toMatchObject({ status: 400, message: "The body is empty." });
  });

  it.each([
    ["{}", 1],
    ['{"create":{}}', 2],
    ['{"create":{}}\n', 2],
    ['{"create":1}\n{}', 1],
    ['{"drop":{}}\n{}', 1],
    ['{"create":{}}\n1', 2],
    ['{"create":{}}\n\n{"a":1}', 2],
    ['{"create":{},"index":{}}\n{}', 1],
    ["create\n{}", 1],
    ['\n{"create":{}}\n{"a":1}\n\n{"create":{}}\n{"a":\n', 6],
    [`{"create":{}}\n${"[".repeat(2000)}`, 2],
  ])("refuse %j and name the line", (body, line) => {
    const { status, message } = refusal(bulk, body);
    expect([status, message.startsWith(`Line ${line}: `)]).toEqual([400, true]);
  });
});

describe("every form", () => {
  const json = { readStructured, readUnstructured, readJson, readHec, bulk };

  /** A body of the form with a value in it. */
  const around: Record<keyof typeof json, (value: string) => string> = {
    readStructured: (value) => `[{"events":[{"timestamp":1,"attributes":{"a":${value}}}]}]`,
    readUnstructured: (value) => `[{"messages":[],"fields":{"a":${value}}}]`,
    readJson: (value) => `[{"a":${value}}]`,
    readHec: (value) => `{"event":{"a":${value}}}`,
    bulk: (value) => `{"create":{}}\n{"a":${value}}\n`,
  };

  const forms = Object.keys(json) as (keyof typeof json)[];

  it.each(forms)("refuses what is nested too deeply, and what has too many values, before it is parsed: %s", (form) => {
    const deep = "[".repeat(depthLimit);
    const many = `[${"0,".repeat(valuesLimit)}0`;
    for (const value of [`${deep}${"]".repeat(depthLimit)}`, deep, `${many}]`, many]) {
      expect(refusal(json[form], around[form](value)).message).toMatch(/nested more than 1,000 deep|more than 100,000 values/u);
    }
    expect(eventsOf(json[form], around[form](`[${"0,".repeat(1000)}[[[0]]]]`)).length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["structured", readStructured, `[{"events":[${'{"timestamp":1},'.repeat(eventsLimit)}{"timestamp":1}]}]`],
    ["unstructured", readUnstructured, `[{"messages":[${'"",'.repeat(eventsLimit)}""]}]`],
    ["json", readJson, `[${"{},".repeat(eventsLimit)}{}]`],
    ["HEC", readHec, '{"event":1}'.repeat(eventsLimit + 1)],
    ["HEC raw", readHecRaw, "x\n".repeat(eventsLimit + 1)],
    ["bulk", bulk, '{"index":{}}\n{}\n'.repeat(eventsLimit + 1)],
  ] as const)("refuses more events than may come at once: %s", (_form, read, body) => {
    const { take } = new TallyBuilder();
    expect(() => read(body, take)).toThrow(expect.objectContaining({ status: 413 }));
  });

  it("takes for JSON what is JSON, and nothing else", () => {
    const part = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      '"a"',
      '{"a":1}',
      "1",
      "-",
      "e",
      "null",
      " ",
      "\n",
      "\u0001",
      "é",
    );
    const text = fc.oneof(
      fc.array(part).map((parts) => parts.join("")),
      fc.json().map((value) => `[{"a":${value}}, "t", ${value}]`),
      fc.array(fc.dictionary(fc.string(), fc.jsonValue())).map((events) => JSON.stringify(events, null, 1)),
    );
    const expected = (body: string): unknown[] | undefined => {
      try {
        const value: unknown = JSON.parse(body);
        const isObject = (item: unknown) => typeof item === "object" && item !== null && !Array.isArray(item);
        if (Array.isArray(value)) return value.every((item) => isObject(item) || typeof item === "string") ? value : undefined;
        return isObject(value) ? [value] : undefined;
      } catch {
        return undefined;
      }
    };
    const found = (body: string): unknown[] | undefined => {
      try {
        // A text is handed over as it reads, an object as it was written.
        const events = eventsOf(readJson, body).map((event) => event.text);
        const value: unknown = JSON.parse(body);
        return events.map((event, place) =>
          Array.isArray(value) && typeof value[place] === "string" ? event : JSON.parse(event),
        );
      } catch (error) {
        if (error instanceof IngestRefusal) return undefined;
        throw error;
      }
    };
    fc.assert(
      fc.property(text, (body) => {
        expect(found(body)).toEqual(expected(body));
      }),
      { numRuns: 2000 },
    );
  });
});

it("no refusal repeats what was sent", () => {
  const secret = "hunter2";
  for (const read of [readStructured, readUnstructured, readJson, readHec, bulk]) {
    expect(refusal(read, secret).message).not.toContain(secret);
    expect(refusal(read, `{"a": ${secret}}`).message).not.toContain(secret);
  }
});

import { hecCodes, malformed } from "./refusal.ts";

/** What a body holds: the events as they were received, each with the repository it asks for, where it asks for one. */
export interface ReceivedEvent {
  readonly text: string;
  /** HEC's `index`. */
  readonly index?: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the text.
    throw malformed("The body is not valid JSON.");
  }
}

/** The JSON text of a value that was read from JSON. Writing calls itself for each level of a value, and reading does not. */
function asText(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) throw malformed("An event is nested too deeply.");
    throw error;
  }
}

function optional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || is(value);
}

/** `humio-structured`: `[{ tags?, events: [{ timestamp, timezone?, attributes?, rawstring? }] }]`. Throws IngestRefusal. */
export function readStructured(body: string): ReceivedEvent[] {
  const batches = readBatches(body);
  return batches.flatMap(({ tags, events }) => {
    if (!optional(tags, isObject)) throw malformed("`tags` of a batch is an object.");
    if (!Array.isArray(events)) throw malformed("Each batch has an array `events`.");
    return events.map((event: unknown) => {
      if (!isObject(event)) throw malformed("Each of the `events` is an object.");
      const { timestamp, timezone, attributes, rawstring } = event;
      if (typeof timestamp !== "number" && !(typeof timestamp === "string" && isTime(timestamp))) {
        throw malformed(
          "Each of the `events` has a `timestamp`: an ISO 8601 time, or ms since epoch with a `timezone` where it is not UTC.",
        );
      }
      if (!optional(timezone, (value) => typeof value === "string")) throw malformed("`timezone` of an event is a text.");
      if (!optional(attributes, isObject)) throw malformed("`attributes` of an event is an object.");
      if (!optional(rawstring, (value) => typeof value === "string")) throw malformed("`rawstring` of an event is a text.");
      return { text: asText(tags === undefined ? event : { tags, ...event }) };
    });
  });
}

function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T/u.test(text) && !Number.isNaN(Date.parse(text));
}

/** `humio-unstructured`: `[{ messages: ["…"], fields?, tags?, type? }]`. Throws IngestRefusal. */
export function readUnstructured(body: string): ReceivedEvent[] {
  return readBatches(body).flatMap(({ messages, fields, tags }) => {
    if (!optional(fields, isObject)) throw malformed("`fields` of a batch is an object.");
    if (!optional(tags, isObject)) throw malformed("`tags` of a batch is an object.");
    if (!Array.isArray(messages) || !messages.every((message) => typeof message === "string")) {
      throw malformed("Each batch has an array `messages` of texts.");
    }
    return messages.map((text: string) => ({ text }));
  });
}

function readBatches(body: string): JsonObject[] {
  const batches = parseJson(body);
  if (!Array.isArray(batches) || !batches.every(isObject)) throw malformed("The body is a JSON array of batches.");
  return batches;
}

/** `raw`: the whole body is one event, line breaks and all. Throws IngestRefusal. */
export function readRaw(body: string): ReceivedEvent[] {
  if (body === "") throw malformed("The body is empty.", hecCodes.noData);
  return [{ text: body }];
}

/** `json`: an array of objects, each an event, or one object. Throws IngestRefusal. */
export function readJson(body: string): ReceivedEvent[] {
  const value = parseJson(body);
  const events: unknown[] = Array.isArray(value) ? value : [value];
  if (!events.every(isObject)) throw malformed("The body is a JSON object, or an array of objects.");
  return events.map((event) => ({ text: asText(event) }));
}

/**
 * HEC: objects `{ event?, fields?, time?, host?, source?, sourcetype?, index? }` one after the other, with or without white space between. Throws
 * IngestRefusal.
 */
export function readHec(body: string): ReceivedEvent[] {
  const events = splitObjects(body).map((text): ReceivedEvent => {
    const value = parseJson(text);
    if (!isObject(value)) throw malformed("Invalid data format");
    const { event, fields, index, time } = value;
    if (event === undefined && fields === undefined) throw malformed("Event field is required", hecCodes.eventRequired);
    if (event === "" || event === null) throw malformed("Event field cannot be blank", hecCodes.eventBlank);
    if (!optional(fields, isObject)) throw malformed("Invalid data format: `fields` is an object");
    if (!optional(time, (value) => Number.isFinite(typeof value === "string" && value.trim() !== "" ? Number(value) : value))) {
      throw malformed("Invalid data format: `time` is a number of seconds since 1970");
    }
    if (!optional(index, (value) => typeof value === "string")) throw malformed("Incorrect index", hecCodes.incorrectIndex);
    return typeof index === "string" ? { text, index } : { text };
  });
  if (events.length === 0) throw malformed("No data", hecCodes.noData);
  return events;
}

/** HEC raw: each line that is not empty is an event. Throws IngestRefusal. */
export function readHecRaw(body: string): ReceivedEvent[] {
  const events = body.split(/\r\n|\n|\r/u).filter((line) => line !== "");
  if (events.length === 0) throw malformed("No data", hecCodes.noData);
  return events.map((text) => ({ text }));
}

/** Cuts a text into the JSON objects that it is a series of; whether each is valid is for the parser to say. */
function splitObjects(body: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let begin = 0;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const character = body.charCodeAt(at);
    if (inString) {
      if (character === backslash) at++;
      else if (character === quote) inString = false;
    } else if (character === quote) inString = true;
    else if (character === openBrace) {
      if (depth++ === 0) {
        if (body.slice(begin, at).trim() !== "") throw malformed("Invalid data format");
        begin = at;
      }
    } else if (character === closeBrace && --depth === 0) {
      objects.push(body.slice(begin, at + 1));
      begin = at + 1;
    }
    if (depth < 0) throw malformed("Invalid data format");
  }
  if (depth !== 0 || body.slice(begin).trim() !== "") throw malformed("Invalid data format");
  return objects;
}

const [quote, backslash, openBrace, closeBrace] = [34, 92, 123, 125];

/** One action of a bulk request, and the event it brings where it is one that brings any. */
export interface BulkItem {
  readonly action: "index" | "create" | "update" | "delete";
  readonly index: string | null;
  readonly id: string | null;
  /** Undefined where the action is none that ingests: only `index` and `create` do. */
  readonly event: ReceivedEvent | undefined;
}

/** Elasticsearch bulk: a line with the action, then one with the document, but for deletions. Throws IngestRefusal. */
export function readBulk(body: string): BulkItem[] {
  const lines = body.split("\n").map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  const items: BulkItem[] = [];
  for (let at = 0; at < lines.length; at++) {
    const item = parseJson(lines[at] ?? "");
    const [entry, surplus] = isObject(item) ? Object.entries(item) : [];
    if (entry === undefined || surplus !== undefined || !isBulkAction(entry[0]) || !isObject(entry[1])) {
      throw malformed('Each action is a line such as {"create":{}}, followed by the event on a line of its own.');
    }
    const [action, meta] = entry;
    const { _index: index, _id: id } = meta;
    const named = { index: typeof index === "string" ? index : null, id: typeof id === "string" ? id : null };
    if (action === "delete") {
      items.push({ action, ...named, event: undefined });
      continue;
    }
    const text = lines[++at];
    if (text === undefined || !isObject(parseJson(text)))
      throw malformed("Each action is followed by an event: a JSON object on one line.");
    items.push({ action, ...named, event: action === "update" ? undefined : { text } });
  }
  if (items.length === 0) throw malformed("The body is empty.", hecCodes.noData);
  return items;
}

function isBulkAction(name: string): name is BulkItem["action"] {
  return name === "index" || name === "create" || name === "update" || name === "delete";
}

import { readBulk } from "./bulk.ts";
import { isObject, JsonReader, parseJson } from "./json.ts";
import { otlpFormats } from "./otlp/read.ts";
import { hecCodes, malformed } from "./refusal.ts";
import { eventsLimit, tooManyEvents, type Take } from "./tally.ts";

/** What a format may need to know besides the body. */
export interface FormatOptions {
  /** The index that the answer names for an event that names none. */
  readonly index: string;
}

/**
 * Reads a body and hands over its events in order. Returns the answer, where the format's answer tells of each event. Throws IngestRefusal.
 * A body that is refused counts nothing, whatever was handed over before.
 */
export type Format = (body: Buffer, take: Take, options: FormatOptions) => string | Uint8Array<ArrayBuffer> | undefined;

/** The forms of bodies, each by the name under which a route asks for it. */
export const formats = {
  structured: ofText(readStructured),
  unstructured: ofText(readUnstructured),
  raw: ofText(readRaw),
  json: ofText(readJson),
  hec: ofText(readHec),
  hecRaw: ofText(readHecRaw),
  bulk: (body, take, { index }) => readBulk(body.toString("utf8"), take, index),
  ...otlpFormats,
} as const satisfies Record<string, Format>;

/** See {@link formats}. */
export type FormatName = keyof typeof formats;

function ofText(read: (body: string, take: Take) => void): Format {
  return (body, take) => {
    read(body.toString("utf8"), take);
    return undefined;
  };
}

function optional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || is(value);
}

/** `humio-structured`: `[{ tags?, events: [{ timestamp, timezone?, attributes?, rawstring? }] }]`. */
export function readStructured(body: string, take: Take): void {
  readBatches(body, (reader) => {
    let tags: string | undefined;
    let events: string[] | undefined;
    reader.members((key) => {
      if (key === "events") {
        if (reader.peek() !== "[") throw malformed("Each batch has an array `events`.");
        events = listOf(reader, structuredEvent);
      } else {
        const text = reader.text();
        const value = parseJson(text);
        if (key !== "tags") return;
        if (!optional(value, isObject)) throw malformed("`tags` of a batch is an object.");
        tags = text;
      }
    });
    if (events === undefined) throw malformed("Each batch has an array `events`.");
    for (const event of events) take(tags === undefined ? event : ['{"tags":', tags, ",", event.slice(1)]);
  });
}

function structuredEvent(text: string): string {
  const event = parseJson(text);
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
  return text;
}

function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T/u.test(text) && !Number.isNaN(Date.parse(text));
}

/** `humio-unstructured`: `[{ messages: ["…"], fields?, tags?, type? }]`. */
export function readUnstructured(body: string, take: Take): void {
  const noTexts = "Each batch has an array `messages` of texts.";
  readBatches(body, (reader) => {
    let messages: string[] | undefined;
    reader.members((key) => {
      if (key === "messages") {
        if (reader.peek() !== "[") throw malformed(noTexts);
        messages = listOf(reader, (text) => {
          const message = parseJson(text);
          if (typeof message !== "string") throw malformed(noTexts);
          return message;
        });
        return;
      }
      const value = reader.value();
      if ((key === "fields" || key === "tags") && !optional(value, isObject)) {
        throw malformed(`\`${key}\` of a batch is an object.`);
      }
    });
    if (messages === undefined) throw malformed(noTexts);
    for (const message of messages) take(message);
  });
}

function readBatches(body: string, readBatch: (reader: JsonReader) => void): void {
  const reader = new JsonReader(body);
  const noBatches = "The body is a JSON array of batches.";
  if (reader.peek() !== "[") throw malformed(noBatches);
  reader.elements(() => {
    if (reader.peek() !== "{") throw malformed(noBatches);
    readBatch(reader);
  });
  reader.end();
}

/** What `read` makes of the text of each element of an array. */
function listOf(reader: JsonReader, read: (text: string) => string): string[] {
  const list: string[] = [];
  reader.elements(() => {
    if (list.push(read(reader.text())) > eventsLimit) throw tooManyEvents();
  });
  return list;
}

/** `raw`: the whole body is one event, line breaks and all. */
export function readRaw(body: string, take: Take): void {
  if (body === "") throw malformed("The body is empty.", hecCodes.noData);
  take(body);
}

/** `json`: an array of objects and texts, each an event, or one object. */
export function readJson(body: string, take: Take): void {
  const reader = new JsonReader(body);
  const takeObject = () => {
    const text = reader.text();
    if (!isObject(parseJson(text))) throw malformed("The body is a JSON object, or an array of objects or texts.");
    take(text);
  };
  if (reader.peek() === "[") {
    reader.elements(() => {
      if (reader.peek() === '"') take(String(reader.value()));
      else takeObject();
    });
  } else takeObject();
  reader.end();
}

/** HEC: objects `{ event?, fields?, time?, host?, source?, sourcetype?, index? }` one after the other, with or without white space between. */
export function readHec(body: string, take: Take): void {
  const reader = new JsonReader(body);
  const first = reader.peek();
  if (first === "") throw malformed("No data", hecCodes.noData);
  if (first === "[") {
    throw malformed(
      'Invalid data format: send the events one after the other, {"event":"a"}{"event":"b"}, not as a JSON array with brackets and commas',
    );
  }
  while (reader.peek() !== "") {
    if (reader.peek() !== "{") throw malformed("Invalid data format");
    const text = reader.text();
    const value = parseJson(text);
    if (!isObject(value)) throw malformed("Invalid data format");
    const { event, fields, index, time } = value;
    if (event === undefined && fields === undefined) throw malformed("Event field is required", hecCodes.eventRequired);
    if (event === "" || event === null) throw malformed("Event field cannot be blank", hecCodes.eventBlank);
    if (!optional(fields, isObject)) throw malformed("Invalid data format: `fields` is an object");
    if (!optional(time, (given) => Number.isFinite(typeof given === "string" && given.trim() !== "" ? Number(given) : given))) {
      throw malformed("Invalid data format: `time` is a number of seconds since 1970");
    }
    if (!optional(index, (given) => typeof given === "string")) throw malformed("Incorrect index", hecCodes.incorrectIndex);
    if (typeof index === "string") take(text, index);
    else take(text);
  }
}

/** HEC raw: each line that is not empty is an event. */
export function readHecRaw(body: string, take: Take): void {
  let begin = 0;
  let some = false;
  for (let at = 0; at <= body.length; at++) {
    const character = body.charCodeAt(at);
    if (at < body.length && character !== lineFeed && character !== carriageReturn) continue;
    if (at > begin) {
      take(body.slice(begin, at));
      some = true;
    }
    begin = at + 1;
  }
  if (!some) throw malformed("No data", hecCodes.noData);
}

const [lineFeed, carriageReturn] = [10, 13];

import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

import { valuesLimit } from "#server/ingest/json.ts";
import { malformed } from "#server/ingest/refusal.ts";
import { messages, type MessageName, type Scalar } from "./messages.ts";

/** How deep the values of one piece of data may be nested. */
const depthLimit = 100;

/** One piece of data is larger than is taken; the others of its body may be fine. */
export class TooComplexError extends Error {
  override readonly name = "TooComplexError";
}

/** The parts of a message that stand in one of its fields, as they come. Throws IngestRefusal. */
export function* partsOf(message: Uint8Array, number: number): Generator<Uint8Array> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) yield* partAt(reader, number);
}

/** The next field, where it is the one that is looked for. */
function partAt(reader: BinaryReader, wanted: number): Uint8Array[] {
  return guarded(() => {
    const [number, type] = reader.tag();
    if (number === wanted && type === WireType.LengthDelimited) return [reader.bytes()];
    reader.skip(type, number);
    return [];
  });
}

/**
 * Reads a message to what JSON shows of it in OTLP: numbers of 64 bits as texts, bytes in base64, ids in hexadecimal digits.
 *
 * @throws IngestRefusal where it is none, and TooComplexError where it has too many values or is nested too deep
 */
export function readMessage(name: MessageName, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let values = 0;

  function read(message: MessageName, part: Uint8Array, depth: number): Record<string, unknown> {
    if (depth > depthLimit) throw new TooComplexError(`Data are nested more than ${depthLimit} deep.`);
    const fields = messages[message];
    const value: Record<string, unknown> = {};
    const reader = new BinaryReader(part);
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const [key, type, repeated] = fields[number] ?? [];
      if (key === undefined || type === undefined) {
        reader.skip(wire, number);
        continue;
      }
      if (++values > valuesLimit) throw new TooComplexError(`Data have more than ${valuesLimit.toLocaleString("en-US")} values.`);
      const one = () => (isScalar(type) ? scalars[type](reader) : read(type, reader.bytes(), depth + 1));
      if (repeated === undefined) {
        value[key] = one();
        continue;
      }
      const known = value[key];
      const list: unknown[] = Array.isArray(known) ? known : (value[key] = []);
      if (wire !== WireType.LengthDelimited || !isScalar(type)) {
        list.push(one());
        continue;
      }
      // Numbers stand packed behind each other.
      for (const end = reader.uint32() + reader.pos; reader.pos < end;) {
        if (++values > valuesLimit)
          throw new TooComplexError(`Data have more than ${valuesLimit.toLocaleString("en-US")} values.`);
        list.push(one());
      }
    }
    return value;
  }

  return guarded(() => read(name, bytes, 0));
}

const scalars: Readonly<Record<Scalar, (reader: BinaryReader) => unknown>> = {
  string: (reader) => reader.string(),
  bool: (reader) => reader.bool(),
  bytes: (reader) => textOf(reader.bytes(), "base64"),
  id: (reader) => textOf(reader.bytes(), "hex"),
  double: (reader) => {
    const value = reader.double();
    return Number.isFinite(value) ? value : String(value);
  },
  enum: (reader) => reader.int32(),
  uint32: (reader) => reader.uint32(),
  sint32: (reader) => reader.sint32(),
  fixed32: (reader) => reader.fixed32(),
  int64: (reader) => String(reader.int64()),
  uint64: (reader) => String(reader.uint64()),
  fixed64: (reader) => String(reader.fixed64()),
  sfixed64: (reader) => String(reader.sfixed64()),
};

function isScalar(type: Scalar | MessageName): type is Scalar {
  return Object.hasOwn(scalars, type);
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array, encoding: "base64" | "hex"): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString(encoding);
}

/** Runs the library's reader, whose errors say that the bytes are none of these messages. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooComplexError) throw error;
    throw malformed("The body is not protobuf as OTLP has it, or it broke off.");
  }
}

/** The answer to data: empty where all were taken. The numbers of the fields are the same for all signals. */
export function writeAnswer(rejected: number, message: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  if (rejected > 0)
    writer
      .tag(1, WireType.LengthDelimited)
      .fork()
      .tag(1, WireType.Varint)
      .int64(rejected)
      .tag(2, WireType.LengthDelimited)
      .string(message)
      .join();
  return Uint8Array.from(writer.finish());
}

/** A `google.rpc.Status`. */
export function writeStatus(code: number, message: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(code).tag(2, WireType.LengthDelimited).string(message);
  return Uint8Array.from(writer.finish());
}

import type { Readable } from "node:stream";
import { gunzipSync, inflateSync } from "node:zlib";

import { formats, type FormatName, type FormatOptions } from "./formats.ts";
import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";
import { TallyBuilder, type Tally } from "./tally.ts";

const decoders = { gzip: gunzipSync, "x-gzip": gunzipSync, deflate: inflateSync } as const;

export interface BodyToRead extends FormatOptions {
  readonly format: FormatName;
  /** As it was sent. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The Content-Encoding that it came with. */
  readonly encoding: string | undefined;
  /** The most bytes that it may be when it is unpacked. */
  readonly limit: number;
}

/** What was found in a body. */
export interface BodyReading {
  /** Its bytes when it is unpacked. */
  readonly bytes: number;
  readonly tally: Tally;
  /** What to answer, where the format has an answer of its own. */
  readonly answer: Uint8Array<ArrayBuffer> | undefined;
}

/** Reads a body in one go: unpacks it and takes it apart. Throws IngestRefusal. */
export function readBody({ format, body, encoding, limit, index }: BodyToRead): BodyReading {
  const unpacked = unpack(Buffer.from(body.buffer, body.byteOffset, body.byteLength), encoding, limit);
  const builder = new TallyBuilder();
  const answer = formats[format](unpacked, builder.take, { index });
  return {
    bytes: unpacked.length,
    tally: builder.finish(),
    answer: typeof answer === "string" ? new TextEncoder().encode(answer) : answer,
  };
}

/** Whether a body is sent as it is, by its Content-Encoding. */
export function isPlain(encoding: string | undefined): boolean {
  return ["", "identity"].includes(nameOf(encoding));
}

function nameOf(encoding: string | undefined): string {
  return (encoding ?? "").trim().toLowerCase();
}

/**
 * Undoes the Content-Encoding of a body: gzip and deflate, which shippers use. Never makes more than `limit` bytes, however small the body is.
 *
 * @throws IngestRefusal 415 for another encoding, 413 when it gets too large, 400 when it is damaged
 */
function unpack(body: Buffer<ArrayBuffer>, encoding: string | undefined, limit: number): Buffer {
  if (isPlain(encoding)) return body;
  const decode = Object.entries(decoders).find(([known]) => known === nameOf(encoding))?.[1];
  if (decode === undefined) {
    throw new IngestRefusal(
      415,
      "The body's Content-Encoding is not known here: send it with gzip, with deflate, or as it is.",
      hecCodes.invalidFormat,
    );
  }
  try {
    return decode(body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw malformed("The body is not compressed as its Content-Encoding says.");
  }
}

/**
 * Takes in a body as it was sent, into memory of its own, which can be handed to another thread. `arrived` is told of each part before it
 * is held, and may throw.
 *
 * @param declared the Content-Length, where there is one
 * @throws IngestRefusal 413 when it is larger than `limit`; what is left of the stream is still to be read then
 */
export function takeIn(
  stream: Readable,
  declared: number | undefined,
  limit: number,
  arrived: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    if (declared !== undefined && declared > limit) {
      reject(tooLarge(limit));
      return;
    }
    if ("complete" in stream && stream.complete === true && !stream.destroyed) {
      // It came whole with its head, as small ones do.
      const body: unknown = stream.read();
      const whole = Buffer.isBuffer(body) ? new Uint8Array(body) : new Uint8Array(0);
      if (whole.length > limit) throw tooLarge(limit);
      arrived(whole.length);
      resolve(whole);
      return;
    }
    // Parts may be tiny: to keep each would take a hundred times their bytes.
    let whole = new Uint8Array(Math.min(declared ?? 65_536, 1_048_576));
    let size = 0;
    const append = (chunk: Buffer) => {
      if (size + chunk.length > whole.length) {
        const larger = new Uint8Array(Math.min(limit, Math.max(size + chunk.length, whole.length * 2)));
        larger.set(whole.subarray(0, size));
        whole = larger;
      }
      whole.set(chunk, size);
      size += chunk.length;
    };
    const settle = () => stream.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
    const onData = (chunk: Buffer) => {
      try {
        if (size + chunk.length > limit) throw tooLarge(limit);
        arrived(chunk.length);
        append(chunk);
      } catch (error) {
        settle();
        stream.pause();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const onEnd = () => {
      settle();
      resolve(whole.subarray(0, size));
    };
    // Nobody is there to be told.
    const onBroken = () => {
      settle();
      reject(malformed("The body broke off."));
    };
    stream.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
  });
}

/** The refusal of a body that is larger than the limit, before or after it was uncompressed. */
export function tooLarge(limit: number): IngestRefusal {
  return new IngestRefusal(
    413,
    `The body is larger than the ${limit.toLocaleString("en-US")} bytes accepted here (INGEST_BODY_LIMIT). Send fewer events at a time.`,
    hecCodes.invalidFormat,
  );
}

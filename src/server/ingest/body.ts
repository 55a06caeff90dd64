import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";

import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";

const decoders = { gzip: promisify(gunzip), "x-gzip": promisify(gunzip), deflate: promisify(inflate) } as const;

/** Whatever was unpacked last, or is being. */
let unpacked: Promise<unknown> = Promise.resolve();

/**
 * Begins a piece of work when the one before has ended. A few hundred bodies of 8 kB, unpacked side by side, would take gigabytes: each is as
 * large as the limit by the time that the first is done.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = unpacked.then(work);
  unpacked = done.catch(() => undefined);
  return done;
}

/**
 * Undoes the Content-Encoding of a body: gzip and deflate, which shippers use. Never makes more than `limit` bytes, however small the body is,
 * and unpacks one body at a time, in the order they came.
 *
 * @throws IngestRefusal 415 for another encoding, 413 when it gets too large, 400 when it is damaged
 */
export async function decodeBody(body: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const name = (encoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return body;
  const decode = Object.entries(decoders).find(([known]) => known === name)?.[1];
  if (decode === undefined) {
    throw new IngestRefusal(
      415,
      "The body's Content-Encoding is not known here: send it with gzip, with deflate, or as it is.",
      hecCodes.invalidFormat,
    );
  }
  try {
    return await inTurn(() => decode(body, { maxOutputLength: limit }));
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw malformed("The body is not compressed as its Content-Encoding says.");
  }
}

/** The refusal of a body that is larger than the limit, before or after it was uncompressed. */
export function tooLarge(limit: number): IngestRefusal {
  return new IngestRefusal(
    413,
    `The body is larger than the ${limit.toLocaleString("en-US")} bytes accepted here (INGEST_BODY_LIMIT). Send fewer events at a time.`,
    hecCodes.invalidFormat,
  );
}

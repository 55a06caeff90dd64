import { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";
import Negotiator from "negotiator";

/** How an answer may be compressed: Brotli packs lists of tokens by a tenth more, and as fast. */
const packings = ["br", "gzip"] as const;

type Packing = (typeof packings)[number];

/** Shorter answers fit into a packet or two as they are. */
const worthPacking = 1024;

/** Quick rather than small: the next better level takes twice the time for a hundredth. The window takes 256 kB of memory. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } };

/** The packing that a client takes; undefined where it takes none. */
function packingFor({ headers }: FastifyRequest): Packing | undefined {
  const taken = new Negotiator({ headers }).encodings([...packings]);
  return packings.find((packing) => taken.includes(packing));
}

const [packBrotli, packGzip] = [promisify(brotliCompress), promisify(gzip)];

/**
 * An answer's text compressed; undefined where that is not worth it, or the client does not take it. Not for answers that hold a secret: their length
 * would tell of it whoever can put a text of their own beside it.
 */
export function packed(request: FastifyRequest, reply: FastifyReply, text: string): Promise<Buffer> | undefined {
  void reply.header("vary", "accept-encoding");
  const packing = text.length < worthPacking ? undefined : packingFor(request);
  if (packing === undefined) return undefined;
  void reply.header("content-encoding", packing).removeHeader("content-length");
  return packing === "br" ? packBrotli(text, brotli) : packGzip(text);
}

/** An answer that is written bit by bit, and compressed where the client takes it. */
export interface PackedStream {
  /** Takes a text, and never waits: what nobody has taken yet is kept, compressed. */
  readonly write: (text: string) => void;
  readonly end: () => void;
  /** What is to be sent. Once it is destroyed nobody takes it any more; destroying it with an error breaks the answer off. */
  readonly stream: Readable;
}

/** Begins such an answer, and says in its head how it is packed. */
export function packedStream(request: FastifyRequest, reply: FastifyReply): PackedStream {
  const stream = new Readable({ read() {} });
  void reply.header("vary", "accept-encoding");
  const packing = packingFor(request);
  if (packing === undefined) return { write: (text) => stream.push(text), end: () => stream.push(null), stream };
  void reply.header("content-encoding", packing);
  const packer = packing === "br" ? createBrotliCompress(brotli) : createGzip();
  packer.on("data", (part: Buffer) => stream.push(part));
  packer.once("end", () => stream.push(null));
  packer.once("error", (error) => stream.destroy(error));
  stream.once("close", () => packer.destroy());
  return { write: (text) => packer.write(text), end: () => packer.end(), stream };
}

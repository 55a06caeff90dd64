import type { RefusalStatus } from "#server/ingest/refusal.ts";
import { writeStatus } from "./protobuf.ts";
import type { Encoding } from "./read.ts";

/** The content types of OTLP's two encodings. */
export const contentTypes = { protobuf: "application/x-protobuf", json: "application/json" } as const satisfies Record<
  Encoding,
  string
>;

/** How a body is written down, by its Content-Type; undefined where that is none of OTLP's. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return (["protobuf", "json"] as const).find((encoding) => contentTypes[encoding] === type);
}

/** The codes of `google.rpc.Code` by the status of the answer. */
const codes = { 400: 3, 401: 16, 403: 7, 405: 12, 413: 3, 415: 3, 429: 8, 503: 14 } as const satisfies Record<
  RefusalStatus | 405,
  number
>;

/** The body of a refusal: a `google.rpc.Status` in the encoding of the request. */
export function statusBody(status: keyof typeof codes, message: string, encoding: Encoding): Uint8Array | string {
  const code = codes[status];
  return encoding === "protobuf" ? writeStatus(code, message) : JSON.stringify({ code, message });
}

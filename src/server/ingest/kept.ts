/** How many of a repository's last events are kept. */
export const keptEvents = 100;

/** How much of an event is kept, in bytes of UTF-8. */
export const keptBytes = 4096;

export interface KeptText {
  /** Its beginning: {@link keptBytes} at most. */
  readonly text: string;
  /** All of its bytes. */
  readonly size: number;
}

/** What arrived for one repository. */
export interface Received {
  readonly events: number;
  /** The last of them, oldest first: {@link keptEvents} at most. */
  readonly last: readonly KeptText[];
}

/**
 * The text of an event, whole or in parts. Parts are for what many events share: to put it together with each of them would take far more
 * time and memory than the body.
 */
export type EventText = string | readonly string[];

/**
 * The size of an event, and as much of its beginning as is kept, never ending within a character. The text is a copy: a part of a string
 * would keep the whole body in memory until it is written.
 */
export function beginning(event: EventText): KeptText {
  let size = 0;
  let begin = "";
  for (const part of typeof event === "string" ? [event] : event) {
    size += Buffer.byteLength(part);
    begin += part.slice(0, keptBytes - begin.length);
  }
  const bytes = Buffer.from(begin);
  let end = Math.min(keptBytes, bytes.length);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  // PostgreSQL keeps no NUL.
  return { size, text: bytes.toString("utf8", 0, end).replaceAll("\0", "\uFFFD") };
}

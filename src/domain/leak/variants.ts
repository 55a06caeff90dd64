/** How a string was written where it was found, beside plain. */
export type SecretEncoding = "percent" | "escape" | "base64" | "utf16";

/** A text that was made from another one. */
export interface Variant {
  readonly text: string;
  /** Where in the other one a character came from. */
  readonly sourceOf: (position: number) => number;
  readonly encoding: SecretEncoding;
}

/** `%7E`, or one of the escapes of JSON, YAML, JavaScript and shells that stand for a character of its own. */
const escapes = /%([0-9A-Fa-f]{2})|\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf/\\]))/gu;

/** As what an escape of one letter counts. That which parts words counts as a space: which one it is makes no difference. */
const letters: Readonly<Record<string, string>> = { "/": "/", "\\": "\\" };

/** The text with each escape replaced by its character; undefined where there is none. */
export function unescaped(text: string): Variant | undefined {
  if (!text.includes("%") && !text.includes("\\")) return undefined;
  const parts: string[] = [];
  /** Where stretches begin that are the same in both, here and there. */
  const here: number[] = [0];
  const there: number[] = [0];
  let from = 0;
  let length = 0;
  let encoding: SecretEncoding = "escape";
  for (const match of text.matchAll(escapes)) {
    const [escape, percent, unicode, hex, letter] = match;
    if (percent !== undefined) encoding = "percent";
    const code = percent ?? unicode ?? hex;
    const character = code === undefined ? (letters[letter ?? ""] ?? " ") : String.fromCharCode(Number.parseInt(code, 16));
    parts.push(text.slice(from, match.index), character);
    length += match.index - from;
    here.push(length, length + 1);
    there.push(match.index, match.index + escape.length);
    length++;
    from = match.index + escape.length;
  }
  if (parts.length === 0) return undefined;
  parts.push(text.slice(from));
  const sourceOf = (position: number) => {
    let low = 0;
    for (let high = here.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if ((here[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return (there[low] ?? 0) + position - (here[low] ?? 0);
  };
  return { text: parts.join(""), sourceOf, encoding };
}

const digits = new Int8Array(128).fill(-1);
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
for (let digit = 0; digit < alphabet.length; digit++) digits[alphabet.charCodeAt(digit)] = digit;
// The alphabet of addresses and file names.
digits["-".charCodeAt(0)] = 62;
digits["_".charCodeAt(0)] = 63;

/** What a character of base64 stands for, of either alphabet; 0 for any other. */
function digitAt(text: string, at: number): number {
  return Math.max(0, digits[text.charCodeAt(at)] ?? 0);
}

/** Codes that are made into text at a time: a call takes only so many arguments. */
const block = 4096;

/**
 * The bytes of base64 as characters below 256, either alphabet, from a place on. What is left over at the end is no byte and left out. All
 * characters have to be of the alphabet.
 */
export function fromBase64(text: string, from = 0, to = text.length): string {
  const parts: string[] = [];
  let codes: number[] = [];
  for (let at = from; at + 1 < to; at += 4) {
    const bits = (digitAt(text, at) << 18) | (digitAt(text, at + 1) << 12) | (digitAt(text, at + 2) << 6) | digitAt(text, at + 3);
    codes.push(bits >> 16);
    if (at + 2 < to) codes.push((bits >> 8) & 255);
    if (at + 3 < to) codes.push(bits & 255);
    if (codes.length >= block) {
      parts.push(String.fromCharCode(...codes));
      codes = [];
    }
  }
  parts.push(String.fromCharCode(...codes));
  return parts.join("");
}

/** Where in base64 the character begins that a byte begins in. */
export function base64Position(byte: number, from: number): number {
  return from + Math.floor((byte * 4) / 3);
}

/** A part of base64, by where it begins and ends. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Groups of four characters that a stretch has at least. */
const leastGroups = 10;

/**
 * The parts of base64 that may stand for ASCII, where it was begun at a place: the first byte of each group of four characters is below 128.
 * They reach a group further to both sides, where bytes after a foreign one may belong to them.
 */
export function asciiStretches(text: string, begun: number): Stretch[] {
  const found: Stretch[] = [];
  let from = begun;
  const close = (to: number) => {
    if (to - from >= 4 * leastGroups) found.push({ from: Math.max(begun, from - 4), to: Math.min(text.length, to + 4) });
  };
  for (let at = begun; at < text.length; at += 4) {
    if (digitAt(text, at) < 32) continue;
    close(at);
    from = at + 4;
  }
  close(text.length);
  return found;
}

/** Bytes of UTF-16 as its text, as PowerShell encodes commands; undefined where they do not look like it. Only ASCII is kept whole. */
export function fromUtf16(bytes: string): Variant | undefined {
  if (!bytes.includes("\0")) return undefined;
  const sources: number[] = [];
  for (let index = 0; index < bytes.length; index++) if (bytes.charCodeAt(index) !== 0) sources.push(index);
  if (sources.length * 3 > bytes.length * 2) return undefined;
  return { text: bytes.replaceAll("\0", ""), sourceOf: (position) => sources[position] ?? 0, encoding: "utf16" };
}

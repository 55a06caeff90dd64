import { parse, stringify } from "lossless-json";

import { toLong } from "#domain/long.ts";

/**
 * Whether a text may hold a whole number beyond the exact ones, which have 16 digits at least. One within a string counts as well: then the
 * longer way is taken in vain, and nothing else is different.
 */
export function mayHoldBigint(text: string): boolean {
  return /(?:^|[\s:[,-])\d{16}/u.test(text);
}

/** A number as JSON has it: a bigint where it is whole and beyond the exact numbers. */
function readNumber(text: string): number | bigint {
  return /^-?\d+$/u.test(text) ? toLong(BigInt(text)) : Number(text);
}

/**
 * Reads JSON as `JSON.parse` does, but keeps every digit of a whole number: one beyond the exact numbers becomes a bigint (see `Long`).
 *
 * @throws SyntaxError when it is no JSON
 */
export function parseJson(text: string): unknown {
  return mayHoldBigint(text)
    ? parse(text, undefined, { parseNumber: readNumber, onDuplicateKey: ({ newValue }) => newValue })
    : JSON.parse(text);
}

/** Writes JSON as `JSON.stringify` does, with a bigint as the number that it is. */
export function writeJson(value: object, indent?: number): string {
  return stringify(value, undefined, indent) ?? "null";
}

/** Whether a value holds a bigint somewhere, which `JSON.stringify` does not take. */
export function holdsBigint(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return Object.values(value).some(holdsBigint);
}

import { parse, stringify } from "lossless-json";

import { toLong } from "#domain/long.ts";

import { mayHoldBigint } from "./bigints.ts";

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

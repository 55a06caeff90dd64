import type { Long } from "./long.ts";

// A browser takes some ten ms to make the formats of a language, which no whole number needs.
let format: Intl.NumberFormat | undefined;

/** A whole number with separators: `40,000`. */
export function separated(value: Long): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value).replaceAll(/\B(?=(?:\d{3})+$)/gu, ",");
  format ??= new Intl.NumberFormat("en-US");
  return format.format(value);
}

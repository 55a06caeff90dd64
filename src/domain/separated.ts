import type { Long } from "./long.ts";

// A browser takes some ten ms to make the formats of a language, which a page that shows no large number need not spend.
let format: Intl.NumberFormat | undefined;

/** A whole number with separators: `40,000`. */
export function separated(value: Long): string {
  if (value > -1000 && value < 1000 && Number.isInteger(value)) return String(value);
  format ??= new Intl.NumberFormat("en-US");
  return format.format(value);
}

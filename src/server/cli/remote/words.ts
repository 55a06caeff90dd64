import { isoInstant } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";

const numbers = new Intl.NumberFormat("en-US");

/** A number as people read it. */
export function counted(number: number): string {
  return numbers.format(number);
}

/** How many of what there are: `1 token`, `2 tokens`. */
export function countOf(number: number, noun: string): string {
  return `${counted(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** An instant to the second. */
export function shortInstant(at: Long): string {
  return withoutFraction(isoInstant(at));
}

/** An instant as ISO 8601 writes it, to the second. */
export function withoutFraction(instant: string): string {
  return instant.replace(/\.\d+Z$/u, "Z");
}

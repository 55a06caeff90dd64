/**
 * A whole number as LogScale's Long has it, which has 64 bits: a number where that is exact, otherwise a bigint. No value is ever both, so
 * that `===` tells whether two are the same; `<` and its like compare the two as they are.
 */
export type Long = number | bigint;

/** The largest value that LogScale's Long has. */
export const longestLong = 2n ** 63n - 1n;

/** Whether a value is a {@link Long}, though it may have more than 64 bits. */
export function isLong(value: unknown): value is Long {
  return Number.isSafeInteger(value) || (typeof value === "bigint" && toLong(value) === value);
}

/** A whole number of any size as a {@link Long}. */
export function toLong(value: bigint): Long {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** The exact sum. Quick where both are numbers and so is the sum, since a plan asks for it with every token. */
export function addLongs(a: Long, b: Long): Long {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    // What is no whole number at all stays what it is.
    if (Number.isSafeInteger(sum) || !Number.isInteger(sum)) return sum;
  }
  return toLong(BigInt(a) + BigInt(b));
}

/** The exact difference `a - b`. */
export function subtractLongs(a: Long, b: Long): Long {
  return addLongs(a, -b);
}

/** Below zero, zero or above, as `a` is less than `b`, the same or more; for sorting. */
export function compareLongs(a: Long, b: Long): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The lesser of the two. */
export function leastLong(a: Long, b: Long): Long {
  return b < a ? b : a;
}

/** A value as JSON without bigints can hold it: one beyond the exact numbers as text, which no number is. */
export function plainLong(value: Long | null): number | string | null {
  return typeof value === "bigint" ? String(value) : value;
}

// Apart from what reads and writes such JSON: a page loads that only where it is needed.

/**
 * Whether a text may hold a whole number beyond the exact ones, which have 16 digits at least. One within a string counts as well: then the
 * longer way is taken in vain, and nothing else is different.
 */
export function mayHoldBigint(text: string): boolean {
  return /(?:^|[\s:[,-])\d{16}/u.test(text);
}

/** Whether a value holds a bigint somewhere, which `JSON.stringify` does not take. */
export function holdsBigint(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return Object.values(value).some(holdsBigint);
}

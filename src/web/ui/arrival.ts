let expected: string | undefined;

/** Has the heading of the page at a path take the focus when it appears, or changes its words: called on navigation, not for the first page. */
export function expectArrival(path: string): void {
  expected = path;
}

/**
 * Whether a heading that appears now at a path is the target of a navigation; only the first to ask is told yes. While a page loads, the
 * one that is being left is still in sight, and its heading may change: that is no arrival.
 */
export function takeArrival(path: string): boolean {
  if (expected !== path) return false;
  expected = undefined;
  return true;
}

/** Has the next heading at a path take the focus that the one had which goes: a page that was read has another than one that is loading. */
export function handOnArrival(path: string): void {
  // Another page may be expected already.
  expected ??= path;
}

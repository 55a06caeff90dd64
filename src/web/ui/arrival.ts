let expected = false;

/** Has the next page heading that appears, or changes its words, take the focus: called on navigation, not for the first page. */
export function expectArrival(): void {
  expected = true;
}

/** Whether a heading that appears now is the target of a navigation; only the first to ask is told yes. */
export function takeArrival(): boolean {
  const arrived = expected;
  expected = false;
  return arrived;
}

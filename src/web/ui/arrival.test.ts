import { expect, it } from "vitest";

import { expectArrival, handOnArrival, takeArrival } from "./arrival.ts";

it("the first heading at the path that was navigated to takes the focus, and no other does", () => {
  expectArrival("/recovery");
  expect(takeArrival("/recovery")).toBe(true);
  expect(takeArrival("/recovery")).toBe(false);
});

it("a heading that changes on the page being left takes no focus from the page that is loading", () => {
  expectArrival("/recovery");
  expect(takeArrival("/policies")).toBe(false);
  expect(takeArrival("/recovery")).toBe(true);
});

it("a heading hands the focus on to the next of its page, unless another page is expected", () => {
  handOnArrival("/recovery");
  expect(takeArrival("/recovery")).toBe(true);
  expectArrival("/policies");
  handOnArrival("/recovery");
  expect(takeArrival("/recovery")).toBe(false);
  expect(takeArrival("/policies")).toBe(true);
});

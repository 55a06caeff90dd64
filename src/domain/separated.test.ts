import fc from "fast-check";
import { expect, it } from "vitest";

import { separated } from "./separated.ts";

it("a number is written as the language writes it, however large", () => {
  const format = new Intl.NumberFormat("en-US");
  for (const value of [0, 999, 1000, -999, -1000, 12_345, 1.5, 999.5, 2n ** 63n - 1n, -5n]) {
    expect(separated(value)).toBe(format.format(value));
  }
  fc.assert(fc.property(fc.oneof(fc.integer(), fc.bigInt()), (value) => separated(value) === format.format(value)));
});

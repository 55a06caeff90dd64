import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addLongs, compareLongs, leastLong, subtractLongs, toLong, type Long } from "./long.ts";

const longs = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)),
);

/** Whether a value is in the one form that it may have. */
const isPlain = (value: Long) => (typeof value === "number" ? Number.isSafeInteger(value) : typeof toLong(value) === "bigint");

describe("a Long", () => {
  it("is a number exactly where a number holds it, so that equal values are the same", () => {
    expect(toLong(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER);
    expect(toLong(2n ** 53n)).toBe(2n ** 53n);
    expect(toLong(2n ** 53n + 1n)).toBe(9_007_199_254_740_993n);
    fc.assert(fc.property(longs, (value) => isPlain(toLong(value)) && BigInt(toLong(value)) === value));
  });

  it("is added, subtracted and compared exactly, on whichever side of 2^53 the values and the result are", () => {
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        const sum = addLongs(toLong(a), toLong(b));
        const difference = subtractLongs(toLong(a), toLong(b));
        expect(BigInt(sum)).toBe(a + b);
        expect(BigInt(difference)).toBe(a - b);
        expect(isPlain(sum) && isPlain(difference)).toBe(true);
        expect(compareLongs(toLong(a), toLong(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(BigInt(leastLong(toLong(a), toLong(b)))).toBe(a < b ? a : b);
      }),
    );
  });

  it("stays what it is where it is no whole number", () => {
    expect(addLongs(0.5, 1)).toBe(1.5);
    expect(addLongs(Number.NaN, 1)).toBeNaN();
    expect(subtractLongs(Number.POSITIVE_INFINITY, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

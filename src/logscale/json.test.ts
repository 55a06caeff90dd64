import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { holdsBigint } from "./bigints.ts";
import { parseJson, writeJson } from "./json.ts";

describe("JSON with Longs", () => {
  it.each(["9223372036854775807", "-9223372036854775808", "9007199254740993", "-9007199254740993", "9007199254740992"])(
    "keeps every digit of %s, both ways and wherever it stands",
    (digits) => {
      for (const text of [`{"at":${digits}}`, `[${digits},${digits}]`, digits, `{"a":{"b":[{"c":${digits}}]}}`]) {
        const value = parseJson(text);
        expect(holdsBigint(value)).toBe(true);
        expect(writeJson([value])).toBe(`[${text}]`);
      }
      expect(parseJson(`{"at" : ${digits} }`)).toEqual({ at: BigInt(digits) });
    },
  );

  it("is what JSON.parse and JSON.stringify make of it where every number is exact", () => {
    for (const text of [
      "9007199254740991",
      '{"id":"1234567890123456789"}',
      '{"a":1.5,"b":-0.25e3,"c":1e400}',
      '[",1234567890123456"]',
    ])
      expect(parseJson(text)).toEqual(JSON.parse(text));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([value]);
        // What JSON.parse would round is the subject above.
        fc.pre(!/\d{16}/u.test(text));
        const plain: unknown = JSON.parse(text);
        expect(parseJson(text)).toEqual(plain);
        expect(parseJson(`[${text},9223372036854775807]`)).toEqual([plain, 9_223_372_036_854_775_807n]);
        expect(JSON.parse(writeJson([value]))).toEqual(plain);
        expect(holdsBigint(plain)).toBe(false);
      }),
    );
    expect(writeJson({ a: [1], b: undefined }, 1)).toBe(JSON.stringify({ a: [1], b: undefined }, null, 1));
  });

  it("takes the last of members of the same name, and refuses what is no JSON, on the longer way too", () => {
    expect(parseJson('{"a":1,"a":2,"b":9223372036854775807}')).toEqual({ a: 2, b: 9_223_372_036_854_775_807n });
    expect(() => parseJson('{"a":9223372036854775807')).toThrow(SyntaxError);
    expect(() => parseJson("09223372036854775807")).toThrow(SyntaxError);
  });
});

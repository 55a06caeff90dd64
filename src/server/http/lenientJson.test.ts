import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { escapeRawLineBreaks } from "./lenientJson.ts";

describe("the reader of JSON with raw line breaks", () => {
  it("keeps raw line breaks and tabs in strings as they are", () => {
    expect(JSON.parse(escapeRawLineBreaks('{\r\n\t"query": "{\r\n\tviewer\n}"\n}'))).toEqual({ query: "{\r\n\tviewer\n}" });
  });

  it("is not misled by escaped quotes and backslashes", () => {
    expect(JSON.parse(escapeRawLineBreaks('{"a": "\\"\n\\\\", "b":\n"\\\\\\"\t"}'))).toEqual({ a: '"\n\\', b: '\\"\t' });
  });

  it("leaves valid JSON alone, however it is laid out", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, "\t", 2), (json, space) => {
        const text = JSON.stringify(JSON.parse(json), null, space);
        expect(escapeRawLineBreaks(text)).toBe(text);
      }),
    );
  });

  it("reads back any text whose line breaks and tabs were not escaped", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("\n", "\r", "\t", '"', "\\", "a", "n")), (characters) => {
        const text = characters.join("");
        const raw = JSON.stringify({ text }).replaceAll(/\\(["\\])|\\([nrt])/gu, (whole, kept?: string, letter?: string) =>
          kept === undefined ? ({ n: "\n", r: "\r", t: "\t" }[letter ?? ""] ?? whole) : whole,
        );
        expect(JSON.parse(escapeRawLineBreaks(raw))).toEqual({ text });
      }),
    );
  });

  it("leaves other mistakes to be refused", () => {
    for (const text of ['{"a": "\n', '{"a": "\u0001"}', '"\\', '{"a":\n}', '{"a": "\\\n"}']) {
      expect(() => JSON.parse(escapeRawLineBreaks(text)) as unknown).toThrow(SyntaxError);
    }
  });
});

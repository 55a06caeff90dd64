import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { csvCell, toCsv } from "./csv.ts";

describe("a CSV cell", () => {
  it.each([
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "\u00a0=1",
    '"=1',
    "'=1",
    "\u2068=1",
  ])("%j cannot run as a formula", (name) => {
    expect(csvCell(name).startsWith(`"'`)).toBe(true);
  });

  it.each([
    ["backup", '"backup"'],
    ['say "hi"', '"say ""hi"""'],
    ["a,b;c", '"a,b;c"'],
    ["two\nlines", '"two\nlines"'],
    ["a=b", '"a=b"'],
    ["", '""'],
  ])("%j is written as %s", (name, cell) => {
    expect(csvCell(name)).toBe(cell);
  });

  it("keeps every name readable, whatever it holds", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (names) => {
        const [row] = parse(toCsv([names]));
        expect(row?.map((cell, i) => (cell === names[i] ? cell : cell.replace(/^'/u, "")))).toEqual(names);
        for (const cell of row ?? []) expect(cell).not.toMatch(/^[=+\-@\t\r]/u);
      }),
    );
  });

  it("starts with a byte order mark and ends rows with CRLF", () => {
    expect(toCsv([["a", "b"], ["c"]])).toBe('\uFEFF"a","b"\r\n"c"\r\n');
  });
});

/** A reader of quoted CSV, to see what a spreadsheet would. */
function parse(text: string): string[][] {
  return text
    .replace(/^\uFEFF/u, "")
    .split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/u)
    .filter((line) => line !== "")
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/gu)].map(([, cell = ""]) => cell.replaceAll('""', '"')));
}

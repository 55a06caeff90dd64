import { describe, expect, it } from "vitest";

import { cellReached, type PressedKey } from "./cellWalk.ts";

const last = { row: 99, column: 4 };
const page = 8;

function pressed(key: string, held: Partial<PressedKey> = {}): PressedKey {
  return { key, altKey: false, ctrlKey: false, metaKey: false, ...held };
}

describe("a key pressed in a grid", () => {
  it.each([
    ["ArrowDown", { row: 51, column: 2 }],
    ["ArrowUp", { row: 49, column: 2 }],
    ["ArrowRight", { row: 50, column: 3 }],
    ["ArrowLeft", { row: 50, column: 1 }],
    ["PageDown", { row: 58, column: 2 }],
    ["PageUp", { row: 42, column: 2 }],
    ["Home", { row: 50, column: 0 }],
    ["End", { row: 50, column: 4 }],
  ])("leads to the next cell: %s", (key, reached) => {
    expect(cellReached(pressed(key), { row: 50, column: 2 }, last, page)).toEqual(reached);
  });

  it.each([
    ["Home", { row: 0, column: 0 }],
    ["End", { row: 99, column: 4 }],
  ])("leads to an end of the whole grid with Ctrl: %s", (key, reached) => {
    expect(cellReached(pressed(key, { ctrlKey: true }), { row: 50, column: 2 }, last, page)).toEqual(reached);
  });

  it.each(["ArrowUp", "ArrowLeft", "PageUp"])("does not lead out of the first cell: %s", (key) => {
    expect(cellReached(pressed(key), { row: 0, column: 0 }, last, page)).toEqual({ row: 0, column: 0 });
  });

  it.each(["ArrowDown", "ArrowRight", "PageDown"])("does not lead out of the last cell: %s", (key) => {
    expect(cellReached(pressed(key), last, last, page)).toEqual(last);
  });

  it("is left to the browser with Alt or Cmd, when it moves nothing, and where there are no rows", () => {
    const from = { row: 0, column: 0 };
    expect(cellReached(pressed("ArrowLeft", { altKey: true }), from, last, page)).toBeUndefined();
    expect(cellReached(pressed("ArrowLeft", { metaKey: true }), from, last, page)).toBeUndefined();
    expect(cellReached(pressed("x"), from, last, page)).toBeUndefined();
    expect(cellReached(pressed("ArrowDown"), from, { row: -1, column: 4 }, page)).toBeUndefined();
  });
});

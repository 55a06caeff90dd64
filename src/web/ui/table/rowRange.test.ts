import { describe, expect, it } from "vitest";

import { selectingOf, toggled, withRange, type SelectingKey } from "./rowRange.ts";

function pressed(key: string, held: Partial<SelectingKey> = {}): SelectingKey {
  return { key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held };
}

describe("a key pressed in a grid of which rows can be selected", () => {
  it.each([
    [pressed(" "), "row"],
    [pressed(" ", { shiftKey: true }), "range"],
    [pressed("a", { ctrlKey: true }), "all"],
    [pressed("A", { ctrlKey: true }), "all"],
    [pressed("a", { metaKey: true }), "all"],
    [pressed("Escape"), "none"],
  ] as const)("selects: %o", (event, selecting) => {
    expect(selectingOf(event)).toBe(selecting);
  });

  it.each([
    pressed("a"),
    pressed("a", { ctrlKey: true, shiftKey: true }),
    pressed(" ", { ctrlKey: true }),
    pressed(" ", { altKey: true }),
    pressed("Escape", { shiftKey: true }),
    pressed("ArrowDown", { shiftKey: true }),
    pressed("Enter"),
  ])("is left alone when it is another: %o", (event) => {
    expect(selectingOf(event)).toBeUndefined();
  });
});

describe("a selection of rows", () => {
  const ids = ["a", "b", "c", "d", "e"];
  const of = (...chosen: string[]) => new Set(chosen);

  it("takes in a row, and gives it back", () => {
    expect(toggled(of("x"), ids, 1)).toEqual(of("x", "b"));
    expect(toggled(of("x", "b"), ids, 1)).toEqual(of("x"));
    expect(toggled(of("x"), ids, 9)).toEqual(of("x"));
  });

  it("takes in or gives back all rows between two, whichever comes first, and keeps what is not listed", () => {
    expect(withRange(of("x", "e"), ids, 1, 3, true)).toEqual(of("x", "b", "c", "d", "e"));
    expect(withRange(of("x"), ids, 3, 1, true)).toEqual(of("x", "b", "c", "d"));
    expect(withRange(of("x", "a", "b", "c"), ids, 2, 0, false)).toEqual(of("x"));
  });

  it("leaves the selection before as it was", () => {
    const before = of("a");
    withRange(before, ids, 0, 4, false);
    toggled(before, ids, 0);
    expect(before).toEqual(of("a"));
  });
});

import { describe, expect, it } from "vitest";

import type { InventoryToken } from "#domain/inventory/item.ts";

import { sortedPlaces } from "./sorted.ts";
import { item } from "./testing.ts";

const tokens: InventoryToken[] = ["b", "a-10", "A-2", "none", "a-2"].map((name) => item({ name }));
const sorted = (order: (token: InventoryToken) => number | string | undefined, descending = false) =>
  Array.from(sortedPlaces(tokens, order, descending), (place) => tokens[place]?.name);

describe("the order of a column", () => {
  const byText = ({ name }: InventoryToken) => (name === "none" ? undefined : name);
  const byNumber = ({ name }: InventoryToken) => ({ b: 3, "a-10": 1, "A-2": 3, "a-2": -1 })[name];

  it("is that of people for texts, and equal ones keep theirs both ways", () => {
    expect(sorted(byText)).toEqual(["A-2", "a-2", "a-10", "b", "none"]);
    expect(sorted(byText, true)).toEqual(["b", "a-10", "A-2", "a-2", "none"]);
  });

  it("is by size for numbers, and equal ones keep theirs both ways", () => {
    expect(sorted(byNumber)).toEqual(["a-2", "a-10", "b", "A-2", "none"]);
    expect(sorted(byNumber, true)).toEqual(["b", "A-2", "a-10", "a-2", "none"]);
  });
});

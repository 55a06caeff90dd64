import { describe, expect, it } from "vitest";

import { canSort, sortedRows, type ColumnDef } from "./column.ts";

interface Thing {
  readonly name: string;
  readonly size: number;
}

const things: readonly Thing[] = [
  { name: "token 10", size: 2 },
  { name: "Token 9", size: 1 },
  { name: "alpha", size: 2 },
];
const shared = { header: "H", cell: () => null };
const byName: ColumnDef<Thing> = { ...shared, id: "name", accessorFn: ({ name }) => name };
const bySize: ColumnDef<Thing> = { ...shared, id: "size", accessorFn: ({ size }) => size };
const names = (rows: readonly Thing[]) => rows.map(({ name }) => name);

describe("the rows of a table", () => {
  it("are sorted by texts as people order names, and by figures as their size is", () => {
    expect(names(sortedRows(things, byName, false))).toEqual(["alpha", "Token 9", "token 10"]);
    expect(names(sortedRows(things, bySize, false))[0]).toBe("Token 9");
  });

  it("stay in the order in which they came where they are equal, downwards too", () => {
    expect(names(sortedRows(things, bySize, false))).toEqual(["Token 9", "token 10", "alpha"]);
    expect(names(sortedRows(things, bySize, true))).toEqual(["token 10", "alpha", "Token 9"]);
  });

  it("are sorted by a column's own comparison where it has one", () => {
    const column: ColumnDef<Thing> = { ...byName, sortingFn: (a, b) => a.original.name.length - b.original.name.length };
    expect(names(sortedRows(things, column, false))).toEqual(["alpha", "Token 9", "token 10"]);
  });

  it("stay as they are without a column, or with one that cannot be sorted by", () => {
    expect(sortedRows(things, undefined, false)).toBe(things);
    expect(sortedRows(things, { ...byName, enableSorting: false }, true)).toBe(things);
    expect([canSort(byName), canSort({ ...shared, id: "x" }), canSort({ ...byName, enableSorting: false })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

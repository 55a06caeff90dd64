import { describe, expect, it } from "vitest";

import { sortedRows, type TableColumn } from "./column.ts";

interface Row {
  readonly name: string;
  readonly size: number | bigint;
}

const columns: readonly TableColumn<Row>[] = [
  { id: "name", header: "Name", size: 100, value: ({ name }) => name, cell: ({ name }) => name },
  { id: "size", header: "Size", size: 100, value: ({ size }) => size, cell: () => null },
  {
    id: "known",
    header: "Known",
    size: 100,
    value: ({ size }) => (typeof size === "bigint" ? size : undefined),
    cell: () => null,
  },
  { id: "end", header: "End", size: 100, cell: () => null },
];
const rows: readonly Row[] = [
  { name: "web-10", size: 5 },
  { name: "Web-2", size: 2n ** 60n },
  { name: "api", size: 5 },
];
const names = (column: string | undefined, descending = false) =>
  sortedRows(rows, columns, column, descending).map(({ name }) => name);

describe("rows in the order of a column", () => {
  it("are sorted by what the column holds: names as people sort them, and numbers of any size", () => {
    expect(names("name")).toEqual(["api", "Web-2", "web-10"]);
    expect(names("size")).toEqual(["web-10", "api", "Web-2"]);
    expect(names("known")).toEqual(["Web-2", "web-10", "api"]);
  });

  it("stay in their own order where they are alike, descending too", () => {
    expect(names("size", true)).toEqual(["Web-2", "web-10", "api"]);
  });

  it("are left as they are by a column that sorts by nothing, and by none", () => {
    expect(names("end")).toEqual(["web-10", "Web-2", "api"]);
    expect(names("other")).toEqual(["web-10", "Web-2", "api"]);
    expect(sortedRows(rows, columns, undefined, false)).toBe(rows);
  });
});

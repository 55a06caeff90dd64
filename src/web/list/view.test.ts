import { describe, expect, it } from "vitest";

import { knownSorting, readView, writeView, type ListDialect, type ListView } from "./view.ts";

const states = ["expired", "expires-7d"] as const;
const dialect: ListDialect<"name" | "expireAt" | "views", { state: (typeof states)[number]; repository: string }> = {
  columns: ["name", "expireAt", "views"],
  usual: "name",
  filters: { state: (text) => states.find((state) => state === text), repository: (text) => text },
};
type View = typeof dialect extends ListDialect<infer Column, infer Filters> ? ListView<Column, Filters> : never;

const read = (text: string) => readView(dialect, new URLSearchParams(text));
const plain: View = {
  search: "",
  sorting: { column: "name", descending: false },
  filters: { state: undefined, repository: undefined },
  row: 0,
};

describe("the link of a list", () => {
  it("shows everything in the usual order when it has no parameters", () => {
    expect(read("")).toEqual(plain);
    expect(writeView(dialect, plain).toString()).toBe("");
  });

  it("reads back what was written", () => {
    for (const column of dialect.columns) {
      for (const descending of [true, false]) {
        const view: View = {
          search: "a&b=c +ü",
          sorting: { column, descending },
          filters: { state: "expires-7d", repository: "a/b c" },
          row: 1199,
        };
        expect(read(writeView(dialect, view).toString())).toEqual(view);
      }
    }
  });

  it.each([
    "state=nonsense",
    "state=toString",
    "sort=secret",
    "sort=constructor",
    "sort=-",
    "row=-4",
    "row=0",
    "row=1e9",
    "row=abc",
    "row=99999999999",
    "q=",
  ])("ignores parameters that make no sense: %s", (text) => {
    expect(read(text)).toEqual(plain);
  });

  it("counts rows from one", () => {
    expect(read("row=1201").row).toBe(1200);
  });

  it("cuts a search that is longer than any name", () => {
    expect(read(`q=${"x".repeat(2000)}`).search.length).toBe(500);
  });

  it("keeps parameters that are not its own", () => {
    const params = writeView(dialect, { ...plain, search: "ci" }, new URLSearchParams("other=1&q=old&state=expired&row=7"));
    expect(params.toString()).toBe("other=1&q=ci");
  });

  it("takes a sorting of a table by a column that it knows", () => {
    const sorting = { column: "expireAt", descending: true } as const;
    expect(knownSorting(dialect, sorting)).toEqual(sorting);
    expect(knownSorting(dialect, { column: "secret", descending: true })).toEqual(plain.sorting);
  });
});

import { describe, expect, it } from "vitest";

import { fromSortingState, readView, sortColumns, toSortingState, writeView, type FiltersView } from "./address.ts";

const read = (text: string) => readView(new URLSearchParams(text));
const plain: FiltersView = { search: "", sorting: { column: "name", descending: false } };

describe("the address of the list of filters", () => {
  it("shows everything by name when it has no parameters", () => {
    expect(read("")).toEqual(plain);
    expect(writeView(plain).toString()).toBe("");
  });

  it("reads back what was written", () => {
    for (const column of sortColumns) {
      for (const descending of [true, false]) {
        const view: FiltersView = { search: "10.0.0.0/8 & ü", sorting: { column, descending } };
        expect(read(writeView(view).toString())).toEqual(view);
        expect(fromSortingState(toSortingState(view))).toEqual(view.sorting);
      }
    }
  });

  it.each(["sort=rules", "sort=-", "sort=constructor", "row=9"])("ignores %s", (text) => expect(read(text)).toEqual(plain));

  it("leaves the parameters of others alone", () => {
    expect(writeView(plain, new URLSearchParams("q=old&other=1")).toString()).toBe("other=1");
  });

  it("cuts a search that is longer than any filter needs", () => {
    expect(read(`q=${"x".repeat(2000)}`).search).toHaveLength(500);
  });
});

import { describe, expect, it } from "vitest";

import { fromSortingState, plainView, readView, sortColumns, toSortingState, writeView, type TokensView } from "./address.ts";

const read = (text: string) => readView(new URLSearchParams(text));

describe("the address of a token page", () => {
  it("shows everything by name when it has no parameters", () => {
    expect(read("")).toEqual(plainView);
    expect(writeView(plainView).toString()).toBe("");
  });

  it("reads back what was written", () => {
    const views: TokensView[] = sortColumns.flatMap((column) =>
      [true, false].map((descending) => ({
        search: "a&b=c +ü",
        state: "expires-7d" as const,
        sorting: { column, descending },
        row: 1199,
      })),
    );
    for (const view of views) expect(read(writeView(view).toString())).toEqual(view);
  });

  it.each([
    "state=nonsense",
    "state=toString",
    "sort=secret",
    "sort=-",
    "row=-4",
    "row=0",
    "row=1e9",
    "row=abc",
    "row=99999999999",
    "q=",
  ])("ignores what makes no sense: %s", (text) => {
    expect(read(text)).toEqual(plainView);
  });

  it("counts rows from one", () => {
    expect(read("row=1201").row).toBe(1200);
  });

  it("cuts a search that is longer than any name", () => {
    expect(read(`q=${"x".repeat(2000)}`).search.length).toBe(500);
  });

  it("keeps parameters that are not its own", () => {
    expect(writeView({ ...plainView, search: "ci" }, new URLSearchParams("other=1&q=old&row=7")).toString()).toBe("other=1&q=ci");
  });

  it("gives the table its sorting and takes it back", () => {
    const view: TokensView = { ...plainView, sorting: { column: "expireAt", descending: true } };
    expect(fromSortingState(toSortingState(view))).toEqual(view.sorting);
    expect(fromSortingState([])).toEqual(plainView.sorting);
  });
});

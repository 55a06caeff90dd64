import { describe, expect, it } from "vitest";

import { readListView, writeListView } from "./listAddress.ts";

const columns = ["name", "configuration", "createdAt"];
const read = (address: string) => readListView(new URLSearchParams(address), columns);

describe("the address of a list of the fleet", () => {
  it("says nothing for a list by name that nothing narrows", () => {
    expect(read("")).toEqual({ search: "", sorting: [{ id: "name", desc: false }] });
    expect(writeListView(read(""), new URLSearchParams()).toString()).toBe("");
  });

  it("brings back what it was written from", () => {
    for (const view of [
      { search: "a b&c", sorting: [{ id: "createdAt", desc: true }] },
      { search: "", sorting: [{ id: "name", desc: true }] },
      { search: "x", sorting: [{ id: "configuration", desc: false }] },
    ]) {
      expect(read(writeListView(view, new URLSearchParams()).toString())).toEqual(view);
    }
  });

  it("is read for what makes sense in it, and keeps the parameters of others", () => {
    expect(read("sort=-value&q=").sorting).toEqual([{ id: "name", desc: false }]);
    expect(read(`q=${"x".repeat(1000)}`).search).toHaveLength(500);
    expect(writeListView(read("q=x"), new URLSearchParams("other=1&q=y")).toString()).toBe("other=1&q=x");
  });
});

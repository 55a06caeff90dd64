import { describe, expect, it } from "vitest";

import { inventoryKinds } from "#domain/inventory/item.ts";

import { readColumns, usualColumns } from "./shownColumns.ts";

describe("the columns in an address", () => {
  it("are shown in the table's order, the name always first", () => {
    expect(readColumns("owner,kind")).toEqual(["name", "kind", "owner"]);
    expect(readColumns("name")).toEqual(["name"]);
  });

  it("leave out what is no column, and are the usual ones where nothing is left", () => {
    expect(readColumns("kind,secret")).toEqual(["name", "kind"]);
    expect(readColumns("secret")).toBeUndefined();
    expect(readColumns("")).toBeUndefined();
  });

  it("have the name among the usual ones of every kind, and the kind only where there are several", () => {
    expect(usualColumns(undefined)).toContain("kind");
    for (const kind of inventoryKinds) {
      expect(usualColumns(kind)[0]).toBe("name");
      expect(usualColumns(kind)).not.toContain("kind");
    }
  });
});

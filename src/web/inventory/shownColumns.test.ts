import { describe, expect, it } from "vitest";

import { inventoryKinds } from "#domain/inventory/item.ts";

import { columnIds, defaultColumns } from "./columnIds.ts";
import { inventoryColumns } from "./columns.tsx";
import { rightsReading } from "#domain/inventory/rightsReading.ts";
import { readColumns } from "./shownColumns.ts";

describe("the columns in an address", () => {
  it("are shown in the table's order, the name always first", () => {
    expect(readColumns("owner,kind")).toEqual(["name", "kind", "owner"]);
    expect(readColumns("name")).toEqual(["name"]);
  });

  it("leave out what is no column, and are the default ones where nothing is left", () => {
    expect(readColumns("kind,secret")).toEqual(["name", "kind"]);
    expect(readColumns("secret")).toBeUndefined();
    expect(readColumns("")).toBeUndefined();
  });

  it("by default have the name first for every kind, and the kind only where there are several", () => {
    expect(defaultColumns(undefined)).toContain("kind");
    for (const kind of inventoryKinds) {
      expect(defaultColumns(kind)[0]).toBe("name");
      expect(defaultColumns(kind)).not.toContain("kind");
    }
  });

  it("stand in the order of the table, and by default only where the table has them", () => {
    const findings = { text: () => "", order: () => undefined, cell: () => null };
    const context = { now: 0, filters: new Map(), rights: rightsReading([], []), findings };
    expect(inventoryColumns({ ...context, kind: undefined }).map(({ id }) => id)).toEqual(columnIds);
    for (const kind of inventoryKinds) {
      expect(inventoryColumns({ ...context, kind }).map(({ id }) => id)).toEqual(
        expect.arrayContaining([...defaultColumns(kind)]),
      );
    }
  });
});

import { describe, expect, it } from "vitest";

import { cellReached } from "#web/ui/table/cellWalk.ts";
import { selectingOf } from "#web/ui/table/rowRange.ts";

import { isListKey } from "./listKey.ts";
import { keysOf, shortcutGroups, type Shortcut } from "./table.ts";

const nothingHeld = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

/** A key event of what is written in the table. */
function pressed(way: string) {
  const keys = way.split("+");
  const key = keys.at(-1) ?? "";
  return {
    altKey: false,
    ctrlKey: keys.includes("Ctrl"),
    metaKey: keys.includes("⌘"),
    shiftKey: keys.includes("Shift"),
    key: key === "Space" ? " " : key,
  };
}

function groupOf(title: string): readonly Shortcut[] {
  return shortcutGroups.find((group) => group.title === title)?.shortcuts ?? [];
}

describe("the list of shortcuts", () => {
  it("names every key that walks a table, and none that does not", () => {
    const middle = { row: 5, column: 5 };
    const leads = (way: string) => cellReached(pressed(way), middle, { row: 9, column: 9 }, 3) !== undefined;
    const listed = groupOf("In a table").flatMap(({ keys }) => keys);
    // The browser follows a link.
    expect(listed.filter((way) => !leads(way))).toEqual(["Enter"]);
    const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"];
    const elsewhere = (way: string) => JSON.stringify(cellReached(pressed(way), middle, { row: 9, column: 9 }, 3));
    const others = keys.map((key) => `Ctrl+${key}`).filter((way) => elsewhere(way) !== elsewhere(way.slice("Ctrl+".length)));
    expect([...keys, ...others].toSorted()).toEqual(listed.filter(leads).toSorted());
  });

  it("names each way to select rows", () => {
    const ways = groupOf("In a table whose rows can be selected").map(({ keys }) => keys.map((way) => selectingOf(pressed(way))));
    expect(ways).toEqual([["row"], ["range"], ["all", "all"], ["none"]]);
  });

  it("opens by its key with Shift or without, and with no other key", () => {
    expect(isListKey({ ...nothingHeld, key: "?" })).toBe(true);
    for (const held of ["ctrlKey", "altKey", "metaKey"])
      expect(isListKey({ ...nothingHeld, [held]: true, key: "?" })).toBe(false);
    expect(isListKey({ ...nothingHeld, key: "/" })).toBe(false);
  });

  it("says of each thing once how it is done, and of each part once", () => {
    const titles = shortcutGroups.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { shortcuts } of shortcutGroups) {
      const ways = shortcuts.flatMap(({ keys }: Shortcut) => keys);
      expect(new Set(ways).size).toBe(ways.length);
      expect(new Set(shortcuts.map(({ does }) => does)).size).toBe(shortcuts.length);
    }
  });

  it("shows keys as they are labelled, and has them read by their names", () => {
    expect(keysOf("Ctrl+ArrowUp")).toEqual([
      { shown: "Ctrl", said: "Control" },
      { shown: "↑", said: "Arrow up" },
    ]);
    expect(keysOf("?")).toEqual([{ shown: "?", said: "Question mark" }]);
  });
});

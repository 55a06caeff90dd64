import { describe, expect, it } from "vitest";

import { chosenItems, isFixed, stateOf, toggled, visibleSections, type CheckTreeItem } from "./checkTree.ts";

const part = (id: string, refusal?: string): CheckTreeItem => ({ id, label: `Part ${id}`, refusal });
const whole: CheckTreeItem = { id: "w", label: "Whole", parts: [part("a"), part("b")] };
const single: CheckTreeItem = { id: "s", label: "Single", code: "SingleThing" };
const fixed: CheckTreeItem = { id: "f", label: "Fixed", always: "Comes along." };
const groups = [
  { title: "First", items: [whole, single] },
  { title: "Second", items: [fixed] },
];
const set = (...ids: string[]) => new Set(ids);
const rows = (chosen: ReadonlySet<string>, search = "", expanded = new Map<string, boolean>()) =>
  visibleSections(groups, chosen, expanded, search).flatMap((section) => section.rows.map(({ item }) => item.id));

describe("an item with parts", () => {
  it("is chosen when all its parts are, and mixed when some are", () => {
    expect([stateOf(whole, set()), stateOf(whole, set("a")), stateOf(whole, set("a", "b"))]).toEqual([false, "mixed", true]);
  });

  it("chooses all its parts when pressed, and clears them when all are chosen", () => {
    expect(toggled(whole, set("s"))).toEqual(set("s", "a", "b"));
    expect(toggled(whole, set("a"))).toEqual(set("a", "b"));
    expect(toggled(whole, set("a", "b", "s"))).toEqual(set("s"));
  });

  it("leaves parts unchanged that may not be chosen", () => {
    const item: CheckTreeItem = { id: "w", label: "Whole", parts: [part("a"), part("b", "Not yours.")] };
    expect(toggled(item, set())).toEqual(set("a"));
    expect(toggled(item, set("a"))).toEqual(set());
    expect(isFixed(item, set())).toBe(false);
    expect(isFixed({ ...item, parts: [part("b", "Not yours.")] }, set())).toBe(true);
  });

  it("shows its parts when only some are chosen, unless it was closed", () => {
    expect(rows(set())).toEqual(["w", "s", "f"]);
    expect(rows(set("a"))).toEqual(["w", "a", "b", "s", "f"]);
    expect(rows(set("a"), "", new Map([["w", false]]))).toEqual(["w", "s", "f"]);
    expect(rows(set(), "", new Map([["w", true]]))).toEqual(["w", "a", "b", "s", "f"]);
  });
});

describe("an item that may not be chosen", () => {
  it("can be cleared but not chosen", () => {
    const item = part("x", "Not yours.");
    expect(toggled(item, set())).toEqual(set());
    expect(toggled(item, set("x"))).toEqual(set());
    expect([isFixed(item, set()), isFixed(item, set("x"))]).toEqual([true, false]);
  });
});

describe("a search", () => {
  it("finds labels, technical names and parts, in any case", () => {
    expect(rows(set(), "singleTHING")).toEqual(["s"]);
    expect(rows(set(), "part b")).toEqual(["w", "b"]);
    expect(rows(set(), "b part")).toEqual(["w", "b"]);
    expect(rows(set(), "nothing")).toEqual([]);
  });

  it("shows a group by its title", () => {
    expect(rows(set(), "second")).toEqual(["f"]);
  });

  it("numbers the items that it found", () => {
    const [section] = visibleSections(groups, set(), new Map(), "part b");
    expect(section?.rows.map(({ level, position, siblings }) => [level, position, siblings])).toEqual([
      [1, 1, 1],
      [2, 1, 1],
    ]);
  });
});

describe("the summary of what is chosen", () => {
  it("names the whole in place of its parts, and leaves out what every token gets", () => {
    expect(chosenItems(groups, set("a", "b", "s")).map(({ id }) => id)).toEqual(["w", "s"]);
    expect(chosenItems(groups, set("b")).map(({ id }) => id)).toEqual(["b"]);
  });
});

import { listKey } from "./listKey.ts";

/** What a key or several together do. */
export interface Shortcut {
  /** Each way to press it, as it is written: `Ctrl+K`, with `+` between keys that are held together. */
  readonly keys: readonly string[];
  readonly does: string;
}

/** Shortcuts that belong to one part of the page. */
export interface ShortcutGroup {
  readonly title: string;
  /** Selects what they belong to. Where a page has none of it, they do nothing there. */
  readonly where: string;
  readonly shortcuts: readonly Shortcut[];
}

/** Every shortcut that a page has. The dialog shows this table; tests hold what acts on the keys against it. */
export const shortcutGroups = [
  {
    title: "On every page",
    where: "body",
    shortcuts: [
      { keys: ["Ctrl+K", "⌘+K"], does: "Find a token, a page or an action" },
      { keys: [listKey], does: "Show this list, unless you are typing" },
      { keys: ["Tab", "Shift+Tab"], does: "Go to the next part of the page, or the one before" },
      { keys: ["Escape"], does: "Close what is open on top of the page" },
    ],
  },
  {
    title: "In Find",
    where: "body",
    shortcuts: [
      { keys: ["ArrowUp", "ArrowDown"], does: "Go from result to result" },
      { keys: ["Enter"], does: "Go to the result, or do what it says" },
      { keys: ["Escape"], does: "Close Find" },
    ],
  },
  {
    title: "In a table",
    where: "[role=grid]",
    shortcuts: [
      { keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], does: "Go from cell to cell" },
      { keys: ["PageUp", "PageDown"], does: "Go on by a screenful of rows" },
      { keys: ["Home", "End"], does: "Go to the first or the last cell of the row" },
      { keys: ["Ctrl+Home", "Ctrl+End"], does: "Go to the first or the last row" },
      { keys: ["Enter"], does: "Follow the link of the cell, or press its button" },
    ],
  },
  {
    title: "In a table whose rows can be selected",
    where: "[role=grid][aria-multiselectable]",
    shortcuts: [
      { keys: ["Space"], does: "Select the row, or no longer" },
      { keys: ["Shift+Space"], does: "Select all rows from the one selected last" },
      { keys: ["Ctrl+A", "⌘+A"], does: "Select all rows" },
      { keys: ["Escape"], does: "Select nothing" },
    ],
  },
  {
    title: "In the list of affected tokens",
    where: "[data-rows]",
    shortcuts: [
      { keys: ["ArrowUp", "ArrowDown"], does: "Go from token to token" },
      { keys: ["PageUp", "PageDown"], does: "Go on by a screenful" },
      { keys: ["Home", "End"], does: "Go to the first or the last token" },
    ],
  },
  {
    title: "In a list to choose from",
    where: "[role=tree]",
    shortcuts: [
      { keys: ["ArrowUp", "ArrowDown"], does: "Go from line to line" },
      { keys: ["ArrowRight", "ArrowLeft"], does: "Open or close a group" },
      { keys: ["PageUp", "PageDown"], does: "Go on by a screenful" },
      { keys: ["Home", "End"], does: "Go to the first or the last line" },
      { keys: ["Space", "Enter"], does: "Choose the line, or no longer" },
      { keys: ["Escape"], does: "Empty the search" },
      { keys: ["Any letter"], does: "Search" },
    ],
  },
  {
    title: "In a row of tabs",
    where: "[role=tablist]",
    shortcuts: [
      { keys: ["ArrowLeft", "ArrowRight"], does: "Show the tab before, or the next" },
      { keys: ["Home", "End"], does: "Show the first or the last tab" },
    ],
  },
] as const satisfies readonly ShortcutGroup[];

/** What is written on a key, where its name is another. */
const caps: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page up",
  PageDown: "Page down",
  Escape: "Esc",
};

/** What a screen reader says of a key, where what is written on it would not be read. */
const spoken: Readonly<Record<string, string>> = {
  ArrowUp: "Arrow up",
  ArrowDown: "Arrow down",
  ArrowLeft: "Arrow left",
  ArrowRight: "Arrow right",
  Escape: "Escape",
  Ctrl: "Control",
  "⌘": "Command",
  "?": "Question mark",
};

/** The keys of one way to press a shortcut, as they are shown and as they are said. */
export function keysOf(way: string): readonly { readonly shown: string; readonly said: string }[] {
  return way.split("+").map((key) => ({ shown: caps[key] ?? key, said: spoken[key] ?? caps[key] ?? key }));
}

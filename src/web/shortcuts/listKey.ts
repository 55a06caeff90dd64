import { keptText } from "#web/state/kept.ts";
import { createStore } from "#web/state/store.ts";

/** The key that opens the list of shortcuts. */
export const listKey = "?";

/** Whether the list of shortcuts is open. */
export const shortcutsOpen = createStore(false);

const kept = keptText("shortcut-key");

/** Whether the list opens by its key. Who dictates, or strikes keys by accident, can do without it. */
export const listKeyActs = createStore(kept.get() !== "off");

/** Has the list open by its key, or not; this browser keeps it. */
export function setListKeyActs(acts: boolean): void {
  listKeyActs.set(acts);
  kept.set(acts ? undefined : "off");
}

/** The part of a keyboard event that tells whether it is the list's key. */
export type ListKeyEvent = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">;

/** Whether the list's key was pressed: the question mark, with Shift or without as the keyboard has it, and with no other key. */
export function isListKey({ key, ctrlKey, altKey, metaKey }: ListKeyEvent): boolean {
  return key === listKey && !ctrlKey && !altKey && !metaKey;
}

/** Whether a key asks for the list. It does not where it is text: in a field, in an editor, in a choice that is searched by typing. */
export function asksForList(event: KeyboardEvent): boolean {
  if (!isListKey(event) || event.isComposing || event.defaultPrevented) return false;
  return !(event.target instanceof Element && event.target.closest(typedIn) !== null);
}

/** Inputs in which nothing is typed. */
const untyped = ["button", "checkbox", "radio", "submit", "reset", "file", "range", "color"];

/** Everything in which a question mark is text. */
const typedIn = [
  `input${untyped.map((type) => `:not([type=${type}])`).join("")}`,
  "textarea",
  "select",
  "[contenteditable]:not([contenteditable=false])",
  ...["textbox", "searchbox", "combobox", "listbox", "menu"].map((role) => `[role=${role}]`),
].join();

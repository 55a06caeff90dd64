// Loaded once notes are read.
export { indexDismissals } from "#domain/inventory/notes.ts";
export { findingNotesFrom } from "#logscale/findingNotesAnswer.ts";

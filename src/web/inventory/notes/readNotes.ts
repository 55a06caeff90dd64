// Loaded once notes are read.
export { indexDismissals } from "#domain/inventory/notes.ts";
export { findingNotesPath, findingNotesSchema } from "#logscale/findingNotes.ts";

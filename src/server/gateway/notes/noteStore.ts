import type { NoteAuthor } from "#domain/inventory/noteChanges.ts";
import type { FindingNotes, TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import type { NoteResult } from "#server/store/tokenNotes.ts";

/** Where a gateway keeps what it keeps about findings. */
export interface NoteStore {
  /** Everything, of all tokens. */
  read(): Promise<FindingNotes>;
  /** Makes a change, if what is there is what its author saw. It is kept once this resolves. */
  change(change: NoteChange, author: NoteAuthor): Promise<NoteResult>;
  /** Puts what is noted of a token at the one that took its place. */
  carryOver(from: TokenKey, to: TokenKey): Promise<void>;
  close(): Promise<void>;
}

import type { InventoryKind } from "#domain/inventory/item.ts";

import type { Defaulted } from "./columns.ts";

/** What a note of a token is: a finding was dismissed, an owner written down, a link to the token that it replaces. */
export type NoteType = "dismissal" | "owner" | "link";

/**
 * What people note of tokens, one row for each token, type and rule. The embedded server's rows go with the token, whatever deletes it:
 * triggers see to that. Behind a cluster nothing tells of a deletion, and the rows
 * stay, but for those of tokens that the page deletes, which it takes away.
 */
export interface TokenNoteTable {
  /** Host and port of the cluster whose token it is; empty for the tokens of this database. */
  cluster: string;
  kind: InventoryKind;
  /** The token's id in its own table; behind a cluster what the contract has in its place: see `identityOf`. */
  tokenId: string;
  /** When the token was made; null for ingest and fleet tokens, of which a cluster does not tell. */
  tokenCreatedAt: number | null;
  type: NoteType;
  /** Of a dismissal, the rule that finds what was dismissed; empty otherwise. */
  rule: string;
  /** Of a dismissal why, of an owner who; of a link empty. */
  text: string;
  /** When it ceases to hold; null: never. */
  until: number | null;
  writtenBy: string;
  writtenAt: number;
  version: string;
  /** Of a link, the token that is replaced, of the same kind, as `tokenId` and `tokenCreatedAt` name the new one; null otherwise. */
  replacesId: Defaulted<string | null>;
  replacesCreatedAt: Defaulted<number | null>;
}

/** The thresholds that somebody set; one row for each cluster, and one for this database. */
export interface FindingThresholdTable {
  /** As in {@link TokenNoteTable}. */
  cluster: string;
  /** JSON of the numbers of days by name. */
  days: string;
  setBy: string;
  setAt: number;
  version: string;
}

import type { InventoryKind } from "#domain/inventory/item.ts";

/**
 * What people note of tokens, one row for each token, type and rule. The embedded server's rows go with the token, whatever deletes it:
 * triggers see to that. Behind a cluster nothing tells of a deletion, and the rows stay.
 */
export interface TokenNoteTable {
  /** Host and port of the cluster whose token it is; empty for the tokens of this database. */
  cluster: string;
  kind: InventoryKind;
  /** The token's id in its own table; behind a cluster what the contract has in its place: see `identityOf`. */
  tokenId: string;
  /** When the token was made; null for ingest and fleet tokens, of which a cluster does not tell. */
  tokenCreatedAt: number | null;
  /** What it is. The only type so far: a finding of `rule` was dismissed, `text` says why. */
  type: "dismissal";
  rule: string;
  text: string;
  /** When it ceases to hold; null: never. */
  until: number | null;
  writtenBy: string;
  writtenAt: number;
  version: string;
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

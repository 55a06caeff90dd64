import type { Generated, GeneratedAlways } from "kysely";

/** The audit trail, one row for each record. Written once; its place in the chain comes later. */
export interface AuditRecordTable {
  /** In the order of writing, which is not always that of committing; numbers may be left out. */
  number: GeneratedAlways<number>;
  /** The record as it is hashed and sent: see `recordText`. */
  record: string;
  /** HMAC of the record under the trail's key: nobody without the key adds one. */
  mac: Uint8Array;
  /** Its place in the chain, from 1 without a gap; null until it is sealed. */
  position: Generated<number | null>;
  /** What follows is in the record too: see `indexOfRecord`. The record counts, and what differs from it is a forgery. */
  id: string;
  /** In UTC as ISO 8601 has it, which sorts as time goes. */
  happenedAt: string;
  type: string;
  /** `done` or `refused`. */
  outcome: string;
  /** Id of the user, else of the token, else the type of who acted. */
  actorId: string;
  address: string | null;
  /** The first of what the record is about, and the others; null where there are none. */
  subject: string | null;
  others: string[] | null;
}

/** The links of the chain: each covers the records from the one before it to its last position. */
export interface AuditSealTable {
  number: number;
  /** Ms since epoch. */
  sealedAt: number;
  lastPosition: number;
  mac: Uint8Array;
}

/** At most one row: where the chain begins since retention took what was before. */
export interface AuditAnchorTable {
  /** Always 1. */
  id: number;
  /** The last seal that went, its last position and its HMAC. */
  seal: number;
  lastPosition: number;
  sealMac: Uint8Array;
  /** Ms since epoch. */
  cutAt: number;
  /** HMAC of the row: only this server cuts the chain. */
  mac: Uint8Array;
}

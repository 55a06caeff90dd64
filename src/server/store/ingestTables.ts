import type { Generated, Selectable } from "kysely";

import type { TokenWeakness } from "#domain/token/tokenWeakness.ts";

import type { Defaulted } from "./columns.ts";

/** A repository's own parser; those that are built in have no row. Gone with the repository. */
export interface ParserTable {
  id: string;
  repositoryId: string;
  /** Unique in the repository. */
  name: string;
  script: string;
  /** JSON of the test cases as they were given. */
  testCases: string;
  fieldsToTag: Defaulted<string[]>;
  fieldsToBeRemovedBeforeParsing: Defaulted<string[]>;
  languageVersion: string;
}

/** A token that sends data into one repository. Gone with the repository. The value is sealed, and found by its fingerprint. */
export interface IngestTokenTable {
  /** Of our own, shown nowhere: LogScale knows these tokens by repository and name. */
  id: string;
  repositoryId: string;
  /** Unique in the repository. */
  name: string;
  /** A parser of the repository or one that is built in; null when none is assigned. */
  parserName: string | null;
  sealedValue: Uint8Array;
  /** Unique on the whole installation. */
  fingerprint: Uint8Array;
  /** Whether the value was chosen, and what speaks against it then. */
  isCustom: boolean;
  weakness: TokenWeakness | null;
  createdAt: number;
  /** Username of who created the token, or the name of the token that did; may name somebody who has left. */
  createdBy: string;
  /** Accepted so far, and the bytes of the uncompressed requests they came in. A second late at most. */
  events: Defaulted<number>;
  bytes: Defaulted<number>;
  lastUsedAt: number | null;
  lastUsedFrom: string | null;
  /** Written with the first use; null when never used, and where `lastUsedAt` is older than this column. */
  firstUsedAt: Defaulted<number | null>;
}

/** How many events were sent with a token in an hour; those of the last two days are kept. */
export interface IngestHourTable {
  tokenId: string;
  /** When the hour began, ms since epoch. */
  hour: number;
  events: number;
}

/** The last events that a repository received. Gone with the repository. */
export interface IngestEventTable {
  /** Later events have higher ones. */
  id: Generated<number>;
  repositoryId: string;
  tokenName: string;
  parserName: string | null;
  receivedAt: number;
  /** Of the whole event, in bytes. */
  size: number;
  /** The beginning of the event. */
  text: string;
}

/** A repository's own parser as read from the store. */
export type ParserRow = Selectable<ParserTable>;
/** An ingest token as read from the store. */
export type IngestTokenRow = Selectable<IngestTokenTable>;
/** All that is stored of an ingest token but its fingerprint. The value stays sealed until it is asked for. */
export type IngestTokenModel = Omit<IngestTokenRow, "fingerprint">;

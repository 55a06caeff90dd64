import type { Long } from "#domain/long.ts";
import type { Creator } from "#domain/token/creator.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { useOf, type LastUse, type UseState } from "#domain/token/lastUse.ts";

import type { TokenKey } from "./notes.ts";

/** Every kind of token that there is: the governed ones, then those that no security policy governs. */
export const inventoryKinds = [...tokenKinds, "ingest", "fleet"] as const;

/** One of {@link inventoryKinds}. */
export type InventoryKind = (typeof inventoryKinds)[number];

/** What each kind is called: `noun` in a sentence ("3 ingest tokens"), `title` as a heading. */
export const inventoryTraits = {
  ...kindTraits,
  ingest: { noun: "ingest", title: "Ingest" },
  fleet: { noun: "fleet", title: "Fleet" },
} as const satisfies Record<InventoryKind, { readonly noun: string; readonly title: string }>;

/**
 * A token of any kind, without a secret. What the backend cannot tell is undefined; null says that there is nothing to tell. Times are ms
 * since epoch.
 */
export interface InventoryToken {
  /** Names the token among all kinds, and stays the same as long as the token does. */
  readonly key: string;
  readonly kind: InventoryKind;
  /** The id of a governed token; ingest and fleet tokens have none. */
  readonly id: string | undefined;
  readonly name: string;
  readonly createdAt: Long | undefined;
  /** Null when it never expires. */
  readonly expireAt: Long | null | undefined;
  /** Id of the IP filter; null for none. Ingest and fleet tokens cannot have any. */
  readonly ipFilter: string | null;
  readonly lastUse: LastUse | undefined;
  /** When it was first used; null when never. A server may not have written it down when the token was already in use. */
  readonly firstUse?: Long | null | undefined;
  /** Whose it is by itself: the user of a personal token, the creator of another; of kind `unknown` where nobody knows. */
  readonly owner: Creator;
  /** Who is to act for it, where somebody wrote that down; `whoseTurn` tells which of the two counts. */
  readonly written?: WrittenDown;
  /** Of an ingest token alone. */
  readonly ingest?: IngestFacts;
  /** Of a fleet token alone. */
  readonly fleet?: FleetFacts;
}

/** An owner that somebody wrote down. */
export interface WrittenDown {
  /** A person, a team, an e-mail address. */
  readonly owner: string;
  /** Who wrote it. */
  readonly by: string;
  /** Ms since epoch. */
  readonly at: number;
}

export interface IngestFacts {
  /** Name of the repository that it sends to. */
  readonly repository: string;
  /** Name of the parser; null when none is assigned. */
  readonly parser: string | null;
  /** Whether its creator chose the value. */
  readonly isCustom: boolean | undefined;
  /** How a chosen value could be found out; null where nothing speaks against it. */
  readonly weakness: "Short" | "Guessable" | null | undefined;
  /** Events accepted so far. */
  readonly events: Long | undefined;
  /** Those of the last 24 hours and the hour begun before them. */
  readonly eventsInLastDay?: Long | undefined;
}

export interface FleetFacts {
  /** What stands for its value in links. */
  readonly handle: string;
  /** Null when none is assigned. */
  readonly configuration: { readonly id: string; readonly name: string } | null;
}

/** What a view, organization or system token may do. A personal token has its user's rights. */
export interface TokenRights {
  /** Permissions by name, composed ones taken apart, in the catalogue's order. Tokens with equal ones share one array. */
  readonly permissions: readonly string[];
  /** Ids of the repositories and views of a view token; empty for the other kinds. Tokens with equal ones share one array. */
  readonly views: readonly string[];
}

/** Whether a token has expired at `now` (ms since epoch): it is accepted nowhere, and is gone within minutes. */
export function hasExpired({ expireAt }: Pick<InventoryToken, "expireAt">, now: Long): boolean {
  return expireAt != null && expireAt <= now;
}

/** Whether a token of any kind is in use at `now` (ms since epoch). One that has expired is not: it is accepted nowhere. */
export function useOfItem(token: Pick<InventoryToken, "createdAt" | "expireAt" | "lastUse">, now: number): UseState {
  // Of an ingest or fleet token nobody may know when it was made; then it may be new, and about to be used.
  const use = useOf({ createdAt: token.createdAt ?? now, lastUse: token.lastUse }, now);
  return hasExpired(token, now) ? "not" : use;
}

/** The {@link InventoryToken.key} of a governed token. */
export function governedKey(kind: TokenKind, id: string): string {
  return `${kind}:${id}`;
}

/** The {@link InventoryToken.key} of an ingest token, which its repository and its name tell from all others. */
export function ingestKey(repository: string, name: string): string {
  return `ingest:${JSON.stringify([repository, name])}`;
}

/** The {@link InventoryToken.key} of a fleet token, by what stands for its value in links. */
export function fleetKey(handle: string): string {
  return `fleet:${handle}`;
}

/** The key in the inventory of the token that something is noted of; of a personal one also that of the next with its id. */
export function inventoryKeyOf(key: TokenKey): string {
  switch (key.kind) {
    case "ingest":
      return ingestKey(key.repository, key.name);
    case "fleet":
      return fleetKey(key.handle);
    default:
      return governedKey(key.kind, key.id);
  }
}

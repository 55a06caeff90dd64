import { fleetKey, governedKey, ingestKey, inventoryKinds, type InventoryToken } from "#domain/inventory/item.ts";
import { inOrderOfNames } from "#domain/compareNames.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { ownerOf, unknownCreator, type Creator } from "#domain/token/creator.ts";
import { neverUsed, type LastUse, type UsedToken } from "#domain/token/lastUse.ts";

import type { ListReach } from "./kindRead.ts";
import type { AllFleetTokens, FleetTokenFacts } from "./readFleetTokens.ts";
import type { AllIngestTokens, IngestToken, IngestUse } from "./readIngestTokens.ts";
import type { ListedToken, TokenList } from "./readTokens.ts";

/** The tokens of one kind in the inventory, and how much of the kind they are. */
export interface InventoryList extends ListReach {
  readonly tokens: readonly InventoryToken[];
  /** The server's time when reading began. */
  readonly loadedAt: number;
}

/** The list of a kind that the caller may not see. */
export const hiddenList: InventoryList = {
  tokens: [],
  seen: 0,
  visibility: "hidden",
  listable: "hidden",
  unknown: 0,
  steady: true,
  loadedAt: 0,
};

/** The governed tokens of a kind, with what an audit log tells of them. */
export function governedList(list: TokenList, audit: AuditedUse | undefined): InventoryList {
  return { ...list, tokens: list.tokens.map((token) => governedItem(withAuditedUse(token, audit))) };
}

/** A governed token as the inventory has it. */
export function governedItem(
  token: UsedToken & Partial<Pick<ListedToken, "firstUse">> & { readonly creator?: Creator | undefined },
): InventoryToken {
  const { kind, id, name, createdAt, expireAt, ipFilter, lastUse, firstUse } = token;
  const key = governedKey(kind, id);
  return { key, kind, id, name, createdAt, expireAt, ipFilter, lastUse, firstUse, owner: ownerOf(token) };
}

/** The ingest tokens of all repositories. */
export function ingestList({ tokens, readable, unreadable, failed, loadedAt }: AllIngestTokens): InventoryList {
  const reach = unreadable > 0 ? "partial" : "complete";
  return {
    tokens: tokens.map(ingestItem),
    seen: tokens.length,
    // Whoever may change them nowhere is shown none, which is not the same as none existing.
    visibility: readable === 0 ? "hidden" : failed.length > 0 ? "partial" : reach,
    listable: readable === 0 ? "hidden" : reach,
    unknown: 0,
    steady: true,
    loadedAt,
  };
}

/** An ingest token as the inventory has it. */
export function ingestItem({ repository, name, parser, use }: IngestToken): InventoryToken {
  return {
    key: ingestKey(repository, name),
    kind: "ingest",
    id: undefined,
    name,
    createdAt: use?.createdAt,
    // No ingest token expires or has an IP filter.
    expireAt: null,
    ipFilter: null,
    lastUse: use && lastUseOf(use),
    firstUse: use?.firstUse,
    owner: namedOwner(use?.createdBy),
    ingest: {
      repository,
      parser,
      isCustom: use?.isCustom,
      weakness: use?.weakness,
      events: use?.events,
      eventsInLastDay: use?.eventsInLastDay,
    },
  };
}

function lastUseOf({ lastUsedAt, lastUsedFrom }: IngestUse): LastUse {
  return lastUsedAt === null ? neverUsed : { at: lastUsedAt, from: lastUsedFrom, source: "recorded" };
}

/** The fleet tokens of somebody who may see them. */
export function fleetList({ rows, steady, loadedAt }: AllFleetTokens): InventoryList {
  const visibility = steady ? "complete" : "partial";
  return { tokens: rows.map(fleetItem), seen: rows.length, visibility, listable: "complete", unknown: 0, steady, loadedAt };
}

/** A fleet token as the inventory has it, without its value. */
export function fleetItem({
  handle,
  name,
  configuration,
  createdAt,
  createdBy,
  expireAt = null,
}: FleetTokenFacts): InventoryToken {
  return {
    key: fleetKey(handle),
    kind: "fleet",
    id: undefined,
    name,
    createdAt,
    // Where the server has no such thing, none expires. None has an IP filter, and nobody tells of its use.
    expireAt,
    ipFilter: null,
    lastUse: undefined,
    owner: namedOwner(createdBy),
    fleet: { handle, configuration },
  };
}

/** An owner of whom a name alone is on record, which may be a user's or a token's. */
function namedOwner(name: string | undefined): Creator {
  return name === undefined ? unknownCreator : { kind: "unknown", id: null, name };
}

/** All tokens in the order of their names, as people sort; those of one name in the order of the kinds. */
export function merged(lists: readonly (InventoryList | undefined)[]): readonly InventoryToken[] {
  return inOrderOfNames(
    lists.flatMap((list) => list?.tokens ?? []),
    byKindAndKey,
  );
}

const kindPlaces = new Map(inventoryKinds.map((kind, index) => [kind, index]));

function byKindAndKey(a: InventoryToken, b: InventoryToken): number {
  return (kindPlaces.get(a.kind) ?? 0) - (kindPlaces.get(b.kind) ?? 0) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

import type { QueryClient } from "@tanstack/react-query";

import type { InventoryToken } from "#domain/inventory/item.ts";
import type { WrittenOwner } from "#domain/inventory/notes.ts";
import { withOwners } from "#domain/inventory/acting.ts";
import type { AuditedUse } from "#domain/token/auditedUse.ts";
import type { TokenList } from "#web/api/tokens.ts";

import { fleetList, governedList, ingestList, merged, type InventoryList } from "#logscale/inventoryLists.ts";
import type { AllFleetTokens } from "#logscale/readFleetTokens.ts";
import type { AllIngestTokens } from "#logscale/readIngestTokens.ts";

// Several parts of a page use the inventory. What was made of a reading is kept with it, and forgotten with it.

const governed = new WeakMap<TokenList, { readonly audit: AuditedUse | undefined; readonly list: InventoryList }>();
const ingest = new WeakMap<AllIngestTokens, InventoryList>();
const fleet = new WeakMap<AllFleetTokens, InventoryList>();

/** {@link governedList}, made once for each reading. */
export function governedListOf(read: TokenList, audit: AuditedUse | undefined): InventoryList {
  const known = governed.get(read);
  if (known !== undefined && known.audit === audit) return known.list;
  const list = governedList(read, audit);
  governed.set(read, { audit, list });
  return list;
}

/** {@link ingestList}, made once for each reading. */
export function ingestListOf(read: AllIngestTokens): InventoryList {
  const list = ingest.get(read) ?? ingestList(read);
  ingest.set(read, list);
  return list;
}

/** {@link fleetList}, made once for each reading. */
export function fleetListOf(read: AllFleetTokens): InventoryList {
  const list = fleet.get(read) ?? fleetList(read);
  fleet.set(read, list);
  return list;
}

interface Merged {
  readonly tokens: readonly InventoryToken[];
  readonly byKey: ReadonlyMap<string, InventoryToken>;
}

interface Latest extends Merged {
  readonly lists: readonly (InventoryList | undefined)[];
  readonly owners: readonly WrittenOwner[];
  /** Without owners: they are written down more often than tokens are read. */
  readonly plain: readonly InventoryToken[];
}

const latest = new WeakMap<QueryClient, Latest>();

/** {@link merged}, with the owners that are written down; made once for the same lists and owners. */
export function mergedOf(
  client: QueryClient,
  lists: readonly (InventoryList | undefined)[],
  owners: readonly WrittenOwner[],
): Merged {
  const known = latest.get(client);
  const same = known?.lists.length === lists.length && known.lists.every((list, index) => list === lists[index]);
  if (same && known.owners === owners) return known;
  const plain = same ? known.plain : merged(lists);
  const tokens = withOwners(plain, owners);
  const made = { lists, owners, plain, tokens, byKey: new Map(tokens.map((token) => [token.key, token])) };
  latest.set(client, made);
  return made;
}

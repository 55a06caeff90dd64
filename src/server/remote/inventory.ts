import { withOwners } from "#domain/inventory/acting.ts";
import type { KindRead } from "#domain/inventory/evidenceFile.ts";
import { inventoryKinds, inventoryTraits, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import type { FindingNotes } from "#domain/inventory/notes.ts";
import { rightsKinds, rightsReading, type RightsList, type RightsReading } from "#domain/inventory/rightsReading.ts";
import type { AuditedUse } from "#domain/token/auditedUse.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { FleetRightsDocument } from "#logscale/generated/fleet.ts";
import { SearchDomainsDocument } from "#logscale/generated/organization.ts";
import { fleetList, governedList, hiddenList, ingestList, merged, type InventoryList } from "#logscale/inventoryLists.ts";
import { kindRead } from "#logscale/kindRead.ts";
import { readFleetTokens, fleetFactsFromWire } from "#logscale/readFleetTokens.ts";
import { readIngestTokens } from "#logscale/readIngestTokens.ts";
import { readRights } from "#logscale/readRights.ts";
import type { Failure } from "#logscale/errors.ts";

import { ask, failureOf, type RemoteServer } from "./client.ts";
import { readIdentity, type RemoteIdentity } from "./identity.ts";
import { readAudit } from "./readAudit.ts";
import { readNotes } from "./readNotes.ts";
import { readRepositories } from "./readRepositories.ts";
import { tokenReader, type TokenReader } from "./readTokens.ts";

/** Every token that the caller may list, of every kind, as the page of all tokens has them. */
export interface RemoteInventory {
  readonly identity: RemoteIdentity;
  /** In the order of their names, each with the owner that is written down for it. */
  readonly tokens: readonly InventoryToken[];
  /** How much of each kind was read: all six, in their usual order. */
  readonly kinds: readonly KindRead[];
  readonly rights: RightsReading;
  /** What people wrote of tokens. */
  readonly notes: FindingNotes;
  /** Whether it is known what they wrote; it is where the server keeps nothing. */
  readonly notesRead: boolean;
  /** What could not be read besides tokens: a sentence each. */
  readonly remarks: readonly string[];
}

export interface InventoryReading {
  /** Ms since epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told what is being read, for whoever waits. */
  readonly onProgress: (words: string) => void;
}

/**
 * Reads the inventory of a server, whatever it is: an embedded one, a gateway, or LogScale itself. A kind that cannot be read is `failed`;
 * what other kinds tell stays.
 *
 * @throws RemoteError where nobody answers, or the caller is not let in
 */
export async function readInventory(server: RemoteServer, options: InventoryReading): Promise<RemoteInventory> {
  const { signal, onProgress } = options;
  onProgress("Asking what may be read");
  const identity = await readIdentity(server, signal);
  const reader = await tokenReader(server, signal);
  const audit = await readAudit(server, identity.offers, options);
  const read: KindResult[] = [];
  // One after the other: whoever runs this at night takes nobody's turn.
  for (const kind of inventoryKinds) read.push(await readKind(kind, () => listOf(kind, server, reader, audit.use, options)));
  const rights: (RightsList | null)[] = [];
  for (const kind of rightsKinds) {
    onProgress(`Reading what ${inventoryTraits[kind].noun} tokens may do`);
    rights.push(await orNull(readRights(kind, reader.source(kind))));
  }
  const domains = await orNull(ask(server, SearchDomainsDocument, {}, { signal }));
  const { notes, failed } = await readNotes(server, signal);
  return {
    identity,
    tokens: withOwners(merged(read.map(({ list }) => list)), notes.owners),
    kinds: read.map(({ seen }) => seen),
    rights: rightsReading(rights, domains?.searchDomains),
    notes,
    notesRead: !failed,
    remarks: [
      audit.remark,
      rights.includes(null) ? "Permissions and views of some tokens could not be read; they stand as unknown." : undefined,
      failed
        ? "What people wrote of tokens could not be read: owners, findings that were put aside, and thresholds. Findings that were put aside are told as if they were not."
        : undefined,
    ].filter((remark) => remark !== undefined),
  };
}

interface KindResult {
  readonly list: InventoryList | undefined;
  readonly seen: KindRead;
}

async function readKind(kind: InventoryKind, read: () => Promise<InventoryList>): Promise<KindResult> {
  try {
    const list = await read();
    return { list, seen: kindRead(kind, list) };
  } catch (error) {
    const failure = failureOf(error);
    if (!endsWithItself(failure)) throw error;
    return { list: undefined, seen: { kind, state: "failed", seen: 0, unknown: 0, more: false, steady: true, failure } };
  }
}

async function listOf(
  kind: InventoryKind,
  server: RemoteServer,
  reader: TokenReader,
  audit: AuditedUse | undefined,
  { now, signal, onProgress }: InventoryReading,
): Promise<InventoryList> {
  onProgress(`Reading ${inventoryTraits[kind].noun} tokens`);
  const loadedAt = now();
  switch (kind) {
    case "ingest": {
      const known = await readRepositories(server, signal);
      const source = { ask: reader.ask, withUse: reader.offers("ingestUse"), failureOf, signal };
      return ingestList({ ...(await readIngestTokens(known, source)), loadedAt });
    }
    case "fleet": {
      const { organization } = await ask(server, FleetRightsDocument, {}, { signal });
      // Who changes the fleet sees it: LogScale has a right of its own for each.
      if (!organization.mayViewFleet && !organization.mayChangeFleet) return hiddenList;
      const read = await readFleetTokens({
        ask: reader.ask,
        withOrigin: reader.offers("fleetOrigin"),
        withExpiry: reader.offers("fleetExpiry"),
        handlesOf: (values) => values.map(handleOf),
        rowOf: fleetFactsFromWire,
        signal,
      });
      return fleetList({ ...read, loadedAt });
    }
    default:
      return governedList(await governedOf(kind, reader, loadedAt, onProgress), audit);
  }
}

async function governedOf(kind: TokenKind, reader: TokenReader, loadedAt: number, onProgress: (words: string) => void) {
  const reading = await reader.read(kind, "plan", ({ loaded, total }) =>
    onProgress(`Reading ${inventoryTraits[kind].noun} tokens: ${loaded} of ${total}`),
  );
  const listable = reading.visibility === "hidden" ? "hidden" : reader.visibility[kind];
  return { ...reading, seen: reading.tokens.length, listable, loadedAt };
}

/** What a reading gives, or null where it failed by itself. */
export async function orNull<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (endsWithItself(failureOf(error))) return null;
    throw error;
  }
}

/** Whether a failure says nothing of other calls: the server answered, and let the caller in. */
function endsWithItself({ kind }: Failure): boolean {
  return kind === "refused" || kind === "unexpected";
}

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { findingBit, rulesIn } from "#domain/findings/findings.ts";
import { findingRows } from "#domain/findings/rules.ts";
import { whoseTurn } from "#domain/inventory/acting.ts";
import { evidenceLine, evidenceRow, type EvidenceContext } from "#domain/inventory/evidence.ts";
import { evidenceJson } from "#domain/inventory/evidenceFile.ts";
import { evidenceCsvHead, evidenceCsvRow } from "#domain/inventory/evidenceTable.ts";
import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import { visibleName } from "#domain/name.ts";
import { contextOf, coverOf, type EvidenceSource, type EvidenceSurroundings } from "#logscale/evidenceSource.ts";
import { textTable } from "#server/cli/remote/table.ts";
import { countOf, shortInstant } from "#server/cli/remote/words.ts";
import type { JudgedInventory } from "#server/remote/judge.ts";

import type { InventoryCommand, InventoryFormat } from "./command.ts";

/** The tokens that a list shows, of all that were judged. */
export interface NarrowedInventory {
  readonly judged: JudgedInventory;
  readonly rows: readonly InventoryToken[];
  /** What the list is narrowed to, in words; empty where it shows everything. */
  readonly narrowedBy: readonly string[];
}

/** The tokens that are asked for. They were judged among all, since rules hold a token against others. */
export function narrowed(
  judged: JudgedInventory,
  { kinds, findings }: Pick<InventoryCommand, "kinds" | "findings">,
): NarrowedInventory {
  const { tokens, masks } = judged;
  const wanted = findings?.reduce((mask, rule) => mask | findingBit(rule), 0);
  const rows = tokens.filter(
    ({ kind }, place) => kinds.includes(kind) && (wanted === undefined || ((masks.found[place] ?? 0) & wanted) !== 0),
  );
  const alternatives = (words: readonly string[]) => words.join(" or ");
  return {
    judged,
    rows,
    narrowedBy: [
      ...(kinds.length === judged.kinds.length
        ? []
        : [`Kind: ${alternatives(kinds.map((kind) => inventoryTraits[kind].title))}`]),
      ...(findings === undefined ? [] : [`Finding: ${alternatives(findings.map((rule) => findingRows[rule].title))}`]),
    ],
  };
}

/** Writes a list, piece by piece. */
export function writtenInventory(list: NarrowedInventory, format: InventoryFormat): Iterable<string> {
  switch (format) {
    case "text":
      return asText(list);
    case "csv":
      return asCsv(list);
    case "json":
      return asJson(list);
    default:
      return format satisfies never;
  }
}

/** What the evidence is made of, as the page makes it. */
function evidenceOf({ judged, rows, narrowedBy }: NarrowedInventory) {
  const { identity, filters, dismissals, notesRead, at } = judged;
  const source: EvidenceSource = { rows, inventory: judged, findings: judged, narrowedBy, sortedBy: "name" };
  const around: EvidenceSurroundings = {
    exportedBy: identity.caller,
    backend: identity.backend,
    url: identity.url,
    link: null,
    organization: identity.organization,
    version: identity.version,
    filterName: (id) => filters.get(id)?.name,
    dismissals,
    ownersRead: notesRead,
    now: at,
  };
  return { cover: coverOf(source, around), context: contextOf(source, around) };
}

function* asCsv(list: NarrowedInventory): Generator<string> {
  const { context } = evidenceOf(list);
  yield evidenceCsvHead();
  for (const token of list.rows) yield evidenceCsvRow(evidenceRow(token, context));
}

function* asJson(list: NarrowedInventory): Generator<string> {
  const { cover, context } = evidenceOf(list);
  // The digest stands before the rows. Making them twice takes time; keeping 100,000 of them would take memory.
  const hash = sha256.create();
  for (const line of linesOf(list.rows, context)) hash.update(utf8ToBytes(`${line}\n`));
  yield* evidenceJson(cover, { of: "rows", sha256: bytesToHex(hash.digest()) }, linesOf(list.rows, context));
}

function* linesOf(rows: readonly InventoryToken[], context: EvidenceContext): Generator<string> {
  for (const token of rows) yield evidenceLine(evidenceRow(token, context));
}

const headings = ["KIND", "NAME", "OWNER", "EXPIRES", "LAST USED", "FINDINGS"] as const;

function* asText({ judged, rows, narrowedBy }: NarrowedInventory): Generator<string> {
  const counted = countOf(rows.length, "token");
  yield narrowedBy.length === 0 ? `${counted}.\n` : `${counted}: ${narrowedBy.join("; ")}.\n`;
  if (rows.length === 0) return;
  yield "\n";
  const places = new Map(judged.tokens.map(({ key }, place) => [key, place]));
  const found = ({ key }: InventoryToken) => rulesIn(judged.masks.found[places.get(key) ?? -1] ?? 0).join(", ");
  yield* textTable(
    headings,
    rows.map((token) => [
      inventoryTraits[token.kind].noun,
      calledAs(token),
      ownerWords(token),
      timeWords(token.expireAt),
      timeWords(token.lastUse?.at),
      found(token),
    ]),
  );
}

/** What a token is called in a text: an ingest token's name tells it apart within its repository alone. */
export function calledAs({ name, ingest }: InventoryToken): string {
  return ingest === undefined ? visibleName(name) : `${visibleName(name)} (${visibleName(ingest.repository)})`;
}

/** Who is to act for a token, in a text. */
export function ownerWords(token: InventoryToken): string {
  const { kind, name } = whoseTurn(token);
  if (kind === "administrator") return "local administrator";
  return name === null ? "not known" : visibleName(name);
}

/** A time in a text; undefined where nobody knows it, null where it never is. */
export function timeWords(at: Long | null | undefined): string {
  return at === undefined ? "not known" : at === null ? "never" : shortInstant(at);
}

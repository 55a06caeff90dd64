import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { evidenceLine, evidenceRow, type EvidenceContext, type EvidenceRow } from "#domain/inventory/evidence.ts";
import { coverJson, evidenceJson, type EvidenceCover } from "#domain/inventory/evidenceFile.ts";
import { evidenceCsvHead, evidenceCsvRow } from "#domain/inventory/evidenceTable.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { nextTask } from "#web/state/nextTask.ts";

/** What the rows can be saved as. */
export type EvidenceFormat = "json" | "csv";

/** A file of evidence, ready to be saved. */
export interface EvidenceFile {
  readonly name: string;
  readonly type: string;
  /** Its text, in pieces. */
  readonly pieces: readonly string[];
  /** Of the rows of a JSON file; of the whole of a CSV file. */
  readonly sha256: string;
  /** What a table's cover says, which is a file of its own so that the table stays one; a JSON file has it within. */
  readonly cover: { readonly name: string; readonly text: string } | undefined;
}

export interface MakeFileOptions {
  readonly format: EvidenceFormat;
  /** Name of the file, without its ending. */
  readonly title: string;
  readonly tokens: readonly InventoryToken[];
  readonly context: EvidenceContext;
  readonly cover: EvidenceCover;
  readonly signal: AbortSignal;
  /** Told how many rows are made. */
  readonly onProgress: (made: number) => void;
}

/** So many rows are made before the page gets its turn: a few ms of work. */
const slice = 500;

/**
 * Makes the file of some tokens, in their order. The page stays fluid meanwhile.
 *
 * @throws the signal's reason when called off
 */
export async function makeFile(options: MakeFileOptions): Promise<EvidenceFile> {
  const { format, title, cover } = options;
  const hash = sha256.create();
  switch (format) {
    case "json": {
      const lines: string[] = [];
      await eachRow(options, (rows) => {
        const made = rows.map(evidenceLine);
        hash.update(utf8ToBytes(made.map((line) => `${line}\n`).join("")));
        lines.push(...made);
      });
      const digest = bytesToHex(hash.digest());
      const pieces = [...evidenceJson(cover, { of: "rows", sha256: digest }, lines)];
      return { name: `${title}.json`, type: "application/json", pieces, sha256: digest, cover: undefined };
    }
    case "csv": {
      const name = `${title}.csv`;
      const pieces = [evidenceCsvHead()];
      hash.update(utf8ToBytes(pieces.join("")));
      await eachRow(options, (rows) => {
        const piece = rows.map(evidenceCsvRow).join("");
        hash.update(utf8ToBytes(piece));
        pieces.push(piece);
      });
      const digest = bytesToHex(hash.digest());
      const text = coverJson(cover, { of: "table", file: name, sha256: digest });
      return { name, type: "text/csv", pieces, sha256: digest, cover: { name: `${title}-cover.json`, text } };
    }
    default:
      return format satisfies never;
  }
}

async function eachRow(
  { tokens, context, signal, onProgress }: MakeFileOptions,
  take: (rows: readonly EvidenceRow[]) => void,
): Promise<void> {
  for (let from = 0; from < tokens.length; from += slice) {
    signal.throwIfAborted();
    take(tokens.slice(from, from + slice).map((token) => evidenceRow(token, context)));
    onProgress(Math.min(from + slice, tokens.length));
    // oxlint-disable-next-line no-await-in-loop -- so that the page gets its turn
    await nextTask();
  }
  signal.throwIfAborted();
}

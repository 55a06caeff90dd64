import { escapeHidden } from "#domain/name.ts";

import { inventoryTraits, type InventoryKind } from "./item.ts";
import type { FindingThresholds } from "./thresholds.ts";

/** How much of a kind was read. */
export const kindReadings = ["complete", "partial", "hidden", "failed", "waiting"] as const;

/** How much of one kind the evidence rests on. */
export interface EvidenceKind {
  readonly kind: InventoryKind;
  readonly reading: (typeof kindReadings)[number];
  /** How many were read, whether or not the list shows them. */
  readonly read: number;
  /** What is not in it, in words; null where nothing is missing. */
  readonly missing: string | null;
}

/** How much of the rights of tokens was read. */
export const rightsReadings = ["read", "partial", "failed", "waiting"] as const;

/** What an export rests on: everything but the rows. */
export interface EvidenceCover {
  /** Time in UTC, as the server's clock says. */
  readonly exportedAt: string;
  readonly exportedBy: { readonly kind: "user" | "token" | "administrator"; readonly name: string; readonly id: string | null };
  /** Null where its name could not be read. */
  readonly organization: string | null;
  /** `logscale` is one that was asked without a gateway. Version is null where the server did not tell. */
  readonly backend: { readonly kind: "embedded" | "gateway" | "logscale"; readonly url: string; readonly version: string | null };
  readonly list: {
    /** What the list was narrowed to, in words; empty where it showed everything. */
    readonly narrowedBy: readonly string[];
    readonly sortedBy: string;
    /** The page that shows the list; null where no page made the file. */
    readonly link: string | null;
  };
  readonly rows: number;
  readonly kinds: readonly EvidenceKind[];
  readonly rights: (typeof rightsReadings)[number];
  /** In days; null where no findings were judged. */
  readonly thresholds: FindingThresholds | null;
}

/** What the name of the format is in a file, and its version, which changes when a reader of the former one would misread it. */
export const evidenceFormat = { format: "tokenhouse-evidence", version: 2 } as const;

/** What a digest is worth, said wherever there is one. */
export const digestMeaning = "It shows damage, not forgery: whoever changes the rows can make it anew.";

/** How much of a kind was read, as whoever read it knows. */
export interface KindRead {
  readonly kind: InventoryKind;
  readonly state: EvidenceKind["reading"];
  readonly seen: number;
  /** How many were left out, being of a type that the page does not know. */
  readonly unknown: number;
  /** Whether more of the kind may exist than the caller may list. */
  readonly more: boolean;
  /** False when the list changed while it was read. */
  readonly steady: boolean;
  readonly failure?: { readonly message: string };
}

/** How much of a kind the evidence rests on, with words that hold for whoever reads the file. */
export function evidenceKind(read: KindRead): EvidenceKind {
  return { kind: read.kind, reading: read.state, read: read.seen, missing: missingWords(read) };
}

function missingWords({ kind, state, unknown, more, steady, failure }: KindRead): string | null {
  const { noun } = inventoryTraits[kind];
  switch (state) {
    case "hidden":
      return `${noun} tokens: whoever exported this may not list them, so how many there are is not known.`;
    case "failed":
      return `${noun} tokens: they could not be read. ${failure?.message ?? ""}`.trim();
    case "waiting":
      return `${noun} tokens: they were still being read.`;
    case "complete":
    case "partial": {
      const reasons = [
        unknown > 0 ? `${unknown} of a type that this version does not know are left out` : undefined,
        steady ? undefined : "the list kept changing while it was read, so some may be missing",
        more || (state === "partial" && steady && unknown === 0) ? moreWords(kind) : undefined,
      ].filter((reason) => reason !== undefined);
      return reasons.length === 0 ? null : `${noun} tokens: ${reasons.join("; ")}.`;
    }
    default:
      return state satisfies never;
  }
}

function moreWords(kind: InventoryKind): string {
  return kind === "personal"
    ? "only those that whoever exported this may list, often only their own"
    : "only those that whoever exported this may administer; there may be others";
}

/** Of what a file has the digest: of its rows, or of a table that is a file of its own. */
export type EvidenceDigest =
  | { readonly of: "rows"; readonly sha256: string }
  | { readonly of: "table"; readonly file: string; readonly sha256: string };

/**
 * The JSON file, piece by piece. Each row stands on a line of its own, as {@link EvidenceDigest} `of: "rows"` was made from it.
 *
 * @param lines each as `evidenceLine` makes it
 */
export function* evidenceJson(cover: EvidenceCover, digest: EvidenceDigest, lines: Iterable<string>): Generator<string> {
  yield `${head(cover, digest).slice(0, -2)},\n"rows": [`;
  let first = true;
  for (const line of lines) {
    yield first ? `\n${line}` : `,\n${line}`;
    first = false;
  }
  yield first ? "]\n}\n" : "\n]\n}\n";
}

/** The cover of a table, as a JSON file of its own. */
export function coverJson(cover: EvidenceCover, digest: EvidenceDigest): string {
  return `${head(cover, digest)}\n`;
}

function head(cover: EvidenceCover, digest: EvidenceDigest): string {
  return escapeHidden(JSON.stringify({ ...evidenceFormat, cover, digest: { ...digest, meaning: digestMeaning } }, null, 2));
}

import type { KindRead } from "#domain/inventory/evidenceFile.ts";
import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";

/** A kind of which not every token was seen. */
export interface UnseenKind<Kind extends InventoryKind = InventoryKind> {
  readonly kind: Kind;
  readonly seen: "some" | "none";
  /** In a sentence. */
  readonly reason: string;
}

/** What of a kind was not seen, and why; undefined where every token was. */
export function unseenKind<Kind extends InventoryKind>(
  kind: Kind,
  { state, unknown, steady, failure }: Pick<KindRead, "state" | "unknown" | "steady" | "failure">,
): UnseenKind<Kind> | undefined {
  const { noun } = inventoryTraits[kind];
  const some = (reason: string): UnseenKind<Kind> => ({ kind, seen: "some", reason });
  switch (state) {
    case "complete":
      return undefined;
    case "hidden":
      return { kind, seen: "none", reason: hiddenWords(kind) };
    case "failed":
    case "waiting":
      return { kind, seen: "none", reason: `The ${noun} tokens could not be read. ${failure?.message ?? ""}`.trim() };
    case "partial":
      if (!steady) return some(`The list of ${noun} tokens kept changing while it was read.`);
      if (unknown > 0) return some(`Some ${noun} tokens are of a type that Tokenhouse does not know.`);
      return some(partialWords(kind));
    default:
      return state satisfies never;
  }
}

function hiddenWords(kind: InventoryKind): string {
  return kind === "ingest"
    ? "No repository shows the caller its ingest tokens."
    : `The caller may not list ${inventoryTraits[kind].noun} tokens.`;
}

function partialWords(kind: InventoryKind): string {
  switch (kind) {
    case "personal":
      return "Of the personal tokens only the caller's own can be listed.";
    case "ingest":
      return "Not every repository shows the caller its ingest tokens.";
    case "view":
    case "organization":
    case "system":
    case "fleet":
      return `Only those ${inventoryTraits[kind].noun} tokens were seen that the caller may administer.`;
    default:
      return kind satisfies never;
  }
}

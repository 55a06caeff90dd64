import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";
import { unknownWords } from "#web/tokens/VisibilityNote.tsx";
import { listWords } from "#web/ui/listWords.ts";

type Seen = KindSeen<InventoryKind>;

/** What the list lacks of a kind, and why, in a sentence or two; undefined where it lacks nothing, or where reading it failed. */
export function reachWords(seen: Seen): string | undefined {
  const { kind, unknown, steady } = seen;
  const parts = [
    isTokenKind(kind) ? unknownWords(kind, unknown) : undefined,
    steady
      ? undefined
      : `The list of ${inventoryTraits[kind].noun} tokens kept changing while it was read, so some may be missing. Read it again for the whole.`,
    rightWords(seen),
  ].filter((words) => words !== undefined);
  return parts.length === 0 ? undefined : parts.join(" ");
}

function rightWords({ kind, state, more }: Seen): string | undefined {
  const { noun } = inventoryTraits[kind];
  if (state === "hidden") {
    switch (kind) {
      case "ingest":
        return "No repository shows you its ingest tokens: it takes the permission to change them.";
      case "fleet":
        return "The fleet tokens are not shown to you: it takes the permission to view fleet management.";
      case "personal":
      case "view":
      case "organization":
      case "system":
        return `You may not list ${noun} tokens, so it is not known here how many there are.`;
      default:
        return kind satisfies never;
    }
  }
  if (!more) return undefined;
  if (kind === "personal") {
    return "Only your own personal token is listed. Those of other people are not listable here, so it is not known how many there are.";
  }
  if (kind === "ingest") return "Repositories on which you may not change ingest tokens do not show you theirs.";
  return `Only the ${noun} tokens that you may administer are listed; there may be others.`;
}

/** What a backend does not tell of tokens, in a sentence; undefined where it tells everything. */
export function untoldWords(tells: {
  readonly creators: boolean;
  readonly ingestUse: boolean;
  readonly fleetOrigin: boolean;
}): string | undefined {
  const untold = [
    ...(tells.creators ? [] : ["who made a token"]),
    ...(tells.ingestUse ? [] : ["when an ingest token was made, or was last used"]),
    ...(tells.fleetOrigin ? [] : ["when a fleet token was made"]),
  ];
  return untold.length === 0 ? undefined : `This LogScale does not tell ${listWords(untold)}.`;
}

import type { RenewalPair } from "#domain/renewal/pairs.ts";
import type { FindingNotesReading } from "#web/inventory/notes/queries.ts";

import type { PairAction } from "./columns.tsx";

/** Whether whoever is signed in may do that with a pair of listed tokens. A rejected guess is kept as a dismissed finding is. */
export function mayAct(
  action: PairAction,
  { old }: Pick<RenewalPair, "old">,
  { mayWrite, mayAssign }: Pick<FindingNotesReading, "mayWrite" | "mayAssign">,
): boolean {
  switch (action) {
    case "link":
    case "unlink":
      return mayAssign.includes(old.kind);
    case "reject":
    case "offer":
      return mayWrite;
    case "hand-over":
    case "delete":
      return true;
    default:
      return action satisfies never;
  }
}

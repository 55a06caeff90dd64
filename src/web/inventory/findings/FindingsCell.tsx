import { Suspense } from "react";

import type { Severity } from "#domain/findings/rule.ts";
import { NotInCell, Quiet } from "#web/inventory/cells.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";

import type { TokenSigns } from "./reading.ts";

// Loaded once a token was judged.
const FindingSigns = lazyPart(async () => (await import("./FindingSigns.tsx")).FindingSigns, NotInCell);

/** A token's findings in a cell, or that it was not judged yet. */
export function FindingsCell({ signs }: { readonly signs: TokenSigns | undefined }) {
  const unknown = <Quiet>Not judged yet</Quiet>;
  return signs === undefined ? (
    unknown
  ) : (
    <Suspense fallback={unknown}>
      <FindingSigns signs={signs} />
    </Suspense>
  );
}

/** The text of such a cell, as a file or a search has it. */
export function signsText(signs: TokenSigns | undefined): string {
  return signs === undefined ? "" : signs.titles.join("; ");
}

/** Sorts the worst first, and of one severity the most. */
export function signsOrder(signs: TokenSigns | undefined): number | undefined {
  if (signs === undefined) return undefined;
  const ranks = { high: 0, medium: 1, low: 2 } as const satisfies Record<Severity, number>;
  return signs.worst === undefined ? 300 : ranks[signs.worst] * 100 - signs.found;
}

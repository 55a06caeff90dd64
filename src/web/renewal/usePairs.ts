import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { dismissalOf, tokenKeyOf } from "#domain/inventory/notes.ts";
import { noSuccessorRule, pairsOf, type RenewalPair } from "#domain/renewal/pairs.ts";
import type { Failure } from "#logscale/errors.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { readNotesAgain, useFindingNotes, type FindingNotesReading } from "#web/inventory/notes/queries.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { useServerMinute } from "#web/policies/impact/useServerMinute.ts";

/** The pairs of all tokens, as far as what they rest on was read. */
export interface PairsReading {
  /** Those of which both tokens are listed, with the guesses that somebody rejected. */
  readonly pairs: readonly RenewalPair[];
  readonly notes: FindingNotesReading;
  /** Why what is recorded could not be read. Then there is nothing but guesses. */
  readonly notesFailure: Failure | undefined;
  /** Whether what is recorded is still being read for the first time. */
  readonly pending: boolean;
  /** Reads again what is recorded, in the background. */
  readonly readAgain: () => void;
  /** The server's time that they hold for, ms since epoch; it moves once a minute. */
  readonly now: number;
}

/** The pairs of all tokens. */
export function usePairs(inventory: Inventory): PairsReading {
  const client = useQueryClient();
  const { tokens, byKey, waiting } = inventory;
  const { of: rightsOf } = inventory.rights;
  const { notes, failure: notesFailure, pending } = useFindingNotes(!waiting);
  const policies = useQuery({ ...policiesQuery, enabled: !waiting }).data?.policies;
  const now = useServerMinute(tokens);
  const { index, links } = notes;
  const pairs = useMemo(
    () =>
      waiting || pending
        ? []
        : pairsOf(
            { tokens, byKey },
            {
              now,
              links,
              rightsOf,
              policies,
              rejectionOf: (next) => {
                const key = tokenKeyOf(next);
                return key && dismissalOf(index, key, noSuccessorRule);
              },
            },
          ),
    [tokens, byKey, waiting, pending, links, index, rightsOf, policies, now],
  );
  const readAgain = useCallback(() => void readNotesAgain(client).catch(() => undefined), [client]);
  return { pairs, notes, notesFailure, pending, now, readAgain };
}

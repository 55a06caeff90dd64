import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import { noFindingNotes } from "#domain/inventory/noNotes.ts";
import type { InventoryKind } from "#domain/inventory/item.ts";
import { indexDismissals, type DismissalIndex, type FindingNotes } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import type { Failure } from "#logscale/errors.ts";
import { findingNotesFrom } from "#logscale/findingNotesAnswer.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { CallError, failureOf } from "#web/api/failure.ts";
import { sessionOf } from "#web/api/queries.ts";
import { askRoute } from "#web/api/route.ts";
import { offers } from "#web/api/session.ts";

import { findingNotesKey } from "./key.ts";

/** What the server keeps about findings, owners and successors, of the tokens that one may list. */
export interface FindingNotesReading extends FindingNotes {
  /** Whether the server keeps anything: one in the part of a LogScale does not. */
  readonly kept: boolean;
  /** Whether whoever is signed in may dismiss findings and set thresholds. */
  readonly mayWrite: boolean;
  /** Of which kinds they may write down owners and links. */
  readonly mayAssign: readonly InventoryKind[];
  /** The dismissals, for looking them up by token and rule. */
  readonly index: DismissalIndex;
}

const nothingKept: FindingNotesReading = { kept: false, mayWrite: false, mayAssign: [], ...noFindingNotes, index: new Map() };

/** What is kept about findings: thresholds, and dismissals of the tokens that one may list. */
export const findingNotesQuery = queryOptions({
  queryKey: findingNotesKey,
  queryFn: async ({ client, signal }): Promise<FindingNotesReading> => {
    if (!offers(await sessionOf(client), "findingNotes")) return nothingKept;
    const notes = findingNotesFrom(await askRoute(findingNotesPath, { method: "GET", signal }));
    if (notes !== undefined) return { kept: true, ...notes, index: indexDismissals(notes.dismissals) };
    throw new CallError({
      kind: "unexpected",
      message: "The answer about what is noted of tokens is not one this page understands. Reload the page.",
    });
  },
  structuralSharing: false,
});

/** What is kept about findings, as far as it was read; before, and where it cannot be read, the usual thresholds and no dismissals. */
export interface FindingNotesState {
  readonly notes: FindingNotesReading;
  readonly pending: boolean;
  /** Why it could not be read. Findings that were dismissed are then shown as if they were not. */
  readonly failure: Failure | undefined;
}

/** What is kept about findings; reads it where that was not done, unless told to wait. */
export function useFindingNotes(enabled = true): FindingNotesState {
  const { data, error, isPending } = useQuery({ ...findingNotesQuery, enabled });
  return { notes: data ?? nothingKept, pending: isPending, failure: error === null ? undefined : failureOf(error) };
}

/** Reads again what is kept. */
export function readNotesAgain(client: QueryClient): Promise<FindingNotesReading> {
  return client.query({ ...findingNotesQuery, staleTime: 0 });
}

/** Changes what is kept about findings. Rejects with a refusal where somebody else was first, of code `STALE_VERSION`. */
export async function changeNotes(change: NoteChange): Promise<void> {
  await askRoute(findingNotesPath, { method: "POST", body: change, changes: true });
}

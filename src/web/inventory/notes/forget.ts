import type { QueryClient } from "@tanstack/react-query";

import { keyText, type FindingNotes, type TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { sessionOf } from "#web/api/queries.ts";

import { findingNotesKey } from "./key.ts";
import { changeNotes, type FindingNotesReading } from "./queries.ts";

/** The changes that take away all that is noted of a token, links on both its sides too. */
export function forgetting(notes: FindingNotes, gone: TokenKey): readonly NoteChange[] {
  const text = keyText(gone);
  const isGone = (key: TokenKey) => keyText(key) === text;
  return [
    ...notes.dismissals
      .filter(({ token }) => isGone(token))
      .map(({ token, rule, version }) => ({ type: "bring-back", token, rule, seen: version }) as const),
    ...notes.owners
      .filter(({ token }) => isGone(token))
      .map(({ token, version }) => ({ type: "disown", token, seen: version }) as const),
    ...notes.links
      .filter(({ token, replaces }) => isGone(token) || isGone(replaces))
      .map(({ token, version }) => ({ type: "unlink", token, seen: version }) as const),
  ];
}

/**
 * Takes away what is noted of a token that this page has just deleted. A gateway is not told of deletions: what is noted of an ingest token
 * would hold of the next one with its name. Never rejects: the token is deleted, and whoever may write no notes can delete tokens all the same.
 */
export async function forgetNotes(client: QueryClient, gone: TokenKey | undefined): Promise<void> {
  // As they were read while the token was there; of one that is gone nothing is told any more.
  const notes = client.getQueryData<FindingNotesReading>(findingNotesKey);
  if (gone === undefined || notes?.mayWrite !== true) return;
  try {
    if ((await sessionOf(client)).backend !== "gateway") return;
    const changes = forgetting(notes, gone);
    for (const change of changes) await changeNotes(change);
    if (changes.length > 0) await client.invalidateQueries({ queryKey: findingNotesKey });
  } catch {
    // What is left counts for nothing but room, as docs/gateway.md says.
  }
}

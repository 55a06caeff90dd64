import { noFindingNotes } from "#domain/inventory/noNotes.ts";
import { indexOwners, type FindingNotes, type OwnerIndex } from "#domain/inventory/notes.ts";
import { findingNotesSchema } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";

import { askRoute, type RemoteServer } from "./client.ts";

/** What people wrote of a server's tokens: owners, successors, what was put aside, thresholds. */
export interface NotesReading {
  /** Nothing and the usual thresholds where none were read. */
  readonly notes: FindingNotes;
  /** Whether they could not be read. They are where the server keeps none. */
  readonly failed: boolean;
}

/** Reads them where the server keeps any: a Tokenhouse, embedded or in front of a cluster. LogScale itself keeps none. */
export async function readNotes(server: RemoteServer, signal: AbortSignal): Promise<NotesReading> {
  const answer = await askRoute(server, findingNotesPath, signal);
  const parsed = findingNotesSchema.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return { notes: parsed.data, failed: false };
  // What has no such path says so, or answers it as it answers any other.
  return { notes: noFindingNotes, failed: answer.status === undefined || answer.status === 429 || answer.status >= 500 };
}

/** The owners that people wrote down of a server's tokens. */
export interface OwnersReading {
  readonly owners: OwnerIndex;
  /** Why they are not known, in a sentence; undefined where they are, or where the server keeps none. */
  readonly unread: string | undefined;
}

/** Reads the owners that are written down; see {@link readNotes}. */
export async function readOwners(server: RemoteServer, signal: AbortSignal): Promise<OwnersReading> {
  const { notes, failed } = await readNotes(server, signal);
  const unread = "Owners that somebody wrote down could not be read; whoever created a token stands in their place.";
  return { owners: indexOwners(notes.owners), unread: failed ? unread : undefined };
}

import { indexOwners, type OwnerIndex } from "#domain/inventory/notes.ts";
import { findingNotesPath, findingNotesSchema } from "#logscale/findingNotes.ts";

import { askRoute, type RemoteServer } from "./client.ts";

/** The owners that people wrote down of a server's tokens. */
export interface OwnersReading {
  readonly owners: OwnerIndex;
  /** Why they are not known, in a sentence; undefined where they are, or where the server keeps none. */
  readonly unread: string | undefined;
}

const none: OwnerIndex = new Map();

/** Reads them where the server keeps any: a Tokenhouse, embedded or in front of a cluster. LogScale itself keeps none. */
export async function readOwners(server: RemoteServer, signal: AbortSignal): Promise<OwnersReading> {
  const answer = await askRoute(server, findingNotesPath, signal);
  const parsed = findingNotesSchema.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return { owners: indexOwners(parsed.data.owners), unread: undefined };
  // What has no such path says so, or answers it as it answers any other.
  const failed = answer.status === undefined || answer.status === 429 || answer.status >= 500;
  const unread = "Owners that somebody wrote down could not be read; whoever created a token stands in their place.";
  return { owners: none, unread: failed ? unread : undefined };
}

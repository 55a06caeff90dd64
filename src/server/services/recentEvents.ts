import type { Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";

/** An event that a repository received, as much as is kept of it. */
export interface RecentEvent {
  readonly id: string;
  readonly repositoryId: string;
  /** Ms since epoch. */
  readonly receivedAt: number;
  readonly text: string;
  /** Bytes of the whole event. */
  readonly size: number;
  readonly tokenName: string;
  readonly parserName: string | null;
}

/** The last events of a repository, newest first. */
export interface RecentEvents {
  /** The repository's. */
  readonly id: string;
  readonly events: readonly RecentEvent[];
}

/** The last events of each of these repositories. */
export async function readRecentEvents(db: Kysely<Database>, repositoryIds: readonly string[]): Promise<RecentEvents[]> {
  const rows = await db
    .selectFrom("ingestEvents")
    .select(["id", "repositoryId", "receivedAt", "text", "size", "tokenName", "parserName"])
    .where("repositoryId", "in", repositoryIds)
    .orderBy("id", "desc")
    .execute();
  const events = new Map<string, RecentEvent[]>(repositoryIds.map((id) => [id, []]));
  for (const { id, ...event } of rows) events.get(event.repositoryId)?.push({ id: String(id), ...event });
  return [...events].map(([id, list]) => ({ id, events: list }));
}

import { endingWithin } from "#domain/notice/ending.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { KindReading } from "#logscale/readTokens.ts";
import type { RemoteServer } from "#server/remote/client.ts";
import { readOwners, type OwnersReading } from "#server/remote/readNotes.ts";
import { tokenReader } from "#server/remote/readTokens.ts";

import type { EndingReport } from "#server/notices/report.ts";
import { unseenKind } from "#server/remote/unseen.ts";

export interface EndingSearch {
  readonly server: RemoteServer;
  readonly kinds: readonly TokenKind[];
  /** How far ahead to look, in ms. */
  readonly within: number;
  /** Ms since epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Reads a server's tokens and finds those that expire.
 *
 * @throws RemoteError
 */
export async function findEnding({
  server,
  kinds,
  within,
  now,
  signal,
}: EndingSearch): Promise<EndingReport & Pick<OwnersReading, "unread">> {
  const reader = await tokenReader(server, signal);
  const readings: { readonly kind: TokenKind; readonly reading: KindReading }[] = [];
  // One after the other: whoever runs this at night takes nobody's turn.
  for (const kind of kinds) readings.push({ kind, reading: await reader.read(kind, "plan") });
  const { owners, unread } = await readOwners(server, signal);
  const at = now();
  return {
    server: server.origin,
    at,
    within,
    tokens: endingWithin(
      readings.flatMap(({ reading }) => reading.tokens),
      within,
      at,
      owners,
    ),
    unread,
    unseen: readings.flatMap(({ kind, reading }) => unseenKind(kind, { ...reading, state: reading.visibility }) ?? []),
  };
}

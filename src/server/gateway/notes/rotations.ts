import { z } from "zod";

import { day } from "#domain/duration.ts";
import { searchAuditLog } from "#server/gateway/auditSearch.ts";
import type { Cluster } from "#server/gateway/cluster.ts";

/** How far back rotations are searched for, and for how long, in ms. */
const period = 90 * day;
const searchTime = 15_000;

/** Which token took which one's place. A personal token keeps its id. */
const rotationQuery = [
  'type = "hashedtokens.rotate"',
  "groupBy([oldTokenId, newTokenId], function=max(@timestamp), limit=max)",
].join("\n| ");

const rowSchema = z.object({
  oldTokenId: z.string().min(1),
  newTokenId: z.string().min(1),
  _max: z.coerce.number().int().nonnegative(),
});

/** A rotation: what id there is since, and when it happened (ms since epoch). */
export interface Rotation {
  readonly to: string;
  readonly at: number;
}

/**
 * The last rotation of each token that the audit log tells the caller of, by the id before it. Empty where the caller may not search, or
 * the search fails: then somebody else's reading will tell.
 */
export async function findRotations(
  cluster: Cluster,
  token: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Rotation>> {
  const rotations = new Map<string, Rotation>();
  const note = (found: unknown) => {
    const row = rowSchema.safeParse(found);
    if (!row.success) return;
    const { oldTokenId, newTokenId: to, _max: at } = row.data;
    const known = rotations.get(oldTokenId);
    if (known === undefined || known.at < at) rotations.set(oldTokenId, { to, at });
  };
  const ended = await searchAuditLog(
    cluster,
    token,
    { query: rotationQuery, span: period, time: searchTime, onRow: note },
    signal,
  );
  return ended.type === "ended" ? rotations : new Map();
}

/** The last token of a row of rotations that begins with an id, and when it was made; undefined where that one was not rotated. */
export function successorIn(rotations: ReadonlyMap<string, Rotation>, id: string): Rotation | undefined {
  let last: Rotation | undefined;
  const seen = new Set([id]);
  for (let next = rotations.get(id); next !== undefined; next = rotations.get(next.to)) {
    last = next;
    // A personal token's own id, or a row that some odd log closes to a ring.
    if (seen.has(next.to)) break;
    seen.add(next.to);
  }
  return last;
}

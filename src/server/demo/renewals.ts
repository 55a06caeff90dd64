import type { Selectable, Transaction } from "kysely";

import { day } from "#domain/duration.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { ownTokens } from "#server/store/tokenNotes.ts";
import type { Database } from "#server/store/schema.ts";

import type { Chance } from "./random.ts";

type Row = Pick<
  Selectable<Database["tokens"]>,
  "id" | "kind" | "name" | "createdAt" | "lastUsedAt" | "firstUsedAt" | "createdBy"
>;

interface Pair {
  readonly old: Row;
  readonly next: Row;
}

/** What a pair is at, by the last use of its tokens. */
const steps: readonly ((pair: Pair, now: number) => boolean)[] = [
  // Its secret is to be handed over.
  ({ old, next }) => old.lastUsedAt !== null && next.lastUsedAt === null,
  // Somebody still uses the old one.
  ({ old, next }, now) => isLater(old.lastUsedAt, next.firstUsedAt ?? Infinity) && isLater(old.lastUsedAt, now - quiet),
  // The old one may go.
  ({ old, next }) => old.lastUsedAt !== null && isLater(next.firstUsedAt, old.lastUsedAt + quiet),
];

const quiet = usualThresholds.quietFor * day;

function isLater(at: number | null, than: number): boolean {
  return at !== null && at > than;
}

/** Records of some namesakes with the same rights that the younger one replaces the older: a pair at each step of a renewal. */
export async function linkPairs(trx: Transaction<Database>, chance: Chance, now: number): Promise<void> {
  const rows = await trx
    .selectFrom("tokens")
    .select(["id", "kind", "name", "createdAt", "lastUsedAt", "firstUsedAt", "createdBy", "permissions", "viewIds"])
    .where("kind", "!=", "personal")
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
  const former = new Map<string, Row>();
  const pairs: Pair[] = [];
  for (const next of rows) {
    const text = JSON.stringify([next.kind, next.name, next.permissions, next.viewIds.toSorted()]);
    const old = former.get(text);
    if (old !== undefined) pairs.push({ old, next });
    former.set(text, next);
  }
  const chosen: Pair[] = [];
  for (const isAt of steps) {
    const pair = pairs.findLast((one) => isAt(one, now) && !chosen.some(({ old, next }) => old === one.next || next === one.old));
    if (pair !== undefined && !chosen.includes(pair)) chosen.push(pair);
  }
  const links = chosen.map(({ old, next }) => ({
    cluster: ownTokens,
    kind: next.kind,
    tokenId: next.id,
    tokenCreatedAt: next.createdAt,
    type: "link" as const,
    rule: "",
    text: "",
    until: null,
    writtenBy: next.createdBy ?? "",
    writtenAt: next.createdAt,
    version: chance.id(16),
    replacesId: old.id,
    replacesCreatedAt: old.createdAt,
  }));
  if (links.length > 0) await trx.insertInto("tokenNotes").values(links).execute();
}

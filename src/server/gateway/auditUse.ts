import { z } from "zod";

import { day } from "#domain/duration.ts";
import { longestAddress } from "#domain/address.ts";
import type { AuditUse } from "#logscale/auditUse.ts";

import { searchAuditLog, type SearchFailure } from "./auditSearch.ts";
import type { Cluster } from "./cluster.ts";

/** What came of searching the audit log. */
export type AuditUseAnswer = { readonly type: "found"; readonly use: AuditUse } | SearchFailure;

/** How far back the audit log is searched for uses, in ms. */
const period = 30 * day;

/** How long that search may take, in ms, until it is called off. */
const searchTime = 45_000;

/** How far back it is searched for who created tokens, in ms: five years. */
const creatorPeriod = 1826 * day;

/** How long that search may take, in ms. Less, since the answer with the uses waits for it and can do without it. */
const creatorSearchTime = 15_000;

/**
 * LogScale's documented query for the last usage of tokens ("Query Actor Data"), with three differences. It also groups by `actor.tokenId`,
 * because names are not unique. It asks for as many groups as the cluster allows. It leaves out the line that formats the time. Beside the
 * last action it asks for the last that has an address, and when that was.
 */
const lastUseQuery = [
  "actor.type = /token/i",
  "groupBy([actor.tokenId, actor.user.username, actor.tokenName, actor.type, type], function=[max(@timestamp), selectFromMax(@timestamp, include=[@timestamp, actor.ip])], limit=max)",
].join("\n| ");

/** Who created which token. That a creation's `actionName` has the word in it is documented; which other words is not. */
const creatorQuery = [
  'type = "hashedtokens.change"',
  "actionName = /create/i",
  "groupBy([tokenId, actor.type, actor.user.id, actor.user.username, actor.tokenId, actor.tokenName], function={min(@timestamp)}, limit=max)",
].join("\n| ");

const nameSchema = z.string().min(1).max(2000).optional().catch(undefined);

const creatorRowSchema = z.object({
  tokenId: z.string().min(1),
  _min: z.coerce.number().int().nonnegative(),
  "actor.user.id": nameSchema,
  "actor.user.username": nameSchema,
  "actor.tokenId": nameSchema,
  "actor.tokenName": nameSchema,
});

/** An aggregate's values are texts. A row without an id is of a credential that is no listed token. */
const rowSchema = z.object({
  "actor.tokenId": z.string().min(1),
  _max: z.coerce.number().int().nonnegative(),
  "@timestamp": z.coerce.number().optional().catch(undefined),
  "actor.ip": z.string().min(1).max(longestAddress).optional().catch(undefined),
});

/**
 * Searches the audit log with the caller's credential for the last use of tokens, and for who created them. Where the search for creators
 * fails, they are unknown, and the uses are answered all the same. Never rejects. `signal` tells that nobody waits any more.
 */
export async function findAuditUse(cluster: Cluster, token: string, signal: AbortSignal): Promise<AuditUseAnswer> {
  const uses = new Map<string, LatestUse>();
  const creators = new Map<string, EarliestCreation>();
  const [used] = await Promise.all([
    searchAuditLog(
      cluster,
      token,
      { query: lastUseQuery, span: period, time: searchTime, onRow: (row) => noteUse(uses, row) },
      signal,
    ),
    searchAuditLog(
      cluster,
      token,
      { query: creatorQuery, span: creatorPeriod, time: creatorSearchTime, onRow: (row) => noteCreator(creators, row) },
      signal,
    ),
  ]);
  if (used.type !== "ended") return used;
  return {
    type: "found",
    use: {
      period,
      whole: !used.warned && !used.cut,
      uses: [...uses].map(([id, { at, from }]) => [id, at, from]),
      creators: [...creators].map(([id, { kind, creatorId, name }]) => [id, kind, creatorId, name]),
    },
  };
}

interface LatestUse {
  readonly at: number;
  readonly from: string | null;
}

function noteUse(uses: Map<string, LatestUse>, found: unknown): void {
  const row = rowSchema.safeParse(found);
  if (!row.success) return;
  const { "actor.tokenId": id, _max: at, "@timestamp": addressAt, "actor.ip": address } = row.data;
  const known = uses.get(id);
  if (known !== undefined && known.at > at) return;
  // The address of an earlier action is not that of the last.
  const from = addressAt === at ? (address ?? null) : null;
  uses.set(id, { at, from: from ?? (known?.at === at ? known.from : null) });
}

interface EarliestCreation {
  readonly at: number;
  readonly kind: "user" | "token";
  readonly creatorId: string | null;
  readonly name: string;
}

function noteCreator(creators: Map<string, EarliestCreation>, found: unknown): void {
  const row = creatorRowSchema.safeParse(found);
  if (!row.success) return;
  const { tokenId, _min: at, "actor.user.username": username, "actor.tokenName": tokenName } = row.data;
  const known = creators.get(tokenId);
  if (known !== undefined && known.at <= at) return;
  // Who acts with a personal token is its user.
  if (username !== undefined) {
    creators.set(tokenId, { at, kind: "user", creatorId: row.data["actor.user.id"] ?? null, name: username });
  } else if (tokenName !== undefined) {
    creators.set(tokenId, { at, kind: "token", creatorId: row.data["actor.tokenId"] ?? null, name: tokenName });
  }
}

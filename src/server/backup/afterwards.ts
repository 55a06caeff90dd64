import { sql, type Kysely } from "kysely";
import { z } from "zod";

import type { Database } from "#server/store/schema.ts";

/** What the trail says of a token that a backup has and that was taken away later. */
export interface Revived {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Why it must not live again, to follow its name. */
  readonly why: string;
}

/** An act of a person after the backup that is neither in it nor done again. */
export interface UndoneAct {
  readonly timestamp: string;
  readonly type: string;
  readonly operation: string;
  readonly about: string | null;
}

/** What happened after a backup, as far as it matters. */
export interface Afterwards {
  readonly revived: readonly Revived[];
  /** How many sessions of the backup were ended later. */
  readonly sessions: number;
  /** The first of the acts that are lost, and how many there are. */
  readonly undone: readonly UndoneAct[];
  readonly undoneCount: number;
  /** Records of the file that the backup has as well, and that came after it. */
  readonly known: number;
  readonly later: number;
  /** Lines that were records, as far as can be seen, and can no longer be read. */
  readonly damaged: number;
}

/** Records that are looked at together. */
const atOnce = 1000;

/** Acts that are told one by one. */
const mostUndone = 50;

/** Types of records after which nothing is other than before, or nothing that a restore could bring back. */
const inconsequential: ReadonlySet<string> = new Set([
  "user.signin",
  "user.signout",
  "tokenhouse.values.reveal",
  "tokenhouse.file.save",
  "tokenhouse.signinlink.create",
  "tokenhouse.sessions.purge",
  "tokenhouse.sessions.revoke",
  "tokenhouse.localadministrator.use",
  "tokenhouse.read",
  "tokenhouse.audit.retention",
  "tokenhouse.backup.make",
  "tokenhouse.notes.change",
]);

const ids = z.array(z.string()).nullish();
const recordSchema = z.object({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  operation: z.string(),
  outcome: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullish() }).nullish(),
  actionName: z.string().nullish(),
  deleted: ids,
  sessions: ids,
});

type TrailRecord = z.infer<typeof recordSchema>;

type TokenTable = "tokens" | "ingest_tokens" | "fleet_tokens";

/** Why tokens must not live again, by their ids; and the sessions that must not. */
type Taken = Readonly<Record<TokenTable, Map<string, string>>> & { readonly sessions: Set<string> };

/** The text holds no record of an audit trail. */
export class NoTrail extends Error {
  override readonly name = "NoTrail";
}

/**
 * Reads what happened after a backup from the lines of an audit trail, and takes from the database, which holds the backup, the tokens that
 * would live again. A record is a later one where the backup has none of its id: no clock is asked. Only where retention had cut the trail of
 * the backup, what is older than the cut is none: a stream still tells of it.
 *
 * @param remove whether the tokens are taken away; else they are told of alone
 * @throws NoTrail
 */
export async function followTrail(
  db: Kysely<Database>,
  lines: AsyncIterable<string>,
  { remove }: { readonly remove: boolean },
): Promise<Afterwards> {
  const taken: Taken = { tokens: new Map(), ingest_tokens: new Map(), fleet_tokens: new Map(), sessions: new Set() };
  const undone: UndoneAct[] = [];
  const seen = new Set<string>();
  const cutBefore = await retentionCut(db);
  let [known, later, earlier, undoneCount] = [0, 0, 0, 0];
  const damaged = { count: 0 };
  for await (const records of batches(lines, damaged)) {
    const present = await presentIds(db, records);
    for (const record of records) {
      // A stream may tell of a record twice.
      if (seen.has(record.id)) continue;
      if (present.has(record.id)) {
        known++;
        continue;
      }
      if (Date.parse(record.timestamp) < cutBefore) {
        earlier++;
        continue;
      }
      seen.add(record.id);
      later++;
      if (record.outcome !== "done") continue;
      note(record, taken);
      if (inconsequential.has(record.type) || isWholly(record)) continue;
      undoneCount++;
      const { timestamp, type, operation, target } = record;
      if (undone.length < mostUndone) undone.push({ timestamp, type, operation, about: target?.name ?? target?.id ?? null });
    }
  }
  if (known + later + earlier === 0) throw new NoTrail("There is no record of an audit trail in it.");
  const revived: Revived[] = [];
  for (const table of ["tokens", "ingest_tokens", "fleet_tokens"] as const)
    revived.push(...(await take(db, table, taken[table], remove)));
  const sessions = await takeSessions(db, [...taken.sessions], remove);
  return { revived, sessions, undone, undoneCount, known, later, damaged: damaged.count };
}

/** The instant, ms since epoch, before which retention deleted records of the trail; minus infinity where it never did. */
async function retentionCut(db: Kysely<Database>): Promise<number> {
  const cuts = await db
    .selectFrom("auditRecords")
    .select("record")
    .where("type", "=", "tokenhouse.audit.retention")
    .where("outcome", "=", "done")
    .execute();
  const instants = cuts.map(({ record }) => Date.parse(cutSchema.safeParse(json(record)).data?.before ?? ""));
  return Math.max(Number.NEGATIVE_INFINITY, ...instants.filter((instant) => !Number.isNaN(instant)));
}

const cutSchema = z.object({ before: z.string() });

/** What a record says was taken away. */
function note({ type, actionName, target, deleted, sessions: ended }: TrailRecord, taken: Taken): void {
  const { tokens, ingest_tokens, fleet_tokens, sessions } = taken;
  const all = (map: Map<string, string>, why: string) => {
    for (const id of deleted ?? []) map.set(id, why);
  };
  switch (type) {
    case "hashedtokens.change":
      if (target != null && actionName === "delete") tokens.set(target.id, "was deleted");
      // A personal token has its user's id: a new one takes the place of the former.
      if (target != null && actionName === "create") tokens.set(target.id, "was replaced");
      return;
    case "hashedtokens.rotate":
      if (target != null) tokens.set(target.id, "was rotated");
      return;
    case "user.profile":
      if (target != null && actionName === "delete") tokens.set(target.id, "went with its user");
      return;
    case "organizations.securitypolicies.tokens.update":
    case "tokenhouse.policies.tokens":
      all(tokens, "was deleted by a change of the policies");
      return;
    case "tokenhouse.tokens.purge":
      all(tokens, "expired");
      return;
    case "user.signout":
      if (target != null) sessions.add(target.id);
      return;
    case "tokenhouse.sessions.revoke":
      for (const id of ended ?? []) sessions.add(id);
      return;
    case "tokens":
      if (target != null && actionName === "delete") ingest_tokens.set(target.id, "was deleted");
      return;
    case "dataspace.delete":
      all(ingest_tokens, "went with its repository");
      return;
    case "tokenhouse.fleettoken.change":
      if (target != null && actionName === "delete") fleet_tokens.set(target.id, "was deleted");
      if (target != null && actionName === "rotate") fleet_tokens.set(target.id, "was given another value");
      return;
    case "tokenhouse.backup.restore":
      all(tokens, "was left out of an earlier restore");
      all(ingest_tokens, "was left out of an earlier restore");
      all(fleet_tokens, "was left out of an earlier restore");
      return;
    default:
  }
}

/** Whether all that an act did is done again: a token that it deleted is deleted. */
function isWholly({ type, actionName }: TrailRecord): boolean {
  if (type === "tokenhouse.tokens.purge") return true;
  return ["hashedtokens.change", "tokens", "tokenhouse.fleettoken.change"].includes(type) && actionName === "delete";
}

async function take(
  db: Kysely<Database>,
  table: TokenTable,
  reasons: ReadonlyMap<string, string>,
  remove: boolean,
): Promise<Revived[]> {
  if (reasons.size === 0) return [];
  const kind = table === "tokens" ? sql`kind` : sql`${table === "ingest_tokens" ? "ingest" : "fleet"}::text`;
  const wanted = [...reasons.keys()];
  const { rows } = await sql<{ id: string; name: string; kind: string }>`
    ${remove ? sql`delete from ${sql.table(table)}` : sql`select id, name, ${kind} as kind from ${sql.table(table)}`}
    where id = any(${wanted}::text[])
    ${remove ? sql`returning id, name, ${kind} as kind` : sql``}`.execute(db);
  return rows.map((row) => ({ ...row, why: reasons.get(row.id) ?? "" }));
}

/** There are none where a restore ends all sessions by itself. */
async function takeSessions(db: Kysely<Database>, ids: readonly string[], remove: boolean): Promise<number> {
  if (ids.length === 0) return 0;
  const { rows } = await sql`
    ${remove ? sql`delete from sessions` : sql`select id from sessions`} where id = any(${ids}::text[])
    ${remove ? sql`returning id` : sql``}`.execute(db);
  return rows.length;
}

async function presentIds(db: Kysely<Database>, records: readonly TrailRecord[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from audit_records where id = any(${records.map(({ id }) => id)}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Records from lines. What is no record is passed over, since others may write to the same place. What may have been one is counted: a server
 * that is killed leaves half a line, which it writes anew, but so does a file that was cut or damaged.
 */
async function* batches(lines: AsyncIterable<string>, damaged: { count: number }): AsyncGenerator<TrailRecord[], void, void> {
  let records: TrailRecord[] = [];
  for await (const line of lines) {
    const value = json(line);
    if (value === undefined && line.includes("{")) damaged.count++;
    const record = recordSchema.safeParse(value);
    if (!record.success) continue;
    records.push(record.data);
    if (records.length < atOnce) continue;
    yield records;
    records = [];
  }
  if (records.length > 0) yield records;
}

function json(line: string): unknown {
  try {
    // Some programs mark a file as UTF-8 in its first line.
    return JSON.parse(line.replace(/^\uFEFF/u, ""));
  } catch {
    return undefined;
  }
}

import { sql, type RawBuilder } from "kysely";

import type { AuditActor } from "#domain/audit/record.ts";
import type { AuditType } from "#domain/audit/types.ts";
import { networkOf, usualAddress } from "#domain/usualAddress.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import {
  cutLists,
  type AuditFacets,
  type AuditFilter,
  type AuditRecord,
  type AuditRecords,
  type AuditSaved,
} from "#logscale/audit.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Rights } from "#server/access/permissions.ts";
import type { Trail } from "#server/audit/trail.ts";
import { administered, visibleTokens } from "./tokens/administered.ts";

/** Whether somebody may read all of the trail, as LogScale has it: root, and owners of the organization. Others read their own acts. */
export function readsWholeTrail({ root, owner }: Rights): boolean {
  return root || owner;
}

/** Records that a file of tokens was made in the browser. Of what it is said to hold, the tokens are named that the caller may list. */
export async function recordSaved(
  { db, rights, now }: Actor,
  trail: Trail,
  actor: AuditActor,
  { what, tokens, count }: AuditSaved,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from tokens where id = any(${[...tokens]}::text[]) and ${administered(rights, tokenKinds)} order by id`.execute(db);
  const entry = {
    type: "tokenhouse.file.save",
    action: "save",
    target: null,
    details: { file: what, tokens: rows.map(({ id }) => id), count },
  } as const;
  await trail.append(db, entry, { at: now, actor, operation: "saveFile" });
}

/** Records that facets count at most. */
const mostCounted = 20_000;

/** Values that a facet has at most. */
const mostValues = 50;

type Where = RawBuilder<boolean>;

/**
 * Whether what a record is about may be read by whoever may read the record: what somebody tried in vain names what they may not know of.
 * So that nobody finds out by trying whether there is such a thing and what it is called, it is for those who read the whole trail.
 */
function tellsTarget(rights: Rights): Where {
  return readsWholeTrail(rights) ? sql<boolean>`true` : sql<boolean>`outcome <> 'refused'`;
}

/** Fields that list what an act touched: tokens also that whoever acted may not list. */
const touchedLists = ["subjects", "deleted", "restricted", "narrowed"] as const;

/** Types of records whose acts touch tokens that nobody named. */
const touchingTypes = [
  "organizations.securitypolicies.tokens.update",
  "dataspace.delete",
] as const satisfies readonly AuditType[];

/** Whether somebody may read which tokens an act touched: who may list every token there is. */
function readsTouched(rights: Rights): boolean {
  return readsWholeTrail(rights) || tokenKinds.every((kind) => visibleTokens(rights, kind) === "all");
}

function tellsTouched(rights: Rights): Where {
  return readsTouched(rights) ? sql<boolean>`true` : sql<boolean>`type <> all(${[...touchingTypes]}::text[])`;
}

function conditions({ rights }: Actor, filter: AuditFilter): RawBuilder<unknown> {
  const parts: Where[] = [];
  const [told, touched] = [tellsTarget(rights), tellsTouched(rights)];
  const oneOf = (column: string, values: readonly string[] | undefined) => {
    if (values !== undefined) parts.push(sql<boolean>`${sql.ref(column)} = any(${values.map(storable)}::text[])`);
  };
  if (!readsWholeTrail(rights)) oneOf("actor_id", [ownId(rights)]);
  oneOf("id", filter.ids);
  oneOf("actor_id", filter.actors);
  oneOf("type", filter.types);
  oneOf("outcome", filter.outcome && [filter.outcome]);
  oneOf("address", filter.addresses?.flatMap(recordedAs));
  if (filter.subjects !== undefined) {
    const ids = filter.subjects.map(storable);
    parts.push(
      sql<boolean>`${told} and (subject = any(${ids}::text[]) or (${touched} and others is not null and others && ${ids}::text[]))`,
    );
  }
  if (filter.targetKinds !== undefined) {
    parts.push(sql<boolean>`${told} and record::jsonb #>> '{target,kind}' = any(${[...filter.targetKinds]}::text[])`);
  }
  if (filter.since !== undefined) parts.push(sql<boolean>`happened_at >= ${instant(filter.since)}`);
  if (filter.until !== undefined) parts.push(sql<boolean>`happened_at < ${instant(filter.until)}`);
  if (filter.search !== undefined && filter.search !== "") {
    const wanted = storable(filter.search);
    // The names of fields are no text of the record. Reading one as JSON takes long: what does not hold the text at all is passed over.
    parts.push(sql<boolean>`record ilike ${containing(JSON.stringify(wanted).slice(1, -1))} and exists (
      select from jsonb_path_query(
        case when not ${told} then record::jsonb - '{target,subjects}'::text[]
          when ${touched} then record::jsonb else record::jsonb - ${[...touchedLists]}::text[] end, 'strict $.**') as part
      where jsonb_typeof(part) = 'string' and part #>> '{}' ilike ${containing(wanted)})`);
  }
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}

/** As what records name an address: in one notation, or where those of an IPv6 network were counted together, by that network. */
function recordedAs(address: string): readonly string[] {
  const usual = usualAddress(address);
  const network = networkOf(usual);
  return network === null ? [usual] : [usual, network];
}

/** The pattern of what contains a text. */
const containing = (text: string) => `%${text.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;

/** What a text can be compared as: the database has none with a NUL, and an empty one is no id. */
const storable = (text: string) => text.replaceAll("\0", "");

/** An instant as records have it; one beyond the calendar is as far as it goes. */
function instant(ms: number): string {
  const latest = 8.64e15;
  const text = new Date(Math.max(0, Math.min(ms, latest))).toISOString();
  // Years beyond 9999 sort before all others as they are written.
  return text.startsWith("+") ? "9999-12-31T23:59:59.999Z" : text;
}

/** By whom the records are that the caller may read: the user, whatever the credential, or the token. */
function ownId({ caller }: Rights): string {
  switch (caller.type) {
    case "local-root":
      return "localAdministrator";
    case "user":
      return caller.user.id;
    case "token":
      return caller.token.id;
    default:
      return caller satisfies never;
  }
}

/** One page of the records that the caller may read and that meet a filter, the newest first. */
export async function readAuditRecords(
  actor: Actor,
  filter: AuditFilter,
  { after, limit, whole }: { readonly after: string | undefined; readonly limit: number; readonly whole: boolean },
): Promise<AuditRecords> {
  const [happenedAt = "", number = "0"] = after?.split(" ") ?? [];
  const page = after === undefined ? sql`true` : sql`(happened_at, number) < (${happenedAt}, ${Number(number)}::int8)`;
  const where = sql`${page} and ${conditions(actor, filter)}`;
  const { rows } = await sql<{ record: string; position: number | null; number: number; happenedAt: string }>`
    select * from (${newest(sql`record, position, number, happened_at`, where, limit + 1)}) as found
    order by happened_at desc, number desc limit ${limit + 1}`.execute(actor.db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    records: shown.map(({ record, position }) => ({ position, ...asRead(record, whole, actor.rights) })),
    next: rows.length > limit && last !== undefined ? `${last.happenedAt} ${last.number}` : null,
    everybody: readsWholeTrail(actor.rights),
  };
}

/** The newest records, by the indexes of those that are chained, and the few that are not yet. */
function newest(columns: RawBuilder<unknown>, where: RawBuilder<unknown>, limit: number): RawBuilder<unknown> {
  const part = (chained: RawBuilder<unknown>) => sql`
    (select ${columns} from audit_records where ${chained} and ${where} order by happened_at desc, number desc limit ${limit})`;
  return sql`${part(sql`position is not null`)} union all ${part(sql`position is null`)}`;
}

type Read = Pick<AuditRecords["records"][number], "record" | "lengths">;

/** A record with its lists cut, and how long they are. */
function asRead(text: string, whole: boolean, rights: Rights): Read {
  const kept = JSON.parse(text) as AuditRecord;
  const untold = kept.outcome === "refused" && !readsWholeTrail(rights);
  const record = untold ? { ...kept, target: null, subjects: [] } : readsTouched(rights) ? kept : withoutTouched(kept);
  const lengths: Record<string, number> = {};
  if (whole) return { record, lengths };
  const cut: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(record)) {
    if (!Array.isArray(value) || value.length <= cutLists) continue;
    lengths[field] = value.length;
    cut[field] = value.slice(0, cutLists);
  }
  return { record: { ...record, ...cut }, lengths };
}

/** A record without the tokens that its act touched; how many they were stays. */
function withoutTouched(record: AuditRecord): AuditRecord {
  if (!touchingTypes.some((type) => type === record.type)) return record;
  const lists = Object.fromEntries(touchedLists.filter((field) => field in record).map((field) => [field, []]));
  return { ...record, ...lists, subjects: record.target === null ? [] : [record.target.id] };
}

const facetColumns = (told: Where) => sql`
  happened_at, number, actor_id, type, outcome, address,
  case when ${told} then record::jsonb #>> '{target,kind}' end as target_kind,
  coalesce(record::jsonb #>> '{actor,user,username}', record::jsonb #>> '{actor,tokenName}') as actor_name`;

/** How often each value occurs in the newest records that the caller may read and that meet a filter. */
export async function readAuditFacets(actor: Actor, filter: AuditFilter): Promise<AuditFacets> {
  const { rows } = await sql<{ facet: string; value: string | null; name: string | null; count: number }>`
    with found as (
      select * from (${newest(facetColumns(tellsTarget(actor.rights)), conditions(actor, filter), mostCounted + 1)}) as newest
      order by happened_at desc, number desc limit ${mostCounted + 1}
    ), counts as (
      select 'all' as facet, null as value, null as name, count(*) as count from found
      union all select 'actors', actor_id, max(actor_name), count(*) from found group by actor_id
      union all select 'types', type, null, count(*) from found group by type
      union all select 'targetKinds', target_kind, null, count(*) from found where target_kind is not null group by target_kind
      union all select 'outcomes', outcome, null, count(*) from found group by outcome
      union all select 'addresses', address, null, count(*) from found where address is not null group by address
    )
    select facet, value, name, count from (
      select *, row_number() over (partition by facet order by count desc, value) as place from counts
    ) as placed where place <= ${mostValues} order by facet, place`.execute(actor.db);
  const of = (wanted: string) =>
    rows.flatMap(({ facet, value, name, count }) => (facet === wanted && value !== null ? [{ value, name, count }] : []));
  const all = rows.find(({ facet }) => facet === "all")?.count ?? 0;
  return {
    actors: of("actors"),
    types: of("types"),
    targetKinds: of("targetKinds"),
    outcomes: of("outcomes"),
    addresses: of("addresses"),
    counted: Math.min(all, mostCounted),
    more: all > mostCounted,
  };
}

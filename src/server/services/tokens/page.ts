import { sql, type RawBuilder } from "kysely";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import type { Actor } from "#server/access/actor.ts";
import type { TokenModel } from "#server/store/schema.ts";
import { administered, visibleTokens, type Condition } from "./administered.ts";
import { tokenColumns } from "./list.ts";
import { foundNames, isFound, nameConditions, nameSearch, type NameSearch } from "./nameSearch.ts";

/** The token that a page ended with, by what it stands in order by. Whether it still exists makes no difference. */
export interface PageEnd {
  readonly kind: TokenKind;
  readonly id: string;
  /** What its name is sorted by, or when it expires, ms since epoch; null when never. */
  readonly order: string | number | null;
}

/** Which tokens, in which order, and where to go on. */
export interface KeysetQuery {
  readonly kinds: readonly TokenKind[];
  /** Empty for all. */
  readonly search: string;
  readonly sortBy: "name" | "expiry";
  readonly descending: boolean;
  /** Null for the first page. */
  readonly after: PageEnd | null;
  readonly limit: number;
}

/** A page of tokens. */
export interface KeysetPage {
  readonly rows: readonly TokenModel[];
  /** Where the next page goes on; null where there is none. */
  readonly end: PageEnd | null;
  /** Tells how many there are, and counts them if need be; null on a page that goes on after another, and where there are too many. */
  readonly count: () => Promise<number | null>;
}

/** More than so many tokens that are found are not counted. */
const mostCounted = 1000;

/**
 * A page of the tokens that the caller may list. The order is total: kind and id settle ties. A page begins right after where the last one
 * ended rather than after so many rows, so what comes and goes meanwhile neither repeats a row nor leaves one out, and the hundredth page
 * costs no more than the first. To count all takes as long as to read thousands, so that is done only for who asks.
 */
export async function readTokenPage(actor: Actor, query: KeysetQuery): Promise<KeysetPage> {
  const kinds = tokenKinds.filter((kind) => query.kinds.includes(kind) && visibleTokens(actor.rights, kind) !== "none");
  if (kinds.length === 0) return { rows: [], end: null, count: () => Promise.resolve(0) };
  const text = query.search.trim();
  if (text === "") return pageOf(query, await walk(actor, kinds, query), () => countAll(actor, kinds));
  const search = nameSearch(text);
  if (search === undefined) return { rows: [], end: null, count: () => Promise.resolve(0) };
  const few = await findFew(actor, kinds, query, search);
  if (few.total <= mostCounted) return pageOf(query, few.rows, () => Promise.resolve(few.total));
  const isByName = query.sortBy === "name" && seesAll(actor, kinds);
  const page = isByName ? await findMany(actor, kinds, query, search, few.rows) : await walk(actor, kinds, query, search);
  return pageOf(query, page, () => Promise.resolve(null));
}

function seesAll({ rights }: Actor, kinds: readonly TokenKind[]): boolean {
  return kinds.every((kind) => visibleTokens(rights, kind) === "all");
}

type PageRow = TokenModel & { readonly order: PageEnd["order"] };

/** @param total how many there are of which this is the first page */
function pageOf({ limit, after: former }: KeysetQuery, found: readonly PageRow[], total: KeysetPage["count"]): KeysetPage {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  // One more was asked for, which says whether there is another page.
  const end = found.length > limit && last !== undefined ? { kind: last.kind, id: last.id, order: last.order } : null;
  const count = former !== null ? () => Promise.resolve(null) : end === null ? () => Promise.resolve(rows.length) : total;
  return { rows, end, count };
}

async function countAll({ db, rights }: Actor, kinds: readonly TokenKind[]): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from tokens where ${administered(rights, kinds)}`.execute(db.withoutPlugins());
  return rows[0]?.total ?? 0;
}

/** Walks the tokens of each kind in order, by an index, to the end of the page. */
async function walk({ db, rights }: Actor, kinds: readonly TokenKind[], query: KeysetQuery, search?: NameSearch) {
  const direction = directionOf(query);
  const most = query.limit + 1;
  const branches = kinds.flatMap((kind) =>
    rangesOf(kind, query).map((range) => {
      const allowed = administered(rights, [kind]);
      if (query.sortBy === "expiry") {
        const found = search && sql`and ${isFound(search, sql`lower(name)`, sql`id`)}`;
        return sql`(
          select ${tokenColumns}, expire_at as "order" from tokens where ${allowed} and ${range} ${found ?? nothing}
          order by expire_at ${direction}, id ${direction} limit ${most})`;
      }
      const found = search && sql`and ${isFound(search, sql`names.folded`, sql`names.id`)}`;
      const where = sql`where names.kind = ${sql.lit(kind)} and ${range} ${found ?? nothing}`;
      const rest = sql`order by names.name_order ${direction}, names.id ${direction} limit ${most}`;
      // Where the caller sees all of a kind, the end of the page is found before any token is read.
      return visibleTokens(rights, kind) === "all"
        ? sql`(
          select token.*, names.name_order as "order" from (
            select names.id, names.name_order from token_names as names ${where} ${rest}
          ) as names join ${tokenOf(sql`names.id`)} on true)`
        : sql`(
          select token.*, names.name_order as "order" from token_names as names
          join (select ${tokenColumns} from tokens where ${allowed}) as token on token.id = names.id ${where} ${rest})`;
    }),
  );
  if (branches.length === 0) return [];
  const { rows } = await sql<PageRow>`
    select * from (${sql.join(branches, sql` union all `)}) as walked ${inOrder(query)} limit ${most}`.execute(
    db.withoutPlugins(),
  );
  return rows;
}

/**
 * All tokens that are found, as far as they are counted, of which the page is: where there are more, some of them. Only those of the page are
 * read whole. How many hold a text the database can but guess. Where it guesses many, it looks through the names one after the other, and has
 * soon found more than are counted.
 */
async function findFew(actor: Actor, kinds: readonly TokenKind[], query: KeysetQuery, search: NameSearch) {
  const { db, rights } = actor;
  const byName = query.sortBy === "name";
  const most = mostCounted + 1;
  const lists =
    byName && seesAll(actor, kinds)
      ? sql`few as materialized (${sql.join(
          nameConditions(search).map(
            (where) => sql`(
              select id, kind, name_order as "order" from token_names where ${where} and ${noOther(kinds)} limit ${most})`,
          ),
          sql` union all `,
        )})`
      : sql`found as materialized (${foundNames(search)}), few as materialized (
        select token.id, token.kind, ${byName ? sql`found.name_order` : sql`token.expire_at`} as "order" from found
        join (select id, kind, expire_at from tokens where ${administered(rights, kinds)}) as token on token.id = found.id
        limit ${most})`;
  const { rows } = await sql<{ readonly total: number } & (PageRow | { readonly id: null })>`
    with ${lists}
    select * from (select count(*) as total from few) as counted left join (
      select token.*, page."order" from (
        select * from few where ${after(query)} ${inOrder(query)} limit ${query.limit + 1}
      ) as page join ${tokenOf(sql`page.id`)} on true
    ) as page on true ${inOrder(query)}`.execute(db.withoutPlugins());
  return { total: rows[0]?.total ?? 0, rows: rows.flatMap((row) => (row.id === null ? [] : [row])) };
}

/**
 * A page of very many that are found, by name.
 *
 * @param some as many of them as a page has, in order: it ends where they do at the latest, so that the database need not look beyond
 */
async function findMany(
  { db }: Actor,
  kinds: readonly TokenKind[],
  query: KeysetQuery,
  search: NameSearch,
  some: readonly PageRow[],
) {
  const { after: former, descending, limit } = query;
  const last = some[limit]?.order;
  const [upwards, backwards] = [descending ? sql`>=` : sql`<=`, descending ? sql`<=` : sql`>=`];
  const bounds = [
    sql`kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))})`,
    ...(last === undefined ? [] : [sql`name_order ${upwards} ${last}`]),
    ...(former === null ? [] : [sql`name_order ${backwards} ${former.order}`]),
  ];
  const parts = nameConditions(search).map(
    (where) => sql`
      select id, kind, name_order as "order" from token_names where ${sql.join([where, ...bounds], sql` and `)}`,
  );
  const { rows } = await sql<PageRow>`
    select * from (
      select token.*, page."order" from (
        select * from (${sql.join(parts, sql` union all `)}) as found where ${after(query)} ${inOrder(query)} limit ${limit + 1}
      ) as page join ${tokenOf(sql`page.id`)} on true
    ) as page ${inOrder(query)}`.execute(db.withoutPlugins());
  return rows;
}

/** Holds for names of the kinds given. Not by an index, by which the database would rather read all names of a kind than those it finds. */
function noOther(kinds: readonly TokenKind[]): Condition {
  const others = tokenKinds.filter((kind) => !kinds.includes(kind));
  return others.length === 0 ? sql<boolean>`true` : sql<boolean>`kind not in (${sql.join(others.map((kind) => sql.lit(kind)))})`;
}

/** The token with an id, looked up by itself: left to choose, the database reads all where there are some thousands. */
function tokenOf(id: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lateral (select ${tokenColumns} from tokens where id = ${id} offset 0) as token`;
}

const nothing = sql``;

const rank = sql`case kind ${sql.join(
  tokenKinds.map((kind, place) => sql`when ${sql.lit(kind)} then ${sql.lit(place)}`),
  sql` `,
)} end`;

function directionOf({ descending }: KeysetQuery): RawBuilder<unknown> {
  return descending ? sql`desc` : sql`asc`;
}

/** Null is greater than all else to PostgreSQL, and so is never to people. */
function inOrder(query: KeysetQuery): RawBuilder<unknown> {
  const direction = directionOf(query);
  return sql`order by "order" ${direction}, ${rank} ${direction}, id ${direction}`;
}

/** What comes after the last page, of rows that have everything they are sorted by. */
function after({ after: end, sortBy, descending }: KeysetQuery): Condition {
  if (end === null) return sql<boolean>`true`;
  const beyond = descending ? sql`<` : sql`>`;
  const place = tokenKinds.indexOf(end.kind);
  if (sortBy === "name")
    return sql<boolean>`("order", ${rank}, id) ${beyond} (${end.order}::text, ${place}::int, ${end.id}::text)`;
  const never = sql`9223372036854775807`;
  return sql<boolean>`(coalesce("order", ${never}), ${rank}, id) ${beyond} (coalesce(${end.order}::int8, ${never}), ${place}::int, ${end.id}::text)`;
}

/** What comes after the last page of one kind, as ranges of the index that its tokens are walked by, each for itself. */
function rangesOf(kind: TokenKind, { after: end, sortBy, descending }: KeysetQuery): readonly Condition[] {
  if (end === null) return [sql<boolean>`true`];
  const beyond = descending ? sql`<` : sql`>`;
  const steps = (tokenKinds.indexOf(kind) - tokenKinds.indexOf(end.kind)) * (descending ? -1 : 1);
  // Of kinds that come later, those of the same order follow too; of earlier ones they are past.
  const others = steps > 0 ? sql`${beyond}=` : beyond;
  if (sortBy === "name") {
    return [
      steps === 0
        ? sql<boolean>`(names.name_order, names.id) ${beyond} (${end.order}, ${end.id})`
        : sql<boolean>`names.name_order ${others} ${end.order}`,
    ];
  }
  const never = sql<boolean>`expire_at is null`;
  if (end.order === null) {
    const rest = steps === 0 ? [sql<boolean>`${never} and id ${beyond} ${end.id}`] : steps > 0 ? [never] : [];
    return descending ? [...rest, sql<boolean>`expire_at is not null`] : rest;
  }
  const dated =
    steps === 0
      ? sql<boolean>`(expire_at, id) ${beyond} (${end.order}::int8, ${end.id})`
      : sql<boolean>`expire_at ${others} ${end.order}::int8`;
  return descending ? [dated] : [dated, never];
}

import { sql, type RawBuilder } from "kysely";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import type { Actor } from "#server/access/actor.ts";
import type { TokenModel } from "#server/store/schema.ts";
import { administered, visibleTokens, type Condition } from "./administered.ts";
import { tokenColumns } from "./list.ts";
import { foundNames, isFound, nameSearch, type NameSearch } from "./nameSearch.ts";

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
  /** How many there are; null when not counted. */
  readonly total: number | null;
  /** Where the next page goes on; null where there is none. */
  readonly end: PageEnd | null;
}

/** More than so many tokens that are found are not counted, but walked in order: then a page of them is never far. */
const mostCounted = 1000;

/**
 * A page of the tokens that the caller may list. The order is total: kind and id settle ties. A page begins right after where the last one
 * ended rather than after so many rows, so what comes and goes meanwhile neither repeats a row nor leaves one out, and the hundredth page
 * costs no more than the first. All are counted once, with the first page.
 */
export async function readTokenPage(actor: Actor, query: KeysetQuery): Promise<KeysetPage> {
  const kinds = tokenKinds.filter((kind) => query.kinds.includes(kind) && visibleTokens(actor.rights, kind) !== "none");
  if (kinds.length === 0) return { rows: [], total: 0, end: null };
  const text = query.search.trim();
  if (text === "") return pageOf(query, await walk(actor, kinds, query));
  const search = nameSearch(text);
  if (search === undefined) return { rows: [], total: 0, end: null };
  const few = pageOf(query, await findFew(actor, kinds, query, search));
  if (few.total === null || few.total > mostCounted) return pageOf(query, await walk(actor, kinds, query, search));
  return query.after === null ? few : { ...few, total: null };
}

/** A row of a page, with what all have in common; where the page is empty, one row without a token. */
type PageRow = { readonly total: number | null } & ((TokenModel & { readonly order: PageEnd["order"] }) | { readonly id: null });

function pageOf({ limit }: KeysetQuery, answer: readonly PageRow[]): KeysetPage {
  const found = answer.flatMap((row) => (row.id === null ? [] : [row]));
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  // One more was asked for, which says whether there is another page.
  const end = found.length > limit && last !== undefined ? { kind: last.kind, id: last.id, order: last.order } : null;
  return { rows, total: answer[0]?.total ?? null, end };
}

/** Walks the tokens of each kind in order, by an index, to the end of the page. */
async function walk({ db, rights }: Actor, kinds: readonly TokenKind[], query: KeysetQuery, search?: NameSearch) {
  const direction = directionOf(query);
  const rest = query.limit + 1;
  const branches = kinds.flatMap((kind) =>
    rangesOf(kind, query).map((range) => {
      const allowed = administered(rights, [kind]);
      if (query.sortBy === "expiry") {
        const found = search && sql`and ${isFound(search, sql`lower(name)`, sql`id`)}`;
        return sql`(
          select ${tokenColumns}, expire_at as "order" from tokens where ${allowed} and ${range} ${found ?? nothing}
          order by expire_at ${direction}, id ${direction} limit ${rest})`;
      }
      const found = search && sql`and ${isFound(search, sql`names.folded`, sql`names.id`)}`;
      return sql`(
        select token.*, names.name_order as "order" from token_names as names
        join (select ${tokenColumns} from tokens where ${allowed}) as token on token.id = names.id
        where names.kind = ${sql.lit(kind)} and ${range} ${found ?? nothing}
        order by names.name_order ${direction}, names.id ${direction} limit ${rest})`;
    }),
  );
  if (branches.length === 0) return [];
  const counts = query.after === null && search === undefined;
  const total = counts
    ? sql`select count(*) as total from tokens where ${administered(rights, kinds)}`
    : sql`select null::int8 as total`;
  const { rows } = await sql<PageRow>`
    select * from (${total}) as counted left join (
      select * from (${sql.join(branches, sql` union all `)}) as walked ${inOrder(query)} limit ${rest}
    ) as page on true ${inOrder(query)}`.execute(db.withoutPlugins());
  return rows;
}

/** All tokens that are found, as far as they are counted, of which the page is. Only those of the page are read whole. */
async function findFew({ db, rights }: Actor, kinds: readonly TokenKind[], query: KeysetQuery, search: NameSearch) {
  const byName = query.sortBy === "name";
  const isOpen = kinds.every((kind) => visibleTokens(rights, kind) === "all");
  const few =
    byName && isOpen
      ? sql`
        select id, kind, name_order as "order" from found
        where kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))}) limit ${mostCounted + 1}`
      : sql`
        select token.id, token.kind, ${byName ? sql`found.name_order` : sql`token.expire_at`} as "order" from found
        join (select id, kind, expire_at from tokens where ${administered(rights, kinds)}) as token on token.id = found.id
        limit ${mostCounted + 1}`;
  const { rows } = await sql<PageRow>`
    with found as materialized (${foundNames(search)}),
    few as materialized (${few})
    select * from (select count(*) as total from few) as counted left join (
      select token.*, page."order" from (
        select * from few where ${after(query)} ${inOrder(query)} limit ${query.limit + 1}
      ) as page join (select ${tokenColumns} from tokens) as token on token.id = page.id
    ) as page on true ${inOrder(query)}`.execute(db.withoutPlugins());
  return rows;
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

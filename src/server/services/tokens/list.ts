import { sql, type Kysely } from "kysely";

import type { ListableKind } from "#logscale/convert.ts";

import type { Actor } from "#server/access/actor.ts";
import type { ListPage, ListRange } from "#server/services/lists.ts";
import type { Database, TokenModel } from "#server/store/schema.ts";
import { administered, type Condition } from "./administered.ts";
import { foundNames, nameSearch } from "./nameSearch.ts";

/** How a list of tokens is narrowed and ordered. */
export interface TokenListQuery extends ListRange {
  /** Part of a name or the beginning of an id, in any case. */
  readonly search: string | null;
  /** Only view tokens that reach one of these search domains. */
  readonly viewIds: readonly string[] | null;
  readonly sortBy: "name" | "expiry";
  /** Whether the total is asked for, which takes longer than a page of a long list. Else it is given as 0. */
  readonly counted: boolean;
}

/** All of a token but its secret, named as the rest of the code names it: without the plugin that would rename every field of every row. */
export const tokenColumns = sql`
  id, kind, name, created_at as "createdAt", expire_at as "expireAt", ip_filter_id as "ipFilterId", user_id as "userId", permissions,
  view_ids as "viewIds", created_by as "createdBy", creator_kind as "creatorKind", creator_id as "creatorId",
  last_used_at as "lastUsedAt", last_used_from as "lastUsedFrom", first_used_at as "firstUsedAt"`;

/** The tokens of the kinds given that the caller may administer. */
export async function listTokens(
  { db, rights }: Actor,
  kinds: readonly ListableKind[],
  query: TokenListQuery,
): Promise<ListPage<TokenModel>> {
  return readPage(db, administered(rights, kinds), query);
}

/** The personal tokens that the caller may administer: all for root, one's own for a user. */
export async function listPersonalTokens({ db, rights }: Actor, query: TokenListQuery): Promise<ListPage<TokenModel>> {
  return readPage(db, administered(rights, ["personal"]), query);
}

/**
 * One statement, so that the total and the page are of the same instant. The order is total: the id settles ties, since names are
 * not unique and most tokens of some organizations never expire.
 */
async function readPage(db: Kysely<Database>, allowed: Condition, query: TokenListQuery): Promise<ListPage<TokenModel>> {
  const conditions = [allowed];
  const search = query.search === null || query.search === "" ? null : nameSearch(query.search);
  if (search === undefined) conditions.push(sql<boolean>`false`);
  else if (search !== null) conditions.push(sql<boolean>`id = any(array(select found from searched))`);
  const searched =
    search == null ? sql`` : sql`with searched as materialized (select id as found from (${foundNames(search)}) as names)`;
  if (query.viewIds !== null) conditions.push(sql<boolean>`view_ids && ${[...query.viewIds]}::text[]`);
  const where = sql.join(conditions, sql` and `);
  const direction = query.descending ? sql`desc` : sql`asc`;
  const column = query.sortBy === "name" ? sql`name` : sql`expire_at`;
  const alias = query.sortBy === "name" ? sql`name` : sql`"expireAt"`;

  const total = query.counted ? sql`select count(*) as total from tokens where ${where}` : sql`select 0::int8 as total`;

  const { rows } = await sql<PageRow>`
    ${searched}
    select * from (${total}) as counted
    left join (
      select ${tokenColumns} from tokens where ${where}
      order by ${column} ${direction}, id ${direction} limit ${query.limit} offset ${query.skip}
    ) as page on true
    order by ${alias} ${direction}, id ${direction}`.execute(db.withoutPlugins());
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.filter((row) => row.id !== null),
  };
}

/** A row of the page; when the page is empty, one row with the total alone. */
type PageRow = { readonly total: number } & (TokenModel | { readonly id: null });

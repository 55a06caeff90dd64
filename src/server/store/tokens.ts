import { CompiledQuery, sql, type Kysely, type Transaction } from "kysely";

import type { ChangedToken, PlannableToken, Restriction } from "#domain/policy/plan.ts";
import type { Database, TokenRow } from "./schema.ts";
import { columnTexts, type ColumnTexts } from "./columnTexts.ts";
import { later } from "./statementClient.ts";

/** A token as a plan needs to know it, with its last use, ms since epoch; null when never. */
export interface ReadToken extends PlannableToken {
  readonly lastUsedAt: number | null;
  readonly lastUsedFrom: string | null;
}

/** How many rows a statement inserts at once: bounds its memory, and is past the point where more helps. */
const insertedAtOnce = 10_000;

/** How many rows a statement changes or deletes at once: more would be no quicker, and would take longer to be written down as text. */
const changedAtOnce = 2500;

/** The columns of {@link ReadToken}, named as the domain names them. */
const planned = {
  id: "id",
  kind: "kind",
  name: "name",
  createdAt: "created_at",
  expireAt: "expire_at",
  ipFilter: "ip_filter_id",
  lastUsedAt: "last_used_at",
  lastUsedFrom: "last_used_from",
} as const satisfies Record<keyof ReadToken, string>;

const plannedRows = sql.join(Object.entries(planned).map(([name, column]) => sql`${sql.ref(column)} as ${sql.ref(name)}`));

/**
 * All tokens, as far as a plan needs to know them, in batches and in the order in which the database keeps them: each page of it is read
 * once. Call it in a transaction that holds one of the token locks: what is read is the state of one moment. That of last uses goes on
 * being written meanwhile. Batches are small: of a larger one much would outlive the first collections of garbage.
 */
export async function* plannableTokenBatches(
  trx: Transaction<Database>,
  batchSize = 1000,
): AsyncGenerator<ReadToken[], void, void> {
  // Without the plugin that would rename every field of every row.
  const plain = trx.withoutPlugins();
  await sql`declare planned_tokens no scroll cursor for select ${plannedRows} from tokens`.execute(plain);
  for (;;) {
    const { rows } = await sql<ReadToken>`fetch ${sql.lit(batchSize)} from planned_tokens`.execute(plain);
    if (rows.length > 0) yield rows;
    if (rows.length < batchSize) break;
  }
  await sql`close planned_tokens`.execute(plain);
}

/**
 * The same without a transaction, so that others may read between two batches. Call it only where nobody writes to tokens at all until all
 * was read, last uses included: a row that is written moves, and would be missed or come twice.
 */
export async function* stillTokenBatches(db: Kysely<Database>, pages = 100): AsyncGenerator<ReadToken[], void, void> {
  const plain = db.withoutPlugins();
  const size = await sql<{ pages: number }>`
    select (pg_relation_size('tokens') / current_setting('block_size')::int8)::int4 as pages`.execute(plain);
  const end = size.rows[0]?.pages ?? 0;
  for (let page = 0; page < end; page += pages) {
    const { rows } = await sql<ColumnTexts<keyof ReadToken>>`
      select ${columnTexts(planned)} from tokens
      where ctid >= ${`(${page},0)`}::tid and ctid < ${`(${page + pages},0)`}::tid`.execute(plain);
    const tokens = rows[0] === undefined ? [] : tokensOf(rows[0]);
    if (tokens.length > 0) yield tokens;
  }
}

function tokensOf(texts: ColumnTexts<keyof ReadToken>): ReadToken[] {
  const column = <Name extends keyof ReadToken>(name: Name) => JSON.parse(texts[name] ?? "[]") as ReadToken[Name][];
  const kinds = column("kind");
  const names = column("name");
  const createdAt = column("createdAt");
  const expireAt = column("expireAt");
  const ipFilters = column("ipFilter");
  const lastUsedAt = column("lastUsedAt");
  const lastUsedFrom = column("lastUsedFrom");
  return column("id").map((id, place) => {
    const [kind, name, created] = [kinds[place], names[place], createdAt[place]];
    if (kind === undefined || name === undefined || created === undefined) throw new Error("A column of tokens is too short.");
    return {
      id,
      kind,
      name,
      createdAt: created,
      expireAt: expireAt[place] ?? null,
      ipFilter: ipFilters[place] ?? null,
      lastUsedAt: lastUsedAt[place] ?? null,
      lastUsedFrom: lastUsedFrom[place] ?? null,
    };
  });
}

/** Inserts any number of tokens. Throws as a plain insert would, after which the transaction is of no more use. */
export async function insertTokens(
  db: Kysely<Database>,
  tokens: readonly (Omit<TokenRow, "firstUsedAt"> & Partial<Pick<TokenRow, "firstUsedAt">>)[],
): Promise<void> {
  for (const chunk of chunks(tokens, insertedAtOnce)) {
    // Lists within rows travel as joined text: PostgreSQL has no arrays of arrays of different lengths.
    await sql`
      insert into tokens (id, kind, name, secret_hash, created_at, expire_at, ip_filter_id, user_id, permissions, view_ids,
        created_by, creator_kind, creator_id, last_used_at, last_used_from, first_used_at)
      select id, kind, name, decode(secret_hash, 'hex'), created_at, expire_at, ip_filter_id, user_id,
        string_to_array(permissions, ','), string_to_array(view_ids, ','), created_by, creator_kind, creator_id,
        last_used_at, last_used_from, first_used_at
      from unnest(
        ${chunk.map((token) => token.id)}::text[],
        ${chunk.map((token) => token.kind)}::text[],
        ${chunk.map((token) => token.name)}::text[],
        ${chunk.map((token) => Buffer.from(token.secretHash).toString("hex"))}::text[],
        ${chunk.map((token) => token.createdAt)}::int8[],
        ${chunk.map((token) => token.expireAt)}::int8[],
        ${chunk.map((token) => token.ipFilterId)}::text[],
        ${chunk.map((token) => token.userId)}::text[],
        ${chunk.map((token) => token.permissions.join(","))}::text[],
        ${chunk.map((token) => token.viewIds.join(","))}::text[],
        ${chunk.map((token) => token.createdBy)}::text[],
        ${chunk.map((token) => token.creatorKind)}::text[],
        ${chunk.map((token) => token.creatorId)}::text[],
        ${chunk.map((token) => token.lastUsedAt)}::int8[],
        ${chunk.map((token) => token.lastUsedFrom)}::text[],
        ${chunk.map((token) => token.firstUsedAt ?? null)}::int8[]
      ) as new (id, kind, name, secret_hash, created_at, expire_at, ip_filter_id, user_id, permissions, view_ids,
        created_by, creator_kind, creator_id, last_used_at, last_used_from, first_used_at)`.execute(db);
  }
}

/** Deletes the tokens with these ids and returns how many there were. */
export async function deleteTokens(db: Kysely<Database>, ids: readonly string[]): Promise<number> {
  let deleted = 0;
  for (const chunk of chunks(ids, changedAtOnce)) {
    await findEachByKey(db);
    const result = await sql`
      delete from tokens using unnest(${chunk}::text[]) as doomed (id) where tokens.id = doomed.id`.execute(db);
    deleted += Number(result.numAffectedRows ?? 0);
  }
  return deleted;
}

/**
 * Carries out restrictions, expiry and IP filter in one statement, and returns how many of the tokens there were. Only the values
 * that a restriction ends at are written; what it started from is the caller's to have checked under the lock.
 */
export async function restrictTokens(db: Kysely<Database>, changes: readonly Restriction<ChangedToken>[]): Promise<number> {
  let restricted = 0;
  for (const chunk of chunks(changes, changedAtOnce)) {
    // Mostly a policy changes one of the two alone. A restriction never takes a value away, so null can stand for "as it is".
    const columns = [
      { column: sql`expire_at`, type: sql`int8`, values: chunk.map(({ expireAt }) => expireAt?.to ?? null) },
      { column: sql`ip_filter_id`, type: sql`text`, values: chunk.map(({ ipFilter }) => ipFilter?.to ?? null) },
    ].filter(({ values }) => values.some((value) => value !== null));
    if (columns.length === 0) continue;
    await findEachByKey(db);
    const result = await sql`
      update tokens
      set ${sql.join(columns.map(({ column }) => sql`${column} = coalesce(change.${column}, tokens.${column})`))}
      from unnest(${chunk.map((change) => change.token.id)}::text[], ${sql.join(columns.map(({ type, values }) => sql`${values}::${type}[]`))})
        as change (id, ${sql.join(columns.map(({ column }) => column))})
      where tokens.id = change.id`.execute(db);
    restricted += Number(result.numAffectedRows ?? 0);
  }
  return restricted;
}

/**
 * Has the rest of the transaction look up rows one by one. Some thousand rows of a large table are else found by reading the whole table,
 * as PostgreSQL takes each look-up for a page from another place on the disk; and all parts of a change together would read it again
 * and again.
 */
async function findEachByKey(db: Kysely<Database>): Promise<void> {
  await db.executeQuery(oneByOne);
}

const oneByOne = CompiledQuery.raw(
  `select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true) ${later}`,
);

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

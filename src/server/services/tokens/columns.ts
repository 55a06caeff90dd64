import { sql, type Kysely, type RawBuilder } from "kysely";

import type { Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { parseJson } from "#logscale/json.ts";
import { ColumnsWriter, type TokenColumns } from "#logscale/tokenColumns.ts";

import type { Judgement } from "#server/access/judgement.ts";
import { ClientError } from "#server/errors.ts";
import { columnTexts, type ColumnTexts } from "#server/store/columnTexts.ts";
import type { Database } from "#server/store/schema.ts";
import type { InSteps } from "#server/store/snapshot.ts";
import { later } from "#server/store/statementClient.ts";
import { administered, type Condition } from "./administered.ts";

/** How many tokens a step reads at least and at most, and into how many steps a kind is parted between these. */
const [least, largest, parts] = [10_000, 50_000, 20];

/**
 * How many of all tokens of a kind a step reads. On PGlite everybody else waits for it, for some 70 ms with ten thousand. In very many
 * parts PostgreSQL would read the table as many times, which it takes for cheaper than to find each token by an index.
 */
export function tokensAtOnce(all: number): number {
  return Math.min(largest, Math.max(least, Math.ceil(all / parts)));
}

/** What a statement may take to sort so many, instead of 4 MB. */
const sortMemory = "16MB";

/** How many tokens a line of the answer holds: some ten milliseconds of work for a page. */
const tokensInLine = 10_000;

/** The most tokens that are given in one answer. */
const mostTokens = 1_000_000;

/** Sizes that a test may set. */
export interface ColumnSizes {
  readonly atOnce?: number;
  readonly inLine?: number;
  readonly most?: number;
}

/** Who takes the tokens. */
export interface ColumnsTaker {
  /** Is given line by line of `tokenColumns.ts`. What it throws ends the reading. */
  readonly write: (line: string) => void;
  /** Once it is aborted, nothing more is read. */
  readonly signal: AbortSignal;
}

/**
 * Reads the tokens of a kind that the caller may administer, as `listTokens` gives them page by page: all of one instant, in the order of
 * their names. It does not wait for whoever takes the answer: on PGlite whoever writes waits for its end, and who reads for its next step.
 *
 * @throws ClientError TOO_COSTLY where there are too many; nothing is written then. The signal's reason when it is aborted
 */
export async function readTokenColumns(
  inSteps: InSteps,
  { rights, now }: Judgement,
  kind: TokenKind,
  { write, signal }: ColumnsTaker,
  { atOnce: sized, inLine = tokensInLine, most = mostTokens }: ColumnSizes = {},
): Promise<void> {
  const allowed = administered(rights, [kind]);
  const writer = new ColumnsWriter(now);
  await inSteps(async (step) => {
    const next = <T>(read: (db: Kysely<Database>) => Promise<T>) =>
      step(async (trx) => {
        signal.throwIfAborted();
        const plain = trx.withoutPlugins();
        await sql`select set_config('work_mem', ${sortMemory}, true) ${sql.raw(later)}`.execute(plain);
        return read(plain);
      });
    const { rows } = await next((db) =>
      sql<{ total: number; all: number }>`
        select count(*) filter (where ${allowed}) as total, count(*) as "all" from tokens where kind = ${sql.lit(kind)}`.execute(
        db,
      ),
    );
    const { total = 0, all = 0 } = rows[0] ?? {};
    if (total > most) {
      throw new ClientError("TOO_COSTLY", `There are more than ${most.toLocaleString("en")} tokens. Read them page by page.`);
    }
    write(writer.head(total));
    if (total === 0) return;
    const atOnce = sized ?? tokensAtOnce(all);
    let after: Place | undefined;
    do {
      const { columns, to } = await next(async (db) => {
        const range = await rangeAfter(db, kind, after, atOnce);
        return { columns: await readRange(db, allowed, range), to: range.to };
      });
      for (let start = 0; start < columns.id.length; start += inLine) write(writer.part(columns, start, start + inLine));
      after = to;
    } while (after !== undefined);
  });
  write(writer.end());
}

/** A token's place in the order of the list. */
interface Place {
  readonly name: string;
  readonly id: string;
}

/** The tokens of a kind after one and up to another, as far as there are any. */
interface Range {
  readonly after: Place | undefined;
  readonly to: Place | undefined;
}

/** The next so many tokens of a kind, whoever may see them. The index alone tells. */
async function rangeAfter(db: Kysely<Database>, kind: TokenKind, after: Place | undefined, count: number): Promise<Range> {
  const { rows } = await sql<Place>`
    select name, id from tokens where kind = ${sql.lit(kind)} ${within({ after, to: undefined })}
    order by name, id offset ${count - 1} limit 1`.execute(db);
  return { after, to: rows[0] };
}

function within({ after, to }: Range): RawBuilder<unknown> {
  const begins = after === undefined ? sql`` : sql`and (name, id) > (${after.name}, ${after.id})`;
  const ends = to === undefined ? sql`` : sql`and (name, id) <= (${to.name}, ${to.id})`;
  return sql`${begins} ${ends}`;
}

/** The columns are put together from rows that are in order already. */
async function readRange(db: Kysely<Database>, allowed: Condition, range: Range): Promise<TokenColumns> {
  const { rows } = await sql<ColumnTexts<keyof TokenColumns>>`
    select ${columnTexts(columns)}
    from (
      select ${sql.join(Object.values(columns).map((column) => sql.ref(column)))}
      from tokens where ${allowed} ${within(range)} order by name, id
    ) as sorted`.execute(db);
  const [row] = rows;
  const texts = <Text extends string | null>(name: keyof TokenColumns) => JSON.parse(row?.[name] ?? "[]") as Text[];
  const times = <Time extends Long | null>(name: keyof TokenColumns) => timesOf(row?.[name] ?? "[]") as Time[];
  return {
    id: texts("id"),
    name: texts("name"),
    createdAt: times("createdAt"),
    expireAt: times("expireAt"),
    ipFilterId: texts("ipFilterId"),
    lastUsedAt: times("lastUsedAt"),
    lastUsedFrom: texts("lastUsedFrom"),
    firstUsedAt: times("firstUsedAt"),
    createdBy: texts("createdBy"),
    creatorKind: texts("creatorKind"),
    creatorId: texts("creatorId"),
  };
}

/** Times as JSON: the slower, exact way only where a number is not exact. */
function timesOf(text: string): (Long | null)[] {
  const plain = JSON.parse(text) as (number | null)[];
  return plain.every((time) => time === null || Number.isSafeInteger(time)) ? plain : (parseJson(text) as (Long | null)[]);
}

const columns = {
  id: "id",
  name: "name",
  createdAt: "created_at",
  expireAt: "expire_at",
  ipFilterId: "ip_filter_id",
  lastUsedAt: "last_used_at",
  lastUsedFrom: "last_used_from",
  firstUsedAt: "first_used_at",
  createdBy: "created_by",
  creatorKind: "creator_kind",
  creatorId: "creator_id",
} as const satisfies Record<keyof TokenColumns, string>;

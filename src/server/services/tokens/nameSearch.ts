import { sql, type RawBuilder } from "kysely";

import { leastOfId, longestName } from "#domain/name.ts";
import type { Condition } from "./administered.ts";

/** What tokens are searched for. */
export interface NameSearch {
  /** The text, in small letters. */
  readonly text: string;
  /** A pattern of LIKE that folded names hold which have the text in them. */
  readonly pattern: string;
  /** What the ids begin with that are found, in small letters; undefined where ids are not looked at. */
  readonly prefix: string | undefined;
}

/**
 * What a text is searched as: in names anywhere, in ids at their beginning, in any case as far as it is ASCII. Undefined where nothing can
 * be found, since nothing has so long a name.
 */
export function nameSearch(text: string): NameSearch | undefined {
  if (text.length > longestName) return undefined;
  const folded = text.replaceAll(/[A-Z]+/gu, (capitals) => capitals.toLowerCase());
  return {
    text: folded,
    pattern: `%${folded.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`,
    prefix: folded.length < leastOfId ? undefined : folded,
  };
}

/**
 * Whether a row of `token_names` or `tokens` is found, by what its name is folded to, and its id. Not by LIKE, for which the database would
 * rather gather and sort all that hold the text by the index than walk to the end of a page.
 */
export function isFound({ text, prefix }: NameSearch, folded: RawBuilder<unknown>, id: RawBuilder<unknown>): Condition {
  const named = sql<boolean>`strpos(${folded}, ${text}) > 0`;
  return prefix === undefined ? named : sql<boolean>`(${named} or starts_with(lower(${id}), ${prefix}))`;
}

/** Which rows of `token_names` are found, as conditions of which an index serves each, and of which a row fulfils one at most. */
export function nameConditions({ pattern, prefix }: NameSearch): readonly Condition[] {
  const named = sql<boolean>`folded like ${pattern}`;
  if (prefix === undefined) return [named];
  const begins = sql<boolean>`lower(id) >= ${prefix} and lower(id) < ${`${prefix}\u{10FFFF}`}`;
  return [named, sql<boolean>`${begins} and folded not like ${pattern}`];
}

/**
 * The rows of `token_names` that are found, by the indexes. As a list of its own, so that the database doesn't walk all names in order instead:
 * it cannot tell how many hold a text.
 */
export function foundNames(search: NameSearch): RawBuilder<unknown> {
  const parts = nameConditions(search).map((where) => sql`select id, kind, name_order from token_names where ${where}`);
  return sql.join(parts, sql` union all `);
}

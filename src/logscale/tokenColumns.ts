import { subtractLongs, type Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

/**
 * Where the embedded server gives all tokens of some kinds in one answer, which the extension `tokenColumns` announces: the same tokens as
 * the paged lists, those of a kind of one instant, in the order of their names.
 *
 * The answer is lines of JSON, for one kind after the other: {@link ColumnsHead}, any number of {@link ColumnsPart}, {@link ColumnsEnd}; or
 * {@link ColumnsTooMany} alone. Tokens stand in columns, since what is alike then stands together: it is packed to a tenth of the lists, and
 * read in a tenth of the time. A kind without its end was cut short and counts as not read at all.
 */
export const tokenColumnsPath = (...kinds: readonly (TokenKind | ":kinds")[]) => `/api/tokenhouse/tokens/${kinds.join()}`;

/** The media type of the answer. */
export const tokenColumnsType = "application/x-ndjson; charset=utf-8";

/** A {@link Long} in JSON: as digits where no number is exact. */
export type WireLong = number | string;

/** The first line. */
export interface ColumnsHead {
  /** How many tokens follow. */
  readonly total: number;
  /** The instant from which uses are counted back, ms since epoch. */
  readonly now: number;
}

/** The only line of a kind with more tokens than are given so, of several. Where the first kind has too many, the whole answer has status 413. */
export interface ColumnsTooMany {
  readonly tooMany: true;
}

export function tooManyLine(): string {
  return line({ tooMany: true });
}

/** The last line. */
export interface ColumnsEnd {
  /** How many tokens there were. */
  readonly end: number;
}

/**
 * Tokens in columns, all of the length of `names`. What tokens share is listed once in the whole answer: each line adds to the list what is
 * new (`new…`), and the column has the place in it, from 1; 0 stands for nothing.
 */
export interface ColumnsPart {
  /** How many tokens the lines before have. */
  readonly before: number;
  /** The ids; as one text where all are equally long. */
  readonly ids: string | readonly string[];
  readonly names: readonly string[];
  /** Ms before {@link ColumnsHead.now}. */
  readonly createdBefore: readonly WireLong[];
  /** Ms after creation; null where a token never expires. */
  readonly expireAfter: readonly (WireLong | null)[];
  readonly newFilters: readonly string[];
  readonly filter: readonly number[];
  /** Ms before {@link ColumnsHead.now}; null where a token was never used. */
  readonly usedBefore: readonly (WireLong | null)[];
  readonly newAddresses: readonly string[];
  readonly usedFrom: readonly number[];
  /** Ms after creation; null where a token was never used, or its first use is not known. */
  readonly firstUsedAfter: readonly (WireLong | null)[];
  readonly newCreators: readonly (readonly [kind: string, id: string | null, name: string | null])[];
  readonly creator: readonly number[];
}

/** The columns as a database has them, all of one length; times in ms since epoch. */
export interface TokenColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly createdAt: readonly Long[];
  readonly expireAt: readonly (Long | null)[];
  readonly ipFilterId: readonly (string | null)[];
  readonly lastUsedAt: readonly (Long | null)[];
  readonly lastUsedFrom: readonly (string | null)[];
  readonly firstUsedAt: readonly (Long | null)[];
  readonly createdBy: readonly (string | null)[];
  readonly creatorKind: readonly string[];
  readonly creatorId: readonly (string | null)[];
}

/** Writes an answer, line by line. */
export class ColumnsWriter {
  readonly #now: number;
  readonly #filters = new Places<string>();
  readonly #addresses = new Places<string>();
  readonly #creators = new Places<ColumnsPart["newCreators"][number]>();
  #written = 0;

  /** @param now ms since epoch */
  constructor(now: number) {
    this.#now = now;
  }

  head(total: number): string {
    return line({ total, now: this.#now });
  }

  /** The tokens from one place to before another. */
  part(columns: TokenColumns, start: number, end: number): string {
    const id = columns.id.slice(start, end);
    const names = columns.name.slice(start, end);
    const created = columns.createdAt.slice(start, end);
    const written = this.#written;
    this.#written += id.length;
    const after = (times: readonly (Long | null)[]) =>
      times.slice(start, end).map((time, index) => (time === null ? null : wireLong(subtractLongs(time, created[index] ?? 0))));
    const before = (time: Long | null) => (time === null ? null : wireLong(subtractLongs(this.#now, time)));
    const filter = columns.ipFilterId.slice(start, end).map((text) => this.#filters.placeOf(text, text));
    const usedFrom = columns.lastUsedFrom.slice(start, end).map((text) => this.#addresses.placeOf(text, text));
    const creator = columns.creatorKind.slice(start, end).map((kind, index) => {
      const [creatorId = null, name = null] = [columns.creatorId[start + index], columns.createdBy[start + index]];
      // Neither a kind nor an id holds a line break.
      return this.#creators.placeOf(`${kind}\n${creatorId ?? ""}\n${name === null ? "" : `=${name}`}`, [kind, creatorId, name]);
    });
    const length = id[0]?.length ?? 0;
    return line({
      before: written,
      ids: id.every((text) => text.length === length) ? id.join("") : id,
      names,
      createdBefore: created.map((time) => wireLong(subtractLongs(this.#now, time))),
      expireAfter: after(columns.expireAt),
      newFilters: this.#filters.fresh(),
      filter,
      usedBefore: columns.lastUsedAt.slice(start, end).map(before),
      newAddresses: this.#addresses.fresh(),
      usedFrom,
      firstUsedAfter: after(columns.firstUsedAt),
      newCreators: this.#creators.fresh(),
      creator,
    });
  }

  end(): string {
    return line({ end: this.#written });
  }
}

/** What tokens share, and the place that each got. */
class Places<Shared> {
  readonly #places = new Map<string, number>();
  #fresh: Shared[] = [];

  /** The place of what a text tells apart from all else, from 1; 0 where there is nothing. */
  placeOf(text: string | null, shared: Shared | null): number {
    if (text === null || shared === null) return 0;
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.#places.size + 1;
      this.#places.set(text, place);
      this.#fresh.push(shared);
    }
    return place;
  }

  /** What is new since this was asked last. */
  fresh(): readonly Shared[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

function wireLong(value: Long): WireLong {
  return typeof value === "bigint" ? String(value) : value;
}

function line(value: ColumnsHead | ColumnsPart | ColumnsEnd | ColumnsTooMany): string {
  return `${JSON.stringify(value)}\n`;
}

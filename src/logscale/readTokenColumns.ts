import { addLongs, subtractLongs, toLong, type Long } from "#domain/long.ts";
import { membersOf } from "#domain/members.ts";
import { creatorKinds, type Creator } from "#domain/token/creator.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import { creatorFromWire, firstUseFromWire, lastUseFromWire } from "./convert.ts";
import type { PageProgress } from "./pages.ts";
import type { ListedToken } from "./readTokens.ts";

/** What came is not the whole list. */
export class CutShortError extends Error {
  constructor(options?: ErrorOptions) {
    super("The list of tokens broke off before its end.", options);
    this.name = "CutShortError";
  }
}

/** What came is no such list. */
export class NoColumnsError extends Error {
  constructor() {
    super("The list of tokens is not one that this page understands.");
    this.name = "NoColumnsError";
  }
}

/** Who is told of what comes of several kinds. */
export interface ColumnsTold {
  readonly onProgress?: (kind: TokenKind, progress: PageProgress) => void;
  /** Told of each kind once all of it is there; with undefined where it has too many tokens for such an answer. */
  readonly onKind: (kind: TokenKind, tokens: readonly ListedToken[] | undefined) => void;
}

/**
 * Reads an answer of `tokenColumns.ts` with some kinds, in their order, piece by piece as it comes.
 *
 * @throws CutShortError where the end of a kind is missing or counts otherwise; NoColumnsError where it is something else; whatever `pieces`
 * throws
 */
export async function readKindColumns(
  kinds: readonly TokenKind[],
  pieces: AsyncIterable<string>,
  { onProgress, onKind }: ColumnsTold,
): Promise<void> {
  const left = [...kinds];
  let reader: ColumnsReader | undefined;
  for await (const text of linesOf(pieces)) {
    const [kind] = left;
    const line = parsed(text);
    if (kind === undefined) throw new NoColumnsError();
    if (reader === undefined && line["tooMany"] === true) {
      left.shift();
      onKind(kind, undefined);
      continue;
    }
    if (reader === undefined) reader = new ColumnsReader(kind, line);
    else if (typeof line["end"] !== "number") reader.add(line);
    else if (line["end"] !== reader.tokens.length || line["end"] !== reader.total) throw new CutShortError();
    else {
      left.shift();
      onKind(kind, reader.tokens);
      reader = undefined;
      continue;
    }
    onProgress?.(kind, { loaded: Math.min(reader.tokens.length, reader.total), total: reader.total, attempt: 1 });
  }
  if (left.length > 0) throw new CutShortError();
}

/** {@link readKindColumns} for one kind. */
export async function readTokenColumns(
  kind: TokenKind,
  pieces: AsyncIterable<string>,
  onProgress?: (progress: PageProgress) => void,
): Promise<readonly ListedToken[]> {
  let read: readonly ListedToken[] | undefined;
  await readKindColumns([kind], pieces, {
    onProgress: (_, progress) => onProgress?.(progress),
    onKind: (_, tokens) => (read = tokens),
  });
  if (read === undefined) throw new NoColumnsError();
  return read;
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let begun: string[] = [];
  for await (const piece of pieces) {
    const [first = "", ...rest] = piece.split("\n");
    begun.push(first);
    for (const next of rest) {
      yield begun.join("");
      begun = [next];
    }
  }
  // Each line ends with a break, so what stands after the last one is a line that was cut.
  if (begun.some((text) => text !== "")) throw new CutShortError();
}

type Line = Readonly<Record<string, unknown>>;

function parsed(text: string): Line {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    throw new NoColumnsError();
  }
}

class ColumnsReader {
  readonly total: number;
  readonly tokens: ListedToken[] = [];
  readonly #kind: TokenKind;
  readonly #now: number;
  readonly #filters: (string | null)[] = [null];
  readonly #addresses: (string | null)[] = [null];
  readonly #creators: (Creator | undefined)[] = [undefined];

  constructor(kind: TokenKind, { total, now }: Line) {
    if (!isCount(total) || typeof now !== "number" || !Number.isSafeInteger(now)) throw new NoColumnsError();
    this.#kind = kind;
    this.#now = now;
    this.total = total;
  }

  add(line: Line): void {
    if (line["before"] !== this.tokens.length) throw new NoColumnsError();
    const names = textsIn(line["names"]);
    const count = names.length;
    const ids = idsIn(line["ids"], count);
    const createdBefore = columnIn(line["createdBefore"], count);
    const expireAfter = columnIn(line["expireAfter"], count);
    const usedBefore = columnIn(line["usedBefore"], count);
    const firstUsedAfter = columnIn(line["firstUsedAfter"], count);
    for (const text of textsIn(line["newFilters"])) this.#filters.push(text);
    for (const text of textsIn(line["newAddresses"])) this.#addresses.push(text);
    for (const creator of listIn(line["newCreators"])) this.#creators.push(creatorIn(creator));
    const filter = columnIn(line["filter"], count);
    const usedFrom = columnIn(line["usedFrom"], count);
    const creatorPlace = columnIn(line["creator"], count);

    for (let index = 0; index < count; index++) {
      const created = subtractLongs(this.#now, longIn(createdBefore[index]));
      const lastUsedAt = before(this.#now, usedBefore[index]);
      const lastUse = lastUseFromWire({ lastUsedAt, lastUsedFrom: at(this.#addresses, usedFrom[index]) });
      const firstUse = firstUseFromWire({ lastUsedAt, firstUsedAt: after(created, firstUsedAfter[index]) });
      const creator = at(this.#creators, creatorPlace[index]);
      const token = {
        id: ids[index] ?? "",
        kind: this.#kind,
        name: names[index] ?? "",
        createdAt: created,
        expireAt: after(created, expireAfter[index]),
        ipFilter: at(this.#filters, filter[index]),
        lastUse,
        ...(firstUse !== undefined && { firstUse }),
        ...(creator && { creator }),
      };
      this.tokens.push(token);
    }
  }
}

/** What stands at a place of what tokens share. */
function at<Shared>(shared: readonly Shared[], place: unknown): Shared {
  if (!isCount(place) || place >= shared.length) throw new NoColumnsError();
  return shared[place] as Shared;
}

function after(start: Long, span: unknown): Long | null {
  return span === null ? null : addLongs(start, longIn(span));
}

function before(end: Long, span: unknown): Long | null {
  return span === null ? null : subtractLongs(end, longIn(span));
}

function longIn(value: unknown): Long {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value === "string" && /^-?\d{1,20}$/u.test(value)) return toLong(BigInt(value));
  throw new NoColumnsError();
}

function creatorIn(value: unknown): Creator | undefined {
  const [kind, id, name] = listIn(value);
  if (!isTextOrNull(id) || !isTextOrNull(name)) throw new NoColumnsError();
  const known = creatorKinds.find((one) => one === kind);
  // Of what a newer server knows besides, this page can tell no more than the name.
  return creatorFromWire({ createdBy: name, creatorKind: known ?? "unknown", creatorId: known === undefined ? null : id });
}

function idsIn(value: unknown, count: number): readonly string[] {
  if (typeof value !== "string") {
    const ids = textsIn(value);
    if (ids.length !== count) throw new NoColumnsError();
    return ids;
  }
  const length = count === 0 ? 0 : value.length / count;
  if (!Number.isInteger(length)) throw new NoColumnsError();
  return Array.from({ length: count }, (_, index) => value.slice(index * length, (index + 1) * length));
}

function columnIn(value: unknown, count: number): readonly unknown[] {
  const column = listIn(value);
  if (column.length !== count) throw new NoColumnsError();
  return column;
}

function textsIn(value: unknown): readonly string[] {
  const texts = listIn(value);
  if (!texts.every((text) => typeof text === "string")) throw new NoColumnsError();
  return texts;
}

function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new NoColumnsError();
  return value;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

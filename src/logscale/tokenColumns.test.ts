import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { longestLong, toLong, type Long } from "#domain/long.ts";
import { creatorKinds, type CreatorKind } from "#domain/token/creator.ts";

import { creatorFromWire, firstUseFromWire, lastUseFromWire } from "./convert.ts";
import { CutShortError, NoColumnsError, readKindColumns, readTokenColumns } from "./readTokenColumns.ts";
import type { ListedToken } from "./readTokens.ts";
import { ColumnsWriter, tooManyLine, type TokenColumns } from "./tokenColumns.ts";

/** A token as a database has it. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Long;
  readonly expireAt: Long | null;
  readonly ipFilterId: string | null;
  readonly lastUsedAt: Long | null;
  readonly lastUsedFrom: string | null;
  readonly firstUsedAt: Long | null;
  readonly createdBy: string | null;
  readonly creatorKind: string;
  readonly creatorId: string | null;
}

const now = Date.UTC(2030, 0, 1);
const row: Row = {
  id: "a".repeat(32),
  name: "web",
  createdAt: now - 1000,
  expireAt: null,
  ipFilterId: null,
  lastUsedAt: null,
  lastUsedFrom: null,
  firstUsedAt: null,
  createdBy: null,
  creatorKind: "unknown",
  creatorId: null,
};

/** The lines of an answer with so many tokens to a line. */
function linesOf(rows: readonly Row[], inLine = 3): string[] {
  const column = <Name extends keyof Row>(name: Name) => rows.map((each) => each[name]);
  const columns: TokenColumns = {
    id: column("id"),
    name: column("name"),
    createdAt: column("createdAt"),
    expireAt: column("expireAt"),
    ipFilterId: column("ipFilterId"),
    lastUsedAt: column("lastUsedAt"),
    lastUsedFrom: column("lastUsedFrom"),
    firstUsedAt: column("firstUsedAt"),
    createdBy: column("createdBy"),
    creatorKind: column("creatorKind"),
    creatorId: column("creatorId"),
  };
  const writer = new ColumnsWriter(now);
  const lines = [writer.head(rows.length)];
  for (let start = 0; start < rows.length; start += inLine) lines.push(writer.part(columns, start, start + inLine));
  return [...lines, writer.end()];
}

async function* inPieces(text: string, length: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += length) yield text.slice(start, start + length);
}

const read = (text: string, length = 1000) => readTokenColumns("view", inPieces(text, length));

/** What the paged lists make of the same row. */
function listed({ id, name, createdAt, expireAt, ipFilterId, creatorKind, ...wire }: Row): ListedToken {
  const creator = creatorFromWire({ ...wire, creatorKind: creatorKind as CreatorKind });
  const firstUse = firstUseFromWire(wire);
  const token = { id, kind: "view", name, createdAt, expireAt, ipFilter: ipFilterId, lastUse: lastUseFromWire(wire) } as const;
  return { ...token, ...(firstUse !== undefined && { firstUse }), ...(creator && { creator }) };
}

const anyLong = fc.bigInt({ min: -longestLong - 1n, max: longestLong }).map(toLong);
const anyTime = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 2 * now }) }, anyLong);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value);
const anyText = fc.string({ unit: "binary", maxLength: 12 });
const anyRow: fc.Arbitrary<Row> = fc.record({
  id: fc.oneof(fc.stringMatching(/^[A-Za-z0-9]{24}$/u), anyText),
  name: anyText,
  createdAt: anyTime,
  expireAt: orNull(anyTime),
  ipFilterId: orNull(fc.constantFrom("f1", "f2", "f3")),
  lastUsedAt: orNull(anyTime),
  lastUsedFrom: orNull(fc.oneof(fc.ipV4(), fc.ipV6())),
  firstUsedAt: orNull(anyTime),
  createdBy: orNull(fc.oneof(fc.constantFrom("ann", ""), anyText)),
  creatorKind: fc.constantFrom(...creatorKinds),
  creatorId: orNull(fc.constantFrom("u1", "u2")),
});

describe("tokens in columns", () => {
  it("are read as they were written, whatever they hold and however they arrive", async () => {
    const anything = fc.array(anyRow, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 7 }),
        async (rows, length, inLine) => {
          expect(await read(linesOf(rows, inLine).join(""), length)).toEqual(rows.map(listed));
        },
      ),
    );
  });

  it("come for several kinds one after the other, and each counts once it is whole", async () => {
    const two = linesOf([row, { ...row, id: "second" }]).join("");
    const one = linesOf([row]).join("");
    const kinds = ["personal", "view", "system"] as const;
    const readKinds = async (text: string) => {
      const got: [string, number | undefined][] = [];
      const reading = readKindColumns(kinds, inPieces(text, 50), { onKind: (kind, tokens) => got.push([kind, tokens?.length]) });
      const failure: unknown = await reading.then(
        () => undefined,
        (error: unknown) => error,
      );
      return { got, failure };
    };
    expect(await readKinds(two + tooManyLine() + one)).toEqual({
      got: [
        ["personal", 2],
        ["view", undefined],
        ["system", 1],
      ],
      failure: undefined,
    });
    for (const text of [two + one, two + one + one.split("\n")[0], two + one + one.slice(0, -3)]) {
      const { got, failure } = await readKinds(text);
      expect(got).toEqual([
        ["personal", 2],
        ["view", 1],
      ]);
      expect(failure).toBeInstanceOf(CutShortError);
    }
    expect((await readKinds(two + one + one + one)).failure).toBeInstanceOf(NoColumnsError);
  });

  it("keep times beyond the exact numbers to the last digit", async () => {
    const rows = [{ ...row, createdAt: 0, expireAt: longestLong, lastUsedAt: 2n ** 60n + 1n, firstUsedAt: 1 - 2 ** 53 }];
    expect(await read(linesOf(rows).join(""))).toEqual(rows.map(listed));
  });

  it("tell what they share once for all of them", async () => {
    const rows = Array.from({ length: 9 }, (_, index) => ({
      ...row,
      id: String(index),
      ipFilterId: "the-filter",
      lastUsedAt: now - index,
      lastUsedFrom: "192.0.2.77",
      createdBy: "somebody",
      creatorKind: "user",
      creatorId: "the-user",
    }));
    const text = linesOf(rows).join("");
    for (const shared of ["the-filter", "192.0.2.77", "somebody", "the-user"]) expect(text.split(shared)).toHaveLength(2);
    expect(new Set((await read(text)).map(({ creator }) => creator)).size).toBe(1);
  });

  it("are none at all where the answer was cut, wherever that was", async () => {
    const text = linesOf(Array.from({ length: 4 }, (_, index) => ({ ...row, id: String(index) }))).join("");
    for (let length = 0; length < text.length; length++) {
      await expect(read(text.slice(0, length)), text.slice(0, length)).rejects.toThrow(CutShortError);
    }
  });

  it("are none at all where a line is missing, twice or out of place", async () => {
    const [head = "", first = "", second = "", end = ""] = linesOf(
      Array.from({ length: 6 }, (_, index) => ({ ...row, id: String(index), createdBy: `somebody ${index}` })),
    );
    await expect(read(head + first + second + end)).resolves.toHaveLength(6);
    for (const lines of [
      [head, first, end],
      [head, second, end],
      [head, first, first, end],
      [head, first, second, second, end],
      [head, end, first, second],
      [head, first, second, end, end],
      [first, second, end],
      [head, first, end, second],
    ]) {
      await expect(read(lines.join("")), lines.join("")).rejects.toThrow();
    }
  });

  it("are none at all where something else was answered", async () => {
    const [head = "", part = "", end = ""] = linesOf([row]);
    const changed = (change: object) => `${JSON.stringify({ ...(JSON.parse(part) as object), ...change })}\n`;
    for (const text of [
      "<!doctype html>\n",
      "[]\n",
      `${head}null\n${end}`,
      `${JSON.stringify({ total: -1, now })}\n${part}${end}`,
      `${JSON.stringify({ total: 1 })}\n${part}${end}`,
      ...[
        { names: [1] },
        { ids: 7 },
        { ids: ["a", "b"] },
        { createdBefore: [] },
        { createdBefore: [1.5] },
        { createdBefore: [2 ** 53] },
        { createdBefore: ["1e3"] },
        { createdBefore: [null] },
        { expireAfter: [true] },
        { usedBefore: [{}] },
        { filter: [1] },
        { filter: [-1] },
        { usedFrom: ["0"] },
        { creator: [2] },
        { newCreators: [["user", 1, null]] },
      ].map((change) => head + changed(change) + end),
    ]) {
      await expect(read(text), text).rejects.toThrow(NoColumnsError);
    }
  });

  it("have a creator of whom no more than the name is known where the kind is one that this page does not have", async () => {
    const [token] = await read(linesOf([{ ...row, creatorKind: "robot", creatorId: "r2", createdBy: "d2" }]).join(""));
    expect(token?.creator).toEqual({ kind: "unknown", id: null, name: "d2" });
  });

  it("tell how many are read while they come", async () => {
    const seen: number[] = [];
    const text = linesOf(Array.from({ length: 7 }, (_, index) => ({ ...row, id: String(index) }))).join("");
    await readTokenColumns("view", inPieces(text, 10_000), ({ loaded, total }) => {
      seen.push(loaded);
      expect(total).toBe(7);
    });
    expect(seen).toEqual([0, 3, 6, 7]);
  });
});

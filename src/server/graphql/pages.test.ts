import { buildSchema, graphql, type GraphQLResolveInfo } from "graphql";
import { describe, expect, it } from "vitest";

import { readRights } from "#server/access/permissions.ts";
import { listTokens, type TokenListQuery } from "#server/services/tokens/list.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";
import { asksFor } from "./pages.ts";

describe("The total of a list", () => {
  const schema = buildSchema("type Query { list: List } type List { totalResults: Int results: [Int] }");

  it.each([
    ["{ list { results } }", false],
    ["{ list { totalResults: results } }", false],
    ["{ list { all: totalResults } }", true],
    ["{ list { results } list { totalResults } }", true],
    ["{ list { results ... on List { ... { totalResults } } } }", true],
    ["{ list { ...All } } fragment All on List { totalResults }", true],
    ["query ($not: Boolean = false) { list { totalResults @include(if: $not) } }", true],
  ])("is asked for or not, however it is written: %s", async (source, expected) => {
    let asked: boolean | undefined;
    const list = (_args: object, _context: unknown, info: GraphQLResolveInfo) => {
      asked = asksFor(info, "totalResults");
      return {};
    };
    expect((await graphql({ schema, source, rootValue: { list } })).errors).toBeUndefined();
    expect(asked).toBe(expected);
  });

  it("is not counted unless it is asked for, and the page is the same", async () => {
    const { db, close } = await openTestStore("pglite");
    await insertTokens(
      db,
      [1, 2, 3].map((number) => aToken({ id: sampleId(32, number), kind: "system" })),
    );
    const query: Omit<TokenListQuery, "counted"> = {
      search: null,
      viewIds: null,
      sortBy: "name",
      skip: 1,
      limit: 1,
      descending: false,
    };
    const rights = await readRights(db, { type: "local-root" });
    const page = (counted: boolean) => listTokens({ db, rights, now: 0 }, ["system"], { ...query, counted });
    const counted = await page(true);
    expect(counted.total).toBe(3);
    expect(counted.rows.map(({ id }) => id)).toEqual([sampleId(32, 2)]);
    const uncounted = await page(false);
    expect(uncounted.total).toBe(0);
    expect(uncounted.rows.map(({ id }) => id)).toEqual([sampleId(32, 2)]);
    await close();
  });
});

import { sql } from "kysely";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { compareNames } from "#domain/compareNames.ts";
import { day } from "#domain/duration.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { deleteTokens, insertTokens } from "#server/store/tokens.ts";
import { ask, dump, openCallers, restore, type CallerName, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";
import type { TestServer } from "#server/testing/server.ts";

interface Page {
  readonly totalResults: number | null;
  readonly results: readonly {
    readonly __typename: string;
    readonly id: string;
    readonly name: string;
    readonly expireAt: number | null;
  }[];
  readonly next: string | null;
}

interface PageArguments {
  readonly kinds?: readonly TokenKind[];
  readonly search?: string;
  readonly sortBy?: "Name" | "ExpirationDate";
  readonly orderBy?: "ASC" | "DESC";
  readonly after?: string | null;
  readonly limit?: number;
}

const document = `query ($kinds: [TokenKind!]!, $search: String, $sortBy: Tokens__SortBy!, $orderBy: OrderBy, $after: String, $limit: Int) {
  tokenPage(kinds: $kinds, search: $search, sortBy: $sortBy, orderBy: $orderBy, after: $after, limit: $limit) {
    totalResults next results { __typename id name expireAt }
  }
}`;

describeOnBothDatabases("pages of tokens", (open) => {
  let server: TestServer;
  let world: Callers;
  let initial: Awaited<ReturnType<typeof dump>>;
  beforeAll(async () => {
    ({ server, world, initial } = await openCallers(open));
    return () => server.app.close();
  });
  beforeEach(() => restore(server.store.db, initial));

  const send = (caller: CallerName, args: PageArguments) =>
    ask(server, world.bearer[caller], document, { kinds: tokenKinds, sortBy: "Name", ...args });

  async function page(args: PageArguments = {}, caller: CallerName = "root"): Promise<Page> {
    const { data, errors } = await send(caller, args);
    expect(errors).toEqual([]);
    return data?.["tokenPage"] as Page;
  }

  /** All pages, one after the other; `between` is done after each. */
  async function walk(
    args: PageArguments,
    between: (page: Page) => Promise<void> = () => Promise.resolve(),
    caller?: CallerName,
  ) {
    const pages: Page[] = [];
    for (let after: string | null = null; ;) {
      const next = await page({ ...args, after }, caller);
      pages.push(next);
      await between(next);
      if (next.next === null) return pages;
      after = next.next;
    }
  }

  const rowsOf = (pages: readonly Page[]) => pages.flatMap(({ results }) => results);
  const names = ["twin", "TWIN", "web-10", "web-2", "100%", "under_score", "Upper", "back\\slash", "naïve"];

  async function insert(count: number, make: (number: number) => Parameters<typeof aToken>[0]) {
    await insertTokens(
      server.store.db,
      Array.from({ length: count }, (_, number) => aToken({ createdAt: server.now, ...make(number) })),
    );
  }

  const some = () =>
    insert(90, (number) => ({
      id: sampleId(32, number),
      kind: (["view", "organization", "system"] as const)[number % 3] ?? "view",
      viewIds: number % 3 === 0 ? [world.sandbox] : [],
      name: names[number % names.length] ?? "",
      // Many never expire, and many at the same moment.
      expireAt: number % 4 === 0 ? null : server.now + day * ((number % 5) + 1),
    }));

  describe.each(["Name", "ExpirationDate"] as const)("by %s", (sortBy) => {
    it.each([[tokenKinds], [["system"] as const], [["personal", "view"] as const]])(
      "hold each token once in one total order, either way round: %j",
      async (kinds) => {
        await some();
        const all = rowsOf(await walk({ kinds, sortBy, limit: 200 }));
        const upwards = await walk({ kinds, sortBy, limit: 17 });
        expect(rowsOf(upwards)).toEqual(all);
        expect(new Set(all.map(({ id, __typename }) => __typename + id)).size).toBe(all.length);
        const stored = await server.store.db.selectFrom("tokens").select("id").where("kind", "in", kinds).execute();
        expect(all).toHaveLength(stored.length);
        // Counted once.
        expect(upwards.map(({ totalResults }) => totalResults)).toEqual([all.length, ...upwards.slice(1).map(() => null)]);
        expect(rowsOf(await walk({ kinds, sortBy, limit: 17, orderBy: "DESC" }))).toEqual(all.toReversed());
        if (sortBy === "ExpirationDate") {
          // Never comes after every date.
          const keys = all.map(({ expireAt }) => expireAt ?? Infinity);
          expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
          expect(keys.slice(-2)).toEqual([Infinity, Infinity]);
        }
      },
    );

    it.each(["ASC", "DESC"] as const)(
      "neither repeat nor leave out a token when others come and go between two of them: %s",
      async (orderBy) => {
        await some();
        const before = rowsOf(await walk({ sortBy, orderBy, limit: 200 }));
        let made = 0;
        const gone: string[] = [];
        const walked = rowsOf(
          await walk({ sortBy, orderBy, limit: 10 }, async ({ results }) => {
            // The token that the page ended with, and others on both sides.
            const last = results.at(-1);
            if (last === undefined || gone.length > 40) return;
            const doomed = [last, results[0], before[before.length - 1 - made]].flatMap((token) =>
              token === undefined || token.__typename === "PersonalUserToken" ? [] : [token.id],
            );
            gone.push(...doomed);
            await deleteTokens(server.store.db, doomed);
            await insert(2, (number) => ({
              id: sampleId(32, 1000 + made++),
              kind: "system",
              name: number === 0 ? "!first" : "zzz",
              expireAt: server.now + number * 90 * day + day,
            }));
          }),
        );
        const ids = walked.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(before.filter(({ id }) => !gone.includes(id) && !ids.includes(id))).toEqual([]);
      },
    );

    it("are searched in the same order, page by page", async () => {
      await some();
      const all = rowsOf(await walk({ sortBy, orderBy: "DESC", limit: 200 }));
      const found = await walk({ sortBy, orderBy: "DESC", search: " tWin ", limit: 4 });
      expect(rowsOf(found)).toEqual(all.filter(({ name }) => name.toLowerCase() === "twin"));
      expect(found.map(({ totalResults }) => totalResults)).toEqual([20, ...found.slice(1).map(() => null)]);
    });

    it("are found in the same order, either way round, where there are more than 1,000, which are not counted", async () => {
      await insert(2200, (number) => ({
        id: sampleId(32, number),
        kind: number % 2 === 0 ? "view" : "system",
        viewIds: number % 2 === 0 ? [world.sandbox] : [],
        // Some of the same name, of one kind and of both.
        name: `${number % 3 === 0 ? "zoo" : "Ämter"} job ${number % 555}`,
        expireAt: number % 3 === 0 ? null : server.now + day * (1 + (number % 9)),
      }));
      const isFound = ({ name }: { readonly name: string }) => name.includes("job");
      for (const caller of ["root", "view+"] as const) {
        const all = rowsOf(await walk({ sortBy, limit: 200 }, undefined, caller)).filter(isFound);
        expect(all).toHaveLength(caller === "root" ? 2200 : 1100);
        const many = await walk({ sortBy, search: "JOB", limit: 200 }, undefined, caller);
        expect(many.map(({ totalResults }) => totalResults)).toEqual(many.map(() => null));
        expect(rowsOf(many)).toEqual(all);
        const backwards = await walk({ sortBy, search: "job", limit: 199, orderBy: "DESC" }, undefined, caller);
        expect(rowsOf(backwards)).toEqual(all.toReversed());
      }
      // Of a part of the kinds.
      const views = rowsOf(await walk({ kinds: ["view"], sortBy, limit: 200 })).filter(isFound);
      expect(rowsOf(await walk({ kinds: ["view"], sortBy, search: "job", limit: 200 }))).toEqual(views);
    });
  });

  it("have names in the order in which people sort them", async () => {
    const marks = Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code));
    const sorted = [...names.filter((name) => /^[ -~]*$/u.test(name)), ...marks.flatMap((mark) => [`a${mark}b`, `A${mark}7x`])]
      .concat(["a2", "a10", "a010", "a9b", "web-2-x", "web", "web 2", "WEB-3"])
      .map((name, number) => ({ id: sampleId(32, number), name }));
    await server.store.db.deleteFrom("tokens").where("kind", "=", "organization").execute();
    await insert(sorted.length, (number) => ({ kind: "organization", id: "", ...sorted[number] }));
    const listed = rowsOf(await walk({ kinds: ["organization"], limit: 200 })).map(({ id, name }) => ({ id, name }));
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1);
    expect(listed).toEqual(sorted.toSorted((a, b) => compareNames(a.name, b.name) || byId(a, b)));
  });

  it("are searched in names anywhere and in ids from their beginning, in any case, with no character standing for others", async () => {
    await some();
    await insert(1, () => ({ id: "AbCdEfGhIjKlMnOpQrStUvWxYz012345", kind: "system", name: "by id" }));
    const found = async (search: string) => [...new Set((await page({ search, limit: 200 })).results.map(({ name }) => name))];
    expect(await found("UPPER")).toEqual(["Upper"]);
    expect(await found("0%")).toEqual(["100%"]);
    expect(await found("r_s")).toEqual(["under_score"]);
    expect(await found("k\\s")).toEqual(["back\\slash"]);
    expect(await found("\\")).toEqual(["back\\slash"]);
    expect(await found("%")).toEqual(["100%"]);
    expect(await found("aï")).toEqual(["naïve"]);
    expect(await found("b-1")).toEqual(["web-10"]);
    expect(await found("abcdefGHIJ")).toEqual(["by id"]);
    expect(await found("bcdefghij")).toEqual([]);
    // Three characters of an id stand in many by chance.
    expect(await found("abc")).toEqual([]);
    expect(await found("x".repeat(201))).toEqual([]);
  });

  it("hold what the caller may list, and say so of none", async () => {
    await some();
    expect((await page({}, "user")).results.map(({ id }) => id)).toEqual([world.users.user]);
    expect(await page({ kinds: ["view"] }, "user")).toEqual({ totalResults: 0, results: [], next: null });
    const administered = await page({ kinds: ["view"], limit: 200 }, "view+");
    expect(administered.totalResults).toBe(administered.results.length);
    const stored = await server.store.db.selectFrom("tokens").select(["id", "viewIds"]).where("kind", "=", "view").execute();
    const allowed = stored.filter(({ viewIds }) => viewIds.length > 0 && viewIds.every((id) => id === world.sandbox));
    expect(administered.results.map(({ id }) => id).toSorted()).toEqual(allowed.map(({ id }) => id).toSorted());
    expect((await page({ search: "twin", limit: 200 }, "view+")).results.map(({ __typename }) => __typename)).not.toContain(
      "SystemPermissionsToken",
    );
  });

  it("refuse what is no next of a page in the same order, and other sizes", async () => {
    await some();
    const { next } = await page({ limit: 5 });
    const refusals = [
      { after: "AAAA" },
      { after: "" },
      { after: "x".repeat(100_000) },
      { after: Buffer.from('["name",false,"view","a\\u0000","b"]').toString("base64url") },
      { after: Buffer.from('["expiry",false,"view","a","b"]').toString("base64url"), sortBy: "ExpirationDate" },
      { after: next, orderBy: "DESC" },
      { after: next, sortBy: "ExpirationDate" },
      { limit: 0 },
      { limit: 201 },
    ] as const;
    for (const args of refusals) {
      const [error] = (await send("root", args)).errors;
      expect(error?.extensions).toMatchObject({ code: "BAD_INPUT", field: "limit" in args ? "limit" : "after" });
    }
  });

  it("follow a token that gets another name or, by a rotation, another id, and every way of deleting one", async () => {
    await some();
    const { db } = server.store;
    const id = sampleId(32, 4);
    await db.updateTable("tokens").set({ name: "Renamed" }).where("id", "=", id).execute();
    expect((await page({ search: "renamed" })).results.map((token) => token.id)).toEqual([id]);
    const rotated = sampleId(32, 5_000);
    await db.updateTable("tokens").set({ id: rotated }).where("id", "=", id).execute();
    expect((await page({ search: rotated })).results.map((token) => token.id)).toEqual([rotated]);
    await db.deleteFrom("users").where("id", "=", world.users.victim).execute();
    await deleteTokens(db, [rotated]);
    const { rows } = await sql<{ left: number }>`
      select count(*) as left from token_names full join tokens using (id, kind)
      where token_names.folded is distinct from lower(tokens.name)`.execute(db);
    expect(rows).toEqual([{ left: 0 }]);
  });
});

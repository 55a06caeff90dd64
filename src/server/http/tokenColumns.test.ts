import { openAsBlob } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { sql } from "kysely";
import { afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";

import { creatorKinds } from "#domain/token/creator.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { readKindColumns, readTokenColumns } from "#logscale/readTokenColumns.ts";
import { readTokens, type ListedToken } from "#logscale/readTokens.ts";
import { tokenColumnsPath } from "#logscale/tokenColumns.ts";

import { readRights } from "#server/access/permissions.ts";
import { readTokenColumns as writeColumns } from "#server/services/tokens/columns.ts";
import { openStore } from "#server/store/client.ts";
import { databaseError } from "#server/store/failures.ts";
import { openPglite } from "#server/store/pglite.ts";
import type { Engine } from "#server/store/pool.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { ask, callerNames, makeCallers, strangerNames, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases, openTestStore, type TestStore } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { columnTurnLimits } from "./tokenColumns.ts";

/** Small enough that a few tokens take several statements, and each of them several lines. */
const columnSizes = { atOnce: 7, inLine: 3 };

const bearer = (credential: string | undefined) => (credential === undefined ? {} : { authorization: `Bearer ${credential}` });

async function* whole(text: string): AsyncGenerator<string> {
  yield text;
}

/** All tokens of a kind as the columns tell them to somebody. */
async function byColumns(server: TestServer, credential: string, kind: TokenKind): Promise<readonly ListedToken[]> {
  const { statusCode, body } = await server.app.inject({ url: tokenColumnsPath(kind), headers: bearer(credential) });
  expect(statusCode, body).toBe(200);
  return readTokenColumns(kind, whole(body));
}

/** The same by GraphQL's pages. */
async function byPages(server: TestServer, credential: string, kind: TokenKind): Promise<readonly ListedToken[]> {
  const { tokens, steady } = await readTokens(kind, "plan", {
    ask: async (document, variables) => {
      const { data, errors } = await ask(server, credential, document, variables);
      expect(errors).toEqual([]);
      return data as never;
    },
    offers: () => true,
    visibility: "partial",
    ownPersonalToken: () => Promise.resolve(null),
    isTooLarge: () => false,
    isRefused: () => false,
    signal: new AbortController().signal,
  });
  expect(steady).toBe(true);
  return tokens;
}

/** Tokens of which no two are alike, with names that are hard to put into a line and times that are hard to count from. */
async function fill(server: TestServer, { sandbox, vault, filters, users }: Callers): Promise<void> {
  const names: [string, ...string[]] = [
    "web",
    "web",
    "Web-10",
    "",
    'quo"ted',
    "back\\slash",
    "two\nlines",
    "tab\there",
    "ünïcode 🦉",
    "\u2028",
    "z".repeat(200),
  ];
  const domains: [string[], ...string[][]] = [[], [sandbox], [vault], [sandbox, vault]];
  const times: [number, ...number[]] = [
    0,
    1,
    server.now - 1,
    server.now,
    server.now + 1,
    4_102_444_800_000,
    Number.MAX_SAFE_INTEGER,
  ];
  const pick = <T>(list: readonly [T, ...T[]], number: number): T => list[number % list.length] ?? list[0];
  const tokens = Array.from({ length: 60 }, (_, index) => {
    const kind = pick(["view", "view", "organization", "system"] as const, index);
    const lastUsedAt = index % 4 === 0 ? null : pick(times, index);
    return aToken({
      id: sampleId(index % 5 === 0 ? 24 : 32, index),
      kind,
      name: pick(names, index),
      createdAt: pick(times, index + 1) % 4_102_444_800_000,
      expireAt: index % 3 === 0 ? null : pick(times, index + 2),
      ipFilterId: index % 3 === 1 ? filters.used : null,
      viewIds: kind === "view" ? pick(domains, Math.floor(index / 4)) : [],
      lastUsedAt,
      lastUsedFrom: lastUsedAt === null || index % 7 === 0 ? null : `192.0.2.${index % 5}`,
      firstUsedAt: lastUsedAt === null || index % 6 === 0 ? null : pick(times, index),
      createdBy: index % 5 === 0 ? null : pick(names, index + 3),
      creatorKind: pick(creatorKinds, index),
      creatorId: index % 2 === 0 ? null : users.owner,
    });
  });
  await insertTokens(server.store.db, tokens);
}

/** What an answer has of each of several kinds, in the order in which they came; undefined for one with too many. */
async function kindsIn(body: string, kinds: readonly TokenKind[]) {
  const read: [TokenKind, readonly ListedToken[] | undefined][] = [];
  await readKindColumns(kinds, whole(body), { onKind: (kind, tokens) => read.push([kind, tokens]) });
  return read;
}

describeOnBothDatabases("all tokens of a kind in one answer", (open) => {
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    server = await testServer(await open(), { columnSizes, limits: { failedRequests: 1e6 } });
    world = await makeCallers(server);
    await fill(server, world);
    // The first use of each token is recorded beside the answer, and would come between two readings.
    const ids = callerNames.flatMap((caller) => (caller === "local" ? [] : (world.bearer[caller].split("~")[0] ?? [])));
    for (const caller of callerNames) await ask(server, world.bearer[caller], "{ meta { version } }");
    const unused = server.store.db.selectFrom("tokens").select("id").where("id", "in", ids).where("lastUsedAt", "is", null);
    await vi.waitFor(async () => expect(await unused.execute()).toEqual([]), { timeout: 30_000 });
    return () => server.app.close();
  });

  it.each(callerNames)("are for %s exactly those of the paged lists, in their order", async (caller) => {
    for (const kind of tokenKinds) {
      const pages = await byPages(server, world.bearer[caller], kind);
      expect(await byColumns(server, world.bearer[caller], kind), kind).toEqual(pages);
    }
  });

  it("are many enough here that an answer takes several statements, and fewer for who sees fewer", async () => {
    const counts = await Promise.all(
      (["root", "delegate", "view-"] as const).map(
        async (caller) => (await byColumns(server, world.bearer[caller], "view")).length,
      ),
    );
    expect(counts[0]).toBeGreaterThan(4 * columnSizes.atOnce);
    expect(counts[1]).toBeGreaterThan(columnSizes.inLine);
    expect(counts[1]).toBeLessThan(counts[0] ?? 0);
    expect(counts[2]).toBe(0);
  });

  it.each(strangerNames)("are refused to %s as GraphQL is", async (stranger) => {
    const credential = stranger === "nobody" ? undefined : world.bearer[stranger];
    const asked = await ask(server, credential, "{ meta { version } }");
    const { statusCode, body } = await server.app.inject({ url: tokenColumnsPath("view"), headers: bearer(credential) });
    expect([statusCode, body]).toEqual([asked.status, asked.text]);
    expect(statusCode).toBeGreaterThanOrEqual(400);
  });

  it("are of one instant, whoever changes them meanwhile", async () => {
    const before = await byColumns(server, server.localAdmin, "view");
    const rights = await readRights(server.store.db, { type: "local-root" });
    const lines: string[] = [];
    const last = before.at(-1)?.id ?? "";
    let renamed: Promise<unknown> | undefined;
    const write = (line: string) => {
      lines.push(line);
      // On PGlite this waits until all is read; on PostgreSQL it is done before the last step reads.
      renamed ??= server.store.db.updateTable("tokens").set({ name: " first" }).where("id", "=", last).execute();
    };
    const taker = { write, signal: new AbortController().signal };
    await writeColumns(server.store.inSteps, { rights, now: server.now }, "view", taker, { atOnce: 1 });
    await renamed;
    expect(await readTokenColumns("view", whole(lines.join("")))).toEqual(before);
    const after = await byColumns(server, server.localAdmin, "view");
    expect(after.find(({ id }) => id === last)?.name).toBe(" first");
  });

  it("are not given where they are more than one answer holds, which is not the same as none", async () => {
    const strict = await testServer(server.store, { columnSizes: { most: 5 } });
    const { statusCode, body } = await strict.app.inject({ url: tokenColumnsPath("view"), headers: bearer(strict.localAdmin) });
    expect([statusCode, body]).toEqual([413, '{"message":"There are more than 5 tokens. Read them page by page."}']);
    await strict.app.close();
  });

  it("come with those of other kinds as they would by themselves, whoever asks", async () => {
    const kinds = ["system", "view", "personal"] as const;
    for (const caller of callerNames) {
      const { statusCode, body } = await server.app.inject({
        url: tokenColumnsPath(...kinds),
        headers: bearer(world.bearer[caller]),
      });
      expect(statusCode, body).toBe(200);
      const alone = await Promise.all(
        kinds.map(async (kind) => [kind, await byColumns(server, world.bearer[caller], kind)] as const),
      );
      expect(await kindsIn(body, kinds), caller).toEqual(alone);
    }
  });

  it("are told to be too many by themselves where those of other kinds are not", async () => {
    const strict = await testServer(server.store, { columnSizes: { most: 20 } });
    const url = tokenColumnsPath("personal", "view", "system");
    const { statusCode, body } = await strict.app.inject({ url, headers: bearer(strict.localAdmin) });
    expect(statusCode).toBe(200);
    const read = await kindsIn(body, ["personal", "view", "system"]);
    expect(read.map(([kind, tokens]) => [kind, tokens === undefined])).toEqual([
      ["personal", false],
      ["view", true],
      ["system", false],
    ]);
    await strict.app.close();
  });

  it("come compressed as the client takes it, and are the same", async () => {
    const answer = async (encoding: string) => {
      const headers = { ...bearer(server.localAdmin), "accept-encoding": encoding };
      const response = await server.app.inject({ url: tokenColumnsPath("view"), headers });
      expect(response.headers).toMatchObject({ "cache-control": "no-store", vary: "accept-encoding" });
      return { encoding: response.headers["content-encoding"], bytes: response.rawPayload };
    };
    const plain = await answer("identity");
    const [br, gzip] = [await answer("gzip, deflate, br"), await answer("gzip;q=0.5, br;q=0")];
    expect([plain.encoding, br.encoding, gzip.encoding]).toEqual([undefined, "br", "gzip"]);
    expect(brotliDecompressSync(br.bytes)).toEqual(plain.bytes);
    expect(gunzipSync(gzip.bytes)).toEqual(plain.bytes);
    expect(br.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });

  it("are for GET alone, of kinds that there are, where anything beyond LogScale is served", async () => {
    const headers = bearer(server.localAdmin);
    for (const kinds of ["robot", "view,robot", "view,view", "view,", ","]) {
      expect((await server.app.inject({ url: `/api/tokenhouse/tokens/${kinds}`, headers })).statusCode, kinds).toBe(404);
    }
    for (const method of ["HEAD", "POST"] as const)
      expect((await server.app.inject({ method, url: tokenColumnsPath("view"), headers })).statusCode).toBe(404);
    const strict = await testServer(server.store, { extensions: false });
    expect((await strict.session(bearer(strict.localAdmin))).extensions).toEqual([]);
    expect((await strict.app.inject({ url: tokenColumnsPath("view"), headers: bearer(strict.localAdmin) })).statusCode).toBe(404);
    await strict.app.close();
  });
});

describe("an answer with all tokens of a kind that does not come to its end", () => {
  let close: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const each of close.toReversed()) await each();
    close = [];
  });

  async function serve(store: TestStore | Awaited<ReturnType<typeof openStore>>) {
    const server = await testServer(store, { columnSizes: { atOnce: 500, inLine: 100 } });
    const tokens = Array.from({ length: 2000 }, (_, index) => aToken({ id: sampleId(32, index), name: `token ${index}` }));
    await insertTokens(store.db, tokens);
    const origin = await server.app.listen({ host: "127.0.0.1", port: 0 });
    close.push(() => {
      server.app.server.closeAllConnections();
      return server.app.close();
    });
    const headers = bearer(server.localAdmin);
    return { server, open: (init: RequestInit = {}) => fetch(origin + tokenColumnsPath("view"), { headers, ...init }) };
  }

  async function* piecesOf(response: Response): AsyncGenerator<string> {
    if (response.body === null) return;
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) yield piece;
  }

  it("is no list where the database fails in the middle, and the log says why", async () => {
    const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
    let statements = Infinity;
    const failing = {
      close: () => engine.close(),
      query: (text: string, parameters: readonly unknown[]) => {
        if (text.includes("array_agg") && statements-- <= 0)
          throw databaseError({ message: "could not read block 7", severity: "ERROR", code: "58030" });
        return engine.query(text, parameters);
      },
    };
    const store = await openStore({ engine: failing }, { upToDate: true });
    close.push(() => store.close());
    const { server, open } = await serve(store);
    expect(await readTokenColumns("view", piecesOf(await open()))).toHaveLength(2000);
    for (const encoding of ["identity", "br"]) {
      statements = 2;
      const headers = { ...bearer(server.localAdmin), "accept-encoding": encoding };
      // It is cut, before or after its head; or there was nothing of it yet, and its status says that it failed.
      const cut = open({ headers }).then((response) => readTokenColumns("view", piecesOf(response)));
      await expect(cut, encoding).rejects.toThrow();
    }
    expect(server.log()).toContain("the tokens could not be read to their end");
    statements = Infinity;
    expect(await readTokenColumns("view", piecesOf(await open()))).toHaveLength(2000);
  });

  it("holds nothing up where its reader hangs up", async () => {
    const store = await openTestStore("pglite");
    const { open } = await serve(store);
    for (let round = 0; round < 3 * columnTurnLimits.perCaller; round++) {
      const call = new AbortController();
      const answer = open({ signal: call.signal });
      if (round % 2 === 0) {
        await answer;
        call.abort();
      } else {
        call.abort();
        await expect(answer).rejects.toThrow();
      }
    }
    expect(await readTokenColumns("view", piecesOf(await open()))).toHaveLength(2000);
  });

  it("is read no further once its reader has hung up, whoever has the database meanwhile", async () => {
    const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
    const other = "select 'another reader'";
    let readings = 0;
    let hangUp = () => {};
    const watched: Engine = {
      close: () => engine.close(),
      async query(text, parameters) {
        // It hangs up while another has its turn between two steps.
        if (text === other) {
          hangUp();
          await hungUp;
        }
        if (text.includes("array_agg") && ++readings === 2) void sql.raw(other).execute(store.db);
        return engine.query(text, parameters);
      },
    };
    const store = await openStore({ engine: watched }, { upToDate: true });
    close.push(() => store.close());
    const served = await serve(store);
    const hungUp = new Promise<void>((resolve) => {
      served.server.app.server.on("request", (_, answer) => answer.once("close", resolve));
    });
    const call = new AbortController();
    hangUp = () => call.abort();
    const answer = served.open({ signal: call.signal }).then((response) => response.text());
    await expect(answer).rejects.toThrow("aborted");
    // The connection is free when the reading has ended.
    await store.db.transaction().execute((trx) => sql`select 1`.execute(trx));
    expect(readings).toBe(2);
  });

  it("is taken at the reader's pace, while the database is free for others", async () => {
    const store = await openTestStore("pglite");
    const { server, open } = await serve(store);
    const waiting = await open();
    // Nothing of it was taken yet but its head.
    expect((await ask(server, server.localAdmin, "{ meta { version } }")).status).toBe(200);
    expect(await readTokenColumns("view", piecesOf(waiting))).toHaveLength(2000);
  });
});

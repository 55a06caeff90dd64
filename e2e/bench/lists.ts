import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type Browser } from "@playwright/test";
import { sql } from "kysely";

import { tokenKinds } from "#domain/token/kinds.ts";
import { TokenKeysetPageDocument } from "#logscale/generated/tokensExtension.ts";
import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore, type StoreLocation } from "#server/store/client.ts";
import { startCluster } from "#server/testing/cluster.ts";

import { findChromium } from "../../scripts/chromium.mjs";
import { startServer, type StoryServer } from "../fixtures.ts";
import { median } from "./plan.ts";

/** What {@link benchLists} measured. */
export interface ListFigures {
  /** From opening the page of a list to its first painted row, ms: medians of 20 tokens and of many, and the ratio. */
  readonly fewMs: number;
  readonly manyMs: number;
  readonly ratio: number;
  /** Bytes of data that the page of many had read by then, before compression. */
  readonly bytes: number;
  /** A look-up of one token by its id, and searches for parts of names and for ids, over HTTP, ms: medians, and the ratio. */
  readonly lookUpMs: number;
  readonly searchMs: number;
  readonly searchRatio: number;
  /** The most bytes that a page reads for one of these searches, before compression. */
  readonly searchBytes: number;
  /** Each search by itself. */
  readonly searches: readonly { readonly text: string; readonly found: number | null; readonly ms: number }[];
}

/** Opens the list of all tokens of an organization with 20 tokens and of one with `tokens`, and searches the latter. */
export async function benchLists(database: "PGlite" | "PostgreSQL", tokens: number, rounds: number): Promise<ListFigures> {
  if (database === "PGlite") return figuresOf(tokens, rounds, () => ({ memory: true }));
  const cluster = await startCluster();
  try {
    const administration = await openStore({ databaseUrl: cluster.url("postgres") }, { upToDate: true });
    for (const name of ["few", "many"]) await sql`create database ${sql.id(name)}`.execute(administration.db);
    await administration.close();
    return await figuresOf(tokens, rounds, (name) => ({ databaseUrl: cluster.url(name) }));
  } finally {
    await cluster.stop();
  }
}

async function figuresOf(tokens: number, rounds: number, locate: (name: "few" | "many") => StoreLocation): Promise<ListFigures> {
  const executablePath = findChromium();
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
  const few = await startOrganization(locate("few"), 20);
  const many = await startOrganization(locate("many"), tokens);
  try {
    const opened = { few: [] as number[], many: [] as number[] };
    let bytes = 0;
    // By turns: whatever the machine does, it does to both.
    for (let round = 0; round < rounds; round++) {
      opened.few.push((await openList(browser, few.server)).ms);
      const last = await openList(browser, many.server);
      opened.many.push(last.ms);
      ({ bytes } = last);
    }
    const [fewMs, manyMs] = [median(opened.few), median(opened.many)];
    return { fewMs, manyMs, ratio: manyMs / fewMs, bytes, ...(await search(many.server)) };
  } finally {
    await browser.close();
    await few.close();
    await many.close();
  }
}

async function startOrganization(location: StoreLocation, tokens: number) {
  const folder = await mkdtemp(join(tmpdir(), "tokenhouse-bench-"));
  const store = await openStore(location);
  await fillDemoOrganization(store.db, { now: Date.now(), tokens });
  // What PostgreSQL does by itself within a minute, and the server on PGlite.
  await sql`vacuum (analyze)`.execute(store.db);
  const server = await startServer(store, folder);
  const close = async () => {
    await server.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { server, close };
}

/** Opens the list of all tokens in a browser that has nothing of it yet, and waits for its first row. */
async function openList(browser: Browser, server: StoryServer): Promise<{ readonly ms: number; readonly bytes: number }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    // By no page, which would go on reading tokens behind the list.
    const code = new URL(await server.linkFor("admin")).hash.replace("#code=", "");
    await page.request.post(`${server.url}/session`, { data: { code }, headers: { origin: server.url } });
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelector("[role=grid] [role=rowheader], [role=grid] th[scope=row]") === null) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.mark("first row")));
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(`${server.url}/tokens`);
    await page.waitForFunction(() => performance.getEntriesByName("first row").length > 0, undefined, { timeout: 180_000 });
    return await page.evaluate(() => {
      const ms = performance.getEntriesByName("first row")[0]?.startTime ?? 0;
      const read = performance
        .getEntriesByType("resource")
        .filter((entry) => entry instanceof PerformanceResourceTiming && /\/(graphql|api|session)\b/u.test(entry.name))
        .filter((entry) => entry instanceof PerformanceResourceTiming && entry.responseEnd <= ms);
      // The page itself brings the first rows.
      const bytes = [...performance.getEntriesByType("navigation"), ...read].reduce(
        (sum, entry) => sum + (entry instanceof PerformanceResourceTiming ? entry.decodedBodySize : 0),
        0,
      );
      return { ms, bytes };
    });
  } finally {
    await page.close();
  }
}

const lookUp = "query ($id: String!) { token(tokenId: $id) { __typename id name createdAt expireAt } }";

const searched = `query ($text: String!) {
  tokenPage(kinds: [personal, view, organization, system], sortBy: Name, search: $text) {
    totalResults next results { __typename id name createdAt expireAt }
  }
}`;

type SearchFigures = Pick<ListFigures, "lookUpMs" | "searchMs" | "searchRatio" | "searchBytes" | "searches">;

async function search(server: StoryServer): Promise<SearchFigures> {
  const stored = await server.store.db.selectFrom("tokens").select(["id", "name"]).where("kind", "<>", "personal").execute();
  const some = Array.from({ length: 20 }, (_, place) => stored[Math.floor((place * stored.length) / 20)] ?? { id: "", name: "" });
  // Whole names, the middle of names, the beginning of ids, a word that is in many, and two characters.
  const texts = [
    ...some.slice(0, 6).map(({ name }) => name),
    ...some.slice(6, 12).map(({ name }) => name.slice(2, 9)),
    ...some.slice(12, 16).map(({ id }) => id.slice(0, 10)),
    "deploy",
    "backup",
    "a-",
    "zq",
  ];
  const ask = async (query: string, variables: Record<string, unknown>) => {
    const began = performance.now();
    const data = await server.graphql<{ tokenPage?: { totalResults: number | null } }>(query, variables);
    return { ms: performance.now() - began, found: data.tokenPage?.totalResults ?? null };
  };
  const variables = { kinds: tokenKinds, sortBy: "Name", orderBy: "ASC", after: null, limit: 50, counted: true };
  let searchBytes = 0;
  for (const text of texts) {
    const answer = await server.graphql(TokenKeysetPageDocument, { ...variables, search: text });
    searchBytes = Math.max(searchBytes, Buffer.byteLength(JSON.stringify({ data: answer })));
  }
  const lookUps: number[] = [];
  const searches: { text: string; found: number | null; ms: number }[] = [];
  for (const text of texts) {
    const times: number[] = [];
    let found: number | null = null;
    for (let round = 0; round < 7; round++) {
      lookUps.push((await ask(lookUp, { id: some[round]?.id })).ms);
      const answer = await ask(searched, { text });
      times.push(answer.ms);
      ({ found } = answer);
    }
    searches.push({ text, found, ms: median(times) });
  }
  const [lookUpMs, searchMs] = [median(lookUps), median(searches.map(({ ms }) => ms))];
  return { lookUpMs, searchMs, searchRatio: searchMs / lookUpMs, searchBytes, searches };
}

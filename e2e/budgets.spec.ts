import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { growthInWords, modulesFile, modulesOf, type ModuleSizes, type ScriptModules } from "../scripts/moduleSizes.ts";
import { expect, signIn, test } from "./fixtures.ts";

/**
 * The most script that a page may ask for until its table is there, in bytes of gzip and in files. What comes behind the rows is not waited
 * for.
 */
const budgets = [
  { path: "/policies", bytes: 261_000, files: 13 },
  { path: "/tokens/view", bytes: 205_500, files: 5 },
  // The choice of whom to show is asked for with the page, and may be counted or not.
  { path: "/people", bytes: 212_500, files: 13 },
  { path: "/repositories", bytes: 229_500, files: 15 },
] as const;

test("the page to sign in needs at most 138.5 kB of script, and no form library", async ({ page, server }) => {
  const scripts = collectScripts(page);
  await page.goto(`${server.url}/policies`);
  await expect(page.getByLabel("API token")).toBeVisible();
  expect(gzipSize(scripts), growthOf(scripts)).toBeLessThanOrEqual(138_500);
});

for (const { path, bytes, files } of budgets) {
  test(`${path} needs at most ${bytes / 1000} kB of script, in ${files} files`, async ({ page, server, context }) => {
    await signIn(page, server);
    const fresh = await context.newPage();
    await markTable(fresh);
    await fresh.goto(server.url + path);
    await expect(fresh.getByRole("table").or(fresh.getByRole("grid")).first()).toBeVisible();
    const scripts = await scriptsUntilTable(fresh);
    expect(scripts.size).toBeGreaterThan(3);
    expect(gzipSize(scripts), growthOf(scripts)).toBeLessThanOrEqual(bytes);
    expect(scripts.size).toBeLessThanOrEqual(files);
  });
}

test("a list of tokens asks for at most 15 things until it rests, and for no schema library", async ({
  page,
  server,
  context,
}) => {
  await signIn(page, server);
  const fresh = await context.newPage();
  const scripts = collectScripts(fresh);
  let requests = 0;
  fresh.on("request", () => requests++);
  await fresh.goto(`${server.url}/tokens/view`);
  // The last that it asks for are what tokens may do and who holds what, without which none is judged.
  await expect(fresh.getByRole("list", { name: "Finding" }).getByRole("checkbox").first()).toBeVisible();
  expect(requests).toBeLessThanOrEqual(15);
  expect(gzipSize(scripts), growthOf(scripts)).toBeLessThanOrEqual(235_000);
  const modules: ScriptModules = JSON.parse(readFileSync(join("dist/web", modulesFile), "utf8"));
  expect(Object.keys(modulesOf(modules, scripts)).filter((module) => module.includes("/zod/"))).toEqual([]);
});

test("a list comes with its first two rows, so that no step is long, and all in sight follow", async ({
  page,
  server,
  context,
}) => {
  await signIn(page, server);
  const fresh = await context.newPage();
  await fresh.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const rows = document.querySelectorAll("[role=grid] [data-cell$=':0']").length;
      if (rows === 0) return;
      performance.mark("rows", { detail: rows });
      observer.disconnect();
    }).observe(document, { subtree: true, childList: true });
  });
  await fresh.goto(`${server.url}/tokens/view`);
  const rows = fresh.getByRole("grid").getByRole("rowheader");
  await expect.poll(() => rows.count()).toBeGreaterThan(8);
  const first = await fresh.evaluate(() => performance.getEntriesByName("rows").map((mark) => (mark as PerformanceMark).detail));
  expect(first).toEqual([2]);
});

test("the page of a token needs at most 253.5 kB of script, with its forms and dialogs loaded when opened", async ({
  page,
  server,
  context,
}) => {
  const { id } = await server.store.db
    .selectFrom("tokens")
    .select("id")
    .where("kind", "=", "view")
    .where("ipFilterId", "is not", null)
    .executeTakeFirstOrThrow();
  await signIn(page, server);
  for (const { path, last, opens } of [
    { path: "", last: "Rules of the IP filter", opens: "Rotate" },
    { path: "/permissions", last: "What changes", opens: "Show as API call" },
  ]) {
    const fresh = await context.newPage();
    const scripts = collectScripts(fresh);
    await fresh.goto(`${server.url}/tokens/view/${id}${path}`);
    await expect(fresh.getByLabel(last)).toBeVisible();
    expect(scripts.size).toBeGreaterThan(3);
    expect(gzipSize(scripts), growthOf(scripts)).toBeLessThanOrEqual(253_500);
    const before = scripts.size;
    await fresh.getByRole("button", { name: opens }).click();
    await expect(fresh.getByRole("dialog")).toBeVisible();
    expect(scripts.size).toBeGreaterThan(before);
    await fresh.close();
  }
});

test("scripts come compressed, may be kept for ever, and are named by their content", async ({ server, request }) => {
  const html = await (await request.get(server.url)).text();
  const entry = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
  expect(entry).toMatch(/-[\w-]{8}\.js$/);
  const response = await request.get(server.url + entry, { headers: { "accept-encoding": "gzip" } });
  expect(response.headers()["content-encoding"]).toBe("gzip");
  expect(response.headers()["cache-control"]).toBe("public, max-age=31536000, immutable");
});

/** Has the page note the moment at which its table is there: waiting for it from outside would see it up to a second late. */
async function markTable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const table = document.querySelector("table, [role=grid]");
      if (table === null || table.getBoundingClientRect().height === 0) return;
      performance.mark("table");
      observer.disconnect();
    }).observe(document, { subtree: true, childList: true });
  });
}

/** The paths of the scripts that the page asked for until the moment that {@link markTable} noted. */
async function scriptsUntilTable(page: Page): Promise<Set<string>> {
  const names = await page.evaluate(() => {
    const until = performance.getEntriesByName("table")[0]?.startTime ?? Number.POSITIVE_INFINITY;
    return performance
      .getEntriesByType("resource")
      .filter(({ startTime }) => startTime <= until)
      .map(({ name }) => name);
  });
  return new Set(names.map((name) => new URL(name).pathname).filter((path) => path.endsWith(".js")));
}

/** Collects the paths of all scripts that the page asks for from now on. */
function collectScripts(page: Page): Set<string> {
  const paths = new Set<string>();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".js")) paths.add(pathname);
  });
  return paths;
}

function gzipSize(paths: ReadonlySet<string>): number {
  return [...paths].reduce((sum, path) => sum + statSync(join("dist/web", `${path}.gz`)).size, 0);
}

/** What to look at where scripts are too heavy. */
function growthOf(paths: ReadonlySet<string>): string {
  const before: ModuleSizes = JSON.parse(readFileSync("scripts/module-sizes.json", "utf8"));
  const scripts: ScriptModules = JSON.parse(readFileSync(join("dist/web", modulesFile), "utf8"));
  return growthInWords(before, modulesOf(scripts, paths));
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { chromium, type Page } from "@playwright/test";

import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore } from "#server/store/client.ts";

import { findChromium } from "../../scripts/chromium.mjs";
import { startServer } from "../fixtures.ts";
import { median } from "./plan.ts";

/** What {@link benchInventory} measured; times in ms. */
export interface InventoryTimes {
  /** From opening the page to its first rows. */
  readonly firstRows: number;
  /** From a keystroke in the search, and from a click on a facet's value, to the painted rows: medians. */
  readonly search: number;
  readonly facet: number;
  /** Bytes of the answers that the page reads once, and what gzip makes of them: the plan's fields, and what tokens may do. */
  readonly plan: Bytes;
  readonly rights: Bytes;
}

interface Bytes {
  readonly raw: number;
  readonly gzip: number;
}

/** Opens the list of all tokens of an organization with `tokens` tokens in a browser, searches it and narrows it. */
export async function benchInventory(tokens: number): Promise<InventoryTimes> {
  const dataDir = await mkdtemp(join(tmpdir(), "tokenhouse-bench-"));
  const store = await openStore({ memory: true });
  await fillDemoOrganization(store.db, { now: Date.now(), tokens });
  await store.maintain();
  const server = await startServer(store, dataDir);
  const executablePath = findChromium();
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const plan = { raw: 0, gzip: 0 };
    const rights = { raw: 0, gzip: 0 };
    await page.goto(await server.linkFor("admin"));
    await page.getByRole("button", { name: /^Signed in as/ }).waitFor();
    page.on("response", (response) => {
      const isRights = /query TokenRightsPage\b/u.test(response.request().postData() ?? "");
      const sum = isRights ? rights : response.url().includes("/api/tokenhouse/tokens/") ? plan : undefined;
      if (sum === undefined) return;
      response.body().then(
        (body) => {
          sum.raw += body.length;
          sum.gzip += gzipSync(body).length;
        },
        () => undefined,
      );
    });
    const began = performance.now();
    await page.goto(`${server.url}/tokens`);
    await page.locator("[data-cell]").first().waitFor({ timeout: 180_000 });
    const firstRows = performance.now() - began;
    await page.getByRole("list", { name: "Finding" }).getByRole("checkbox").first().waitFor({ timeout: 180_000 });

    await watchRows(page);
    const field = page.getByRole("searchbox");
    await field.focus();
    const search: number[] = [];
    for (const key of ["d", "e", "p", "l", "o", "y", ...Array.from({ length: 5 }, () => "Backspace")]) {
      search.push(...(await rowsAfter(page, () => page.keyboard.press(key))));
    }
    await field.fill("");
    const facet: number[] = [];
    for (const [list, value] of [
      ["Kind", /^View,/u],
      ["State", /^Never expires,/u],
      ["Kind", /^View,/u],
      ["State", /^Never expires,/u],
    ] as const) {
      const box = page.getByRole("list", { name: list }).getByRole("checkbox", { name: value });
      facet.push(...(await rowsAfter(page, () => box.click())));
    }
    return { firstRows, search: median(search), facet: median(facet), plan, rights };
  } finally {
    await browser.close();
    await server.stop();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Has the page note when a key or a click came, and when another number of rows was painted. */
async function watchRows(page: Page): Promise<void> {
  await page.getByRole("grid").evaluate((grid) => {
    const { dataset } = document.body;
    // Without a function of a name, for which tsx puts in a helper that the page does not have.
    for (const type of ["keydown", "click"]) {
      document.addEventListener(type, (event) => (dataset["actedAt"] = String(event.timeStamp)), true);
    }
    new MutationObserver(() => {
      requestAnimationFrame(() => setTimeout(() => (dataset["paintedAt"] = String(performance.now()))));
    }).observe(grid, { attributes: true, attributeFilter: ["aria-rowcount"] });
  });
}

/** How long it took until other rows were painted; none where there are as many as before. */
async function rowsAfter(page: Page, act: () => Promise<void>): Promise<readonly number[]> {
  const before = await page.evaluate(() => document.body.dataset["paintedAt"]);
  await act();
  const painted = page.waitForFunction((former) => document.body.dataset["paintedAt"] !== former, before, { timeout: 3000 });
  const changed = await painted.then(
    () => true,
    () => false,
  );
  if (!changed) return [];
  return [await page.evaluate(() => Number(document.body.dataset["paintedAt"]) - Number(document.body.dataset["actedAt"]))];
}

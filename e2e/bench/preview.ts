import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type Browser, type Page } from "@playwright/test";

import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore, type StoreLocation } from "#server/store/client.ts";
import { startCluster } from "#server/testing/cluster.ts";

import { findChromium } from "../../scripts/chromium.mjs";
import { startServer, type StoryServer } from "../fixtures.ts";
import { numberToType } from "../policyPage.ts";
import { median } from "./plan.ts";

/** What opening the policies page takes; times in ms, medians. */
export interface OpeningTimes {
  /** From opening the page to an impact of all tokens. */
  readonly usable: number;
  /** From opening the page to the form and the progress bar. */
  readonly form: number;
  /** What the page read by then, in bytes as they were sent. */
  readonly sent: number;
}

/** What {@link benchPreview} measured; times in ms. */
export interface PreviewTimes extends OpeningTimes {
  /** From the keystroke to the painted impact: median and the slowest of `keystrokes`. */
  readonly median: number;
  readonly slowest: number;
  readonly keystrokes: number;
  /** From confirming a change that deletes and shortens many tokens to the report that compares it with the prediction. */
  readonly applied: number;
}

/** Opens the policies page of an organization with `tokens` tokens on PGlite in a browser, types into it and applies what was typed. */
export function benchPreview(tokens: number, rounds: number): Promise<PreviewTimes> {
  return inOrganization({ memory: true }, tokens, async (browser, server) => {
    const opened: OpeningTimes[] = [];
    for (let round = 1; round < rounds; round++) opened.push(await withPage(browser, server, openPolicies));
    return withPage(browser, server, async (page) => {
      opened.push(await openPolicies(page, server));
      await page.getByRole("region", { name: "View tokens" }).getByLabel("Maximum lifetime", { exact: true }).check();
      const times = await typeAndMeasure(page);
      const applied = await applyAndMeasure(page);
      return { ...middle(opened), median: median(times), slowest: Math.max(...times), keystrokes: times.length, applied };
    });
  });
}

/** Opens the same page of an organization on PostgreSQL. */
export async function benchOpeningPostgres(tokens: number, rounds: number): Promise<OpeningTimes> {
  const cluster = await startCluster();
  try {
    return await inOrganization({ databaseUrl: cluster.url("postgres") }, tokens, async (browser, server) => {
      const opened: OpeningTimes[] = [];
      for (let round = 0; round < rounds; round++) opened.push(await withPage(browser, server, openPolicies));
      return middle(opened);
    });
  } finally {
    await cluster.stop();
  }
}

async function inOrganization<T>(
  location: StoreLocation,
  tokens: number,
  run: (browser: Browser, server: StoryServer) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), "tokenhouse-bench-"));
  const store = await openStore(location);
  await fillDemoOrganization(store.db, { now: Date.now(), tokens });
  await store.maintain();
  const server = await startServer(store, dataDir);
  const executablePath = findChromium();
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
  try {
    return await run(browser, server);
  } finally {
    await browser.close();
    await server.stop();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Runs something in a window that nobody used before, signed in. */
async function withPage<T>(
  browser: Browser,
  server: StoryServer,
  run: (page: Page, server: StoryServer) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(await server.linkFor("admin"));
    await page.getByRole("button", { name: /^Signed in as/ }).waitFor();
    return await run(page, server);
  } finally {
    await context.close();
  }
}

async function openPolicies(page: Page, server: StoryServer): Promise<OpeningTimes> {
  const began = performance.now();
  await page.goto(`${server.url}/policies`);
  await page.getByRole("region", { name: "View tokens" }).getByLabel("Maximum lifetime", { exact: true }).waitFor();
  const form = performance.now() - began;
  await page.getByRole("button", { name: "Nothing to save" }).waitFor();
  await page.locator("[data-impact-for]").waitFor({ timeout: 120_000 });
  // Several kinds may still be on their way. A kind that could not be read is none of which the impact is known.
  const isWhole = () => {
    const signs = [...document.querySelectorAll("[data-seen]")];
    return signs.length > 0 && signs.every((sign) => sign.textContent === "all");
  };
  await page.waitForFunction(isWhole, undefined, { timeout: 120_000 });
  const usable = performance.now() - began;
  const sent = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .reduce(
        (sum, entry) =>
          entry instanceof PerformanceResourceTiming && /\/(?:graphql|api|session)\b/u.test(entry.name)
            ? sum + entry.encodedBodySize
            : sum,
        0,
      ),
  );
  return { usable, form, sent };
}

function middle(opened: readonly OpeningTimes[]): OpeningTimes {
  const of = (what: keyof OpeningTimes) => median(opened.map((one) => one[what]));
  return { usable: of("usable"), form: of("form"), sent: of("sent") };
}

/** Presses keys in the amount field, one after the other, each time until the impact of the new draft was painted. */
async function typeAndMeasure(page: Page): Promise<number[]> {
  const field = page.getByLabel("View tokens, maximum lifetime, amount");
  await field.fill("3");
  await field.evaluate((input) => {
    input.addEventListener("keydown", (event) => (document.body.dataset["keyAt"] = String(event.timeStamp)));
  });
  await field.press("End");
  const times: number[] = [];
  // 36, 365, 36, 3, 36 …: lifetimes that affect few tokens, and lifetimes that affect most.
  for (const key of Array.from({ length: 10 }, () => ["6", "5", "Backspace", "Backspace"]).flat()) {
    const before = await impactMark(page);
    await page.keyboard.press(key);
    await page.waitForFunction(
      (mark) => document.querySelector<HTMLElement>("[data-impact-for]")?.dataset["impactFor"] !== mark,
      before,
    );
    times.push(
      await page.evaluate(
        () =>
          Number(document.querySelector<HTMLElement>("[data-impact-at]")?.dataset["impactAt"]) -
          Number(document.body.dataset["keyAt"]),
      ),
    );
  }
  return times;
}

async function applyAndMeasure(page: Page): Promise<number> {
  const before = await impactMark(page);
  await page.getByLabel("View tokens, maximum lifetime, amount").fill("365");
  await page.waitForFunction(
    (mark) => document.querySelector<HTMLElement>("[data-impact-for]")?.dataset["impactFor"] !== mark,
    before,
  );
  await page.getByRole("button", { name: /^Delete .* tokens/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Delete / });
  await dialog.waitFor({ timeout: 120_000 });
  await dialog.getByRole("textbox").fill(await numberToType(dialog));
  const began = performance.now();
  await dialog.getByRole("button", { name: /^Delete / }).click();
  await page.getByRole("heading", { name: /^Applied exactly as predicted/ }).waitFor({ timeout: 120_000 });
  return performance.now() - began;
}

function impactMark(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.querySelector<HTMLElement>("[data-impact-for]")?.dataset["impactFor"]);
}

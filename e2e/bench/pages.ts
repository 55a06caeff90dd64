import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";

import { chromium, type Browser } from "@playwright/test";

import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore } from "#server/store/client.ts";

import { findChromium } from "../../scripts/chromium.mjs";
import { startServer } from "../fixtures.ts";
import { median } from "./plan.ts";
import { inFolder } from "./server.ts";

/** What opening a page asks for, and what it takes on a processor that is four times slower. */
export interface PageBench {
  /** Scripts until the page rests, kB of gzip. */
  readonly scripts: number;
  readonly requests: number;
  /** When the largest part was painted, ms, and how long tasks blocked the page until it rested, ms. */
  readonly largestPaint: number;
  readonly blocked: number;
}

/** The pages that are measured, by what they show when they are there. */
const pages = {
  "sign-in": { path: "/sign-in", signedIn: false, shows: "form" },
  list: { path: "/tokens/view", signedIn: true, shows: "[data-cell]" },
  policies: { path: "/policies", signedIn: true, shows: "[data-impact-for]" },
} as const;

/** Opens each page of an organization with 20 tokens a few times, and a page of one sentence from a bare server as the limit. */
export async function benchPages(
  rounds: number,
): Promise<{ readonly pages: Readonly<Record<keyof typeof pages, PageBench>>; readonly bare: number }> {
  return inFolder(async (folder) => {
    const store = await openStore({ memory: true });
    await fillDemoOrganization(store.db, { now: Date.now(), tokens: 20 });
    const server = await startServer(store, folder);
    const executablePath = findChromium();
    const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
    try {
      const found: Partial<Record<keyof typeof pages, PageBench>> = {};
      for (const [name, { path, signedIn, shows }] of Object.entries(pages)) {
        const link = async () => (signedIn ? await server.linkFor("admin") : undefined);
        const opened: PageBench[] = [];
        for (let round = 0; round < rounds; round++) opened.push(await open(browser, server.url + path, await link(), shows));
        found[name as keyof typeof pages] = summary(opened);
      }
      const bare: number[] = [];
      await withBarePage(async (url) => {
        for (let round = 0; round < rounds; round++) bare.push((await open(browser, url, undefined, "h1")).largestPaint);
      });
      return { pages: found as Record<keyof typeof pages, PageBench>, bare: median(bare) };
    } finally {
      await browser.close();
      await server.stop();
      await store.close();
    }
  });
}

function summary(opened: readonly PageBench[]): PageBench {
  const middle = (what: keyof PageBench) => median(opened.map((page) => page[what]));
  return {
    scripts: middle("scripts"),
    requests: middle("requests"),
    largestPaint: middle("largestPaint"),
    blocked: middle("blocked"),
  };
}

/** Opens a page in a window without a cache, signed in before by the link, until it shows what it is there for and rests. */
async function open(browser: Browser, url: string, link: string | undefined, shows: string): Promise<PageBench> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    if (link !== undefined) {
      const page = await context.newPage();
      await page.goto(link);
      await page.getByRole("button", { name: /^Signed in as/ }).waitFor();
      await page.close();
    }
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    let requests = 0;
    const scripts: Promise<number>[] = [];
    page.on("response", (response) => {
      requests++;
      if (response.request().resourceType() === "script") {
        scripts.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
      }
    });
    // As marks: there is no element yet to write to.
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const { startTime } of list.getEntries()) performance.mark("largest", { startTime });
      }).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) performance.mark("blocked", { detail: Math.max(0, duration - 50) });
      }).observe({ type: "longtask", buffered: true });
    });
    await page.goto(url);
    await page.locator(shows).first().waitFor({ timeout: 60_000 });
    // The browser calls a network idle that waits for scripts which run longer than half a second.
    for (let before = -1; before !== requests;) {
      before = requests;
      await delay(1500);
    }
    const { largest, blocked } = await page.evaluate(() => ({
      largest: performance.getEntriesByName("largest").at(-1)?.startTime,
      blocked: performance
        .getEntriesByName("blocked")
        .reduce((sum, mark) => sum + (mark instanceof PerformanceMark ? Number(mark.detail) : 0), 0),
    }));
    const sizes = await Promise.all(scripts);
    return {
      scripts: sizes.reduce((sum, size) => sum + size, 0) / 1000,
      requests,
      largestPaint: Number(largest),
      blocked,
    };
  } finally {
    await context.close();
  }
}

async function withBarePage(run: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end("<!doctype html><title>Bare</title><h1>A page of one sentence</h1><p>It asks for nothing else.</p>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

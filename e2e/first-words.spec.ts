import type { Page } from "@playwright/test";

import { expect, holdScripts, scripts, signIn, test } from "./fixtures.ts";

/** Where the mark, the heading and what stands below it are, and how they look. */
function look(page: Page, below: string) {
  return page.evaluate((selector) => {
    const placed = (element: Element | null | undefined) => {
      if (element == null) return undefined;
      const { x, y } = element.getBoundingClientRect();
      return { x, y, color: getComputedStyle(element).color };
    };
    const styled = (element: Element | null | undefined) => {
      if (element == null) return undefined;
      const { fontSize, fontWeight, fontFamily, lineHeight, letterSpacing } = getComputedStyle(element);
      return { ...placed(element), fontSize, fontWeight, fontFamily, lineHeight, letterSpacing };
    };
    const title = document.querySelector("h1");
    return {
      mark: placed(document.querySelector("svg[viewBox='0 0 32 32']")),
      title: styled(title),
      below: styled(title?.parentElement?.querySelector(selector)),
    };
  }, below);
}

const first = "#first";

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 400]) {
    // Of four that take long, each scheme and each width is in one.
    const tag = (colorScheme === "light") === (width === 1440) ? [] : "@long";
    test(
      `a page says what it is before its scripts ran, where the app then says it: ${colorScheme}, ${width} px`,
      { tag },
      async ({ page, server, browser }) => {
        await signIn(page, server);
        const stranger = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
        for (const [at, path, title, words, below] of [
          [await stranger.newPage(), "/sign-in", "Sign in", "or paste an API token", "p"],
          [page, "/tokens/view", "View tokens", "with the permissions it carries and no user behind it.", "div"],
          [page, "/tokens", "All tokens", "find it, judge it, act on it.", "div"],
        ] as const) {
          await at.emulateMedia({ colorScheme });
          await at.setViewportSize({ width, height: 900 });
          const letThrough = await holdScripts(at);
          await at.goto(server.url + path, { waitUntil: "commit" });
          const frame = at.locator(first);
          await expect(frame.getByText(words)).toBeVisible();
          await expect(frame.locator("h1")).toHaveText(title);
          const before = await look(at, below);
          expect([before.mark, before.below]).not.toContain(undefined);
          letThrough();
          await expect(at.getByRole("heading", { name: title, level: 1 })).toBeVisible();
          await expect(frame).toHaveCount(0);
          expect(await look(at, below), path).toEqual(before);
          await at.unroute(scripts);
        }
        await stranger.close();
      },
    );
  }
}

test("who follows a sign-in link is not told how to sign in while the app loads", async ({ page, server }) => {
  const letThrough = await holdScripts(page, /\/assets\/(?!main-).*\.js$/u);
  await page.goto(await server.linkFor("admin"), { waitUntil: "commit" });
  await expect(page.locator("#root")).toBeAttached();
  await expect(page.locator(first)).toHaveCount(0);
  letThrough();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
});

test("a page asks for all its scripts at once, also where they wait for its first words", async ({ page, server, browser }) => {
  await signIn(page, server);
  const stranger = await browser.newContext();
  for (const [context, path] of [
    [page.context(), "/tokens/view"],
    [page.context(), "/policies"],
    [stranger, "/sign-in"],
  ] as const) {
    const to = await context.newPage();
    const asked: string[] = [];
    to.on("request", (request) => asked.push(new URL(request.url()).pathname));
    // None of them comes, so that none can ask for another.
    const letThrough = await holdScripts(to, /\/assets\/(?!main-).*\.js$/u);
    const response = await to.goto(server.url + path, { waitUntil: "commit" });
    const links = (await response?.text())?.matchAll(/<link [^>]*href="(\/assets\/[^"]+)"/gu) ?? [];
    const named = [...links].map(([, href = ""]) => href);
    expect(named.length).toBeGreaterThan(1);
    await expect.poll(() => named.filter((script) => !asked.includes(script)), { message: path }).toEqual([]);
    letThrough();
    await to.close();
  }
  await stranger.close();
});

test("a page comes in the colour scheme that somebody chose, whatever the system's is", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  const ground = async () => {
    const letThrough = await holdScripts(page);
    await page.reload({ waitUntil: "commit" });
    await expect(page.locator(first)).toBeVisible();
    const color = await page.locator(first).evaluate((frame) => getComputedStyle(frame).backgroundColor);
    letThrough();
    await expect(page.locator(first)).toHaveCount(0);
    await page.unroute(scripts);
    return color;
  };
  const choose = async (appearance: string) => {
    await page.getByRole("button", { name: /^Signed in as/u }).click();
    await page.getByRole("radio", { name: appearance }).check();
    await page.keyboard.press("Escape");
  };
  const [light, dark] = ["rgb(246, 247, 248)", "rgb(16, 20, 24)"];
  await page.emulateMedia({ colorScheme: "light" });
  expect(await ground()).toBe(light);
  await choose("Dark");
  expect(await ground()).toBe(dark);
  await page.emulateMedia({ colorScheme: "dark" });
  await choose("Light");
  expect(await ground()).toBe(light);
  await choose("As the system");
  expect(await ground()).toBe(dark);
});

/** Has the browser add up, from the next page on, how much of what is read moves; tells the sum when asked. */
async function watchMoves(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const moved: number[] = [];
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ("value" in entry) moved.push(Number(entry.value));
    }).observe({ type: "layout-shift", buffered: true });
  });
  return async () => {
    const moved = await page.evaluate(async () => {
      // The browser tells of a move after the frame that shows it.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      if (!("moved" in window && Array.isArray(window.moved))) throw new Error("Nobody watched what moves.");
      return window.moved.map(Number);
    });
    return moved.reduce((sum, value) => sum + value, 0);
  };
}

const phone = { width: 412, height: 823 };

test("nothing of a list moves on a phone while it is read", async ({ page, server }) => {
  await page.setViewportSize(phone);
  await signIn(page, server);
  const moves = await watchMoves(page);
  await page.goto(`${server.url}/tokens/personal`);
  await expect(page.getByRole("button", { name: /^Select all \d/u })).toBeVisible();
  await expect(page.getByRole("button", { name: "Thresholds…" })).toBeVisible();
  expect(await moves()).toBeLessThan(0.02);
});

for (const viewport of [phone, { width: 1366, height: 768 }]) {
  test(`nothing of the overview moves while it is read: ${viewport.width} px`, async ({ page, server }) => {
    await page.setViewportSize(viewport);
    await signIn(page, server);
    const moves = await watchMoves(page);
    await page.goto(server.url);
    await expect(page.getByRole("region", { name: "High severity" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Made lately" })).toBeVisible();
    expect(await moves()).toBeLessThan(0.02);
  });
}

test.describe("In a young organization", () => {
  test.use({ tokens: 5 });

  test("its first steps push nothing away when they come", async ({ page, server }) => {
    await page.setViewportSize(phone);
    for (const table of ["ingestTokens", "fleetTokens"] as const) await server.store.db.deleteFrom(table).execute();
    await signIn(page, server);
    const moves = await watchMoves(page);
    await page.goto(server.url);
    await expect(page.getByRole("region", { name: "First steps" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Made lately" })).toBeVisible();
    expect(await moves()).toBeLessThan(0.02);
  });
});

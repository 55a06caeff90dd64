import type { Locator, Page, Request } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, test } from "./fixtures.ts";

/** Holds back the readings of all tokens, as with very many of them, until they are let through. */
async function holdWhole(page: Page): Promise<() => void> {
  return hold(page, (request) => readsWhole(request.url(), request.postData()));
}

async function hold(page: Page, held: (request: Request) => boolean): Promise<() => void> {
  let letThrough: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(/\/(graphql|api)\b/u, async (route) => {
    if (held(route.request())) await gate;
    await route.fallback().catch(() => undefined);
  });
  return letThrough;
}

function readsWhole(url: string, body: string | null): boolean {
  return /query (?:Personal)?TokenPage/u.test(body ?? "") || new URL(url).pathname.includes("/api/tokenhouse/tokens");
}

/** Goes to the end of what was read, again and again, until it is as far as that. */
async function walkTo(table: Locator, row: number): Promise<void> {
  await table.getByRole("rowheader").first().getByRole("link").focus();
  await expect
    .poll(async () => {
      await table.page().keyboard.press("Control+End");
      return Number(await table.locator("[aria-rowindex]").last().getAttribute("aria-rowindex"));
    })
    .toBeGreaterThan(row);
}

test("a list opens with its first rows, which the server sorts and searches, while all tokens are still being read", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  const letThrough = await holdWhole(page);
  const letCount = await hold(page, (request) => request.postData()?.includes("query TokenCount") === true);
  await page.goto(`${server.url}/tokens/view`);
  const table = page.getByRole("grid", { name: "View tokens" });
  // The rows do not wait for their number.
  await expect(table.getByRole("rowheader").first()).toBeVisible();
  await expect(page.getByText("view tokens, counting…", { exact: true })).toBeVisible();
  letCount();
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();
  await expect(table).toHaveAttribute("aria-rowcount", "1141");
  const names = async () => (await readTable(table)).map((row) => row["Name"] ?? "");
  // The first two are drawn before the others.
  await expect.poll(async () => (await names()).length).toBeGreaterThan(8);
  const first = await names();
  await expectAccessible(page);

  // Further rows come as the list is scrolled, and by keyboard.
  await walkTo(table, 260);

  // What is selected one by one stays; all would be more than stands there.
  await page.keyboard.press("Control+Home");
  await expect(table.locator("[aria-rowindex='2'] :focus")).toHaveCount(1);
  await page.keyboard.press(" ");
  await expect(page.getByText("1 selected", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Select all 1,140" })).toBeDisabled();
  await expect(page.getByRole("checkbox", { name: /^Select all/ })).toBeDisabled();
  await page.keyboard.press("Control+a");
  await expect(page.getByText("1 selected", { exact: true })).toBeVisible();

  const search = page.getByRole("searchbox", { name: /^Name, id/ });
  await search.fill("DEPLOY");
  await expect(page.getByText(/^\d+ of 1,140 view tokens by name or id so far$/)).toBeVisible();
  await expect.poll(async () => (await names()).filter((name) => !name.toLowerCase().includes("deploy"))).toEqual([]);
  await expect(page.getByText("1 selected, 1 of them not listed here")).toBeVisible();
  await search.fill("");
  await page.getByRole("button", { name: "Expires", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Expires" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("button", { name: "Owner", exact: true }).click();
  await expect(page.getByText("1,140 view tokens, by owner once all are read", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/sort=owner/);
  await page.goBack();
  await page.goBack();
  await expect.poll(names).toEqual(first);

  letThrough();
  await expect(page.getByRole("list", { name: "State" })).toBeVisible();
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();
  await expect(page.getByText("1 selected", { exact: true })).toBeVisible();
  await expect.poll(names).toEqual(first);
  await page.getByRole("button", { name: "Select all 1,140" }).click();
  await expect(page.getByText("1,140 selected", { exact: true })).toBeVisible();
});

test("the list of all tokens opens with the first of every kind, in at most 100 kB", async ({ page, server }) => {
  await signIn(page, server);
  const letThrough = await holdWhole(page);
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    // The page itself brings the first rows.
    if (/\/(?:graphql|api|session)\b/u.test(response.url()) || response.request().isNavigationRequest())
      sizes.push(
        response.body().then(
          (body) => body.length,
          () => 0,
        ),
      );
  });
  await page.goto(`${server.url}/tokens`);
  const table = page.getByRole("grid", { name: "Tokens" });
  await expect(table.getByRole("rowheader").first()).toBeVisible();
  const counted = "1,500 tokens, not counting ingest and fleet tokens, which are still being read";
  await expect(page.getByText(counted, { exact: true })).toBeVisible();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(100_000);
  letThrough();
  await expect(page.getByRole("list", { name: "Kind" })).toBeVisible();
});

test("a search in the address is the server's at first, and everything's then", async ({ page, server }) => {
  await signIn(page, server);
  const letThrough = await holdWhole(page);
  await page.goto(`${server.url}/tokens/view?q=deploy&sort=-name`);
  await expect(page.getByText(/^\d+ view tokens by name or id so far$/)).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  letThrough();
  await expect(page.getByText(/^\d+ of 1,140 view tokens$/)).toBeVisible();
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });
  test("a list opens with the first rows that the cluster sorts and searches", async ({ page, server }) => {
    await signIn(page, server);
    const letThrough = await holdWhole(page);
    await page.goto(`${server.url}/tokens/view`);
    const table = page.getByRole("grid", { name: "View tokens" });
    await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();
    await walkTo(table, 160);
    await page.getByRole("searchbox").fill("deploy");
    await expect(page.getByText(/^\d+ of 1,140 view tokens by name or id so far$/)).toBeVisible();
    letThrough();
    await expect(page.getByText(/^\d+ of 1,140 view tokens$/)).toBeVisible();
  });
});

import type { Locator, Page } from "@playwright/test";

import { drawn, expect, expectAccessible, signIn, tabTo, test } from "./fixtures.ts";

const windows = [
  { name: "a phone", viewport: { width: 390, height: 844 } },
  { name: "a screen of 1280 px at 200 % zoom", viewport: { width: 640, height: 360 } },
  { name: "a screen of 1366 px at 200 % zoom", viewport: { width: 683, height: 384 } },
] as const;

for (const { name, viewport } of windows) {
  test.describe(`on ${name}`, () => {
    test.use({ viewport });

    test("each token is a card whose name, expiry and last use are in sight without scrolling sideways", async ({
      page,
      server,
    }) => {
      await signIn(page, server, { to: "/tokens/view" });
      const grid = page.getByRole("grid", { name: "View tokens" });
      const card = grid.getByRole("row").nth(1);
      const facts = [card.getByRole("rowheader"), fact(card, "Expires"), fact(card, "Last used")];
      await card.scrollIntoViewIfNeeded();
      for (const one of facts) await expectWithin(page, one);
      // What selects it stands beside the name, and is as large as a finger needs.
      const { height, apart } = await card.evaluate((element) => {
        const [box, name] = ["[role=gridcell]", "[role=rowheader]"].map((part) =>
          element.querySelector(part)?.getBoundingClientRect(),
        );
        const middle = ({ y, height } = new DOMRect(NaN)) => y + height / 2;
        return { height: box?.height, apart: Math.abs(middle(box) - middle(name)) };
      });
      expect(height).toBeGreaterThanOrEqual(32);
      expect(apart).toBeLessThanOrEqual(1);
      expect(await grid.evaluate((element) => element.parentElement?.scrollWidth === element.parentElement?.clientWidth)).toBe(
        true,
      );
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      await expectAccessible(page);
    });

    test("what was found on a token is told whole in its card", async ({ page, server }) => {
      await signIn(page, server, { to: "/tokens/personal?sort=name" });
      const signs = page.getByRole("grid", { name: "Personal tokens" }).locator("[data-severity]");
      await expect(signs.filter({ hasText: /^Medium, \d findings$/u }).first()).toBeVisible();
      expect(await signs.evaluateAll(cutSigns)).toEqual([]);
    });
  });
}

test("cards are sorted, searched and walked by keyboard as table rows are", async ({ page, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, server, { to: "/tokens/view" });
  const grid = page.getByRole("grid", { name: "View tokens" });
  await expect(grid).toHaveAttribute("aria-rowcount", "1140");

  await page.getByLabel("Sort by").selectOption({ label: "Name" });
  await page.getByLabel("Order").selectOption({ label: "Descending" });
  await expect(page).toHaveURL(/sort=-name/);
  const names = () => grid.getByRole("rowheader").allTextContents();
  await expect
    .poll(async () => {
      const shown = await names();
      return shown.length > 1 && (shown.at(-1) ?? "").localeCompare(shown[0] ?? "") < 0;
    })
    .toBe(true);

  await tabTo(page, grid.getByRole("row").first().getByRole("checkbox"));
  // Past the name and the findings.
  for (let column = 0; column < 3; column++) await page.keyboard.press("ArrowRight");
  await expect.poll(() => hasFocus(fact(grid.getByRole("row").first(), "Expires"))).toBe(true);
  await page.keyboard.press("Control+End");
  const end = grid.locator('[aria-rowindex="1140"]');
  await expect(end).toBeInViewport();
  await expect.poll(() => hasFocus(end)).toBe(true);
  await expect(page).toHaveURL(/row=11/);

  await page.getByRole("searchbox", { name: /^Name, id/ }).fill("deploy");
  await expect(grid.getByRole("rowheader").first()).toContainText("deploy");
  await expect(grid).not.toHaveAttribute("aria-rowcount", "1140");
});

test("the arrow keys scroll a hidden column into sight beside the names", async ({ page, server }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await signIn(page, server, { to: "/tokens/view" });
  const grid = page.getByRole("grid", { name: "View tokens" });
  const row = grid.getByRole("row").nth(1);
  await row.getByRole("link").first().focus();
  await page.keyboard.press("End");
  await expect.poll(() => hasFocus(row.getByRole("gridcell").last())).toBe(true);
  await expectWithin(page, row.getByRole("gridcell").last());
  const cells = row.getByRole("gridcell");
  // The first is the box that selects the row.
  const second = cells.nth(1);
  for (let column = (await cells.count()) - 1; column > 1; column--) await page.keyboard.press("ArrowLeft");
  await expect.poll(() => hasFocus(second)).toBe(true);
  const names = await row.getByRole("rowheader").boundingBox();
  expect((await second.boundingBox())?.x).toBeGreaterThanOrEqual((names?.x ?? 0) + (names?.width ?? 0) - 1);
});

test(
  "the rows in sight and the focus stay when the headings are tabbed through and the window is resized",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/tokens/view?row=501" });
    const grid = page.getByRole("grid", { name: "View tokens" });
    const row = (index: number) => grid.locator(`[aria-rowindex="${index}"]`);
    await expect(row(502)).toBeInViewport();
    await tabTo(page, row(502).getByRole("checkbox"));
    const name = (await row(502).getByRole("rowheader").textContent()) ?? "";
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(row(501)).toContainText(name);
    await expect.poll(() => hasFocus(row(501))).toBe(true);
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect(row(502)).toBeInViewport();
    await expect.poll(() => hasFocus(row(502))).toBe(true);
  },
);

for (const width of [1366, 1280]) {
  test(
    `nothing in a list is cut without a hint that says it in full, in a window of ${width} px`,
    { tag: "@long" },
    async ({ page, server }) => {
      await page.setViewportSize({ width, height: 768 });
      // The activity tells of a refusal, too.
      await page.request.post(`${server.url}/session`, { data: { token: "none" }, headers: { origin: server.url } });
      await signIn(page, server);
      for (const path of [
        "/tokens/view",
        "/activity",
        "/sessions",
        "/people",
        "/people/groups",
        "/people/roles",
        "/repositories",
        "/ip-filters",
        "/renewals",
      ]) {
        await page.goto(server.url + path);
        await expect(page.locator("tbody [data-cell]").first()).toBeVisible();
        const cut = await page
          .locator("[data-cell], th")
          .evaluateAll((cells) =>
            cells
              .filter((cell) => cell.scrollWidth > cell.clientWidth + 1 && cell.querySelector("[data-cut]") === null)
              .map((cell) => `${cell.textContent}: ${cell.scrollWidth} px in ${cell.clientWidth}`),
          );
        expect(cut, path).toEqual([]);
      }
    },
  );
}

test("a column of times has room for the longest, beside all other columns, in a window of 1366 px", async ({ page, server }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await signIn(page, server);
  for (const [path, list, times] of [
    ["/activity", "Records", ["When"]],
    ["/sessions", "Sessions", ["Begun", "Last seen"]],
    ["/tokens", "Tokens", ["Last used"]],
    ["/people", "Users", ["Last seen"]],
  ] as const) {
    await page.goto(server.url + path);
    const grid = page.getByRole("grid", { name: list });
    await expect(grid.locator("tbody [data-cell]").first()).toBeVisible();
    // A list that opens has other columns at first.
    await drawn(page);
    for (const title of times) {
      const room = async () => {
        const column = await grid.getByRole("columnheader", { name: title, exact: true }).getAttribute("aria-colindex");
        return roomFor(grid.locator(`tbody td[aria-colindex="${column}"]`).first(), "59 minutes ago");
      };
      await expect.poll(room, { message: `${path}, ${title}` }).toBeGreaterThanOrEqual(0);
    }
  }
});

test("what narrows a list, and its choice of columns, stand within their frames", async ({ page, server }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await signIn(page, server, { to: "/tokens" });
  await page.getByRole("button", { name: "Narrow" }).click();
  await page.getByRole("complementary").getByRole("button", { name: "Owner" }).click();
  const field = page.getByRole("searchbox", { name: "Search: owner" });
  await field.scrollIntoViewIfNeeded();
  const frame = await page.getByRole("complementary").filter({ has: field }).boundingBox();
  const box = await page.locator("fieldset").filter({ has: field }).boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThan((frame?.x ?? 0) + (frame?.width ?? 0));
  await page.getByRole("button", { name: "Columns" }).click();
  const choices = page.getByRole("list", { name: "Columns" }).getByRole("listitem");
  await expect(choices.first()).toBeVisible();
  // None is parted by the end of a column.
  const parts = await choices.evaluateAll((items) => items.map((item) => item.getClientRects().length));
  expect(new Set(parts)).toEqual(new Set([1]));
});

/** How much room a cell has beyond what a text takes in it, px. */
async function roomFor(cell: Locator, text: string): Promise<number> {
  return cell.evaluate((element, words) => {
    const measured = document.createElement("span");
    measured.textContent = words;
    element.append(measured);
    const { paddingLeft, paddingRight } = getComputedStyle(element);
    const room =
      element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - measured.getBoundingClientRect().width;
    measured.remove();
    return room;
  }, text);
}

/** What a card says under the name of a column. */
function fact(card: Locator, title: string): Locator {
  return card.getByRole("gridcell", { name: new RegExp(`^${title} ?\\S`) });
}

/** Texts of the signs in cells that have less room than they take. Runs in the page. */
function cutSigns(signs: readonly Element[]): (string | null)[] {
  const end = (element: Element | null) => element?.getBoundingClientRect().right ?? 0;
  const isCut = (sign: Element) => {
    const words = sign.querySelector("span");
    return (words !== null && words.scrollWidth > words.clientWidth) || end(sign) > end(sign.closest("[role=gridcell]"));
  };
  return signs.filter(isCut).map(({ textContent }) => textContent);
}

/** Whether an element or something in it has the focus. */
async function hasFocus(element: Locator): Promise<boolean> {
  return element.evaluate((node) => node.contains(document.activeElement));
}

/** Fails unless the whole of an element lies between the window's edges at the sides. */
async function expectWithin(page: Page, element: Locator): Promise<void> {
  await expect(element).toBeInViewport();
  const box = await element.boundingBox();
  const width = page.viewportSize()?.width ?? 0;
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThanOrEqual(width);
}

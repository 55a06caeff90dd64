import { tokenKinds } from "#domain/token/kinds.ts";
import { tokenColumnsPath } from "#logscale/tokenColumns.ts";

import { expect, signIn, test } from "./fixtures.ts";
import { readTotals } from "./policyPage.ts";

test("the policies page reads every token in one compressed answer", { tag: "@long" }, async ({ page, server }) => {
  const packings: (string | undefined)[] = [];
  const pages: string[] = [];
  page.on("request", (request) => {
    const body = request.postData() ?? "";
    if (/\b(?:Personal)?TokenPage/u.test(body)) pages.push(body);
  });
  page.on("response", (response) => {
    if (response.url().includes("/api/tokenhouse/tokens/")) packings.push(response.headers()["content-encoding"]);
  });
  await signIn(page, server, { to: "/policies" });
  await expect.poll(async () => (await readTotals(page))["All kinds"]?.["seen"]).toBe(1500);
  const answers = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((entry) => entry instanceof PerformanceResourceTiming)
        .filter(({ name }) => name.includes("/api/tokenhouse/tokens/"))
        .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize })),
    );
  // The browser counts an answer once it has ended, behind the page that has drawn its last line.
  await expect.poll(async () => (await answers()).map(({ path }) => path)).toEqual([tokenColumnsPath(...tokenKinds)]);
  expect(packings).toEqual(["br"]);
  // As pages of GraphQL they were 260 bytes a token.
  expect((await answers()).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1500 * 50);
  expect(pages).toEqual([]);
});

test(
  "tokens whose list breaks off count as not read, until they were read to their end",
  { tag: "@long" },
  async ({ page, server }) => {
    const path = "**/api/tokenhouse/tokens/*";
    await page.route(path, async (route) => {
      const response = await route.fetch();
      const whole = await response.text();
      const { "content-encoding": _, "content-length": __, ...headers } = response.headers();
      await route.fulfill({ status: 200, headers, body: whole.slice(0, whole.lastIndexOf('{"end"')) });
    });
    await signIn(page, server, { to: "/policies" });
    await expect(page.getByText(/^The system tokens could not be read: The list of tokens broke off before its end/)).toBeVisible(
      {
        timeout: 30_000,
      },
    );
    const totals = await readTotals(page);
    expect(totals["System"]?.["seen"]).toBe(0);
    expect(totals["View"]?.["seen"]).toBeGreaterThan(0);

    await page.unroute(path);
    await page.getByRole("button", { name: "Read again" }).first().click();
    await expect.poll(async () => (await readTotals(page))["All kinds"]?.["seen"]).toBe(1500);
  },
);

test(
  "a kind whose list breaks off fails alone: those behind it are read all the same",
  { tag: "@long" },
  async ({ page, server }) => {
    const asked: string[] = [];
    await page.route("**/api/tokenhouse/tokens/*", async (route) => {
      const kinds = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
      asked.push(kinds);
      if (!kinds.startsWith("view") && !kinds.startsWith("personal,view")) return route.continue();
      const response = await route.fetch();
      const whole = await response.text();
      const { "content-encoding": _, "content-length": __, ...headers } = response.headers();
      const places = [...whole.matchAll(/\{"end"/gu)].map(({ index }) => index);
      return route.fulfill({ status: 200, headers, body: whole.slice(0, places[kinds.split(",").indexOf("view")]) });
    });
    await signIn(page, server, { to: "/policies" });
    const failed = page.getByText(/^The view tokens could not be read: The list of tokens broke off before its end/);
    await expect(failed).toBeVisible({ timeout: 30_000 });
    const totals = await readTotals(page);
    expect(totals["View"]?.["seen"]).toBe(0);
    for (const kind of ["Personal", "Organization", "System"]) expect(totals[kind]?.["seen"], kind).toBeGreaterThan(0);
    expect(asked[0]).toBe("personal,view,organization,system");
    expect(asked[1]).toBe("organization,system");
  },
);

import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test.use({ tokens: 200 });

test("the menu has what the caller may see, and nothing else", async ({ page, server }) => {
  await signIn(page, server, { to: "/recovery" });
  const menu = page.getByRole("navigation", { name: "Pages" });
  const pages = () => menu.getByRole("link").allTextContents();
  await expect(menu.getByRole("link")).toHaveText([
    "Overview",
    "All",
    "Renewals",
    "Leaks",
    "Resources",
    "Personal",
    "View",
    "Organization",
    "System",
    "Ingest",
    "Security policies",
    "IP filters",
    "Fleet tokens",
    "Configurations",
    "People",
    "Repositories and views",
    "Activity",
    "Sessions",
    "Recovery",
  ]);
  // The longest label stands in one line, also where the page is its own and it is bold.
  await menu.getByRole("link", { name: "Repositories and views" }).click();
  await expect(menu.locator("[aria-current=page]")).toHaveText("Repositories and views");
  const heights = await menu.getByRole("link").evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
  expect(new Set(heights).size).toBe(1);
  const { username } = await server.store.db
    .selectFrom("users")
    .select("username")
    .where("isRoot", "=", false)
    .where("isOrgRoot", "=", false)
    .executeTakeFirstOrThrow();
  await signIn(page, server, { as: username, to: "/recovery" });
  await expect(menu.getByRole("link", { name: "System" })).toHaveCount(0);
  await expect(menu.getByRole("heading", { name: "Collectors" })).toHaveCount(0);
  expect(await pages()).toEqual([
    "Overview",
    "All",
    "Renewals",
    "Leaks",
    "Resources",
    "Personal",
    ...(await pages()).filter((label) => label === "View"),
    "Ingest",
    "Security policies",
    "IP filters",
    "Repositories and views",
    "Activity",
    "Sessions",
    "Recovery",
  ]);
});

test("a question mark lists the shortcuts of the page, unless it is text or unwanted", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const search = page.getByRole("searchbox", { name: /^Name, id/ });
  await search.press("?");
  await expect(search).toHaveValue("?");
  await expect(dialog).toBeHidden();
  await search.fill("");

  await page.getByRole("grid").getByRole("rowheader").first().getByRole("link").focus();
  await page.keyboard.press("?");
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("heading", { level: 3 }).first()).toHaveText("On every page");
  // What this page has stands before what it has not.
  const headings = await dialog.getByRole("heading").allTextContents();
  const border = headings.indexOf("Where other pages have them");
  expect(headings.indexOf("In a table")).toBeLessThan(border);
  expect(headings.indexOf("In a row of tabs")).toBeGreaterThan(border);
  await expect(dialog.getByRole("term").first()).toMatchAriaSnapshot("- term: Control K , or Command K");
  await expectAccessible(page);

  // A key that acts by itself can be turned off; the menu opens the list all the same.
  await dialog.getByRole("checkbox", { name: "Open this list with ?" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await expect(dialog.getByRole("checkbox", { name: "Open this list with ?" })).not.toBeChecked();
});

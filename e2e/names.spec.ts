import type { Locator } from "@playwright/test";

import { expect, readTable, signIn, test } from "./fixtures.ts";

test.use({ tokens: 200 });

test("a name can neither hide characters nor reverse the text around it", { tag: "@wire" }, async ({ page, server }) => {
  const { db } = server.store;
  const [trick, hebrew] = await db
    .selectFrom("tokens")
    .select("id")
    .where("kind", "=", "organization")
    .where("expireAt", "is", null)
    .limit(2)
    .execute();
  if (trick === undefined || hebrew === undefined) throw new Error("The sample organization has too few tokens.");
  await db.updateTable("tokens").set({ name: "safe-\u202Egpj.nekot" }).where("id", "=", trick.id).execute();
  await db.updateTable("tokens").set({ name: "גיבוי 12" }).where("id", "=", hebrew.id).execute();

  await signIn(page, server, { to: "/tokens/organization?q=nekot" });
  const table = page.getByRole("grid", { name: "Organization tokens" });
  await expect.poll(() => readTable(table)).toMatchObject([{ Name: "safe-⟨U+202E⟩gpj.nekot" }]);
  await page.getByRole("link", { name: "safe-⟨U+202E⟩gpj.nekot" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "safe-⟨U+202E⟩gpj.nekot" })).toBeVisible();
  await expect(page).toHaveTitle("safe-⟨U+202E⟩gpj.nekot · Tokenhouse");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog", { name: "Delete safe-⟨U+202E⟩gpj.nekot?" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.outerHTML + document.title)).not.toContain("\u202E");

  await page.goto(`${server.url}/tokens/organization/${hebrew.id}`);
  await page.getByRole("button", { name: "Delete" }).click();
  const title = page.getByRole("dialog").getByRole("heading");
  await expect(title).toHaveText("Delete גיבוי 12?");
  expect(await order(title), "from left to right").toEqual(["Delete", "גיבוי 12", "?"]);
});

test("a name with invisible characters is refused, and one that looks like another is warned of", async ({ page, server }) => {
  await server.store.db.updateTable("tokens").set({ name: "grafana\u200B-basket" }).where("kind", "=", "system").execute();
  await signIn(page, server, { to: "/tokens/system/new" });
  await page.getByRole("textbox", { name: "Name" }).fill("grafana\u2060-basket");
  await page.getByRole("textbox", { name: "Name" }).blur();
  await expect(page.getByText("Delete U+2060 (character 8).")).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill("Grafana-basket");
  await expect(page.getByText(/grafana⟨U\+200B⟩-basket/)).toBeVisible();
});

/** The words of a heading with a name in it, in the order in which they stand on the screen. */
async function order(heading: Locator): Promise<string[]> {
  return heading.evaluate((element) => {
    const parts = [...element.childNodes].map((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return { text: (node.textContent ?? "").trim(), left: range.getBoundingClientRect().left };
    });
    return parts.toSorted((a, b) => a.left - b.left).map(({ text }) => text);
  });
}

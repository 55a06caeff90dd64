import type { Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, tabTo, test } from "./fixtures.ts";
import { tokensOf } from "./policyPage.ts";

async function ownViewToken(server: Parameters<typeof tokensOf>[0]) {
  const token = [...(await tokensOf(server)).values()].find(({ kind }) => kind === "view");
  if (token === undefined) throw new Error("The sample organization has no view token.");
  return token;
}

const ownerPanel = (page: Page) => page.getByRole("region", { name: "Owner" });

async function writeOwner(page: Page, owner: string) {
  const dialog = page.getByRole("dialog", { name: /^(Write down an|Change the) owner$/ });
  await dialog.getByLabel("Owner").fill(owner);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
}

for (const backend of ["embedded", "gateway"] as const) {
  test.describe(backend, () => {
    test.use({ backend });
    test("an owner that somebody writes down is named wherever the token is", { tag: "@long" }, async ({ page, server }) => {
      const { id, name } = await ownViewToken(server);
      await signIn(page, server, { to: `/tokens/view/${id}` });
      const panel = ownerPanel(page);
      await tabTo(page, panel.getByRole("button", { name: "Write down an owner" }));
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog").getByLabel("Owner")).toBeVisible();
      await expectAccessible(page);
      await writeOwner(page, "Team Blue");
      await expect(panel).toContainText(/Team Blue, written down by admin/);
      await expectAccessible(page);

      await page.goto(`${server.url}/tokens?q=team+blue`);
      const list = page.getByRole("grid", { name: "Tokens" });
      await expect(list.getByRole("row")).toHaveCount(2);
      const [row] = await readTable(list);
      expect(row?.["Owner"]).toContain("Team Blue, written down by admin");
      expect(row?.["Name"]).toContain(name);
      await page.goto(`${server.url}/tokens?owner=${encodeURIComponent("written:Team Blue")}`);
      await expect(list.getByRole("row")).toHaveCount(2);

      await page.goto(`${server.url}/tokens/view/${id}`);
      await panel.getByRole("button", { name: "Change the owner" }).click();
      await writeOwner(page, "team-red@example.org");
      await expect(panel).toContainText("team-red@example.org");
      await panel.getByRole("button", { name: "Clear" }).click();
      await page.getByRole("dialog", { name: "Clear the owner?" }).getByRole("button", { name: "Clear" }).click();
      await expect(panel).not.toContainText("team-red");
      await expect(panel.getByRole("heading", { name: "Owner" })).toBeFocused();
    });
  });
}

test(
  "an owner that somebody else wrote meanwhile is shown, and not written over",
  { tag: "@long" },
  async ({ page, server, context }) => {
    const { id } = await ownViewToken(server);
    await signIn(page, server, { to: `/tokens/view/${id}` });
    const other = await context.newPage();
    await other.goto(`${server.url}/tokens/view/${id}`);
    await ownerPanel(page).getByRole("button", { name: "Write down an owner" }).click();
    await ownerPanel(other).getByRole("button", { name: "Write down an owner" }).click();
    await writeOwner(other, "Team Blue");
    const dialog = page.getByRole("dialog", { name: "Write down an owner" });
    await dialog.getByLabel("Owner").fill("Team Red");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog")).toContainText("Somebody else changed this meanwhile.");
    await expect(page.getByRole("dialog")).toContainText(/Team Blue, written down by/);
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(ownerPanel(page)).toContainText("Team Red");
  },
);

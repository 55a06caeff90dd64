import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { dismiss, expect, expectAccessible, readTable, signIn, tabTo, test } from "./fixtures.ts";
import { applyButton, confirmDialog, section, tokensOf } from "./policyPage.ts";

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
      // The second row may be the shape of what is still read.
      await expect(list.getByRole("row", { name })).toBeVisible();
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

test(
  "a policy change warns the owner that is written down, in the texts and in the file",
  { tag: "@long" },
  async ({ page, server }) => {
    const { id, createdAt } = await ownViewToken(server);
    await server.store.db
      .insertInto("tokenNotes")
      .values({
        cluster: "",
        kind: "view",
        tokenId: id,
        tokenCreatedAt: createdAt,
        type: "owner",
        rule: "",
        text: "team-blue@example.org",
        until: null,
        writtenBy: "admin",
        writtenAt: createdAt,
        version: "v1",
      })
      .execute();
    await signIn(page, server, { to: "/policies" });
    await section(page, "View").getByLabel("View tokens may exist").uncheck();
    await page.getByRole("button", { name: "Whom to warn" }).click();
    const dialog = page.getByRole("dialog", { name: "Whom to warn" });
    await dialog.getByRole("searchbox", { name: "Owner" }).fill("team-blue");
    const owner = dialog.getByRole("listitem", { name: "team-blue@example.org" });
    await expect(owner).toContainText("written down as the owner");
    await expect(owner.getByRole("link", { name: "Write mail" })).toHaveAttribute("href", /^mailto:team-blue@example\.org\?/);
    await dismiss(dialog);
    await expect(dialog).toHaveCount(0);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    const line = csv.split("\r\n").find((text) => text.includes(`"${id}"`));
    expect(line).toContain('"team-blue@example.org"');
    expect(line).toMatch(/"admin"$/);
  },
);

test(
  "a token that is made again from a kit gets back the owner that was written down",
  { tag: "@long" },
  async ({ page, server }) => {
    const { id, name, createdAt } = await ownViewToken(server);
    await signIn(page, server, { to: `/tokens/view/${id}` });
    await ownerPanel(page).getByRole("button", { name: "Write down an owner" }).click();
    await writeOwner(page, "Team Blue");
    await page.goto(`${server.url}/policies`);
    await section(page, "View").getByLabel("View tokens may exist").uncheck();
    await applyButton(page).click();
    const kit = confirmDialog(page).getByRole("region", { name: "Recovery kit" });
    const download = page.waitForEvent("download");
    await kit.getByRole("button", { name: "Save the recovery kit" }).click();
    const path = await (await download).path();
    await page.keyboard.press("Escape");
    // As a policy does it, or somebody by hand.
    await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
    await page.goto(`${server.url}/recovery`);
    await page.getByLabel("Recovery kit").setInputFiles(path);
    await page.getByRole("button", { name: "Choose none" }).click();
    await page.getByLabel("Search the kit by name or id").fill(id);
    const box = page.getByRole("listitem").filter({ hasText: id });
    await expect(box).toContainText("Owner written down: Team Blue");
    await box.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Make 1 token" }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^Make/ }).click();
    await expect(box).toContainText("Made");
    const made = async () => [...(await tokensOf(server)).values()].find((one) => one.name === name && one.createdAt > createdAt);
    await expect
      .poll(async () => {
        const token = await made();
        const rows = server.store.db.selectFrom("tokenNotes").select("text").where("type", "=", "owner");
        return (await rows.where("tokenId", "=", token?.id ?? "").execute()).map(({ text }) => text);
      })
      .toEqual(["Team Blue"]);
  },
);

test(
  "one owner is written down for many tokens at once, and personal ones are left out",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/tokens" });
    await page.getByRole("button", { name: /^Select all / }).click();
    await page.getByRole("button", { name: "Write down an owner" }).click();
    const dialog = page.getByRole("dialog", { name: /^Write down an owner for [\d,]+ tokens$/ });
    await expect(dialog).toContainText(/personal tokens? left out/);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: /^Write down for/ }).click();
    await expect(dialog).toContainText("Name a person, a team or an e-mail address.");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Select none" }).click();
    const list = page.getByRole("grid", { name: "Tokens" });
    await page.goto(`${server.url}/tokens?kind=system`);
    await page.getByRole("button", { name: /^Select all / }).click();
    const system = [...(await tokensOf(server)).values()].filter(({ kind }) => kind === "system").length;
    await page.getByRole("button", { name: "Write down an owner" }).click();
    await page.getByRole("dialog").getByLabel("Owner").fill("Platform team");
    await page.keyboard.press("Enter");
    const done = page.getByRole("dialog", { name: "Owners written down" });
    await expect(done).toContainText(`The owner of ${system} tokens was written down.`);
    await done.getByRole("button", { name: "Close" }).click();
    await expect.poll(async () => (await readTable(list))[0]?.["Owner"]).toContain("Platform team, written down by");
  },
);

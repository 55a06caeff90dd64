import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, test } from "./fixtures.ts";
import { amountField, readHarms, setMaximum } from "./policyPage.ts";

for (const colorScheme of ["light", "dark"] as const) {
  const tag = colorScheme === "dark" ? "@long" : [];
  test(`the picture offers the shortest maximum that stops nothing in use, ${colorScheme}`, { tag }, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "View", "30");
    await expect.poll(async () => deleted(page, "View")).toBeGreaterThan(0);
    const before = await deleted(page, "View");
    await page.getByRole("button", { name: "Pictures" }).click();
    // The picture says in words what the totals say in figures.
    const words = `The draft’s 30 days delete ${before.toLocaleString("en")} of`;
    await expect(page.getByRole("region", { name: "View", exact: true }).getByText(words)).toBeVisible();
    await expect(page.getByRole("img", { name: /^View tokens\. The draft’s 30 days delete/ })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: /^Nothing in use stops from .* days up: set it for view tokens$/ }).click();
    const stoppingInUse = async () => {
      const harms = await readHarms(page);
      const stopping = [harms["stops now"], harms["within 24 hours"], harms["within 7 days"]];
      return stopping.reduce((sum, { inUse, notKnown }) => sum + inUse + notKnown, 0);
    };
    await expect.poll(stoppingInUse).toBe(0);
    await expect(amountField(page, "View")).not.toHaveValue("30");
    // Two days less stop something within the week that is in use or may be. One day less need not: an hour is left for deciding, and where
    // a token comes of age within that hour, the offer is a day longer.
    const days = Number(await amountField(page, "View").inputValue());
    await amountField(page, "View").fill(String(days - 2));
    await expect.poll(stoppingInUse).toBeGreaterThan(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: /stop.*locked out/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pictures" }).click();
    await expect(page.getByRole("dialog").getByRole("table", { name: "Expiries before and after this draft" })).toBeVisible();
    await expectAccessible(page);
  });
}

test("a maximum that ends tokens in use can be split into steps, drafted and exported", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "90");
  await page.getByRole("button", { name: "In steps" }).click();
  const steps = page.getByRole("region", { name: "Steps for view tokens" });
  await expect(steps.getByRole("heading")).toContainText("in use would end without notice");
  await expectAccessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "The steps as text" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(text).toContain("rotate these");
  expect(text).toMatch(/set the maximum lifetime of view tokens to 90 days\.\n/);
  const first = Number(/1\. .* to (?<days>[\d,]+) days\./.exec(text)?.groups?.["days"]?.replaceAll(",", ""));
  await steps.getByRole("button", { name: "Put into the draft" }).click();
  await expect(amountField(page, "View")).toHaveValue(String(first));
  // The first step deletes nothing that was used lately, so there is nothing left to stage.
  await expect(page.getByText(/so it can be applied at once/)).toBeVisible();
});

/** How many tokens of a kind the draft deletes, as the totals say. */
async function deleted(page: Page, kind: string): Promise<number> {
  const rows = await readTable(page.getByRole("table", { name: "Tokens by effect and kind" }));
  return Number(rows.find((row) => row["Kind"] === kind)?.["deleted"]?.replaceAll(",", ""));
}

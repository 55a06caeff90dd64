import { minute } from "#domain/duration.ts";

import { expect, expectAccessible, readTable, signIn, test } from "./fixtures.ts";

test("an administrator finds what became of notices, by status and time", { tag: "@long" }, async ({ page, server }) => {
  const now = Date.now();
  const row = { body: "{}", createdAt: now - 5 * minute, lastTriedAt: now - minute };
  await server.store.db
    .insertInto("noticeDeliveries")
    .values([
      { ...row, id: "d1", tokens: 3, tries: 1, lastStatus: 204, deliveredAt: now - minute, nextAt: null },
      { ...row, id: "d2", createdAt: now - 6 * minute, tokens: 1200, tries: 2, lastStatus: 503, nextAt: now + 5 * minute },
    ])
    .execute();
  await signIn(page, server);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Find" }).getByRole("combobox").fill("webhook");
  await page.getByRole("option", { name: /^Notices of tokens that expire/ }).click();
  await expect(page.getByRole("heading", { name: "Notices", level: 1 })).toBeVisible();
  await expect(page.getByRole("alert").or(page.getByText("No webhook is set.")).first()).toContainText("WEBHOOK_URL");
  const table = page.getByRole("grid", { name: "Deliveries" });
  await expect(table.getByRole("row")).toHaveCount(3);
  const rows = await readTable(table);
  expect(rows.map((one) => [one["State"], one["Last answer"], one["Tokens"], one["Tries"]])).toEqual([
    ["Delivered", "status 204", "3", "1"],
    ["Failed, tried again", "status 503", "1,200", "2"],
  ]);
  await expectAccessible(page);
});

test.describe("behind a gateway", () => {
  test.use({ backend: "gateway" });
  test("the page of notices says what sends them", { tag: "@long" }, async ({ page, server }) => {
    await signIn(page, server, { to: "/notices" });
    await expect(page.getByText("tokenhouse expiring").first()).toBeVisible();
    await expect(page.getByText(/stands in front of a cluster and sends no notices/)).toBeVisible();
    await expectAccessible(page);
  });
});

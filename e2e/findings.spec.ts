import { day } from "#domain/duration.ts";

import { dismiss, expectAccessible, expect, readTable, signIn, test } from "./fixtures.ts";

test.use({ tokens: 60 });

test("a token's findings are seen in the list, read with their reasons on its page, and lead to what can be done", async ({
  page,
  server,
}) => {
  const { id: view } = await server.store.db
    .selectFrom("searchDomains")
    .select("id")
    .where("name", "=", "checkout")
    .executeTakeFirstOrThrow();
  const id = "Leftover".padEnd(32, "0");
  await server.store.db
    .insertInto("tokens")
    .values({
      id,
      kind: "view",
      name: "leftover deploy",
      secretHash: new Uint8Array(32),
      createdAt: Date.now() - 400 * day,
      expireAt: null,
      ipFilterId: null,
      userId: null,
      permissions: ["ChangeUserAccess", "OrganizationOwnedQueries"],
      viewIds: [view],
      createdBy: "someone.who.left",
      creatorKind: "unknown",
      lastUsedAt: Date.now() - 200 * day,
      lastUsedFrom: "10.20.4.7",
    })
    .execute();

  await signIn(page, server, { to: "/tokens?q=leftover&finding=no-ip-filter" });
  const table = page.getByRole("grid", { name: "Tokens" });
  await expect.poll(async () => (await readTable(table))[0]?.["Findings"]).toBe("High, 6 findings");
  const cell = table.getByRole("gridcell", { name: "High, 6 findings" });
  expect(await cell.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
  await expect(table.getByRole("img", { name: "can obtain more rights" })).toBeVisible();
  await table.getByRole("link", { name: "leftover deploy" }).click();

  const panel = page.getByRole("region", { name: "Findings" });
  await expect(panel.getByRole("heading", { level: 3 })).toHaveText([
    "Can give itself or others more rightsHigh",
    "Owner goneHigh",
    "Never expiresMedium",
    "Not used for longMedium",
    "No IP filterLow",
    "OldLow",
  ]);
  await expect(panel.getByText("“someone.who.left” made it and is no longer there.")).toBeVisible();
  await expect(panel.getByText("It was last used 200 days ago.")).toBeVisible();
  await expect(panel.getByText("How it was judged: By its last use", { exact: false })).toBeVisible();
  await expectAccessible(page);

  const item = (title: string) => panel.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title }) });
  await item("No IP filter").getByRole("button", { name: "Dismiss…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why it may stay").fill("Used from within the cluster alone.");
  await dialog.getByLabel("It comes back").selectOption("Not by itself");
  await dialog.getByRole("button", { name: "Dismiss", exact: true }).click();
  await expect(item("No IP filter")).toBeHidden();
  await expect(panel.getByRole("heading", { name: "Findings" })).toBeFocused();
  await panel.getByText("1 finding dismissed").click();
  await expect(item("No IP filter").getByText("Used from within the cluster alone.")).toBeVisible();
  await expect(item("No IP filter").getByText(/^Dismissed by/u)).toContainText("just now");
  await expectAccessible(page);
  // The list that was narrowed to the finding has the token no more, and without the facet one finding less.
  await page.goBack();
  await expect(page.getByText("No token matches")).toBeVisible();
  await page.goto(`${server.url}/tokens?q=leftover&finding=never-expires`);
  await expect.poll(async () => (await readTable(table))[0]?.["Findings"]).toBe("High, 5 findings");
  await table.getByRole("link", { name: "leftover deploy" }).click();
  await panel.getByText("1 finding dismissed").click();
  await item("No IP filter").getByRole("button", { name: "Bring back…" }).click();
  await dialog.getByRole("button", { name: "Bring back" }).click();
  await expect(panel.getByText("1 finding dismissed")).toBeHidden();
  await expect(panel.getByRole("heading", { name: "Findings" })).toBeFocused();
  await expect(item("No IP filter").getByRole("button", { name: "Dismiss…" })).toBeVisible();

  await item("Not used for long").getByRole("button", { name: "Remove…" }).click();
  await dismiss(dialog);
  await item("Can give itself").getByRole("link", { name: "Take rights away" }).click();
  await expect(page).toHaveURL(/\/permissions$/);
});

import type { Locator } from "@playwright/test";

import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test("every number of the overview opens the list of just so many tokens", async ({ page, server }) => {
  await server.graphql('mutation { createFleetInstallToken(name: "quay-tablets") { token } }');
  await signIn(page, server);
  const findings = page.getByRole("region", { name: "What to do first" });
  await expect(findings.getByRole("region").first()).toHaveAccessibleName("High severity");
  // Until all is read the numbers grow.
  await expect(page.getByRole("button", { name: "Read again" })).toBeEnabled();
  await expectAccessible(page);
  const opens = async (link: Locator) => {
    const text = (await link.textContent()) ?? "";
    const tokens = Number(/[\d,]+/.exec(text)?.[0].replaceAll(",", ""));
    expect(tokens).toBeGreaterThan(0);
    await link.click();
    await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", String(tokens + 1));
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  };
  await opens(findings.getByRole("link", { name: /tokens?$/ }).first());
  const expiries = page.getByRole("region", { name: "What expires in the next 90 days" });
  await opens(expiries.getByRole("link", { name: /^[\d,]+ tokens?$/ }));
  // The bar of a week, and one kind of it.
  await opens(expiries.getByRole("link", { name: /of all kinds/ }).nth(1));
  await opens(expiries.getByRole("link", { name: /view tokens?,/ }).first());
  const kinds = page.getByRole("region", { name: "Tokens and what holds for them" });
  await opens(kinds.getByRole("link", { name: /active/ }).nth(1));
  // Fleet tokens have no states to narrow by.
  await opens(kinds.getByRole("link", { name: /active/ }).last());
  await expect(kinds.getByRole("link", { name: /active/ }).last()).toHaveAttribute("href", "/tokens/fleet");
  await expect(kinds.getByText("No security policy governs them.")).toHaveCount(2);
  await expect(page.getByText(/Deleted tokens are in no list/)).toBeVisible();
});

test("an organization without tokens has the way to a first one in place of zeros", async ({ page, server }) => {
  for (const table of ["tokens", "ingestTokens", "fleetTokens"] as const) await server.store.db.deleteFrom(table).execute();
  await signIn(page, server);
  const steps = page.getByRole("region", { name: "There are no tokens yet" });
  await expect(steps.getByRole("link")).toHaveText(["Create a personal token", "Create an ingest token", "Roll out collectors"]);
  await expect(steps.getByRole("listitem", { name: "Create a token" })).toHaveAttribute("aria-current", "step");
  await expect(page.getByRole("main")).not.toContainText(/\b0\b/);
  await expectAccessible(page);
  await steps.getByRole("link", { name: "Create an ingest token" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New ingest token" })).toBeVisible();
});

test(
  "a kind that cannot be read is named once, and its tokens are counted nowhere",
  { tag: "@long" },
  async ({ page, server }) => {
    const { schema } = server.store.db;
    await schema.alterTable("ingest_tokens").renameTo("away_tokens").execute();
    try {
      await signIn(page, server);
      await expect(page.getByText("The ingest tokens could not be read and are missing below.")).toBeVisible();
      const kinds = page.getByRole("region", { name: "Tokens and what holds for them" });
      await expect(kinds.getByText("They could not be read.")).toBeVisible();
      await expect(kinds.getByRole("link", { name: /active/ })).toHaveCount(5);
      await expectAccessible(page);
      await server.stop();
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(
        page.getByText(/missing below\. The personal, view, organization, system and fleet tokens could not be read again/),
      ).toBeVisible();
      await server.start();
    } finally {
      // The next story has the same database.
      await schema.alterTable("away_tokens").renameTo("ingest_tokens").execute();
    }
  },
);

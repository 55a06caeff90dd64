import { readFile } from "node:fs/promises";

import { day } from "#domain/duration.ts";
import { expect, expectAccessible, readTable, signIn, signInWithToken, tabTo, test } from "./fixtures.ts";
import {
  amountField,
  anyFilter,
  apply,
  applyButton,
  confirm,
  confirmDialog,
  differenceOf,
  enforceFilter,
  readPolicies,
  readTotals,
  section,
  setMaximum,
  tokensOf,
  updatePolicies,
} from "./policyPage.ts";

test("a change with every effect does exactly what its preview said", { tag: "@wire" }, async ({ page, server }) => {
  const filter = await anyFilter(server);
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "90");
  await enforceFilter(page, "Organization", filter.name);
  await section(page, "System").getByLabel("System tokens may exist").uncheck();

  const before = await tokensOf(server);
  const preview = await readTotals(page);
  expect(preview["System"]).toMatchObject({ deleted: 90, shortened: 0 });
  expect(preview["Personal"]).toMatchObject({ deleted: 0, shortened: 0, "IP filter": 0 });
  for (const effect of ["deleted", "shortened"]) expect(preview["View"]?.[effect], effect).toBeGreaterThan(0);
  expect(preview["Organization"]?.["IP filter"]).toBeGreaterThan(0);
  await apply(page, preview);

  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
  const after = await tokensOf(server);
  expect(differenceOf(before, after)).toEqual({
    deleted: preview["All kinds"]?.["deleted"],
    shortened: preview["All kinds"]?.["shortened"],
    filtered: preview["All kinds"]?.["IP filter"],
  });
  for (const [kind, title] of [
    ["view", "View"],
    ["organization", "Organization"],
    ["system", "System"],
  ] as const) {
    const remaining = (preview[title]?.["seen"] ?? 0) - (preview[title]?.["deleted"] ?? 0);
    expect([...after.values()].filter((token) => token.kind === kind)).toHaveLength(remaining);
    await page.goto(`${server.url}/tokens/${kind}`);
    await expect(
      page.getByText(remaining === 0 ? `There are no ${kind} tokens` : `${remaining.toLocaleString("en")} ${kind} tokens`, {
        exact: true,
      }),
    ).toBeVisible();
  }
  // And it is within the policy: no view token outlives the maximum, every organization token has the filter.
  for (const token of after.values()) {
    if (token.kind === "view") expect(token.expireAt).toBeLessThanOrEqual(token.createdAt + 90 * day);
    if (token.kind === "organization") expect(token.ipFilterId).toBe(filter.id);
  }
});

test(
  "the affected tokens are listed with before, after and the reason, and exported",
  { tag: "@wire" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "View", "30");
    const totals = (await readTotals(page))["All kinds"];
    const affected = (totals?.["deleted"] ?? 0) + (totals?.["shortened"] ?? 0);
    const written = (count = 0) => count.toLocaleString("en");
    const list = page.getByRole("table", { name: "Affected tokens" });
    await expect(page.getByText(`${written(affected)} tokens affected`)).toBeVisible();
    await page.getByRole("button", { name: "deleted", exact: true }).click();
    await expect(page).toHaveURL(/effect=delete/);
    await expect(page.getByText(`${written(totals?.["deleted"])} of ${written(affected)} tokens affected`)).toBeVisible();
    for (const row of await readTable(list)) {
      expect(row["Kind"]).toBe("View");
      expect(row["Reason"]).toMatch(/^Created .+ ago; the new maximum is 30 days$/);
    }
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: /CSV/ }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    expect(csv.trim().split(/\r?\n/)).toHaveLength((totals?.["deleted"] ?? 0) + 1);
  },
);

test(
  "another administrator's change is shown and kept, and contradictions are asked about",
  { tag: "@wire" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "Personal", "1000");
    await updatePolicies(server, { organizationPermissionTokensAllowPermissionUpdates: true });
    await applyButton(page).click();
    const dialog = page.getByRole("dialog", { name: "This is no longer what was shown" });
    await expect(dialog).toContainText("Organization");
    await dialog.getByRole("button", { name: /^Go on/ }).click();
    await confirm(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    const policies = await readPolicies(server);
    expect(policies.organizationPermissionTokensAllowPermissionUpdates).toBe(true);
    expect(policies.personalUserTokensEnforceExpirationAfterMs).toBe(1000 * day);
  },
);

test("a token created between confirmation and change stops the change", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "Organization", "90");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  const before = await tokensOf(server);
  await server.graphql(`mutation { createOrganizationPermissionsToken(input: { name: "newcomer", permissions: [ViewUsage] }) }`);
  await confirm(page);
  const dialog = page.getByRole("dialog", { name: "This is no longer what was shown" });
  await expect(dialog).toContainText("newcomer");
  expect((await readPolicies(server)).organizationPermissionTokensEnforceExpirationAfterMs).toBeNull();
  expect(differenceOf(before, await tokensOf(server))).toEqual({ deleted: 0, shortened: 0, filtered: 0 });
  await dialog.getByRole("button", { name: /^Go on/ }).click();
  await confirm(page);
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
});

test("a refusal stands at its field, and nothing typed is lost", async ({ page, server }) => {
  const { createIPFilter } = await server.graphql<{ createIPFilter: { id: string } }>(
    `mutation { createIPFilter(input: { name: "short-lived", ipFilter: "allow all" }) { id } }`,
  );
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "2000");
  await enforceFilter(page, "System", "short-lived");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  await server.graphql(`mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }`, { id: createIPFilter.id });
  await confirm(page);
  await expect(section(page, "System").getByText(/does not exist/)).toBeVisible();
  await expect(amountField(page, "View")).toHaveValue("2000");
  expect((await readPolicies(server)).viewPermissionTokensEnforceExpirationAfterMs).toBeNull();
});

test("after a lost answer, reading again says what is in force", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "Personal", "60");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  await server.stop();
  await confirm(page);
  const dialog = page.getByRole("dialog", { name: "The answer was lost" });
  await expect(dialog).toContainText("The server does not answer");
  await server.start();
  await dialog.getByRole("button", { name: "Read again" }).click();
  await expect(dialog).toContainText("In force now is what was in force before");
  await dialog.getByRole("button", { name: "Back to the draft" }).click();
  await expect(amountField(page, "Personal")).toHaveValue("60");
  await apply(page, await readTotals(page));
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
});

test("who signs in again after their token ended finds the draft as it was", { tag: "@wire" }, async ({ page, server }) => {
  await signInWithToken(page, server, await server.tokenFor("admin"), { to: "/policies" });
  await setMaximum(page, "View", "77");
  const next = await server.tokenFor("admin");
  await applyButton(page).click();
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await dialog.getByLabel("API token").fill(next);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(confirmDialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(amountField(page, "View")).toHaveValue("77");
});

test("a change that deletes the credential in use says so before it is applied", { tag: "@wire" }, async ({ page, server }) => {
  await signInWithToken(page, server, await server.tokenFor("admin"), { to: "/policies" });
  await section(page, "Personal").getByLabel("Personal tokens may exist").uncheck();
  await expect(page.getByText(/you are signed in with/i).first()).toBeVisible();
  await applyButton(page).click();
  await expect(confirmDialog(page)).toContainText(/you are signed in with/i);
});

test(
  "who may view but not change the policies gets the page without the form",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const { token } = await server.graphql<{ token: string }>(
      `mutation { token: createOrganizationPermissionsToken(input: { name: "reader", permissions: [ViewUsage] }) }`,
    );
    await signInWithToken(page, server, token, { to: "/policies" });
    await expect(page.getByRole("heading", { name: "Security policies" })).toBeVisible();
    await expect(page.getByRole("region", { name: "View tokens" })).toBeVisible();
    await expect(page.getByRole("switch")).toHaveCount(0);
    await expect(page.getByRole("textbox")).toHaveCount(0);
  },
);

test("leaving with unsaved edits asks, and staying keeps them", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "45");
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without applying?" });
  await dialog.getByRole("button", { name: /stay/i }).click();
  await expect(amountField(page, "View")).toHaveValue("45");
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
});

test("a policy is changed and applied by keyboard alone", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await expect(page.getByRole("region", { name: "Totals of the impact" })).toBeVisible();
  await tabTo(page, section(page, "View").getByLabel("Maximum lifetime", { exact: true }));
  await page.keyboard.press("Space");
  await tabTo(page, amountField(page, "View"));
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("365");
  const totals = await readTotals(page);
  expect(totals["View"]?.["deleted"]).toBeGreaterThan(0);
  await tabTo(page, applyButton(page));
  await page.keyboard.press("Enter");
  await expect(confirmDialog(page).getByRole("textbox")).toBeFocused();
  await page.keyboard.type(String(totals["All kinds"]?.["deleted"]));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(
    `axe finds nothing on the policies page and its dialogs, ${colorScheme}`,
    { tag: colorScheme === "light" ? ["@wire", "@long"] : [] },
    async ({ page, server }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await signIn(page, server, { to: "/policies" });
      await expect(page.getByRole("region", { name: "Totals of the impact" })).toBeVisible();
      await expectAccessible(page);
      await setMaximum(page, "View", "90");
      await expectAccessible(page);
      await applyButton(page).click();
      await expect(confirmDialog(page)).toBeVisible();
      await expectAccessible(page);
      await confirm(page);
      await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectAccessible(page);
    },
  );
}

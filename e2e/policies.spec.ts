import { readFile } from "node:fs/promises";

import { day } from "#domain/duration.ts";

import { dismiss, expect, expectAccessible, signIn, signInWithToken, tabTo, test, type StoryServer } from "./fixtures.ts";
import {
  amountField,
  anyFilter,
  apply,
  applyButton,
  confirm,
  confirmDialog,
  differenceOf,
  enforceFilter,
  numberToType,
  readHarms,
  readPolicies,
  readTotals,
  section,
  setMaximum,
  setMaximumHours,
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
  await apply(page);

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
    await page.getByRole("button", { name: /^[\d,]+ deleted$/ }).click();
    await expect(page).toHaveURL(/effect=delete/);
    await expect(page.getByText(`${written(totals?.["deleted"])} of ${written(affected)} tokens affected`)).toBeVisible();
    const rows = list.getByRole("row").filter({ has: page.getByRole("rowheader") });
    for (const row of await rows.all()) {
      await expect(row).toContainText("stops now");
      await expect(row).toContainText(/Created .+ ago; the new maximum is 30 days/);
      await expect(row).toContainText(/ · view/);
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

/** What a maximum does to the view tokens that are alive, by the database. */
async function endsOf(server: StoryServer, maximum: number) {
  const now = Date.now();
  const alive = [...(await tokensOf(server)).values()].filter(
    ({ kind, expireAt }) => kind === "view" && (expireAt === null || expireAt > now),
  );
  const endsWithin = (from: number, to: number) =>
    alive.filter(({ createdAt, expireAt }) => {
      const end = createdAt + maximum;
      return end > now + from && end <= now + to && (expireAt === null || expireAt > now + to);
    }).length;
  return {
    deleted: alive.filter(({ createdAt }) => createdAt + maximum <= now).length,
    day: endsWithin(0, day),
    week: endsWithin(day, 7 * day),
  };
}

/** Moves the view tokens that are older than those of the oldest migration; `older` of them stay, and all others become younger. */
async function leaveOlder(server: StoryServer, older: number): Promise<number> {
  const view = [...(await tokensOf(server)).values()].filter(({ kind }) => kind === "view");
  const ofDay = new Map<number, number>();
  for (const { createdAt } of view) ofDay.set(Math.floor(createdAt / day), (ofDay.get(Math.floor(createdAt / day)) ?? 0) + 1);
  // A migration made many on one day.
  const oldest = Math.min(
    ...view.map(({ createdAt }) => createdAt).filter((createdAt) => (ofDay.get(Math.floor(createdAt / day)) ?? 0) > 70),
  );
  const before = view.filter(({ createdAt }) => createdAt < oldest).map(({ id }) => id);
  const move = (ids: readonly string[], createdAt: number) =>
    server.store.db.updateTable("tokens").set({ createdAt, expireAt: null }).where("id", "in", ids).execute();
  if (older > 0) await move(before.slice(0, older), oldest - 2 * day);
  await move(before.slice(older), oldest + 300 * day);
  return oldest;
}

for (const older of [1, 0]) {
  test(`a maximum that deletes ${older === 0 ? "nothing" : "1 token"} says what ends in hours, and asks for consent to it`, async ({
    page,
    server,
  }) => {
    const oldest = await leaveOlder(server, older);
    await updatePolicies(server, { viewPermissionTokensEnforceExpirationAfterMs: 1500 * day });
    await signIn(page, server, { to: "/policies" });
    // Three hours more than the age of the tokens that were migrated on one day.
    const hours = Math.ceil((Date.now() - oldest) / 3_600_000) + 3;
    await setMaximumHours(page, "View", hours);
    const { deleted, day: soon, week } = await endsOf(server, hours * 3_600_000);
    expect(deleted).toBe(older);
    expect(soon).toBeGreaterThan(50);
    await expect.poll(async () => (await readHarms(page))["within 24 hours"].tokens).toBe(soon);
    const harms = await readHarms(page);
    expect(harms["stops now"].tokens).toBe(deleted);
    expect(harms["within 7 days"].tokens).toBe(week);
    expect(harms["within 24 hours"].inUse).toBeGreaterThan(10);
    await expect(applyButton(page)).toHaveText(
      new RegExp(deleted > 0 ? `^Delete ${deleted} tokens?, end ${soon} within a day, ` : `^End ${soon} tokens within a day`),
    );
    // What stops and is in use comes first, and a figure leads to its tokens.
    const row = page.getByRole("table", { name: "Affected tokens" }).getByRole("row").nth(1);
    await expect(row).toContainText(/stops (now|within 24 hours)/);
    await page.getByRole("button", { name: /^within 24 hours/ }).click();
    await expect(page).toHaveURL(/harm=within-a-day/);
    await expect(page.getByText(new RegExp(`^${soon} of [\\d,]+ tokens affected`))).toBeVisible();
    const [tab] = await Promise.all([page.waitForEvent("popup"), row.getByRole("link").click()]);
    await expect(tab).toHaveURL(/\/tokens\/view\/.+/);
    await tab.close();
    await expect(amountField(page, "View")).toHaveValue(String(hours));

    await applyButton(page).click();
    const dialog = confirmDialog(page);
    await expect(dialog).toContainText(`${soon} stop within 24 hours`);
    await expect(dialog.getByRole("region", { name: "Recovery kit" })).toContainText(`${deleted + soon + week} tokens again`);
    expect(await numberToType(dialog)).toBe(String(deleted + soon + week));
    const before = await tokensOf(server);
    await confirm(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    const after = [...(await tokensOf(server)).values()];
    expect(before.size - after.length).toBe(deleted);
    // The report tells when each will stop.
    const report = page.getByRole("region", { name: "What has stopped and what will" });
    await report.getByText(`${soon} stop within 24 hours`).click();
    await expect(report.getByRole("listitem").filter({ hasText: "ends on" })).toHaveCount(Math.min(soon, 100));
  });
}

test("a filter enforced on organization tokens says whom it locks out, and asks for consent to it", async ({ page, server }) => {
  const { createIPFilter } = await server.graphql<{ createIPFilter: { id: string } }>(
    `mutation { createIPFilter(input: { name: "only here", ipFilter: "allow 192.0.2.0/24" }) { id } }`,
  );
  const rows = await server.store.db
    .selectFrom("tokens")
    .select(["lastUsedFrom", "expireAt"])
    .where("kind", "=", "organization")
    .where("ipFilterId", "is", null)
    .execute();
  const alive = rows.filter(({ expireAt }) => expireAt === null || expireAt > Date.now());
  const elsewhere = alive.filter(({ lastUsedFrom }) => lastUsedFrom !== null && !lastUsedFrom.startsWith("192.0.2.")).length;
  const here = alive.filter(({ lastUsedFrom }) => lastUsedFrom?.startsWith("192.0.2.")).length;
  expect(elsewhere).toBeGreaterThan(10);
  expect(here).toBeGreaterThan(0);

  await signIn(page, server, { to: "/policies" });
  await enforceFilter(page, "Organization", "only here");
  await expect.poll(async () => (await readHarms(page))["locked out"].tokens).toBeGreaterThanOrEqual(elsewhere);
  const harms = await readHarms(page);
  expect(harms["locked out"].inUse).toBeGreaterThan(0);
  expect(harms["stops now"].tokens).toBe(0);
  await expect(applyButton(page)).toHaveText(/^Lock out \d+ tokens, /);
  const list = page.getByRole("table", { name: "Affected tokens" });
  await expect(list.getByRole("row").nth(1)).toContainText("Its last address is refused");
  await page.getByLabel("Search affected tokens by name or id").fill("");
  await expect(page.getByText("Its last address is accepted").first()).toBeHidden();
  await applyButton(page).click();
  const dialog = confirmDialog(page);
  await expect(dialog).toContainText(`${harms["locked out"].tokens} locked out`);
  expect(await numberToType(dialog)).toBe(String(harms["locked out"].tokens + harms["may be locked out"].tokens));
  await confirm(page);
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
  const after = await tokensOf(server);
  for (const token of after.values()) if (token.kind === "organization") expect(token.ipFilterId).toBe(createIPFilter.id);
});

test("the kit of a change that only shortens makes the ended tokens again", { tag: "@long" }, async ({ page, server }) => {
  const [oldest] = [...(await tokensOf(server)).values()]
    .filter(({ kind }) => kind === "view")
    .toSorted((a, b) => a.createdAt - b.createdAt);
  if (oldest === undefined) throw new Error("The sample organization has no view token .");
  await signIn(page, server, { to: "/policies" });
  // The oldest is older than nothing that is enforced, and has less than two hours left.
  const hours = Math.ceil((Date.now() - oldest.createdAt) / 3_600_000) + 1;
  await setMaximumHours(page, "View", hours);
  await expect(applyButton(page)).toHaveText(/^End \d+ tokens? within a day/);
  await applyButton(page).click();
  const kit = confirmDialog(page).getByRole("region", { name: "Recovery kit" });
  const download = page.waitForEvent("download");
  await kit.getByRole("button", { name: "Save the recovery kit" }).click();
  const path = await (await download).path();
  await confirm(page);
  // The report is there, and takes the focus.
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeFocused();
  // Its time comes.
  await server.store.db
    .updateTable("tokens")
    .set({ expireAt: Date.now() - 1 })
    .where("id", "=", oldest.id)
    .execute();
  await page.getByRole("link", { name: "Make stopped tokens again" }).click();
  await page.getByLabel("Recovery kit").setInputFiles(path);
  await page.getByRole("button", { name: "Choose none" }).click();
  const box = page.getByRole("listitem").filter({ hasText: oldest.id });
  await box.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Make 1 token" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Make/ }).click();
  await expect(box).toContainText("Made again");
  const made = [...(await tokensOf(server)).values()].find(
    ({ id, name, createdAt }) => name === oldest.name && id !== oldest.id && createdAt > Date.now() - 60_000,
  );
  expect(made).toBeDefined();
  expect(made?.expireAt ?? Infinity).toBeGreaterThan(Date.now() + day);
});

test("a window 650 pixels high has eight rows of the list in sight, and folds the totals by kind", async ({ page, server }) => {
  await page.setViewportSize({ width: 1366, height: 650 });
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "90");
  const list = page.getByRole("table", { name: "Affected tokens" });
  await expect(list.getByRole("rowheader").first()).toBeVisible();
  const wholeRows = () =>
    list.evaluate((element) => {
      const { top, bottom } = element.querySelector("[data-rows]")?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
      const bar = document.querySelector("button[type=submit]")?.parentElement?.getBoundingClientRect().top ?? 0;
      return [...element.querySelectorAll("[data-token]")].filter((row) => {
        const box = row.getBoundingClientRect();
        return box.top >= top && box.bottom <= Math.min(bottom, bar);
      }).length;
    });
  await expect.poll(wholeRows).toBeGreaterThanOrEqual(8);
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect.poll(wholeRows).toBeGreaterThanOrEqual(8);
  await expect(page.getByRole("table", { name: "Tokens by effect and kind" })).toHaveCount(0);
  await page.getByRole("button", { name: "By kind" }).click();
  await expect(page.getByRole("table", { name: "Tokens by effect and kind" })).toBeVisible();
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

test("after a lost answer, reading again says what is in force", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "Personal", "60");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  await server.stop();
  await confirm(page);
  const dialog = page.getByRole("dialog", { name: "The answer was lost" });
  await expect(dialog).toContainText("The server does not answer");
  // Nobody knows that it was not applied, so leaving does not say so.
  await page
    .getByRole("link", { name: "Recovery", exact: true, includeHidden: true })
    .evaluate((link: HTMLElement) => link.click());
  const leaving = page.getByRole("dialog", { name: "Leave without looking?" });
  await expect(leaving).toContainText("no answer has come");
  await leaving.getByRole("button", { name: "Stay on this page" }).click();
  await server.start();
  await dialog.getByRole("button", { name: "Read again" }).click();
  await expect(dialog).toContainText("In force now is what was in force before");
  await dialog.getByRole("button", { name: "Back to the draft" }).click();
  await expect(amountField(page, "Personal")).toHaveValue("60");
  await apply(page);
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
});

test("who signs in again after their token ended finds the draft as it was", { tag: "@wire" }, async ({ page, server }) => {
  await signInWithToken(page, server, await server.tokenFor("admin"), { to: "/policies" });
  await setMaximum(page, "View", "77");
  // What the page still reads would find out before the draft is applied.
  await readTotals(page);
  const next = await server.tokenFor("admin");
  await applyButton(page).click();
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await dialog.getByLabel("API token").fill(next);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await dismiss(confirmDialog(page));
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
  await page.keyboard.type(await numberToType(confirmDialog(page)));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(
    `axe finds nothing on the policies page and its dialogs, ${colorScheme}`,
    { tag: colorScheme === "light" ? ["@wire", "@long"] : ["@long"] },
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
      await setMaximum(page, "View", "60");
      await page.getByRole("button", { name: /stop.*locked out/ }).click();
      await expect(page.getByRole("dialog", { name: "Impact of this draft" })).toBeVisible();
      await expectAccessible(page);
    },
  );
}

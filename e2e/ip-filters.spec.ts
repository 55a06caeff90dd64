import type { Locator, Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, signInWithToken, tabTo, test, type StoryServer } from "./fixtures.ts";

test(
  "a filter is created after a fault is corrected at its line, and its text is kept to the letter",
  { tag: "@wire" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/ip-filters" });
    await page.getByRole("link", { name: "Create", exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("Build farm");
    await rules(page).fill("# build farm, hall 2\nallow 10.60.0.0/33\nDeny all");
    await expect(findings(page)).toContainText("2 faults to correct");
    const before = (await filtersOf(server)).length;
    await page.getByRole("button", { name: "Create IP filter" }).click();
    await expect(rules(page)).toBeFocused();
    await expect(rules(page)).toHaveAttribute("aria-invalid", "true");
    expect(await filtersOf(server)).toHaveLength(before);

    await findings(page).getByRole("button", { name: "Line 2, column 7" }).click();
    await expect.poll(() => selected(page)).toBe("10.60.0.0/33");
    await page.keyboard.type("10.60.0.0/24");
    await findings(page).getByRole("button", { name: "Line 3, column 1" }).click();
    await page.keyboard.type("deny  all ; ");
    await page.keyboard.press("Enter");
    await expect(findings(page)).toContainText("Nothing to remark");
    await page.getByRole("button", { name: "Create IP filter" }).click();

    await expect(page.getByRole("heading", { name: "Build farm", level: 1 })).toBeVisible();
    const stored = (await filtersOf(server)).find(({ name }) => name === "Build farm");
    expect(stored?.ipFilter).toBe("# build farm, hall 2\nallow 10.60.0.0/24\ndeny  all ; \n");
    await expect(page).toHaveURL(`${server.url}/ip-filters/${stored?.id}`);
  },
);

test(
  "a rule that may be a mistake gets a remark that leads to its line",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/ip-filters/new" });
    await rules(page).fill("allow 10.20.0.0/14\ndeny 10.21.7.0/24\nallow 10.20.0.0/14\n\nallow 192.0.2.1");
    await expect(findings(page)).toContainText("4 remarks");
    for (const remark of [
      /Line 2: “deny 10\.21\.7\.0\/24” is never reached/,
      /Line 3: “allow 10\.20\.0\.0\/14” says the same as line 1/,
      /Some addresses match no rule/,
      /The order matters here/,
    ]) {
      await expect(findings(page).getByRole("listitem").filter({ hasText: remark })).toHaveCount(1);
    }
    await findings(page).getByRole("button", { name: "Go to line 3" }).click();
    await expect.poll(() => selected(page)).toBe("allow 10.20.0.0/14");
    await findings(page).getByRole("button", { name: "test 10.21.7.0" }).click();
    await expect(verdict(page, "10.21.7.0")).toContainText("allowed by line 1: allow 10.20.0.0/14");

    await rules(page).fill("allow all");
    await expect(findings(page)).toContainText("This filter allows every address");
    await rules(page).fill("deny all");
    await expect(findings(page)).toContainText("This filter denies every address");
  },
);

test(
  "the tester names the rule that decides, for the reader's own address and any other",
  { tag: "@wire" },
  async ({ page, server }) => {
    const id = await createFilter(server, "tested", "# lab\nallow 10.8.0.0/16\ndeny 127.0.0.0/8\nallow 2001:db8::/32");
    await signIn(page, server, { to: `/ip-filters/${id}` });
    await expect(verdict(page, "127.0.0.1")).toContainText("denied by line 3: deny 127.0.0.0/8");
    await expect(line(page, 3)).toHaveAttribute("data-tone", "deny");
    await addresses(page).fill("10.8.3.4, 192.0.2.1\n2001:db8::7 office\n::ffff:10.8.0.1");
    await expect(verdict(page, "10.8.3.4")).toContainText("allowed by line 2: allow 10.8.0.0/16");
    await expect(verdict(page, "192.0.2.1")).toContainText("no rule matches: denied");
    await expect(verdict(page, "2001:db8::7")).toContainText("allowed by line 4");
    await expect(verdict(page, "office")).toContainText("is not an IPv4 or IPv6 address");
    await expect(verdict(page, "::ffff:10.8.0.1")).toContainText("allowed by line 2");
    await expect(page.getByText("3 allowed, 1 denied, 1 not readable")).toBeVisible();
    await expect(line(page, 2)).toHaveAttribute("data-tone", "allow");
    // An edit is judged as it is typed, and beside what is in force.
    await rules(page).fill("deny all");
    await expect(verdict(page, "10.8.3.4")).toContainText("denied by line 1: deny all");
    await expect(verdict(page, "10.8.3.4")).toContainText("In force now: allowed by line 2");
  },
);

test("an edit tells whom it shuts out before it is saved, and does exactly that", async ({ page, server }) => {
  const id = await createFilter(server, "hall", "allow 127.0.0.0/8\nallow 10.0.0.0/8");
  const used = await createToken(server, "used-here", id);
  await createToken(server, "never-used", id);
  await server.graphql("{ meta(url: null) { version } }", {}, used);
  await expect
    .poll(() => server.store.db.selectFrom("tokens").select("lastUsedFrom").where("name", "=", "used-here").executeTakeFirst())
    .toEqual({ lastUsedFrom: "127.0.0.1" });

  await signIn(page, server, { to: `/ip-filters/${id}` });
  await expect(use(page).locator("[data-kind=organization]")).toHaveText("2 tokens");
  await rules(page).fill("deny 127.0.0.1\nallow 10.0.0.0/8");
  await expect(impact(page)).toContainText("1 token would be refused at the address last used.");
  await expect(impact(page)).toContainText("Of 1 token it is not known");
  const users = page.getByRole("grid", { name: "Tokens that use this filter" });
  await expect
    .poll(async () => (await readTable(users)).map((row) => [row["Token"], row["In force → this edit"]]))
    .toEqual([
      ["used-here", "accepted → refused"],
      ["never-used", "not known"],
    ]);
  await page.getByRole("button", { name: "Review and save" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the rules of hall for 2 tokens?" });
  await expect(dialog).toContainText("1 token would be refused");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await server.graphql("{ meta(url: null) { version } }", {}, used);
  await page.getByRole("button", { name: "Review and save" }).click();
  await dialog.getByRole("button", { name: "Put in force for 2 tokens" }).click();
  await expect(dialog).toBeHidden();
  await expect(impact(page)).toContainText("the rules are those in force");
  await expect(server.graphql("{ meta(url: null) { version } }", {}, used)).rejects.toThrow(/403/);
  expect((await filtersOf(server)).find((filter) => filter.id === id)?.ipFilter).toBe("deny 127.0.0.1\nallow 10.0.0.0/8");
});

test("saving asks for a typed word where it shuts out the token and address in use", async ({ page, server }) => {
  const id = await createFilter(server, "my own door", "allow 127.0.0.0/8\ndeny all");
  const token = await createToken(server, "gatekeeper", id, "ChangeIPFilters, ChangeOrganizationPermissions, ViewUsage");
  await signInWithToken(page, server, token, { to: `/ip-filters/${id}` });
  await rules(page).fill("allow 127.0.0.0/8\nallow 10.0.0.0/8\ndeny all");
  await expect(impact(page)).toContainText("1 token");
  await expect(impact(page).getByRole("alert")).toHaveCount(0);
  await rules(page).fill("allow 10.0.0.0/8\ndeny all");
  await expect(impact(page).getByRole("alert")).toContainText("Saving shuts you out at once");
  await page.getByRole("button", { name: "Review and save" }).click();
  const dialog = page.getByRole("dialog", { name: /^Change the rules of my own door/ });
  await expect(dialog.getByRole("alert")).toContainText("these rules deny 127.0.0.1, where you come from");
  const confirm = dialog.getByRole("button", { name: /^Put in force/ });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole("textbox").fill("shut me out");
  await expect(confirm).toBeEnabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await server.graphql("{ meta(url: null) { version } }", {}, token);
});

test("saving also warns where a token that cannot be seen may be shut out", async ({ page, server }) => {
  const id = await createFilter(server, "unseen", "allow all");
  const token = await createToken(server, "filters-only", null, "ChangeIPFilters");
  await signInWithToken(page, server, token, { to: `/ip-filters/${id}` });
  await expect(use(page).locator("[data-kind=organization]")).toHaveText("not known");
  await expect(use(page)).toContainText("are visible to you; how many use it is not known");
  await rules(page).fill("deny 127.0.0.1\nallow all");
  await expect(impact(page).getByRole("alert")).toContainText("cannot be seen here");
  await page.getByRole("button", { name: "Review and save" }).click();
  await expect(page.getByRole("dialog", { name: "Change the rules of unseen for an unknown number of tokens?" })).toBeVisible();
});

test("a change by another administrator is shown, and saving asks about it", { tag: "@wire" }, async ({ page, server }) => {
  const id = await createFilter(server, "shared", "allow 10.1.0.0/16\ndeny all");
  await createToken(server, "user-of-shared", id);
  await signIn(page, server, { to: `/ip-filters/${id}` });
  await rules(page).fill("allow 10.2.0.0/16\ndeny all");
  await updateFilter(server, id, "allow 10.3.0.0/16\ndeny all");
  await page.getByRole("button", { name: "Review and save" }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else changed this filter" });
  await expect(conflict.getByRole("region", { name: "In force now" })).toContainText("allow 10.3.0.0/16");
  await expect(conflict.getByRole("region", { name: "Your edit" })).toContainText("allow 10.2.0.0/16");
  await conflict.getByRole("button", { name: "Go on with my edit" }).click();
  const confirm = page.getByRole("dialog", { name: /^Change the rules of shared for (at least )?1 token\?$/ });
  // And once more, while the dialog asks.
  await expect(confirm).toBeVisible();
  await updateFilter(server, id, "allow 10.4.0.0/16\ndeny all");
  await confirm.getByRole("button", { name: /^Put in force/ }).click();
  await expect(conflict.getByRole("region", { name: "In force now" })).toContainText("allow 10.4.0.0/16");
  expect((await filtersOf(server)).find((filter) => filter.id === id)?.ipFilter).toBe("allow 10.4.0.0/16\ndeny all");
  await conflict.getByRole("button", { name: "Take what is in force" }).click();
  await expect(rules(page)).toHaveValue("allow 10.4.0.0/16\ndeny all");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
});

test("an edit of a filter that somebody deleted can be saved as a new one", async ({ page, server }) => {
  const id = await createFilter(server, "short-lived", "deny all");
  await signIn(page, server, { to: `/ip-filters/${id}` });
  await rules(page).fill("allow 10.0.0.0/8\ndeny all");
  await deleteFilter(server, id);
  await page.getByRole("button", { name: "Save rules that nothing uses" }).click();
  await expect(page.getByText("Somebody deleted this filter meanwhile")).toBeVisible();
  await page.getByRole("button", { name: "Make it a new filter" }).click();
  await page.getByRole("button", { name: "Create IP filter" }).click();
  await expect
    .poll(async () => (await filtersOf(server)).filter(({ name }) => name === "short-lived").map(({ ipFilter }) => ipFilter))
    .toEqual(["allow 10.0.0.0/8\ndeny all"]);
});

test("while the server is away nothing is sent twice, and nothing typed is lost", async ({ page, server }) => {
  const id = await createFilter(server, "patient", "deny all");
  await signIn(page, server, { to: `/ip-filters/${id}` });
  await expect(use(page)).toContainText("Nowhere");
  await rules(page).fill("allow 10.0.0.0/8\ndeny all");
  await server.stop();
  await page.getByRole("button", { name: "Save rules that nothing uses" }).click();
  await expect(page.getByText("The IP filter was not saved")).toBeVisible();
  await server.start();
  await page.getByRole("button", { name: "Save rules that nothing uses" }).click();
  await expect(impact(page)).toContainText("the rules are those in force");
  expect((await filtersOf(server)).find((filter) => filter.id === id)?.ipFilter).toBe("allow 10.0.0.0/8\ndeny all");
});

test("deleting is refused while the filter is in use, and done when it is free", { tag: "@wire" }, async ({ page, server }) => {
  const id = await createFilter(server, "to go", "deny all");
  await createToken(server, "holder", id);
  await signIn(page, server, { to: `/ip-filters/${id}` });
  const button = page.getByRole("button", { name: "Delete", exact: true });
  await expect(button).toBeDisabled();
  await expect(button).toHaveAccessibleDescription("It cannot be deleted: it is used by 1 organization token.");

  await deleteToken(server, "holder");
  await page.reload();
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Delete the IP filter to go?" });
  await expect(dialog).toBeVisible();
  await createToken(server, "newcomer", id);
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(dialog).toContainText("The IP filter “to go” is used by the token “newcomer”.");
  await expect(dialog).toContainText("It is used by 1 organization token");
  await deleteToken(server, "newcomer");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("heading", { name: "IP filters", level: 1 })).toBeVisible();
  await expect(page.getByRole("grid", { name: "IP filters" })).toBeVisible();
  await expect(page.getByRole("link", { name: "to go" })).toHaveCount(0);
  expect((await filtersOf(server)).some((filter) => filter.id === id)).toBe(false);
});

test("a deletion whose answer was lost is looked up, not repeated", async ({ page, server }) => {
  const id = await createFilter(server, "perhaps", "deny all");
  await signIn(page, server, { to: `/ip-filters/${id}` });
  await expect(use(page)).toContainText("Nowhere");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Delete the IP filter perhaps?" });
  await server.stop();
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(dialog).toContainText("The answer was lost");
  await server.start();
  await dialog.getByRole("button", { name: "Look whether it is gone" }).click();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  expect((await filtersOf(server)).some((filter) => filter.id === id)).toBe(true);
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("heading", { name: "IP filters", level: 1 })).toBeVisible();
  expect((await filtersOf(server)).some((filter) => filter.id === id)).toBe(false);
});

test("a filter that a policy enforces says so, in the list and on its page", { tag: "@wire" }, async ({ page, server }) => {
  const id = await createFilter(server, "enforced", "allow all");
  await server.graphql("mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }", {
    input: {
      personalUserTokensEnabled: true,
      viewPermissionTokensEnabled: true,
      viewPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnabled: true,
      organizationPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnforceIpFilterId: id,
    },
  });
  await signIn(page, server, { to: "/ip-filters?q=enforced" });
  const list = page.getByRole("grid", { name: "IP filters" });
  // The tokens are counted as they are read, kind by kind.
  await expect
    .poll(async () => (await readTable(list))[0])
    .toMatchObject({ Name: "enforced", "Enforced by": "policy: organization", View: "0", System: "0", Remarks: "1 remark" });
  await expect.poll(async () => Number((await readTable(list))[0]?.["Organization"])).toBeGreaterThan(10);
  await list.getByRole("link", { name: "enforced" }).click();
  await expect(use(page)).toContainText("Enforced by the security policy for organization tokens");
  await expect(page.getByRole("button", { name: "Delete", exact: true })).toHaveAccessibleDescription(
    /the security policy for organization tokens/,
  );
});

test("the address of the list holds its search and order", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/ip-filters" });
  const list = page.getByRole("grid", { name: "IP filters" });
  await expect(page.getByText(/^\d+ IP filters$/)).toBeVisible();
  await page.getByRole("searchbox").fill("offices");
  await expect(page).toHaveURL(/q=offices/);
  // Two filters have this name, so each says which it is.
  await expect
    .poll(async () => (await readTable(list)).map((row) => row["Name"]))
    .toEqual([expect.stringMatching(/^Offices \(.{6}…\)$/), expect.stringMatching(/^Offices \(.{6}…\)$/)]);
  await page.getByRole("searchbox").fill("10.8.0.0");
  await expect.poll(async () => (await readTable(list)).map((row) => row["Name"])).toEqual(["VPN"]);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "View", exact: true }).click();
  await expect(page).toHaveURL(/sort=view/);
  await page.reload();
  await expect
    .poll(async () => {
      const counts = (await readTable(list)).map((row) => Number(row["View"]));
      return counts.length > 5 && counts.every((count, index) => count >= (counts[index - 1] ?? 0));
    })
    .toBe(true);
});

test("kinds that are not visible are never counted as none", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  const token = await createToken(server, "narrow", null, "ChangeIPFilters");
  await signInWithToken(page, server, token, { to: "/ip-filters" });
  await expect(
    page.getByText(/tokens are visible to you, so a filter may be used where this list does not say so/),
  ).toBeVisible();
  const notKnown = { Personal: "not known", Organization: "not known", System: "not known" };
  await expect(async () => {
    const rows = await readTable(page.getByRole("grid", { name: "IP filters" }));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject(notKnown);
  }).toPass({ timeout: 10_000 });
});

test("who may not change filters can read and test them", { tag: "@wire" }, async ({ page, server }) => {
  const id = await createFilter(server, "look only", "allow 127.0.0.1\nallow 127.0.0.1\ndeny all");
  const token = await createToken(server, "reader", null, "ChangeSecurityPolicies");
  await signInWithToken(page, server, token, { to: "/ip-filters" });
  await expect(page.getByRole("grid", { name: "IP filters" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Create", exact: true })).toHaveCount(0);
  await page.getByRole("link", { name: "look only" }).click();
  await expect(page.getByText("You may read and test this filter, but not change it.")).toBeVisible();
  await expect(page.getByRole("group", { name: "Rules of the IP filter" })).toContainText("deny all");
  await expect(findings(page)).toContainText("says the same as line 1");
  await expect(rules(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete", exact: true })).toHaveCount(0);
  await addresses(page).fill("10.0.0.1");
  await expect(verdict(page, "10.0.0.1")).toContainText("denied by line 3");
  await page.goto(`${server.url}/ip-filters/new`);
  await expect(page.getByText("You cannot create IP filters")).toBeVisible();
  await page.goto(`${server.url}/ip-filters/${id}x`);
  await expect(page.getByText("There is no such IP filter")).toBeVisible();
});

test("a second filter of the same name is allowed, with a warning", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/ip-filters/new" });
  await page.getByLabel("Name", { exact: true }).fill("VPN");
  await expect(page.getByText("Another IP filter has this name already.")).toBeVisible();
  await rules(page).fill("deny all");
  await page.getByRole("button", { name: "Create IP filter" }).click();
  await expect(page.getByRole("heading", { name: "VPN", level: 1 })).toBeVisible();
  expect((await filtersOf(server)).filter(({ name }) => name === "VPN")).toHaveLength(2);
});

test("leaving with an unsaved edit asks, and staying keeps it", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/ip-filters" });
  await page.getByRole("link", { name: "Partner Sirona" }).click();
  await rules(page).fill("deny all");
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: /stay/i }).click();
  await expect(rules(page)).toHaveValue("deny all");
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
});

test("a filter is made by keyboard alone", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/ip-filters/new" });
  await tabTo(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.type("typed");
  await page.keyboard.press("Tab");
  await expect(rules(page)).toBeFocused();
  await page.keyboard.type("allow 10.0.0.0/8");
  await page.keyboard.press("Enter");
  await page.keyboard.type("deny all");
  await tabTo(page, addresses(page));
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("10.1.2.3");
  await expect(verdict(page, "10.1.2.3")).toContainText("allowed by line 1");
  await tabTo(page, page.getByRole("button", { name: "Create IP filter" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "typed", level: 1 })).toBeFocused();
});

test.describe("in front of a LogScale", () => {
  test.use({ backend: "gateway" });

  test("other people's personal tokens are not known, and the tester says whose address LogScale sees", async ({
    page,
    server,
  }) => {
    const id = await createFilter(server, "lab", "allow 127.0.0.0/8\ndeny all");
    await createToken(server, "lab user", id);
    await signIn(page, server, { to: "/ip-filters?q=lab" });
    const list = page.getByRole("grid", { name: "IP filters" });
    await expect
      .poll(async () => (await readTable(list))[0])
      .toMatchObject({ Personal: "not known", Organization: "1", View: "0" });
    await list.getByRole("link", { name: "lab" }).click();
    await expect(use(page).locator("[data-kind=personal]")).toHaveText("not known");
    await expect(use(page).locator("[data-kind=organization]")).toHaveText("1 token");
    await expect(use(page)).toContainText("Only some of the personal tokens are visible to you; more may use it.");
    await expect(
      page.getByText("You come from 127.0.0.1. LogScale itself sees the address of this gateway, and judges by that one."),
    ).toBeVisible();

    // What is not known is never told as none: not in the question before a change, and not before a deletion.
    await rules(page).fill("allow 10.0.0.0/8\ndeny all");
    await page.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the rules of lab for at least 1 token?" });
    await expect(dialog).toContainText("Only some of the personal tokens are visible to you; more may use it.");
    await dialog.getByRole("button", { name: "Put in force for at least 1 token" }).click();
    await expect(dialog).toBeHidden();
    expect((await filtersOf(server)).find((filter) => filter.id === id)?.ipFilter).toBe("allow 10.0.0.0/8\ndeny all");
  });

  test("who signed in with a token of the filter is warned of the gateway's address, not their own", async ({ page, server }) => {
    const id = await createFilter(server, "my own door", "allow 127.0.0.0/8\ndeny all");
    const token = await createToken(server, "gatekeeper", id, "ChangeIPFilters, ChangeOrganizationPermissions, ViewUsage");
    await signInWithToken(page, server, token, { to: `/ip-filters/${id}` });
    // It would let the browser in; whether the gateway as well is not known.
    await rules(page).fill("allow 127.0.0.1\ndeny all");
    await expect(impact(page).getByRole("alert")).toContainText(
      "LogScale judges by the address of this gateway, which is not known here: if these rules deny it, saving shuts you out at once.",
    );
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test(
    `axe finds nothing on the list and the editor of IP filters, ${colorScheme}`,
    { tag: colorScheme === "light" ? "@wire" : "@long" },
    async ({ page, server }) => {
      test.slow();
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await signIn(page, server, { to: "/ip-filters" });
      await expect(page.getByRole("grid", { name: "IP filters" })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("link", { name: "Kubernetes clusters" }).click();
      await expect(page.getByRole("grid", { name: "Tokens that use this filter" })).toBeVisible();
      await rules(page).fill("allow 10.20.0.0/33\nDeny all");
      await expect(findings(page)).toContainText("2 faults");
      await expectAccessible(page);
      await rules(page).fill("allow 10.20.0.0/14\ndeny 10.21.7.0/24\ndeny 127.0.0.1");
      await addresses(page).fill("127.0.0.1\n10.21.7.4\n192.0.2.1\noffice");
      await expect(verdict(page, "office")).toBeVisible();
      await expectAccessible(page);
    },
  );

  test(`axe finds nothing on the IP filter pages of a phone, ${colorScheme}`, { tag: "@long" }, async ({ page, server }) => {
    test.slow();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn(page, server, { to: "/ip-filters" });
    await page.getByRole("link", { name: "Kubernetes clusters" }).click();
    await rules(page).fill("allow 10.20.0.0/14\ndeny 10.21.7.0/24\ndeny 127.0.0.1");
    await addresses(page).fill("127.0.0.1\n10.21.7.4\n192.0.2.1\noffice");
    await expect(verdict(page, "office")).toBeVisible();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog", { name: /^Change the rules of Kubernetes clusters/ });
    await expect(dialog).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.goto(`${server.url}/ip-filters/new`);
    await page.getByRole("button", { name: "Create IP filter" }).click();
    await expect(page.getByText("Give the IP filter a name.")).toBeVisible();
    await expectAccessible(page);
  });
}

function rules(page: Page): Locator {
  return page.getByRole("textbox", { name: "Rules" });
}

function addresses(page: Page): Locator {
  return page.getByLabel("Addresses, one a line");
}

function findings(page: Page): Locator {
  return page.getByRole("region", { name: "Faults and remarks" });
}

function impact(page: Page): Locator {
  return page.getByRole("region", { name: "What this edit does" });
}

function use(page: Page): Locator {
  return page.getByRole("region", { name: "Where it is used" });
}

/** What the tester says of an address. */
function verdict(page: Page, address: string): Locator {
  return page.getByRole("list", { name: "Verdicts" }).getByRole("listitem").filter({ hasText: address }).first();
}

/** A line of the rules as it is drawn, with its sign. */
function line(page: Page, number: number): Locator {
  return page.locator(`[data-line="${number}"]`);
}

/** The part of the rules that is selected. */
async function selected(page: Page): Promise<string> {
  return rules(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
}

interface Filter {
  readonly id: string;
  readonly name: string;
  readonly ipFilter: string;
}

async function filtersOf(server: StoryServer): Promise<readonly Filter[]> {
  return (await server.graphql<{ ipFilters: Filter[] }>("{ ipFilters { id name ipFilter } }")).ipFilters;
}

async function createFilter(server: StoryServer, name: string, ipFilter: string): Promise<string> {
  const { createIPFilter } = await server.graphql<{ createIPFilter: { id: string } }>(
    "mutation ($input: IPFilterInput!) { createIPFilter(input: $input) { id } }",
    { input: { name, ipFilter } },
  );
  return createIPFilter.id;
}

async function updateFilter(server: StoryServer, id: string, ipFilter: string): Promise<void> {
  await server.graphql("mutation ($input: IPFilterUpdateInput!) { updateIPFilter(input: $input) { id } }", {
    input: { id, ipFilter },
  });
}

async function deleteFilter(server: StoryServer, id: string): Promise<void> {
  await server.graphql("mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }", { id });
}

/** Creates an organization token and gives its string. */
async function createToken(
  server: StoryServer,
  name: string,
  ipFilterId: string | null,
  permissions = "ViewUsage",
): Promise<string> {
  const { token } = await server.graphql<{ token: string }>(
    `mutation ($name: String!, $ipFilterId: String) {
      token: createOrganizationPermissionsToken(input: { name: $name, ipFilterId: $ipFilterId, permissions: [${permissions}] })
    }`,
    { name, ipFilterId },
  );
  return token;
}

async function deleteToken(server: StoryServer, name: string): Promise<void> {
  const { id } = await server.store.db.selectFrom("tokens").select("id").where("name", "=", name).executeTakeFirstOrThrow();
  await server.graphql("mutation ($id: String!) { deleteToken(input: { id: $id }) }", { id });
}

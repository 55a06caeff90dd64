import { day } from "#domain/duration.ts";

import { expect, expectAccessible, signIn, test, treeRow } from "./fixtures.ts";
import { copyOnce, fillViewToken, permissionsOf, plainUser, setPolicies, tokenRow, viewIdOf } from "./tokenPage.ts";

test("the form shows what the policy allows before the server has to refuse", { tag: "@wire" }, async ({ page, server }) => {
  const filter = await server.store.db.selectFrom("ipFilters").select(["id", "name"]).executeTakeFirstOrThrow();
  await setPolicies(server, { maximum: 10 * day, filter: filter.id, updates: false, systemEnabled: false });
  await signIn(page, server, { to: "/tokens/view/new" });
  await expect(page.getByRole("radio", { name: "As long as allowed, 10 days" })).toBeChecked();
  await expect(page.getByRole("radio", { name: "30 days" })).toHaveCount(0);
  await expect(page.getByRole("radio", { name: "Never" })).toHaveCount(0);
  await expect(page.getByLabel("IP filter", { exact: true })).toBeDisabled();
  await expect(page.getByLabel("IP filter", { exact: true })).toHaveValue(filter.id);

  // Beyond the maximum is refused in the form, at its field.
  await fillViewToken(page, "bounded");
  await page.getByText("At an exact time").click();
  await page.getByLabel("Date and time, local").fill("2199-01-01T12:00");
  await page.getByRole("button", { name: "Create view token" }).click();
  await expect(page.getByText("View tokens may live at most 10 days; choose an earlier expiry.")).toBeVisible();
  await page.getByText("As long as allowed, 10 days").click();
  await page.getByRole("button", { name: "Create view token" }).click();
  const secret = await copyOnce(page, /created$/);
  const token = await tokenRow(server, secret);
  expect(token.ipFilterId).toBe(filter.id);
  expect((token.expireAt ?? 0) - token.createdAt).toBeLessThanOrEqual(10 * day);
  expect((token.expireAt ?? 0) - token.createdAt).toBeGreaterThan(10 * day - 120_000);

  // Permissions of existing tokens are fixed, and the page says who decided so.
  await expect(page.getByText("does not let the permissions of existing view tokens be changed")).toBeVisible();
  await expect(page.getByRole("link", { name: "Change permissions" })).toHaveCount(0);
  await page.goto(`${server.url}/tokens/view/${token.id}/permissions`);
  await expect(page.getByText("The permissions cannot be changed")).toBeVisible();

  // A disabled kind has no form.
  await page.goto(`${server.url}/tokens/system/new`);
  await expect(page.getByText("System tokens are disabled", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Create/ })).toHaveCount(0);
});

test("a form with several faults leads to the first of them", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view/new" });
  const create = page.getByRole("button", { name: "Create view token" });
  await create.press("Enter");
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.getByLabel("Name", { exact: true }).fill("faulty");
  await create.press("Enter");
  await expect(page.getByText("Choose at least one permission.")).toBeVisible();
  await expect(page.getByLabel("Search repositories and views")).toBeFocused();
});

test("a refusal stands at its field, and nothing typed is lost", async ({ page, server }) => {
  const filter = await server.graphql<{ createIPFilter: { id: string } }>(
    `mutation { createIPFilter(input: { name: "short-lived", ipFilter: "allow all" }) { id } }`,
  );
  await server.graphql(`mutation { createIPFilter(input: { name: "short-lived", ipFilter: "allow 10.0.0.0/8" }) { id } }`);
  await signIn(page, server, { to: "/tokens/view/new" });
  await fillViewToken(page, "refused once");
  // Of two of the same name part of the id tells which is which.
  const label = `short-lived (${filter.createIPFilter.id.slice(0, 6)}…)`;
  await page.getByLabel("IP filter", { exact: true }).selectOption({ label });
  // What is said of the filter comes a moment later, and moves the button.
  await expect(page.getByText(/^Accepts the address you use now/u)).toBeVisible();
  await server.graphql(`mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }`, { id: filter.createIPFilter.id });
  await page.getByRole("button", { name: "Create view token" }).click();
  await expect(page.getByText("The IP filter does not exist; it may have been deleted.")).toBeVisible();
  await expect(page.getByLabel("IP filter", { exact: true })).toBeFocused();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("refused once");
  await expect(treeRow(page, "checkout")).toHaveAttribute("aria-checked", "true");
  await page.getByLabel("IP filter", { exact: true }).selectOption("");
  await page.getByRole("button", { name: "Create view token" }).click();
  await copyOnce(page, /created$/);
  await expect(page.getByRole("heading", { name: "refused once", level: 1 })).toBeVisible();
});

test("after a lost answer the form sends nothing again", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view/new" });
  // A first token loads the dialog with the secret, so that only the answer to the second can be lost.
  await fillViewToken(page, "first");
  await page.getByRole("button", { name: "Create view token" }).click();
  await copyOnce(page, /created$/);
  await page.getByRole("link", { name: "View token", exact: true }).click();
  await page.getByRole("link", { name: "Create" }).click();
  await fillViewToken(page, "perhaps");
  const made = async () => server.store.db.selectFrom("tokens").select("id").where("name", "=", "perhaps").execute();

  await server.stop();
  const create = page.getByRole("button", { name: "Create view token" });
  await create.click();
  await expect(page.getByText("It is not known whether the token was created")).toBeVisible();
  await expect(create).toBeDisabled();
  await server.start();
  await page.getByRole("button", { name: "Look in the list" }).click();
  await expect(page.getByText("The token was not created")).toBeVisible();
  expect(await made()).toHaveLength(0);

  await page.getByRole("button", { name: "Go on" }).click();
  await create.click();
  await copyOnce(page, /created$/);
  expect(await made()).toHaveLength(1);
});

test("the page points out a token whose secret was lost with the answer", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  await page.getByRole("link", { name: "Create" }).click();
  await fillViewToken(page, "first");
  await page.getByRole("button", { name: "Create view token" }).click();
  await copyOnce(page, /created$/);
  await page.getByRole("link", { name: "View token", exact: true }).click();
  await page.getByRole("link", { name: "Create" }).click();
  await fillViewToken(page, "half-made");
  await server.stop();
  await page.getByRole("button", { name: "Create view token" }).click();
  await expect(page.getByText("It is not known whether the token was created")).toBeVisible();
  await server.start();
  // As if the server had carried it out before its answer was lost.
  await server.graphql(
    `mutation ($input: CreateViewPermissionsTokenV2Input!) { createViewPermissionsTokenV2(input: $input) { token } }`,
    { input: { name: "half-made", viewIds: [await viewIdOf(server, "checkout")], viewPermissions: ["ReadAccess"] } },
  );
  await page.getByRole("button", { name: "Look in the list" }).click();
  await expect(page.getByText("The token was created, but its secret is lost")).toBeVisible();
  // Nothing is left to be lost, so nothing asks before the page is left.
  await page.getByRole("link", { name: "Open it" }).click();
  await expect(page.getByRole("heading", { name: "half-made", level: 1 })).toBeVisible();
});

test("the form offers only what its user may grant, and says why", async ({ page, server }) => {
  const { createRole } = await server.graphql<{ createRole: { role: { id: string } } }>(
    `mutation ($input: AddRoleInput!) { createRole(input: $input) { role { id } } }`,
    { input: { displayName: "Keeper", viewPermissions: ["ReadAccess", "ChangeUserAccess"] } },
  );
  const { createRole: reader } = await server.graphql<{ createRole: { role: { id: string } } }>(
    `mutation ($input: AddRoleInput!) { createRole(input: $input) { role { id } } }`,
    { input: { displayName: "Reader", viewPermissions: ["ReadAccess"] } },
  );
  const user = await plainUser(server);
  for (const [name, role] of [
    ["checkout", createRole.role.id],
    ["edge", reader.role.id],
  ] as const) {
    await server.graphql(
      `mutation ($input: AssignUserRolesInSearchDomainInput!) { assignUserRolesInSearchDomain(input: $input) { id } }`,
      { input: { searchDomainId: await viewIdOf(server, name), roleAssignments: [{ userId: user.id, roleIds: [role] }] } },
    );
  }
  await signIn(page, server, { as: user.username, to: "/tokens/view/new" });
  const item = (name: string) => treeRow(page, name);
  await expect(item("edge")).toHaveAttribute("aria-disabled", "true");
  await expect(item("edge")).toHaveAccessibleName(/You may not change permissions here/);
  await fillViewToken(page, "within bounds");
  await page.getByLabel("Search permissions").fill("delete events");
  await expect(item("Delete events")).toHaveAttribute("aria-disabled", "true");
  await expect(item("Delete events")).toHaveAccessibleName(/You do not hold this on every chosen repository and view/);
  // Pressed all the same, as a screen reader's user may.
  await item("Delete events").click({ force: true });
  await expect(item("Delete events")).toHaveAttribute("aria-checked", "false");
  await page.getByRole("button", { name: "Create view token" }).click();
  const secret = await copyOnce(page, /created$/);
  expect(await permissionsOf(server, secret)).toContain("ReadAccess");
});

test("who holds too few rights is told before sending", async ({ page, server }) => {
  const user = await plainUser(server);
  await signIn(page, server, { as: user.username, to: "/tokens/system/new" });
  await expect(page.getByText("You cannot create system tokens")).toBeVisible();
  await expect(page.getByText("ChangeSystemPermissions")).toBeVisible();
});

test("a link fills in the form, says what it does not know, and creates nothing; a token like it is made in two clicks", async ({
  page,
  server,
}) => {
  const listed = async () => {
    const { tokens } = await server.graphql<{ tokens: { totalResults: number } }>(
      `{ tokens(searchFilter: "from-a-link", sortBy: Name) { totalResults } }`,
    );
    return tokens.totalResults;
  };
  await signIn(page, server, {
    to: "/tokens/view/new?name=from-a-link&permissions=ReadAccess,Fly&views=checkout&views=nowhere&expires=7d",
  });
  const leftOut = page.getByRole("list", { name: "Left out" });
  await expect(leftOut.getByRole("listitem")).toHaveText([/^Fly: /u, /^nowhere: /u]);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("from-a-link");
  await expect(page.getByLabel("7 days")).toBeChecked();
  await expect(treeRow(page, "checkout")).toHaveAttribute("aria-checked", "true");
  await expectAccessible(page);
  expect(await listed()).toBe(0);

  await page.getByRole("button", { name: "Create view token" }).click();
  const secret = await copyOnce(page, "View token from-a-link created");
  expect(await permissionsOf(server, secret)).toEqual(expect.arrayContaining(["ReadAccess"]));

  await page.getByRole("link", { name: "Create another like it" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("");
  await page.getByLabel("Name", { exact: true }).fill("from-a-link-2");
  await page.getByRole("button", { name: "Create view token" }).click();
  const second = await copyOnce(page, "View token from-a-link-2 created");
  expect(await permissionsOf(server, second)).toEqual(await permissionsOf(server, secret));
  expect(await listed()).toBe(2);
});

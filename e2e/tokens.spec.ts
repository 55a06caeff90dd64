import type { Locator, Page } from "@playwright/test";

import { day } from "#domain/duration.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";

import { expect, expectAccessible, signIn, signInWithToken, test, type StoryServer } from "./fixtures.ts";

/** What a token of each kind is made with and changed to in these stories. */
const uses = {
  view: { preset: "Read only", added: "Manage parsers", carries: ["ReadAccess", "ChangeParsers"] },
  organization: { preset: "Report usage", added: "Manage IP filters", carries: ["ViewUsage", "ChangeIPFilters"] },
  system: { preset: "Health checks", added: "See organizations", carries: ["ReadHealthCheck", "ViewOrganizations"] },
} as const satisfies Record<Exclude<TokenKind, "personal">, { preset: string; added: string; carries: readonly string[] }>;

for (const kind of ["view", "organization", "system"] as const) {
  test(
    `${kind}: a token is created, copied once, used, changed and rotated`,
    { tag: kind === "view" ? "@wire" : ["@wire", "@long"] },
    async ({ page, server, context }) => {
      test.slow();
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await setPolicies(server, { updates: true });
      await signIn(page, server, { to: `/tokens/${kind}` });
      await page.getByRole("link", { name: "Create" }).click();
      await page.getByLabel("Name", { exact: true }).fill(`story-${kind}`);
      if (kind === "view") await page.getByRole("treeitem", { name: "checkout", exact: true }).click();
      await page.getByRole("button", { name: uses[kind].preset }).click();
      await page.getByRole("button", { name: `Create ${kind} token` }).click();

      const first = await copyOnce(page, `${kindTraits[kind].title} token story-${kind} created`);
      expect(await status(server, first)).toBe(200);
      await expect(page.getByRole("heading", { name: `story-${kind}`, level: 1 })).toBeVisible();
      expect(page.url()).toContain(`/tokens/${kind}/${first.split("~")[0]}`);
      expect(page.url()).not.toContain("~");

      // Changed: the difference is told before it is saved, and the string stays valid.
      await page.getByRole("link", { name: "Change permissions" }).click();
      await page.getByLabel("Search permissions").fill(uses[kind].added);
      await page.getByRole("treeitem", { name: uses[kind].added, exact: true }).click();
      const changes = page.getByRole("region", { name: "What changes" });
      await expect(changes.getByRole("listitem").first()).toHaveText(lowerFirst(uses[kind].added));
      if (kind === "view") {
        // One line can stand for several permissions; it says for how many, as the button counts them.
        const composed = page.getByRole("treeitem", { name: "Manage dashboards", exact: true });
        await page.getByLabel("Search permissions").fill("dashboards");
        await composed.click();
        await expect(changes.getByText("manage dashboards (3 permissions)")).toBeVisible();
        await expect(page.getByRole("button", { name: "Grant 4 permissions" })).toBeVisible();
        await composed.click();
      }
      await page.getByRole("button", { name: "Grant 1 permission" }).click();
      await expect(page.getByRole("heading", { name: `story-${kind}`, level: 1 })).toBeVisible();
      expect(await permissionsOf(server, first)).toEqual(expect.arrayContaining([...uses[kind].carries]));
      expect(await status(server, first)).toBe(200);

      // Rotated: another id, the old string refused.
      await page.getByRole("button", { name: "Rotate" }).click();
      await expect(page.getByRole("dialog")).toContainText("The id changes");
      await page.getByRole("button", { name: "Rotate it" }).click();
      const second = await copyOnce(page, `${kindTraits[kind].title} token story-${kind} rotated`);
      expect(second.split("~")[0]).not.toBe(first.split("~")[0]);
      expect([await status(server, first), await status(server, second)]).toEqual([401, 200]);
      await expect(page).toHaveURL(new RegExp(`/tokens/${kind}/${second.split("~")[0]}$`));
      expect(await permissionsOf(server, second)).toEqual(expect.arrayContaining([...uses[kind].carries]));
    },
  );

  test(
    `${kind}: a token is deleted after a question, and is then refused and found nowhere`,
    { tag: kind === "view" ? "@wire" : ["@wire", "@long"] },
    async ({ page, server }) => {
      const token = await createToken(server, kind);
      await signIn(page, server, { to: `/tokens/${kind}/${token.split("~")[0]}` });
      await page.getByRole("button", { name: "Delete" }).click();
      // It is young, so it may be about to be used, and a cluster does not tell.
      await page.getByLabel("Type delete to confirm").fill("delete");
      await page.getByRole("dialog").getByRole("button", { name: "Delete it" }).click();
      await expect(page.getByRole("heading", { name: `${kindTraits[kind].title} tokens`, level: 1 })).toBeVisible();
      const notice = page.getByRole("note").getByText(`The ${kind} token made-${kind} was deleted.`);
      await expect(notice).toBeVisible();
      await expect(page).toHaveURL(`${server.url}/tokens/${kind}`);
      await expectAccessible(page);
      await page.getByRole("note").getByRole("button", { name: "Dismiss" }).click();
      await expect(notice).toBeHidden();
      expect(await status(server, token)).toBe(401);
      await page.goto(`${server.url}/tokens/${kind}/${token.split("~")[0]}`);
      await expect(page.getByText("There is no such token, or you may not administer it")).toBeVisible();
    },
  );
}

test("a token that was used just now is deleted only once a word is typed", async ({ page, server }) => {
  const token = await createToken(server, "organization");
  expect(await status(server, token)).toBe(200);
  await signIn(page, server, { to: `/tokens/organization/${token.split("~")[0]}` });
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("It was last used");
  await expect(dialog.getByRole("button", { name: "Delete it" })).toBeDisabled();
  await dialog.getByLabel("Type delete to confirm").fill("delete");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("heading", { name: "Organization tokens", level: 1 })).toBeVisible();
  expect(await status(server, token)).toBe(401);
});

test("a personal token is created, and replaced after a question", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/personal/new" });
  await page.getByRole("button", { name: "Create personal token" }).click();
  const first = await copyOnce(page, /^Personal token/);
  expect(await status(server, first)).toBe(200);
  await expect(page.getByRole("heading", { name: "admin", level: 1 })).toBeVisible();

  await page.goto(`${server.url}/tokens/personal/new`);
  await expect(page.getByText("You have a personal token already")).toContainText("It was last used");
  await page.getByRole("button", { name: "Show as API call" }).click();
  await expect(page.getByRole("dialog")).toContainText("ends the one in use, perhaps the very one in LOGSCALE_TOKEN");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Replace my personal token" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Replace it" }).click();
  const second = await copyOnce(page, /^Personal token/);
  expect([await status(server, first), await status(server, second)]).toEqual([401, 200]);
});

test(
  "the session survives replacing and rotating its personal token, and ends when that is revoked",
  { tag: "@wire" },
  async ({ page, server }) => {
    const first = await server.tokenFor("admin");
    await signInWithToken(page, server, first, { to: "/tokens/personal/new" });
    await expect(page.getByText("You have a personal token already")).toBeVisible();
    await page.getByRole("button", { name: "Replace my personal token" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Replace it" }).click();
    const second = await copyOnce(page, /^Personal token/);
    await expect(page.getByRole("heading", { name: "admin", level: 1 })).toBeVisible();

    await page.getByRole("button", { name: "Rotate" }).click();
    await expect(page.getByRole("dialog")).toContainText("The id stays");
    await page.getByRole("button", { name: "Rotate it" }).click();
    const third = await copyOnce(page, /^Personal token/);
    expect(third.split("~")[0]).toBe(second.split("~")[0]);
    expect([await status(server, first), await status(server, second), await status(server, third)]).toEqual([401, 401, 200]);
    await page.reload();
    await expect(page.getByText("You are signed in with this token.")).toBeVisible();

    await page.getByRole("button", { name: "Revoke" }).click();
    await expect(page.getByRole("dialog")).toContainText("Deleting it signs you out at once");
    await page.getByLabel("Type revoke to confirm").fill("revoke");
    await page.getByRole("button", { name: "Revoke it" }).click();
    await expect(page.getByRole("dialog", { name: "You are signed out" })).toBeVisible();
    expect(await status(server, third)).toBe(401);
  },
);

test("root rotates and revokes another user's personal token", async ({ page, server }) => {
  const { id, name } = await server.store.db
    .selectFrom("tokens")
    .innerJoin("users", "users.id", "tokens.userId")
    .select(["tokens.id", "tokens.name"])
    .where("tokens.kind", "=", "personal")
    .where("users.username", "!=", "admin")
    .where("tokens.expireAt", "is", null)
    .executeTakeFirstOrThrow();
  await signIn(page, server, { to: `/tokens/personal/${id}` });
  await page.getByRole("button", { name: "Rotate" }).click();
  await expect(page.getByRole("dialog")).toContainText(`You will hold a secret that acts as ${name}`);
  await page.getByRole("button", { name: "Rotate it" }).click();
  const secret = await copyOnce(page, `Personal token ${name} rotated`);
  expect(await status(server, secret)).toBe(200);
  await page.reload();
  await page.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("dialog")).toContainText(`It is ${name}'s own token`);
  await page.getByLabel("Type revoke to confirm").fill("revoke");
  await page.getByRole("button", { name: "Revoke it" }).click();
  await expect(page.getByRole("heading", { name: "Personal tokens", level: 1 })).toBeVisible();
  expect(await status(server, secret)).toBe(401);
});

test("permissions are picked by the keyboard alone", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view/new" });
  const search = page.getByLabel("Search permissions");
  await search.focus();
  await page.keyboard.type("dashboards");
  await page.keyboard.press("ArrowDown");
  const row = (name: string) => page.getByRole("treeitem", { name, exact: true });
  await expect(row("Run dashboard queries")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(row("Manage dashboards")).toBeFocused();

  // A composed permission is opened, chosen in part, then as a whole.
  await expect(row("Manage dashboards")).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(row("Create dashboards")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(row("Create dashboards")).toHaveAttribute("aria-checked", "true");
  await expect(row("Manage dashboards")).toHaveAttribute("aria-checked", "mixed");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await expect(row("Manage dashboards")).toHaveAttribute("aria-checked", "true");
  await expect(row("Delete dashboards")).toHaveAttribute("aria-checked", "true");

  // Typing searches from within the tree; Escape clears the search.
  await page.keyboard.press("Escape");
  await expect(search).toHaveValue("");
  await page.keyboard.type("retention");
  await expect(search).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await expect(row("Set retention")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(row("Set retention")).toHaveAttribute("aria-checked", "true");

  // The summary says the same, and takes away what is pressed.
  const summary = page.getByRole("list", { name: "Chosen permissions" });
  await expect(summary.getByRole("listitem")).toHaveText(["Manage dashboards", "Set retention"]);
  await expect(page.getByRole("list", { name: "To think about" })).toContainText("It can destroy data or tokens for good");
  await summary.getByRole("button", { name: "Take away: Manage dashboards" }).press("Enter");
  await expect(summary.getByRole("listitem")).toHaveText(["Set retention"]);
  await expect(summary.getByRole("button", { name: "Take away: Set retention" })).toBeFocused();
});

test("the dialog with the secret cannot be dismissed by accident", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  await page.getByRole("link", { name: "Create" }).click();
  await fillViewToken(page, "careful");
  await page.getByRole("button", { name: "Create view token" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(dialog.getByRole("alert")).toContainText("The token was not copied");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeVisible();

  // The back button asks as well, and staying keeps the secret.
  await page.goBack();
  await page.getByRole("button", { name: "Stay on this page" }).click();
  const secret = await shownSecret(page);
  expect(secret).toMatch(/^[A-Za-z0-9]{32}~[A-Za-z0-9]{44}$/);
  await dialog.getByRole("checkbox", { name: "I have kept the token in a safe place" }).check();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  expect(await status(server, secret)).toBe(200);
});

test("closing or reloading the page asks while the secret is shown", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view/new" });
  await fillViewToken(page, "asked");
  await page.getByRole("button", { name: "Create view token" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  const asked = page.waitForEvent("dialog");
  const closing = page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe("beforeunload");
  await question.dismiss();
  await closing;
  await expect(page.getByRole("dialog")).toBeVisible();
});

test(
  "the secret is copied where the browser has no clipboard interface, as on pages without TLS",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await signIn(page, server, { to: "/tokens/view/new" });
    await fillViewToken(page, "plain");
    await page.getByRole("button", { name: "Create view token" }).click();
    const dialog = page.getByRole("dialog");
    const secret = await shownSecret(page);
    await dialog.getByRole("button", { name: "Copy the token" }).click();
    await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
    await page.goto(`${server.url}/tokens/view/new`);
    await page.getByLabel("Name", { exact: true }).press("Control+V");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue(secret);
  },
);

test("once its dialog is closed, the secret is nowhere", { tag: "@wire" }, async ({ page, server, context }) => {
  test.slow();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const logged: string[] = [];
  page.on("console", (message) => logged.push(message.text()));
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await signIn(page, server, { to: "/tokens/view/new" });
  await fillViewToken(page, "secretive");
  await page.getByRole("button", { name: "Create view token" }).click();
  await page.getByRole("tab", { name: "Environment file" }).click();
  await page.getByRole("tab", { name: "humioctl profile" }).click();
  const secret = ((await shownSecret(page)).split("~")[1] ?? "").trim();
  expect(secret).toHaveLength(44);
  // What finds it now must find nothing afterwards.
  expect(await heapOf(page)).toContain(secret);

  await page.getByRole("button", { name: "Copy the token" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("heading", { name: "secretive", level: 1 })).toBeVisible();
  await expect(page.getByText("Life and use")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const places = await page.evaluate(async () => ({
    document: document.documentElement.outerHTML,
    inputs: [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value),
    local: JSON.stringify(Object.entries(localStorage)),
    session: JSON.stringify(Object.entries(sessionStorage)),
    history: JSON.stringify(history.state),
    address: location.href,
    databases: JSON.stringify(await indexedDB.databases()),
    caches: JSON.stringify(await caches.keys()),
    cookies: document.cookie,
  }));
  for (const [place, content] of Object.entries(places)) expect(JSON.stringify(content), place).not.toContain(secret);
  expect(await accessibilityTree(page)).not.toContain(secret);
  expect(logged.join("\n")).not.toContain(secret);
  expect(addresses.join("\n")).not.toContain(secret);
  expect(JSON.stringify(await context.storageState())).not.toContain(secret);
  await expect.poll(async () => (await heapOf(page)).includes(secret), { timeout: 20_000 }).toBe(false);
});

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
  await server.graphql(`mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }`, { id: filter.createIPFilter.id });
  await page.getByRole("button", { name: "Create view token" }).click();
  await expect(page.getByText("The IP filter does not exist; it may have been deleted.")).toBeVisible();
  await expect(page.getByLabel("IP filter", { exact: true })).toBeFocused();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("refused once");
  await expect(page.getByRole("treeitem", { name: "checkout", exact: true })).toHaveAttribute("aria-checked", "true");
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

test("the page points out a token whose secret was lost with the answer", async ({ page, server }) => {
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
  const item = (name: string) => page.getByRole("treeitem", { name, exact: true });
  await expect(item("edge")).toHaveAttribute("aria-disabled", "true");
  await expect(item("edge")).toHaveAccessibleDescription(/You may not change permissions here/);
  await fillViewToken(page, "within bounds");
  await page.getByLabel("Search permissions").fill("delete events");
  await expect(item("Delete events")).toHaveAttribute("aria-disabled", "true");
  await expect(item("Delete events")).toHaveAccessibleDescription(/You do not hold this on every chosen repository and view/);
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

test(
  "rotating the token in use goes on with the new one, and deleting it signs out",
  { tag: "@wire" },
  async ({ page, server }) => {
    await setPolicies(server, { updates: true });
    const token = await createToken(server, "organization", ["ChangeOrganizationPermissions", "ViewUsage"]);
    await signInWithToken(page, server, token, { to: `/tokens/organization/${token.split("~")[0]}` });
    await expect(page.getByText("You are signed in with this token.")).toBeVisible();
    await page.getByRole("button", { name: "Rotate" }).click();
    await expect(page.getByRole("dialog")).toContainText("This session goes on with the new secret");
    await page.getByRole("button", { name: "Rotate it" }).click();
    const next = await copyOnce(page, /rotated$/);
    expect([await status(server, token), await status(server, next)]).toEqual([401, 200]);
    await expect(page.getByText("You are signed in with this token.")).toBeVisible();

    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("dialog")).toContainText("Deleting it signs you out at once");
    await page.getByLabel("Type delete to confirm").fill("delete");
    await page.getByRole("button", { name: "Delete it" }).click();
    await expect(page.getByText(/sign in again|Your session|no longer accepted/i).first()).toBeVisible();
    expect(await status(server, next)).toBe(401);
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of [
    ["wide", { width: 1440, height: 900 }],
    ["phone", { width: 390, height: 844 }],
  ] as const) {
    test.describe(`in ${colorScheme}, ${size}`, () => {
      test.use({ colorScheme, viewport });

      test(
        "axe finds nothing on the pages and dialogs of a token",
        { tag: colorScheme === "light" && size === "wide" ? "@wire" : "@long" },
        async ({ page, server }) => {
          test.slow();
          await setPolicies(server, { updates: true });
          await signIn(page, server, { to: "/tokens/view/new" });
          await page.getByRole("button", { name: "Create view token" }).click();
          await expect(page.getByText("Give the token a name.")).toBeVisible();
          await expectAccessible(page);
          await fillViewToken(page, "accessible");
          await page.getByRole("button", { name: "Alerts as code" }).click();
          await page.getByLabel("IP filter", { exact: true }).selectOption({ index: 1 });
          await expectAccessible(page);
          await page.getByRole("button", { name: "Create view token" }).click();
          await expect(page.getByRole("dialog")).toBeVisible();
          await page.keyboard.press("Escape");
          await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
          await expectAccessible(page);
          await copyOnce(page, /created$/);
          await expect(page.getByText("Life and use")).toBeVisible();
          await expectAccessible(page);
          await expectNoSidewaysScroll(page);
          await page.getByRole("button", { name: "Rotate" }).click();
          await expect(page.getByRole("dialog")).toBeVisible();
          await expectAccessible(page);
          await page.getByRole("button", { name: "Cancel" }).click();
          await page.getByRole("button", { name: "Delete" }).click();
          await expect(page.getByRole("dialog")).toBeVisible();
          await expectAccessible(page);
          await page.getByRole("button", { name: "Cancel" }).click();
          await page.getByRole("link", { name: "Change permissions" }).click();
          await page.getByLabel("Search permissions").fill("retention");
          await page.getByRole("treeitem", { name: "Set retention", exact: true }).click();
          await expectAccessible(page);
          await expectNoSidewaysScroll(page);
        },
      );
    });
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Fills in a view token on one repository that may read events. */
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
  await expect(page.getByRole("treeitem", { name: "checkout", exact: true })).toHaveAttribute("aria-checked", "true");
  await expectAccessible(page);
  expect(await listed()).toBe(0);

  await page.getByRole("button", { name: "Create view token" }).click();
  const secret = await copyOnce(page, "View token from-a-link created");
  expect(await permissionsOf(server, secret)).toEqual(expect.arrayContaining(["ReadAccess"]));

  await page.getByRole("link", { name: "Create like this" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("");
  await page.getByLabel("Name", { exact: true }).fill("from-a-link-2");
  await page.getByRole("button", { name: "Create view token" }).click();
  const second = await copyOnce(page, "View token from-a-link-2 created");
  expect(await permissionsOf(server, second)).toEqual(await permissionsOf(server, secret));
  expect(await listed()).toBe(2);
});

async function fillViewToken(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("treeitem", { name: "checkout", exact: true }).click();
  await page.getByRole("button", { name: "Read only" }).click();
}

/** The secret that the dialog shows. */
async function shownSecret(page: Page): Promise<string> {
  const secret: Locator = page.getByRole("dialog").getByLabel("The new token");
  await expect(secret).toHaveText(/^[A-Za-z0-9]+~[A-Za-z0-9]+$/);
  return (await secret.textContent()) ?? "";
}

/** Takes the secret from the dialog, says that it is kept, and closes it. */
async function copyOnce(page: Page, title: string | RegExp): Promise<string> {
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: title })).toBeVisible();
  const secret = await shownSecret(page);
  await dialog.getByRole("checkbox", { name: "I have kept the token in a safe place" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return secret;
}

/** The HTTP status that a script gets which uses the token. */
async function status(server: StoryServer, token: string): Promise<number> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ meta { version } }" }),
  });
  return response.status;
}

async function viewIdOf(server: StoryServer, name: string): Promise<string> {
  return (await server.store.db.selectFrom("searchDomains").select("id").where("name", "=", name).executeTakeFirstOrThrow()).id;
}

/** Adds a user who holds nothing: neither root nor an owner, and without a role. */
async function plainUser(server: StoryServer): Promise<{ id: string; username: string }> {
  const { addUserV2 } = await server.graphql<{ addUserV2: { id: string; username: string } }>(
    `mutation { addUserV2(input: { username: "newcomer" }) { ... on User { id username } } }`,
  );
  return addUserV2;
}

async function tokenRow(server: StoryServer, token: string) {
  return server.store.db
    .selectFrom("tokens")
    .select(["id", "createdAt", "expireAt", "ipFilterId", "permissions"])
    .where("id", "=", token.split("~")[0] ?? "")
    .executeTakeFirstOrThrow();
}

async function permissionsOf(server: StoryServer, token: string): Promise<readonly string[]> {
  return (await tokenRow(server, token)).permissions;
}

interface PolicyChanges {
  readonly maximum?: number;
  readonly filter?: string;
  readonly updates: boolean;
  readonly systemEnabled?: boolean;
}

/** Puts the same policy in force for the three kinds that carry permissions; personal tokens stay as they are. */
async function setPolicies(
  server: StoryServer,
  { maximum, filter, updates, systemEnabled = true }: PolicyChanges,
): Promise<void> {
  const kinds = ["view", "organization", "system"] as const;
  const input = Object.fromEntries([
    ["personalUserTokensEnabled", true],
    ...kinds.flatMap((kind) => [
      [`${kind}PermissionTokensEnabled`, kind !== "system" || systemEnabled],
      [`${kind}PermissionTokensEnforceExpirationAfterMs`, maximum ?? null],
      [`${kind}PermissionTokensEnforceIpFilterId`, filter ?? null],
      [`${kind}PermissionTokensAllowPermissionUpdates`, updates],
    ]),
  ]);
  await server.graphql(`mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }`, {
    input,
  });
}

/** Creates a token by script, one of a view on the repository `checkout`. */
async function createToken(
  server: StoryServer,
  kind: keyof typeof uses,
  permissions: readonly string[] = [uses[kind].carries[0]],
): Promise<string> {
  const name = kindTraits[kind].title;
  // As LogScale has it, with and without the plural.
  const type = `Create${name}${kind === "system" ? "Permission" : "Permissions"}TokenV2Input!`;
  const { made } = await server.graphql<{ made: { token: string } }>(
    `mutation ($input: ${type}) { made: create${name}PermissionsTokenV2(input: $input) { token } }`,
    {
      input: {
        name: `made-${kind}`,
        [`${kind}Permissions`]: permissions,
        ...(kind === "view" && { viewIds: [await viewIdOf(server, "checkout")] }),
      },
    },
  );
  return made.token;
}

/** Everything that the page's memory holds after collecting what is not used, as text. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await session.detach();
  return chunks.join("");
}

async function accessibilityTree(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return JSON.stringify(nodes);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
}

import { kindTraits } from "#domain/token/kinds.ts";

import { pressEscape, expect, expectAccessible, signIn, signInWithToken, test, treeRow } from "./fixtures.ts";
import {
  accessibilityTree,
  copyOnce,
  createToken,
  expectNoSidewaysScroll,
  fillViewToken,
  heapOf,
  permissionsOf,
  setPolicies,
  shownSecret,
  status,
  uses,
} from "./tokenPage.ts";

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
      if (kind === "view") await treeRow(page, "checkout").click();
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
      await treeRow(page, uses[kind].added).click();
      const changes = page.getByRole("region", { name: "What changes" });
      await expect(changes.getByRole("listitem").first()).toHaveText(lowerFirst(uses[kind].added));
      if (kind === "view") {
        // One line can stand for several permissions; it says for how many, as the button counts them.
        const composed = treeRow(page, "Manage dashboards");
        await page.getByLabel("Search permissions").fill("dashboards");
        await composed.click();
        await expect(changes.getByText("manage dashboards (3 permissions)")).toBeVisible();
        await expect(page.getByRole("button", { name: "Grant 4 permissions" })).toBeVisible();
        await composed.click();
      }
      await page.getByRole("button", { name: "Grant 1 permission" }).click();
      // Not the heading of the page with the permissions, which has the name in it too.
      await expect(page.getByRole("heading", { name: `story-${kind}`, level: 1, exact: true })).toBeVisible();
      expect(await permissionsOf(server, first)).toEqual(expect.arrayContaining([...uses[kind].carries]));
      expect(await status(server, first)).toBe(200);

      // Rotated: another id, the old string refused.
      await page.getByRole("button", { name: "Rotate" }).click();
      await expect(page.getByRole("dialog")).toContainText("The id changes");
      await page.getByLabel("Type rotate to confirm").fill("rotate");
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
  await page.getByLabel("Type replace to confirm").fill("replace");
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
    await page.getByLabel("Type replace to confirm").fill("replace");
    await page.getByRole("dialog").getByRole("button", { name: "Replace it" }).click();
    const second = await copyOnce(page, /^Personal token/);
    await expect(page.getByRole("heading", { name: "admin", level: 1 })).toBeVisible();

    await page.getByRole("button", { name: "Rotate" }).click();
    await expect(page.getByRole("dialog")).toContainText("The id stays");
    await page.getByLabel("Type rotate to confirm").fill("rotate");
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
  await page.getByLabel("Type rotate to confirm").fill("rotate");
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
  const row = (name: string) => treeRow(page, name);
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
  await pressEscape(dialog);
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
    await page.getByLabel("Type rotate to confirm").fill("rotate");
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
          await pressEscape(page.getByRole("dialog"));
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
          await treeRow(page, "Set retention").click();
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

import type { Locator } from "@playwright/test";

import { drawn, expect, expectAccessible, signIn, signInWithToken, test, treeRow } from "./fixtures.ts";

test.use({ tokens: 200 });

test("undoing a preset restores what was picked by hand, and a search in a picker moves nothing", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view/new" });
  const chosen = page.getByRole("list", { name: "Chosen permissions" });
  await treeRow(page, "Manage parsers").click();
  await page.getByRole("button", { name: "Show dashboards" }).click();
  const note = page.getByRole("note").filter({ hasText: "took the place of 1 permission that you had chosen" });
  await expect(note).toBeVisible();
  await expect(chosen.getByRole("listitem")).toHaveCount(1);
  await expectAccessible(page);
  await note.getByRole("button", { name: "Undo" }).click();
  await expect(chosen).toHaveText("Manage parsers");
  await expect(note).toHaveCount(0);
  await page.getByRole("button", { name: "Show dashboards" }).click();
  await note.getByRole("button", { name: "Keep both" }).click();
  await expect(chosen.getByRole("listitem")).toHaveCount(2);

  const search = page.getByLabel("Search repositories and views");
  const below = page.getByRole("heading", { name: "Permissions", exact: true });
  // From the field that is typed in, at one moment, since the page itself may be scrolled.
  const distance = async () => {
    await drawn(page);
    const field = await search.elementHandle();
    return below.evaluate(
      (heading, from) => heading.getBoundingClientRect().y - (from?.getBoundingClientRect().y ?? Number.NaN),
      field,
    );
  };
  const before = await distance();
  expect(before).toBeGreaterThan(200);
  for (const text of ["check", "nothing of the kind", ""]) {
    await search.fill(text);
    await expect(search).toHaveValue(text);
    expect(await distance()).toBe(before);
  }

  // No manager of passwords takes a name for a user's.
  for (const hint of ["data-1p-ignore", "data-bwignore", "data-lpignore"]) {
    await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute(hint, "true");
  }
});

test("a list stays narrowed after a deletion, and an empty one offers to create", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  const search = page.getByRole("searchbox", { name: /^Name, id/ });
  const first = page.getByRole("grid", { name: "View tokens" }).getByRole("rowheader").first();
  const name = (await first.textContent()) ?? "";
  await search.fill(name);
  await first.getByRole("link").click();
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  const typed = dialog.getByRole("textbox");
  if ((await typed.count()) > 0) await typed.fill("delete");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("note").getByText(`The view token ${name} was deleted.`)).toBeVisible();
  await expect(search).toHaveValue(name);

  await server.store.db.deleteFrom("tokens").where("kind", "=", "system").execute();
  await page.goto(`${server.url}/tokens/system`);
  await expect(page.getByText("There are no system tokens")).toBeVisible();
  // Nothing is offered that has nothing to work on.
  for (const shown of [page.getByRole("grid"), page.getByRole("search"), page.getByRole("group", { name: "Selection" })]) {
    await expect(shown).toHaveCount(0);
  }
  await page.getByRole("link", { name: "Create a system token" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New system token" })).toBeVisible();
});

test("who signs in with a view token is told what it is, and once what it may not list", async ({ page, server }) => {
  const { searchDomains } = await server.graphql<{ searchDomains: { id: string; name: string }[] }>(
    "{ searchDomains { id name } }",
  );
  const sandbox = searchDomains.find(({ name }) => name === "sandbox");
  const { created } = await server.graphql<{ created: string }>(
    `mutation ($id: String!) {
      created: createViewPermissionsToken(input: { name: "reporter", viewIds: [$id], permissions: [ReadAccess] })
    }`,
    { id: sandbox?.id },
  );
  await signInWithToken(page, server, created);
  const own = page.getByRole("region", { name: "You act as the view token reporter" });
  await expect(own).toContainText(created.split("~")[0] ?? "");
  await expect(own).toContainText("It sees 1 repository or view: sandbox.");
  await expect(own).toContainText("It reads the events of sandbox.");
  const kinds = page.getByRole("region", { name: "Tokens and what holds for them" });
  for (const kind of ["Personal", "View", "Organization", "System"]) {
    const item = kinds.getByRole("listitem").filter({ has: page.getByRole("heading", { name: kind, exact: true }) });
    await expect(
      item.getByText(`You may not list ${kind.toLowerCase()} tokens, so it is not known here how many there are.`),
    ).toHaveCount(1);
    // What is not known is no zero.
    await expect(item.getByRole("link", { name: /active/ })).toHaveCount(0);
  }
  await expectAccessible(page);
});

test(
  "a dialog that cannot be loaded says so, the page stays, and it opens once the server is back",
  { tag: "@long" },
  async ({ page, server }) => {
    const { id, name } = await server.store.db
      .selectFrom("tokens")
      .select(["id", "name"])
      .where("kind", "=", "view")
      .where("expireAt", "is", null)
      .executeTakeFirstOrThrow();
    await signIn(page, server, { to: `/tokens/view/${id}` });
    await expect(page.getByRole("heading", { name: "Life and use" })).toBeVisible();
    // What the page loads by itself is there.
    await page.waitForLoadState("networkidle");
    await server.stop();
    await page.getByRole("button", { name: "Rotate" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "could not be loaded" });
    await expect(alert).toContainText("the server does not answer");
    await expect(alert).not.toContainText("module");
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert.getByRole("button", { name: "Try again" })).toBeEnabled();
    await server.start();
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("dialog", { name: /Rotate/u })).toBeVisible();
    await expect(alert).toHaveCount(0);
  },
);

test(
  "in forced colours, only what is chosen or changed is marked",
  {
    tag: "@long",
  },
  async ({ page, server }) => {
    await page.emulateMedia({ forcedColors: "active" });
    await signIn(page, server, { to: "/policies" });
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const marked = (elements: Locator, side: "border-left-color" | "border-bottom-color" | "background-color") =>
      elements.evaluateAll(
        (all, { side, ground }) =>
          all
            .filter((element) => getComputedStyle(element).getPropertyValue(side) !== ground)
            .map((element) => element.textContent),
        { side, ground },
      );
    const rows = page
      .locator(":has(> div > span)")
      .filter({ has: page.locator(":scope > div > span", { hasText: /In force: / }) });
    await expect(rows.first()).toBeVisible();
    expect(await marked(page.getByRole("navigation").getByRole("link"), "border-left-color")).toEqual(["Security policies"]);
    expect(await marked(rows, "border-left-color")).toEqual([]);
    await page.getByRole("switch", { name: "System tokens may exist" }).click();
    await expect.poll(() => marked(rows, "border-left-color")).toEqual([expect.stringContaining("Changed · In force: enabled")]);

    const views = page.getByRole("group", { name: "Show" }).getByRole("button");
    await views.filter({ hasText: "Pictures" }).click();
    await expect.poll(() => marked(views, "border-bottom-color")).toEqual(["Pictures"]);

    await page.goto(`${server.url}/tokens/personal/new`);
    await page.getByText("30 days", { exact: true }).click();
    const expiries = page.getByRole("group", { name: "Expires" }).locator("label");
    await expect.poll(() => marked(expiries, "background-color")).toEqual(["30 days"]);
  },
);

test.describe("in a time zone with summer time", () => {
  test.use({ timezoneId: "Europe/Berlin" });

  test("a time that summer time skips is refused before it is sent", { tag: "@long" }, async ({ page, server }) => {
    await signIn(page, server, { to: "/tokens/view/new" });
    await page.getByText("At an exact time").click();
    const field = page.getByLabel("Date and time, local");
    await field.fill("2199-03-31T02:30");
    await expect(page.getByText("There is no 02:30 on this day: the clocks are set from 02:00 to 03:00.")).toBeVisible();
    await field.fill("2199-10-27T02:30");
    await expect(page.getByText("this time comes twice. The first is meant.")).toBeVisible();
    await expectAccessible(page);
  });
});

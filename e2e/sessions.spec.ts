import type { Browser, Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, tabTo, test, type StoryServer } from "./fixtures.ts";

/** Adds a user who has no rights. */
async function addUser(server: StoryServer, username: string): Promise<void> {
  await server.graphql("mutation ($username: String!) { addUserV2(input: { username: $username }) { __typename } }", {
    username,
  });
}

/** Signs a user in in another browser. */
async function elsewhere(browser: Browser, server: StoryServer, as: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server, { as });
  return page;
}

const table = (page: Page) => page.getByRole("table", { name: "Sessions" }).or(page.getByRole("grid", { name: "Sessions" }));
const endButtons = (page: Page, username: string) => page.getByRole("button", { name: `End the session of ${username}` });

/** Who is signed in by a browser's cookie, as the server says. */
async function signedInAs(page: Page, server: StoryServer): Promise<string | undefined> {
  const { user } = (await (await page.request.get(`${server.url}/session`)).json()) as { user?: { username: string } };
  return user?.username;
}

test("an administrator ends somebody's session, which is refused at its next request", async ({ page, server, browser }) => {
  await addUser(server, "colleague");
  const other = await elsewhere(browser, server, "colleague");
  await signIn(page, server, { to: "/sessions" });
  await endButtons(page, "colleague").click();
  const dialog = page.getByRole("dialog", { name: "End the session of colleague?" });
  await expect(dialog).toContainText("It is refused from its next request on");
  expect(await signedInAs(other, server)).toBe("colleague");
  await dialog.getByRole("button", { name: "End it" }).click();
  await expect(dialog).toBeHidden();
  await expect(endButtons(page, "colleague")).toHaveCount(0);
  expect(await signedInAs(other, server)).toBeUndefined();
  await other.context().close();
});

test("the reader's own session is marked behind a name that has no room either", async ({ page, server }) => {
  const username = "the-colleague-who-looks-after-the-log-pipelines-of-all-of-our-places";
  await addUser(server, username);
  await signIn(page, server, { as: username, to: "/sessions" });
  const mark = page.getByText("(this one)");
  await expect(mark).toBeVisible();
  const room = await mark.evaluate((element) => {
    const right = element.closest("[data-cell]")?.getBoundingClientRect().right ?? 0;
    return right - element.getBoundingClientRect().right;
  });
  expect(room).toBeGreaterThanOrEqual(0);
});

test(
  "the list says how each session was begun, from where and when, narrows to one user, and is used by the keyboard",
  { tag: "@long" },
  async ({ page, server, browser }) => {
    await addUser(server, "colleague");
    const [first, second] = [await elsewhere(browser, server, "colleague"), await elsewhere(browser, server, "colleague")];
    await signIn(page, server, { to: "/sessions" });
    await expect(table(page)).toBeVisible();
    await expectAccessible(page);
    const rows = await readTable(table(page));
    expect(rows.map((row) => row["Acts as"])).toEqual(expect.arrayContaining(["admin (this one)", "colleague", "colleague"]));
    expect(rows.find((row) => row["Acts as"] === "colleague")).toMatchObject({ "Begun by": "a sign-in link", From: "127.0.0.1" });

    await page.getByRole("link", { name: "colleague" }).first().click();
    await expect(page.getByText("Those that act as colleague.")).toBeVisible();
    await expect(endButtons(page, "colleague")).toHaveCount(2);
    await tabTo(page, page.getByRole("button", { name: "End all of this user" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "End all sessions of colleague?" });
    await expectAccessible(page);
    await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("button", { name: "End all of this user" })).toBeFocused();
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "End 2 sessions" }).click();
    await expect(page.getByText("There are no sessions")).toBeVisible();
    for (const other of [first, second]) {
      expect(await signedInAs(other, server)).toBeUndefined();
      await other.context().close();
    }
  },
);

test("somebody without rights sees and ends one's own sessions alone", { tag: "@long" }, async ({ page, server, browser }) => {
  await addUser(server, "colleague");
  const admin = await elsewhere(browser, server, "admin");
  await signIn(page, server, { as: "colleague", to: "/sessions" });
  await expect(page.getByText("You see your own.")).toBeVisible();
  await expect(endButtons(page, "colleague")).toHaveCount(1);
  await expect(endButtons(page, "admin")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Let somebody in" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "End all", exact: true })).toHaveCount(0);

  await endButtons(page, "colleague").click();
  const dialog = page.getByRole("dialog", { name: "End the session of colleague?" });
  await expect(dialog).toContainText("This is the session that you are in.");
  await dialog.getByRole("button", { name: "End it" }).click();
  await expect(page.getByLabel("API token")).toBeVisible();
  expect(await signedInAs(page, server)).toBeUndefined();
  expect(await signedInAs(admin, server)).toBe("admin");
  await admin.context().close();
});

test(
  "a link lets somebody in as a user once, is shown once, and the list names who made it",
  { tag: "@long" },
  async ({ page, server, browser }) => {
    await addUser(server, "colleague");
    await signIn(page, server, { to: "/sessions" });
    await page.getByRole("button", { name: "Let somebody in" }).click();
    const form = page.getByRole("dialog", { name: "Let somebody in by a link" });
    await form.getByRole("button", { name: "Make the link" }).click();
    await expect(form).toContainText("Whom shall the link sign in?");
    await form.getByLabel("Username").fill("nobody-of-that-name");
    await page.keyboard.press("Enter");
    await expect(form).toContainText("There is no such user.");
    await form.getByLabel("Username").fill("colleague");
    await page.keyboard.press("Enter");
    const shown = page.getByRole("dialog", { name: "A sign-in link for colleague" });
    await expectAccessible(page);
    const link = (await shown.getByRole("group", { name: "The sign-in link" }).textContent()) ?? "";
    await shown.getByRole("button", { name: "Done" }).click();
    await expect(shown).toBeHidden();
    expect(await page.content()).not.toContain(link.split("#code=")[1]);

    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await expect(other.getByRole("button", { name: /^Signed in as/ })).toBeVisible();
    expect(await signedInAs(other, server)).toBe("colleague");
    await page.getByRole("button", { name: "Read again" }).click();
    await expect(endButtons(page, "colleague")).toHaveCount(1);
    const rows = await readTable(table(page));
    expect(rows.find((row) => row["Acts as"] === "colleague")).toMatchObject({ "Begun by": "a sign-in link of admin" });
    await other.context().close();
  },
);

test("a link for somebody with more rights is refused, with which right", { tag: "@long" }, async ({ page, server }) => {
  const { users } = await server.graphql<{ users: { username: string; isOrgRoot: boolean }[] }>(
    "{ users { username isOrgRoot } }",
  );
  const owner = users.find(({ isOrgRoot, username }) => isOrgRoot && username !== "admin")?.username ?? "";
  await signIn(page, server, { as: owner, to: "/sessions" });
  await page.getByRole("button", { name: "Let somebody in" }).click();
  const form = page.getByRole("dialog", { name: "Let somebody in by a link" });
  await form.getByLabel("Username").fill("admin");
  await page.keyboard.press("Enter");
  await expect(form).toContainText("You cannot let somebody in as admin, who has rights that you do not hold: root");
});

test("all sessions end once that was typed, one's own too", { tag: "@long" }, async ({ page, server, browser }) => {
  await addUser(server, "colleague");
  const other = await elsewhere(browser, server, "colleague");
  await signIn(page, server, { to: "/sessions" });
  await page.getByRole("button", { name: "End all", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "End all sessions?" });
  await expect(dialog).toContainText("Your own is among them.");
  const confirm = dialog.getByRole("button", { name: /^End \d+ sessions$/ });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole("textbox").fill("all sessions");
  await confirm.click();
  await expect(page.getByLabel("API token")).toBeVisible();
  expect(await signedInAs(other, server)).toBeUndefined();
  expect(await server.store.db.selectFrom("sessions").select("id").execute()).toEqual([]);
  await other.context().close();
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });
  test("the page says why there are no sessions to list, and how to end one", { tag: "@long" }, async ({ page, server }) => {
    await signIn(page, server, { to: "/sessions" });
    await expect(page.getByText("In front of a cluster there are no sessions to list")).toBeVisible();
    await expect(page.getByText("rotate or delete the token")).toBeVisible();
    await expectAccessible(page);
  });
});

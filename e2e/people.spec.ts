import type { Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, tabTo, test, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 200 });

const table = (page: Page) => page.getByRole("grid", { name: "Users" }).or(page.getByRole("table", { name: "Users" }));

/** A user of the sample organization who has roles and is neither root nor an owner. */
async function somebody(server: StoryServer): Promise<{ id: string; username: string; roles: readonly string[] }> {
  const { users } = await server.graphql<{
    users: {
      id: string;
      username: string;
      isRoot: boolean;
      isOrgRoot: boolean;
      searchDomainRoles: { role: { displayName: string } }[];
    }[];
  }>("{ users { id username isRoot isOrgRoot searchDomainRoles { role { displayName } } } }");
  const found = users.find(({ isRoot, isOrgRoot, searchDomainRoles }) => !isRoot && !isOrgRoot && searchDomainRoles.length > 0);
  if (found === undefined) throw new Error("Nobody has a role.");
  const roles = [...new Set(found.searchDomainRoles.map(({ role }) => role.displayName))];
  return { id: found.id, username: found.username, roles };
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on the pages of users, ${colorScheme}`, { tag: "@long" }, async ({ page, server }) => {
    const { id } = await somebody(server);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn(page, server, { to: "/people" });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of ["/people", `/people/${id}`, "/people/nobodyOfThisIdIsHere1234"]) {
        await page.goto(server.url + path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await expectAccessible(page);
      }
    }
  });
}

test("the list of users narrows in its address, and leads to what each may do", { tag: "@long" }, async ({ page, server }) => {
  const { username, roles } = await somebody(server);
  await signIn(page, server, { to: "/people" });
  await page.getByRole("combobox", { name: "Show" }).selectOption({ label: "Root" });
  await expect(page).toHaveURL(/who=root/u);
  await expect.poll(async () => (await readTable(table(page))).map((row) => row["Standing"])).toEqual(["root"]);
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Show" })).toHaveValue("root");
  await page.getByRole("combobox", { name: "Show" }).selectOption({ label: "Everybody" });
  await page.getByRole("searchbox").fill(username);
  await table(page).getByRole("link", { name: username, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: username })).toBeFocused();
  const rights = page.getByRole("region", { name: "What the user may do" });
  for (const role of roles) await expect(rights.getByRole("region", { name: `Role ${role}`, exact: true })).toBeVisible();
});

test("a user is found by name from anywhere", { tag: "@long" }, async ({ page, server }) => {
  const { username } = await somebody(server);
  await signIn(page, server, { to: "/recovery" });
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type(username);
  await page.getByRole("group", { name: "People" }).getByRole("option").filter({ hasText: username }).click();
  await expect(page.getByRole("heading", { level: 1, name: username })).toBeVisible();
});

test("somebody who does not manage users sees their own page, and no list", { tag: "@long" }, async ({ page, server }) => {
  const { id, username } = await somebody(server);
  await signIn(page, server, { as: username, to: "/people" });
  await expect(page.getByText("Other users are not shown to you")).toBeVisible();
  await page.getByRole("link", { name: "Your own page" }).click();
  await expect(page).toHaveURL(new RegExp(`/people/${id}$`, "u"));
  await expect(page.getByText("This is you.")).toBeVisible();
});

test(
  "a user is created, let in by a link, changed and removed by the keyboard, and what they made goes on",
  { tag: "@long" },
  async ({ page, server, browser }) => {
    await signIn(page, server, { to: "/people" });
    const press = async (name: string) => {
      await tabTo(page, page.getByRole("main").getByRole("button", { name, exact: true }));
      await page.keyboard.press("Enter");
    };
    await press("Create");
    const form = page.getByRole("dialog", { name: "Create a user" });
    await expect(form.getByLabel("Username")).toBeFocused();
    await page.keyboard.type("admin");
    await page.keyboard.press("Enter");
    await expect(form).toContainText("There is a user of this name already.");
    // The form says so while one types. The refusal comes later, and takes the focus to its field.
    await expect(form.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
    await form.getByLabel("Username").fill("rosa.marin");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Rosa Marin");
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "rosa.marin" })).toBeFocused();
    await expect(
      page.getByRole("main").getByText("The user rosa.marin was created. Let them in by a sign-in link."),
    ).toBeVisible();
    await expect(page.getByText("No role is given to the user, who can sign in and see almost nothing.")).toBeVisible();
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";

    await press("Sign-in link…");
    await expect(page.getByLabel("Username")).toHaveValue("rosa.marin");
    await page.keyboard.press("Enter");
    const shown = page.getByRole("dialog", { name: "A sign-in link for rosa.marin" });
    const link = (await shown.getByRole("group", { name: "The sign-in link" }).textContent()) ?? "";
    await shown.getByRole("button", { name: "Done" }).press("Enter");
    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await expect(other.getByRole("button", { name: "Signed in as Rosa Marin" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { name: "Sessions (1)" })).toBeVisible();
    await expect(page.getByRole("definition").filter({ hasText: "from 127.0.0.1" })).toBeVisible();

    await press("Change…");
    const change = page.getByRole("dialog", { name: "Change rosa.marin" });
    await expect(change.getByLabel("Full name")).toHaveValue("Rosa Marin");
    await change.getByLabel("E-mail").fill("rosa@larkspur.example");
    await change.getByRole("checkbox", { name: "Root" }).press("Space");
    await expect(change.getByText("Root may do everything, everywhere")).toBeVisible();
    await expectAccessible(page);
    await change.getByLabel("E-mail").press("Enter");
    await expect(change).toBeHidden();
    await expect(page.getByText("rosa.marin is root, and may do everything, everywhere.")).toBeVisible();
    await expect(page.getByRole("definition").filter({ hasText: "rosa@larkspur.example" })).toBeVisible();

    const own = await server.tokenFor("rosa.marin");
    const { searchDomain } = await server.graphql<{ searchDomain: { id: string } }>('{ searchDomain(name: "sandbox") { id } }');
    const made = await server.graphql<{ created: { token: string } }>(
      "mutation ($input: CreateViewPermissionsTokenV2Input!) { created: createViewPermissionsTokenV2(input: $input) { token } }",
      { input: { name: "rosas-robot", viewIds: [searchDomain.id], viewPermissions: ["ReadAccess"] } },
      own,
    );
    await page.reload();
    await expect(page.getByRole("group", { name: "Tokens of this user" }).getByRole("listitem")).toHaveCount(2);
    await press("Remove…");
    const dialog = page.getByRole("dialog", { name: "Remove the user rosa.marin?" });
    await expect(dialog).toContainText("the personal token, which is in use");
    await expect(dialog).toContainText("1 session, and every sign-in link");
    await expect(dialog).toContainText("1 token that the user created goes on");
    await expect(dialog.getByRole("link", { name: "Look at the incident first" })).toHaveAttribute(
      "href",
      `/incident?user=${id}`,
    );
    await expectAccessible(page);
    await expect(dialog.getByLabel("Type remove to confirm")).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.type("remove");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main").getByText("The user rosa.marin was removed.")).toBeVisible();
    await expect(page).toHaveURL(/\/people$/u);

    // What stops stops; what they made goes on.
    await other.reload();
    await expect(other.getByLabel("API token")).toBeVisible();
    await expect(server.graphql("{ viewer { id } }", {}, own)).rejects.toThrow();
    await server.graphql("{ searchDomains { id } }", {}, made.created.token);
    await other.context().close();

    // The trail still tells of them, and each record leads there.
    await page.goto(`${server.url}/people/${id}`);
    await expect(page.getByText("There is no such user")).toBeVisible();
    const did = page.getByRole("region", { name: "What the user did", exact: true });
    await expect(did).toContainText("rosa.marin created the view token rosas-robot");
    await page.getByRole("region", { name: "What was done about the user", exact: true }).getByRole("link").first().click();
    const record = page.getByRole("dialog", { name: "Record" });
    await expect(record).toContainText("admin removed the user rosa.marin");
    await expect(record.getByRole("link", { name: "Page of the user" })).toHaveAttribute("href", `/people/${id}`);
  },
);

test("nobody can remove themselves, and an owner cannot remove root", { tag: "@long" }, async ({ page, server }) => {
  const { users } = await server.graphql<{ users: { id: string; username: string; isRoot: boolean; isOrgRoot: boolean }[] }>(
    "{ users { id username isRoot isOrgRoot } }",
  );
  const owner = users.find(({ isRoot, isOrgRoot }) => isOrgRoot && !isRoot);
  const root = users.find(({ isRoot }) => isRoot);
  await signIn(page, server, { as: owner?.username ?? "", to: `/people/${owner?.id ?? ""}` });
  await expect(page.getByRole("button", { name: "Remove…" })).toBeDisabled();
  await expect(page.getByText("You cannot remove yourself")).toBeVisible();
  await expect(page.getByRole("button", { name: /owner/i })).toHaveCount(0);
  await page.goto(`${server.url}/people/${root?.id ?? ""}`);
  await expect(page.getByRole("button", { name: "Remove…" })).toBeDisabled();
  await expect(page.getByText("removed by root alone")).toBeVisible();
});

test("root makes a user an owner, and takes it away", { tag: "@long" }, async ({ page, server }) => {
  const { id, username } = await somebody(server);
  await signIn(page, server, { to: `/people/${id}` });
  await page.getByRole("button", { name: "Make owner…" }).click();
  const give = page.getByRole("dialog", { name: `Make ${username} an owner of the organization?` });
  await expectAccessible(page);
  await give.getByRole("button", { name: "Make owner" }).click();
  await expect(page.getByText(`${username} owns the organization`)).toBeVisible();
  await page.getByRole("button", { name: "Take ownership…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take ownership away" }).click();
  await expect(page.getByText(`${username} is neither root nor an owner`)).toBeVisible();
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });
  test("users are listed and told, and changed in LogScale itself", { tag: "@long" }, async ({ page, server }) => {
    const { username, roles } = await somebody(server);
    await signIn(page, server, { to: "/people" });
    await expect(page.getByText("These are the cluster’s users")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("searchbox").fill(username);
    await table(page).getByRole("link", { name: username, exact: true }).click();
    await expect(page.getByRole("region", { name: `Role ${roles[0] ?? ""}`, exact: true })).toBeVisible();
    await expect(page.getByText("Groups give roles too")).toBeVisible();
    await expect(page.getByText("In front of a cluster there are none to list")).toBeVisible();
    await expect(page.getByRole("button", { name: /Remove|Change/ })).toHaveCount(0);
    await expectAccessible(page);
  });
});

test("what a user may do counts what groups give, and says by which", { tag: "@long" }, async ({ page, server }) => {
  const { id, username, roles } = await somebody(server);
  const { roles: known } = await server.graphql<{
    roles: { id: string; displayName: string; organizationPermissions: string[] }[];
  }>("{ roles { id displayName organizationPermissions } }");
  const role = known.find(
    ({ displayName, organizationPermissions }) => organizationPermissions.length > 0 && !roles.includes(displayName),
  );
  if (role === undefined) throw new Error("No role has organization permissions.");
  const { addGroup } = await server.graphql<{ addGroup: { group: { id: string } } }>(
    'mutation { addGroup(displayName: "Night shift") { group { id } } }',
  );
  const groupId = JSON.stringify(addGroup.group.id);
  await server.graphql(`mutation {
    addUsersToGroup(input: { groupId: ${groupId}, users: [${JSON.stringify(id)}] }) { group { id } }
    assignOrganizationRoleToGroup(input: { groupId: ${groupId}, roleId: ${JSON.stringify(role.id)} }) { group { role { id } } }
  }`);
  await signIn(page, server, { to: `/people/${id}` });
  const rights = page.getByRole("region", { name: "What the user may do" });
  const given = rights.getByRole("region", { name: `Role ${role.displayName} by the group Night shift` });
  await given.getByText("What it allows").click();
  await expect(given.getByText("In the organization")).toBeVisible();
  await expect(given).not.toContainText("On these repositories and views");
  await expect(rights).toContainText("organization permission");
  await page.goto(`${server.url}/people?q=${encodeURIComponent(username)}`);
  await expect
    .poll(async () => (await readTable(table(page))).map((row) => row["Roles"]))
    .toEqual([expect.stringContaining(`${roles.length + 1}:`)]);
});

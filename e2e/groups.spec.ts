import type { Page } from "@playwright/test";

import { expect, expectAccessible, holdScripts, readTable, signIn, tabTo, test, treeRow, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 200 });

const table = (page: Page, name: string) => page.getByRole("grid", { name }).or(page.getByRole("table", { name }));

interface Org {
  readonly users: readonly {
    readonly id: string;
    readonly username: string;
    readonly isRoot: boolean;
    readonly isOrgRoot: boolean;
    readonly groups: readonly { readonly id: string }[];
    readonly searchDomainRoles: readonly unknown[];
  }[];
  readonly roles: readonly { readonly id: string; readonly displayName: string }[];
  readonly groupsPage: { readonly page: readonly { readonly id: string; readonly displayName: string }[] };
}

async function organization(server: StoryServer): Promise<Org> {
  return server.graphql<Org>(
    `{ users { id username isRoot isOrgRoot groups { id } searchDomainRoles { role { id } } }
       roles { id displayName } groupsPage(pageNumber: 1, pageSize: 50) { page { id displayName } } }`,
  );
}

/** Somebody plain, whose rights come from roles alone and who is in no group. */
function plain({ users }: Org) {
  const found = users.find(({ isRoot, isOrgRoot, groups }) => !isRoot && !isOrgRoot && groups.length === 0);
  if (found === undefined) throw new Error("Everybody is in a group.");
  return found;
}

function idIn(things: readonly { readonly id: string; readonly displayName: string }[], name: string): string {
  return things.find(({ displayName }) => displayName === name)?.id ?? "";
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on the pages of groups and roles, ${colorScheme}`, { tag: "@long" }, async ({ page, server }) => {
    const { groupsPage, roles } = await organization(server);
    const group = idIn(groupsPage.page, "Site reliability");
    const role = idIn(roles, "Platform operator");
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn(page, server, { to: "/people/groups" });
    for (const [width, paths] of [
      [1440, ["/people/groups", `/people/groups/${group}`, "/people/roles", `/people/roles/${role}`]],
      [390, [`/people/groups/${group}`, "/people/groups/none", "/people/roles", `/people/roles/${role}/change`]],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of paths) {
        await page.goto(server.url + path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await expectAccessible(page);
      }
    }
  });
}

test("the form of a role opens by its address without the role's page before it", async ({ page, server }) => {
  const role = idIn((await organization(server)).roles, "Platform operator");
  await signIn(page, server);
  await page.addInitScript(() => {
    const headings: string[] = [];
    Object.assign(window, { headings });
    new MutationObserver(() => headings.push(document.querySelector("h1")?.textContent ?? "")).observe(document, {
      childList: true,
      subtree: true,
    });
  });
  await page.goto(`${server.url}/people/roles/${role}/change`);
  await expect(page.getByRole("heading", { level: 1, name: "Change the role Platform operator" })).toBeVisible();
  const headings = await page.evaluate(() => ("headings" in window && Array.isArray(window.headings) ? window.headings : []));
  expect(headings).toContain("Role");
  expect(headings).not.toContain("Platform operator");
});

test(
  "a group is created, given a member and a role, seen on the user's page and removed by mouse",
  { tag: "@long" },
  async ({ page, server }) => {
    const org = await organization(server);
    const { id, username } = plain(org);
    await signIn(page, server, { to: "/people" });
    await page.getByRole("navigation", { name: "People" }).getByRole("link", { name: "Groups" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Groups" })).toBeFocused();
    await page.getByRole("button", { name: "Create" }).click();
    const form = page.getByRole("dialog", { name: "Create a group" });
    await form.getByLabel("Name", { exact: true }).fill("Auditors");
    await form.getByRole("button", { name: "Create group" }).click();
    // What is refused stays as it was typed, with the reason at its field. The same words stand there while one types.
    await expect(form.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(form.getByText("There is a group of this name already.")).toBeVisible();
    await expect(form.getByLabel("Name", { exact: true })).toHaveValue("Auditors");
    await form.getByLabel("Name", { exact: true }).fill("Night shift");
    await form.getByRole("button", { name: "Create group" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Night shift" })).toBeVisible();
    await expect(page.getByText("so it gives its members nothing")).toBeVisible();

    await page.getByRole("button", { name: "Assign a role…" }).click();
    const assign = page.getByRole("dialog", { name: "Assign a role to the group Night shift" });
    await assign.getByRole("button", { name: "Assign" }).click();
    await expect(assign.getByText("Choose a role.")).toBeVisible();
    await assign.getByLabel("Where it holds").selectOption({ label: "In the organization" });
    await assign.getByLabel("Role", { exact: true }).selectOption({ label: "Security officer" });
    await expect(assign.getByText("Nobody gains or loses any right by this now.")).toBeVisible();
    await expectAccessible(page);
    await assign.getByRole("button", { name: "Assign" }).click();
    await expect(page.getByRole("list", { name: "Roles of the group" })).toContainText("Security officer in the organization");

    await page.getByRole("button", { name: "Assign a role…" }).click();
    await assign.getByLabel("Role", { exact: true }).selectOption({ label: "Analyst" });
    await assign.getByRole("treeitem", { name: "compliance" }).click();
    await assign.getByRole("treeitem", { name: "sandbox" }).click();
    await assign.getByRole("button", { name: "Assign" }).click();
    const roles = page.getByRole("list", { name: "Roles of the group" });
    await expect(roles).toContainText("Analyst on compliance");
    await expect(roles).toContainText("Analyst on sandbox");

    await page.getByRole("button", { name: "Add members…" }).click();
    const add = page.getByRole("dialog", { name: "Add members to Night shift" });
    await add.getByRole("searchbox", { name: "Search users" }).fill(username);
    await treeRow(add, username).click();
    await expect(add.getByText(`${username} gains`)).toBeVisible();
    await expect(add.getByText("In the organization:")).toBeVisible();
    await expectAccessible(page);
    await add.getByRole("button", { name: "Add 1 user" }).click();
    await expect(page.getByRole("heading", { name: "Members (1)" })).toBeVisible();

    await table(page, "Members").getByRole("link", { name: username, exact: true }).click();
    const rights = page.getByRole("region", { name: "What the user may do" });
    await expect(rights.getByRole("region", { name: "Role Security officer by the group Night shift" })).toBeVisible();
    await rights.getByText("Every right, and where it comes from").click();
    await expect(rights.getByText("by the role Security officer of the group Night shift").first()).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("list", { name: "Groups of the user" }).getByRole("link", { name: "Night shift" }).click();

    await page.getByRole("button", { name: "Remove…" }).click();
    const remove = page.getByRole("dialog", { name: "Remove the group Night shift?" });
    await expect(remove.getByText(`${username} loses`)).toBeVisible();
    await expectAccessible(page);
    const typed = remove.getByLabel("Type remove to confirm");
    if (await typed.isVisible()) await typed.fill("remove");
    await remove.getByRole("button", { name: "Remove group" }).click();
    await expect(page.getByText("The group Night shift was removed.").first()).toBeVisible();
    await page.goto(`${server.url}/people/${id}`);
    await expect(page.getByText("The user is in no group.")).toBeVisible();
  },
);

test(
  "a role is created, given to a user, changed and removed by the keyboard, and what that takes is said first",
  { tag: "@long" },
  async ({ page, server }) => {
    const org = await organization(server);
    const { id, username } = plain(org);
    await signIn(page, server, { to: "/people/roles" });
    const press = async (name: string, role: "button" | "link" = "button") => {
      await tabTo(page, page.getByRole("main").getByRole(role, { name, exact: true }));
      await page.keyboard.press("Enter");
    };
    // The heading does not wait for the form.
    const letThrough = await holdScripts(page, /\/assets\/RoleEditor-/u);
    await press("Create", "link");
    await expect(page.getByRole("heading", { level: 1, name: "New role" })).toBeFocused();
    await expect(page.getByRole("region", { name: "Loading the form" })).toBeVisible();
    letThrough();
    await tabTo(page, page.getByLabel("Name", { exact: true }));
    await page.keyboard.type("Gatekeeper");
    const picker = (name: string) => page.getByRole("region", { name }).getByRole("searchbox");
    await tabTo(page, picker("On repositories and views"));
    await page.keyboard.type("ReadAccess");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await tabTo(page, picker("In the organization"));
    await page.keyboard.type("ManageUsers");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect(page.getByText("1 permission on repositories and views, 1 in the organization")).toBeVisible();
    await press("Create role");
    await expect(page.getByRole("heading", { level: 1, name: "Gatekeeper" })).toBeVisible();
    await expect(page.getByRole("main").getByText("Nobody has it yet").first()).toBeVisible();
    const roleId = new URL(page.url()).pathname.split("/").at(-1) ?? "";

    await page.goto(`${server.url}/people/${id}`);
    await press("Assign a role…");
    const assign = page.getByRole("dialog", { name: `Assign a role to ${username}` });
    await assign.getByLabel("Role", { exact: true }).selectOption({ label: "Gatekeeper" });
    await tabTo(page, assign.getByRole("searchbox", { name: "Search repositories and views" }));
    await page.keyboard.type("sandbox");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect(assign.getByText("In the organization: Manage users")).toBeVisible();
    await tabTo(page, assign.getByRole("button", { name: "Assign" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("list", { name: "Roles of the user" })).toContainText("Gatekeeper on sandbox");

    await page.goto(`${server.url}/people/roles/${roleId}`);
    await expect(page.getByRole("list", { name: "Users who have the role" })).toContainText(`${username} on sandbox`);
    await press("Change", "link");
    await tabTo(page, picker("In the organization"));
    await page.keyboard.type("ManageUsers");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect(page.getByRole("region", { name: "What changes" }).getByText(`${username} loses`)).toBeVisible();
    await press("Change role");
    const asked = page.getByRole("dialog", { name: "Take these rights away?" });
    await expect(asked.getByText("In the organization: Manage users")).toBeVisible();
    await expectAccessible(page);
    const typed = asked.getByLabel("Type change to confirm");
    if (await typed.isVisible()) {
      await expect(typed).toBeFocused();
      await page.keyboard.type("change");
    }
    await tabTo(page, asked.getByRole("button", { name: "Change role" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Gatekeeper" })).toBeVisible();
    await expect(page.getByRole("region", { name: "What it allows" })).not.toContainText("ManageUsers");

    await press("Remove…");
    const remove = page.getByRole("dialog", { name: "Remove the role Gatekeeper?" });
    await expect(remove.getByText("It goes wherever it is assigned")).toBeVisible();
    await expect(remove.getByText("On sandbox: Search and read events")).toBeVisible();
    const word = remove.getByLabel("Type remove to confirm");
    if (await word.isVisible()) await word.fill("remove");
    await tabTo(page, remove.getByRole("button", { name: "Remove role" }));
    await page.keyboard.press("Enter");
    await expect(page.getByText("The role Gatekeeper was removed.").first()).toBeVisible();
    await expect.poll(async () => (await readTable(table(page, "Roles"))).map((row) => row["Role"])).not.toContain("Gatekeeper");
  },
);

test(
  "somebody who would take from themselves the right they use is warned before, and types a word",
  { tag: "@long" },
  async ({ page, server }) => {
    const org = await organization(server);
    const { id, username } = plain(org);
    const text = (value: string) => JSON.stringify(value);
    const { createRole } = await server.graphql<{ createRole: { role: { id: string } } }>(
      `mutation { createRole(input: { displayName: "Keeper", viewPermissions: [], organizationPermissions: [ManageUsers] }) { role { id } } }`,
    );
    const { addGroup } = await server.graphql<{ addGroup: { group: { id: string } } }>(
      'mutation { addGroup(displayName: "Keepers") { group { id } } }',
    );
    await server.graphql(`mutation {
      assignOrganizationRoleToGroup(input: { groupId: ${text(addGroup.group.id)}, roleId: ${text(createRole.role.id)} }) { group { role { id } } }
      addUsersToGroup(input: { groupId: ${text(addGroup.group.id)}, users: [${text(id)}] }) { group { id } } }`);
    await signIn(page, server, { as: username, to: `/people/groups/${addGroup.group.id}` });
    await page.getByRole("button", { name: `Take out ${username}` }).click();
    const dialog = page.getByRole("dialog", { name: `Take ${username} out of the group Keepers?` });
    await expect(dialog.getByText("You take from yourself what this page gives and takes rights by (ManageUsers)")).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Take out" })).toBeDisabled();
    await dialog.getByLabel("Type take to confirm").fill("take");
    await dialog.getByRole("button", { name: "Take out" }).click();
    // The page goes on without the right, and says so.
    await expect(page.getByText("This group is not shown to you any more.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Remove…" })).toHaveCount(0);
  },
);

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });
  test("groups and roles are listed and told, and changed in LogScale itself", { tag: "@long" }, async ({ page, server }) => {
    const { groupsPage, roles } = await organization(server);
    await signIn(page, server, { to: "/people/groups" });
    await expect(page.getByText("Groups of a cluster are created, changed and removed in LogScale itself")).toBeVisible();
    await expect(page.getByRole("button", { name: "Create" })).toHaveCount(0);
    await expectAccessible(page);
    await page.goto(`${server.url}/people/groups/${idIn(groupsPage.page, "Site reliability")}`);
    await expect(page.getByRole("list", { name: "Roles of the group" })).toContainText("Platform operator in the organization");
    await expect(page.getByRole("heading", { name: "Members (9)" })).toBeVisible();
    await expect(page.getByRole("button", { name: /Remove|Rename|Assign|Add members|Take/ })).toHaveCount(0);
    await page.goto(`${server.url}/people/roles/${idIn(roles, "Platform operator")}`);
    await expect(page.getByText("Roles of a cluster are created, changed and removed in LogScale itself")).toBeVisible();
    await expect(page.getByRole("link", { name: "Change", exact: true })).toHaveCount(0);
    await expectAccessible(page);
  });
});

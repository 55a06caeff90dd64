import type { Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, test, type StoryServer } from "./fixtures.ts";

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
  await page.getByRole("option").filter({ hasText: "@" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: username })).toBeVisible();
});

test("who does not manage users sees one's own page, and no list", { tag: "@long" }, async ({ page, server }) => {
  const { id, username } = await somebody(server);
  await signIn(page, server, { as: username, to: "/people" });
  await expect(page.getByText("Other users are not shown to you")).toBeVisible();
  await page.getByRole("link", { name: "Your own page" }).click();
  await expect(page).toHaveURL(new RegExp(`/people/${id}$`, "u"));
  await expect(page.getByText("This is you.")).toBeVisible();
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

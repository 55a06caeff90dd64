import type { Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, tabTo, test, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 200 });

const title = "Repositories and views";

const table = (page: Page) => page.getByRole("grid", { name: title }).or(page.getByRole("table", { name: title }));

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

/** A user of the sample organization who may read `checkout`, and may neither change nor delete it. */
async function analyst(server: StoryServer): Promise<string> {
  const { users } = await server.graphql<{
    users: { username: string; isRoot: boolean; isOrgRoot: boolean; searchDomainRoles: { role: { displayName: string } }[] }[];
  }>("{ users { username isRoot isOrgRoot searchDomainRoles { searchDomain { __typename } role { displayName } } } }");
  const found = users.find(
    ({ isRoot, isOrgRoot, searchDomainRoles }) =>
      !isRoot &&
      !isOrgRoot &&
      searchDomainRoles.length > 0 &&
      searchDomainRoles.every(({ role }) => role.displayName === "Analyst"),
  );
  if (found === undefined) throw new Error("Nobody is an analyst alone.");
  return found.username;
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on the pages of repositories and views, ${colorScheme}`, { tag: "@long" }, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await signIn(page, server, { to: "/repositories" });
    for (const [width, path] of [
      [1440, "/repositories"],
      [1440, "/repositories?new=repository"],
      [1440, "/repositories/place?name=checkout"],
      [1440, "/repositories/place?name=humio-audit"],
      [1440, "/repositories/place?name=none%2Fof%2Fthis"],
      [390, "/repositories"],
      [390, "/repositories?new=view"],
      [390, "/repositories/place?name=compliance"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(server.url + path);
      await expect(page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog"))).not.toHaveCount(0);
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await expectAccessible(page);
    }
  });
}

test("the list narrows by type in its address, and finds a view by what it joins", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/repositories" });
  await page.getByRole("combobox", { name: "Type" }).selectOption({ label: "Views" });
  await expect(page).toHaveURL(/type=view/u);
  await page.reload();
  await page.getByRole("searchbox").fill("ledger-of-nothing");
  await expect(page.getByText("No repository or view matches")).toBeVisible();
  await page.getByRole("searchbox").fill("payments");
  await expect.poll(async () => (await readTable(table(page))).map((row) => row["Name"])).toContain("compliance");
  const types = (await readTable(table(page))).map((row) => row["Type"]);
  expect(new Set(types)).toEqual(new Set(["view"]));
  await table(page).getByRole("link", { name: "compliance", exact: true }).click();
  await expect(heading(page, "compliance")).toBeFocused();
  await page.getByRole("list", { name: "Connections" }).getByRole("link", { name: "payments" }).click();
  await expect(heading(page, "payments")).toBeVisible();
  await expect(page.getByRole("region", { name: /^Views that show it/ }).getByRole("link", { name: "compliance" })).toBeVisible();
  await page.getByRole("link", { name: "Create an ingest token here" }).click();
  await expect(page.getByLabel("Repository")).toHaveValue("payments");
});

test(
  "a repository and a view of it are created, changed and deleted, which says what stops and goes on",
  { tag: "@long" },
  async ({ page, server }) => {
    // It is two stories in one, which a busy machine needs longer for.
    test.slow();
    await signIn(page, server, { to: "/repositories" });
    await page.getByRole("button", { name: "Create repository" }).click();
    const form = page.getByRole("dialog", { name: "Create a repository" });
    await form.getByLabel("Name").fill("checkout");
    await form.getByLabel("Description").fill("What the weighbridge says");
    await form.getByLabel("Days that events are kept").fill("-3");
    await form.getByRole("button", { name: "Create repository" }).click();
    await expect(form.getByText("A retention is more than nothing. Leave it empty for no limit.")).toBeVisible();
    await form.getByLabel("Days that events are kept").fill("30");
    await form.getByRole("button", { name: "Create repository" }).click();
    await expect(form.getByLabel("Name")).toBeFocused();
    await expect(form.getByText("There is a repository or view of this name already.")).toBeVisible();
    // A refusal takes nothing away of what was typed.
    await expect(form.getByLabel("Description")).toHaveValue("What the weighbridge says");
    await form.getByLabel("Name").fill("weighbridge");
    await form.getByRole("button", { name: "Create repository" }).click();
    await expect(heading(page, "weighbridge")).toBeFocused();
    await expect(page.getByRole("main").getByText("The repository weighbridge was created.")).toBeVisible();
    await expect(page.getByRole("definition").filter({ hasText: "at most 30 days" })).toBeVisible();

    await page.getByRole("button", { name: "Change description…" }).click();
    await page.getByRole("dialog").getByLabel("Description").fill("Lorries, by weight");
    await page.getByRole("dialog").getByRole("button", { name: "Change description" }).click();
    await expect(page.getByRole("definition").filter({ hasText: "Lorries, by weight" })).toBeVisible();
    await page.getByRole("button", { name: "Turn automatic search off…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await expect(page.getByRole("button", { name: "Turn automatic search on…" })).toBeVisible();
    await page.getByRole("button", { name: "Change retention…" }).click();
    await page.getByLabel("Days that events are kept").fill("7");
    await page.getByRole("dialog").getByRole("button", { name: "Change retention" }).click();
    const sure = page.getByRole("dialog", { name: "Keep less in weighbridge?" });
    await expect(sure).toContainText("events older than 7 days (now 30 days)");
    await expect(sure).toContainText("This embedded server deletes nothing by it");
    await expectAccessible(page);
    await sure.getByRole("button", { name: "Shorten the retention" }).click();
    await expect(page.getByRole("definition").filter({ hasText: "at most 7 days" })).toBeVisible();

    await server.graphql(
      'mutation { addIngestTokenV3(input: { repositoryName: "weighbridge", name: "scale-1", parser: null }) { name } }',
    );
    await page.goto(`${server.url}/repositories?new=view`);
    const viewForm = page.getByRole("dialog", { name: "Create a view" });
    await viewForm.getByLabel("Name").fill("heavy");
    await viewForm.getByLabel("Repository").selectOption("weighbridge");
    await viewForm.getByLabel("Filter").fill("kg > 40000");
    await viewForm.getByRole("button", { name: "Create view" }).click();
    await expect(heading(page, "heavy")).toBeFocused();
    await expect(page.getByRole("list", { name: "Connections" })).toContainText("kg > 40000");
    await page.getByRole("button", { name: "Change what it shows…" }).click();
    const shows = page.getByRole("dialog", { name: "What heavy shows" });
    await shows.getByRole("button", { name: "Connect a repository" }).click();
    const second = shows.getByRole("group", { name: "Connection 2" });
    await second.getByLabel("Repository").selectOption("weighbridge");
    await second.getByLabel("Filter").fill("kg > 40000");
    await shows.getByRole("button", { name: "Change what it shows" }).click();
    await expect(second.getByText("This repository is connected above with the same filter.")).toBeVisible();
    await second.getByLabel("Repository").selectOption("sandbox");
    await expectAccessible(page);
    // Somebody else changes it meanwhile: nothing of theirs is lost.
    await server.graphql(
      'mutation { updateView(viewName: "heavy", connections: [{ repositoryName: "weighbridge", filter: "kg > 50000" }]) { id } }',
    );
    await shows.getByRole("button", { name: "Change what it shows" }).click();
    await expect(shows.getByText("Somebody changed what the view shows since this form was opened")).toBeVisible();
    await shows.getByRole("button", { name: "Take what is there now" }).click();
    await expect(shows.getByLabel("Filter")).toHaveValue("kg > 50000");
    await shows.getByLabel("Filter").fill("*");
    await shows.getByRole("button", { name: "Change what it shows" }).click();
    await expect(shows).toBeHidden();
    await expect(page.getByRole("list", { name: "Connections" })).toContainText("all events");

    await page.goto(`${server.url}/repositories/place?name=weighbridge`);
    await page.getByRole("button", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete the repository weighbridge?" });
    await expect(dialog).toContainText("1 ingest token");
    await expect(dialog).toContainText("the view heavy, which then shows nothing");
    await expect(dialog).toContainText("no roles: nobody has any on it");
    await expectAccessible(page);
    await dialog.getByLabel("Type the name of the repository to confirm").fill("heavy");
    await expect(dialog.getByRole("button", { name: "Delete repository" })).toBeDisabled();
    await dialog.getByLabel("Type the name of the repository to confirm").fill("weighbridge");
    await dialog.getByRole("button", { name: "Delete repository" }).click();
    await expect(page.getByRole("main").getByText("The repository weighbridge was deleted.")).toBeVisible();
    await expect(page).toHaveURL(/\/repositories/u);
    await page.goto(`${server.url}/repositories/place?name=heavy`);
    await expect(page.getByText("It shows nothing: no repository is connected to it.")).toBeVisible();
  },
);

test("a repository and a view are created, changed and deleted by the keyboard", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/recovery" });
  const press = async (name: string) => {
    await tabTo(page, page.getByRole("main").getByRole("button", { name, exact: true }));
    await page.keyboard.press("Enter");
  };
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("create a repository");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Create a repository" }).getByLabel("Name")).toBeFocused();
  await page.keyboard.type("by-hand");
  await page.keyboard.press("Enter");
  await expect(heading(page, "by-hand")).toBeFocused();
  await press("Change retention…");
  await expect(page.getByLabel("Days that events are kept")).toBeFocused();
  await page.keyboard.type("90");
  await page.keyboard.press("Enter");
  const sure = page.getByRole("dialog", { name: "Keep less in by-hand?" });
  // The button that does nothing has the focus.
  await expect(sure.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("definition").filter({ hasText: "at most 90 days" })).toBeVisible();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("create a view");
  await page.keyboard.press("Enter");
  const form = page.getByRole("dialog", { name: "Create a view" });
  await expect(form.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("by-eye");
  await expect(form.getByRole("option", { name: "by-hand" })).toBeAttached();
  await tabTo(page, form.getByLabel("Repository"));
  await page.keyboard.type("by-hand");
  await page.keyboard.press("Tab");
  await page.keyboard.type("a=1");
  await page.keyboard.press("Enter");
  await expect(heading(page, "by-eye")).toBeFocused();
  await expect(page.getByRole("list", { name: "Connections" })).toContainText("a=1");
  await press("Change what it shows…");
  const shows = page.getByRole("dialog", { name: "What by-eye shows" });
  await tabTo(page, shows.getByRole("button", { name: "Remove connection 1" }));
  await page.keyboard.press("Enter");
  await expect(shows.getByText("It shows nothing: connect a repository.")).toBeVisible();
  await expect(shows.getByRole("button", { name: "Connect a repository" })).toBeFocused();
  await tabTo(page, shows.getByRole("button", { name: "Change what it shows" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("It shows nothing: no repository is connected to it.")).toBeVisible();

  await press("Rename…");
  const rename = page.getByRole("dialog", { name: "Rename by-eye" });
  await expect(rename.getByLabel("Name")).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("by-hand");
  const refusal = page.waitForResponse((answer) => answer.request().postData()?.includes("renameTo") === true);
  await page.keyboard.press("Enter");
  // The same words stand there while one types, and a key that is pressed before the refusal came sends nothing.
  await refusal;
  await expect(rename.getByRole("button", { name: "Rename view" })).toBeEnabled();
  await expect(rename.getByText("There is a repository or view of this name already.")).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("by ear/eye");
  await page.keyboard.press("Enter");
  await expect(heading(page, "by ear/eye")).toBeVisible();
  await expect(page).toHaveURL(/name=by\+ear%2Feye$/u);

  await press("Delete…");
  await expect(page.getByLabel("Type the name of the view to confirm")).toBeFocused();
  await page.keyboard.type("by ear/eye");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main").getByText("The view by ear/eye was deleted.")).toBeVisible();
  await expect(heading(page, title)).toBeFocused();
});

test("who may not change a repository reads it, and is told who may", { tag: "@long" }, async ({ page, server }) => {
  const username = await analyst(server);
  await signIn(page, server, { as: username, to: "/repositories" });
  await expect(page.getByRole("button", { name: /^Create/ })).toHaveCount(0);
  await table(page).getByRole("link").first().click();
  await expect(page.getByRole("button", { name: /Change|Turn/ })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete…" })).toBeDisabled();
  await expect(page.getByText(/It is renamed and deleted by who holds DeleteRepositoryOrView on it/)).toBeVisible();
  await expect(page.getByText("Who else has access is not shown to you")).toBeVisible();
  await expectAccessible(page);
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });
  test("repositories and views are shown, and changed in LogScale itself", { tag: "@long" }, async ({ page, server }) => {
    await signIn(page, server, { to: "/repositories?new=repository" });
    await expect(page.getByText("These are the cluster’s repositories and views")).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole("searchbox").fill("checkout");
    // The first is its own row, the other that of a view of it.
    await table(page).getByRole("link", { name: "checkout", exact: true }).first().click();
    await expect(page.getByText("It is the cluster’s, and is changed and deleted in LogScale itself")).toBeVisible();
    await expect(page.getByRole("region", { name: "Role Analyst", exact: true })).toBeVisible();
    await expect(page.getByText("Groups give roles too")).toBeVisible();
    await expect(page.getByRole("button", { name: /Delete|Change|Turn/ })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Create ingest token" })).toBeVisible();
    await expectAccessible(page);
  });
});

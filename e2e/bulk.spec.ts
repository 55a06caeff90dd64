import { readFile } from "node:fs/promises";

import type { Locator, Page } from "@playwright/test";

import { day } from "#domain/duration.ts";

import { expect, expectAccessible, signIn, tabTo, test, type StoryServer, treeRow } from "./fixtures.ts";

test.use({ tokens: 20 });

test(
  "by keyboard alone, tokens are found, selected as a range, shown with what is in use, and deleted",
  { tag: "@wire" },
  async ({ page, server }) => {
    for (const name of ["story-a", "story-b", "story-c", "story-d"]) await viewToken(server, name);
    await signIn(page, server, { to: "/tokens" });
    await tabTo(
      page,
      page
        .getByRole("searchbox")
        .or(page.getByLabel(/name or id/i))
        .first(),
    );
    await page.keyboard.type("story-");
    const grid = page.getByRole("grid", { name: "Tokens" });
    await expect(grid).toHaveAttribute("aria-rowcount", "5");

    // From the first row three rows down, then one given back.
    await tabTo(page, grid.getByRole("checkbox", { name: "Select story-a" }));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await expect(rowOf(grid, "story-a")).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+Space");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Space");
    const bar = page.getByRole("group", { name: "Selection" });
    await expect(bar).toContainText("3 selected");
    await expect(rowOf(grid, "story-c")).toHaveAttribute("aria-selected", "true");
    await expect(rowOf(grid, "story-d")).toHaveAttribute("aria-selected", "false");

    await expectAccessible(page);
    await tabTo(page, bar.getByRole("button", { name: "Delete" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Delete 3 tokens?" });
    // They are younger than a week and were never used, so somebody may be about to.
    await expect(dialog.getByRole("list", { name: "What would happen" })).toContainText("3 stop now");
    await expect(dialog.getByRole("list", { name: "What would happen" })).toContainText("3 not known");
    await expect(dialog.getByRole("region", { name: "Recovery kit" })).toContainText("make 3 tokens again");
    await expectAccessible(page);
    await expect(dialog.getByRole("textbox")).toBeFocused();
    await page.keyboard.type("2");
    await page.keyboard.press("Enter");
    await expect(dialog).toBeVisible();
    await page.keyboard.press("Backspace");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    const results = page.getByRole("dialog", { name: "What became of the tokens" });
    await expect(results).toContainText("3 deleted.");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(results).toBeHidden();
    await expect(grid).toHaveAttribute("aria-rowcount", "2");
    await expect(bar).toContainText("None selected");
    expect(await namesOf(server, "story-")).toEqual(["story-d"]);
  },
);

test(
  "a rotation hands the new secrets over once, in a file, and leaves what cannot be rotated as it is",
  { tag: "@wire" },
  async ({ page, server }) => {
    const former = new Map<string, string>();
    for (const name of ["story-a", "story-b"]) former.set(name, await viewToken(server, name));
    await ingestToken(server, "sandbox", "story-shipper");
    await signIn(page, server, { to: "/tokens?q=story-" });
    const grid = page.getByRole("grid", { name: "Tokens" });
    await expect(grid).toHaveAttribute("aria-rowcount", "4");
    await grid.getByRole("checkbox", { name: "Select story-a" }).focus();
    await page.keyboard.press("Control+a");
    const bar = page.getByRole("group", { name: "Selection" });
    await expect(bar).toContainText("3 selected");
    await bar.getByRole("button", { name: "Rotate" }).click();

    const dialog = page.getByRole("dialog", { name: "Rotate 2 tokens?" });
    await expect(dialog).toContainText("You get the new secrets once, as a file");
    await dialog.getByRole("button", { name: "refused 1" }).click();
    await expect(dialog.getByRole("listitem").filter({ hasText: "story-shipper" })).toContainText(
      "An ingest token cannot be given another value",
    );
    await dialog.getByRole("textbox").fill("2");
    await dialog.getByRole("button", { name: "Rotate 2 tokens" }).click();
    const results = page.getByRole("dialog", { name: "What became of the tokens" });
    await expect(results).toContainText("2 rotated.");
    await expectAccessible(page);

    // Closed before they are kept, it asks.
    await results.getByRole("button", { name: "Close", exact: true }).click();
    await expect(results).toContainText("2 new secrets are not kept");
    const download = page.waitForEvent("download");
    await results.getByRole("button", { name: "Save as JSON" }).click();
    const file = JSON.parse(await readFile(await (await download).path(), "utf8")) as {
      readonly tokens: readonly {
        readonly name: string;
        readonly formerId: string;
        readonly id: string;
        readonly token: string;
      }[];
    };
    expect(file.tokens.map(({ name }) => name)).toEqual(["story-a", "story-b"]);
    for (const { name, formerId, id, token } of file.tokens) {
      expect(former.get(name)?.startsWith(`${formerId}~`)).toBe(true);
      expect(token.startsWith(`${id}~`)).toBe(true);
      expect([await statusWith(server, former.get(name) ?? ""), await statusWith(server, token)]).toEqual([401, 200]);
      // It is in the file and nowhere on the page.
      expect(await page.content()).not.toContain(token.split("~")[1]);
    }
    await results.getByRole("checkbox", { name: "I have saved the file, and it is there" }).check();
    await results.getByRole("button", { name: "Close", exact: true }).click();
    await expect(results).toBeHidden();
    await expect(bar).toContainText("1 selected");
  },
);

test(
  "stopped in the middle it says what was not tried, and what a lost right refused is done once it is given again",
  { tag: "@long" },
  async ({ page, server }) => {
    const keeper = await ingestKeeper(server);
    const names = ["story-1", "story-2", "story-3", "story-4", "story-5", "story-6"];
    for (const name of names) await ingestToken(server, "sandbox", name);
    const held = await holdMutations(page, "removeIngestToken");
    await signIn(page, server, { as: "keeper", to: "/tokens?q=story-" });
    const bar = page.getByRole("group", { name: "Selection" });
    await bar.getByRole("button", { name: /^Select all 6/ }).click();
    await bar.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("6");
    await dialog.getByRole("button", { name: "Delete 6 tokens" }).click();
    await expect.poll(held.count).toBe(3);

    // While three are under way the right is taken away, and the reader stops.
    await dialog.getByRole("button", { name: "Stop after those under way" }).click();
    await keeper.assign([]);
    held.release();
    await expect(dialog).toContainText("0 deleted, 3 refused, 3 not tried.");
    expect(held.count()).toBe(3);
    await dialog.getByRole("button", { name: "refused 3" }).click();
    await expect(dialog.getByRole("group", { name: "What became of each token" })).toContainText("refused: ");
    await expectAccessible(page);

    await keeper.assign([keeper.role]);
    await dialog.getByRole("button", { name: "Try 6 tokens again" }).click();
    await expect(dialog).toContainText("6 deleted.");
    const { repository } = await server.graphql<{ repository: { ingestTokens: { name: string }[] } }>(
      '{ repository(name: "sandbox") { ingestTokens { name } } }',
    );
    expect(repository.ingestTokens).toEqual([]);
  },
);

test(
  "a parser is set only where the repository has it, and permissions only change by what was asked for",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const other = await otherRepository(server);
    await server.graphql("mutation ($input: CreateParserInputV2!) { createParserV2(input: $input) { id } }", {
      input: {
        name: "story-parser",
        script: "parseJson()",
        repositoryName: "sandbox",
        testCases: [],
        fieldsToTag: [],
        fieldsToBeRemovedBeforeParsing: [],
      },
    });
    await ingestToken(server, "sandbox", "story-here");
    await ingestToken(server, other, "story-there");
    await viewToken(server, "story-view");
    await server.graphql(`mutation { updateTokenSecurityPolicies(input: {
      personalUserTokensEnabled: true, viewPermissionTokensEnabled: true, organizationPermissionTokensEnabled: true,
      viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensAllowPermissionUpdates: false
    }) { __typename } }`);
    await signIn(page, server, { to: "/tokens?q=story-" });
    const bar = page.getByRole("group", { name: "Selection" });
    await bar.getByRole("button", { name: /^Select all 3/ }).click();

    await bar.getByRole("button", { name: "Set parser" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Parser" }).selectOption("story-parser");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "See what would happen" }).click();
    await dialog.getByRole("button", { name: "refused 2" }).click();
    await expect(dialog.getByRole("listitem").filter({ hasText: "story-there" })).toContainText("no parser of this name");
    await dialog.getByRole("textbox").fill("1");
    await dialog.getByRole("button", { name: "Set the parser of 1 token" }).click();
    await expect(dialog).toContainText("1 parser set.");
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    expect(await parserOf(server, "sandbox", "story-here")).toBe("story-parser");
    expect(await parserOf(server, other, "story-there")).toBeUndefined();

    await bar.getByRole("button", { name: "Change permissions" }).click();
    await dialog.getByLabel("Search permissions").fill("delete events");
    await treeRow(dialog, "Delete events").click();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "See what would happen" }).click();
    await expect(dialog.getByRole("listitem").filter({ hasText: "story-view" })).toContainText(
      "+ delete events (can destroy data or tokens)",
    );
    await expect(dialog.getByRole("list", { name: "To think about" })).toContainText("destroy data");
    await dialog.getByRole("button", { name: "Change the permissions of 1 token" }).click();
    await expect(dialog).toContainText("1 permissions changed.");
    const { tokens } = await server.graphql<{ tokens: { results: { permissions: string[] }[] } }>(
      '{ tokens(searchFilter: "story-view", sortBy: Name) { results { ... on ViewPermissionsToken { permissions } } } }',
    );
    expect(tokens.results[0]?.permissions.toSorted()).toEqual(["DeleteEvents", "OrganizationOwnedQueries", "ReadAccess"]);
  },
);

test(
  "renewing many makes successors beside them, replaces one's own personal token by consent, and refuses what cannot be renewed",
  { tag: "@long" },
  async ({ page, server }) => {
    const olds = new Map<string, string>([["story-view", await viewToken(server, "story-view")]]);
    const { created } = await server.graphql<{ created: { token: string } }>(
      `mutation { created: createOrganizationPermissionsTokenV2(
        input: { name: "story-organization", organizationPermissions: [ViewUsage] }) { token } }`,
    );
    olds.set("story-organization", created.token);
    await ingestToken(server, "sandbox", "story-shipper");
    await ingestToken(server, "sandbox", "story-shipper-taken");
    const own = await server.tokenFor("admin");
    await server.store.db
      .updateTable("tokens")
      .set({ name: "story-own" })
      .where("id", "=", own.split("~")[0] ?? "")
      .execute();
    const other = await server.store.db
      .selectFrom("tokens")
      .select("id")
      .where("kind", "=", "personal")
      .where("name", "not in", ["admin", "story-own"])
      .executeTakeFirstOrThrow();
    await server.store.db.updateTable("tokens").set({ name: "story-theirs" }).where("id", "=", other.id).execute();
    await server.graphql(`mutation { updateTokenSecurityPolicies(input: {
      personalUserTokensEnabled: true, viewPermissionTokensEnabled: true, organizationPermissionTokensEnabled: true,
      viewPermissionTokensAllowPermissionUpdates: false, organizationPermissionTokensAllowPermissionUpdates: false,
      viewPermissionTokensEnforceExpirationAfterMs: ${30 * day}
    }) { __typename } }`);

    await signIn(page, server, { to: "/tokens?q=story-" });
    const bar = page.getByRole("group", { name: "Selection" });
    await bar.getByRole("button", { name: /^Select all 6/ }).click();
    await tabTo(page, bar.getByRole("button", { name: "Renew" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("The old ones go on working");
    await dialog.getByLabel("The new ones live").selectOption("90 days");
    await dialog.getByLabel("What the names of new ingest tokens end with").fill("");
    await page.keyboard.press("Enter");
    await expect(dialog).toContainText("Enter what the new names end with");
    await dialog.getByLabel("What the names of new ingest tokens end with").fill("-taken");
    await expect(dialog).toContainText("story-shipper-taken");
    await expectAccessible(page);
    await page.keyboard.press("Enter");

    // Taken in its repository; back to choose another, with what was chosen before still there.
    await dialog.getByRole("button", { name: "refused 2" }).click();
    await expect(dialog.getByRole("listitem").filter({ hasText: "story-shipper" })).toContainText("of the new name already");
    await dialog.getByRole("button", { name: "Back" }).click();
    await expect(dialog.getByLabel("The new ones live")).toHaveValue("90");
    await dialog.getByLabel("What the names of new ingest tokens end with").fill("-2");
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("heading", { name: "Renew 5 tokens?" })).toBeVisible();
    await expect(dialog.getByRole("list", { name: "What would happen" })).toContainText("1 former secret stops now");
    await expect(dialog.getByRole("alert").filter({ hasText: "story-own" })).toContainText("You can have one alone");
    const line = (named: string) => dialog.getByRole("listitem").filter({ has: page.getByText(named, { exact: true }) });
    await expect(line("story-view")).toContainText("as late as the security policy allows");
    await expect(line("story-shipper")).toContainText("story-shipper-2");
    await dialog.getByRole("button", { name: "refused 1" }).click();
    await expect(line("story-theirs")).toContainText("It belongs to somebody else");
    await expectAccessible(page);
    await dialog.getByRole("textbox").fill("1");
    await page.keyboard.press("Enter");

    const results = page.getByRole("dialog", { name: "What became of the tokens" });
    await expect(results).toContainText("5 renewed.");
    await expectAccessible(page);
    const download = page.waitForEvent("download");
    await results.getByRole("button", { name: "Save as JSON" }).click();
    const file = JSON.parse(await readFile(await (await download).path(), "utf8")) as {
      readonly tokens: readonly { readonly name: string; readonly newName?: string; readonly token: string }[];
    };
    const made = new Map(file.tokens.map(({ name, token }) => [name, token]));
    for (const [name, former] of olds) {
      expect(await statusWith(server, former), name).toBe(200);
      expect(await statusWith(server, made.get(name) ?? ""), name).toBe(200);
    }
    expect([await statusWith(server, own), await statusWith(server, made.get("story-own") ?? "")]).toEqual([401, 200]);
    expect(file.tokens.flatMap(({ newName }) => newName ?? []).toSorted()).toEqual(["story-shipper-2", "story-shipper-taken-2"]);
    expect(await ingestValue(server, "sandbox", "story-shipper-2")).toBe(made.get("story-shipper"));
    await results.getByRole("checkbox", { name: "I have saved the file, and it is there" }).check();
    await results.getByRole("button", { name: "Close", exact: true }).click();
    await expect(bar).toContainText("1 selected");
  },
);

function rowOf(grid: Locator, name: string): Locator {
  return grid.getByRole("row").filter({ hasText: name });
}

/** Holds the requests that carry a mutation until they are released. */
async function holdMutations(page: Page, mutation: string) {
  let count = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/graphql", async (route) => {
    if (route.request().postData()?.includes(mutation) !== true) return route.fallback();
    count++;
    await released;
    return route.fallback();
  });
  return { count: () => count, release: () => release() };
}

/** Makes a view token that reads the sandbox, and gives its string. */
async function viewToken(server: StoryServer, name: string): Promise<string> {
  const { created } = await server.graphql<{ created: { token: string } }>(
    "mutation ($input: CreateViewPermissionsTokenV2Input!) { created: createViewPermissionsTokenV2(input: $input) { token } }",
    { input: { name, viewIds: [await domainId(server, "sandbox")], viewPermissions: ["ReadAccess"] } },
  );
  return created.token;
}

async function ingestToken(server: StoryServer, repository: string, name: string): Promise<void> {
  await server.graphql("mutation ($input: AddIngestTokenV3Input!) { addIngestTokenV3(input: $input) { name } }", {
    input: { repositoryName: repository, name },
  });
}

async function ingestValue(server: StoryServer, repository: string, name: string): Promise<string | undefined> {
  const { found } = await server.graphql<{ found: { ingestTokens: { name: string; token: string }[] } }>(
    "query ($name: String!) { found: repository(name: $name) { ingestTokens { name token } } }",
    { name: repository },
  );
  return found.ingestTokens.find((token) => token.name === name)?.token;
}

async function parserOf(server: StoryServer, repository: string, name: string): Promise<string | undefined> {
  const { found } = await server.graphql<{
    found: { ingestTokens: { name: string; parser: { name: string } | null }[] };
  }>("query ($name: String!) { found: repository(name: $name) { ingestTokens { name parser { name } } } }", { name: repository });
  return found.ingestTokens.find((token) => token.name === name)?.parser?.name;
}

async function domainId(server: StoryServer, name: string): Promise<string> {
  const { searchDomain } = await server.graphql<{ searchDomain: { id: string } }>(
    "query ($name: String!) { searchDomain(name: $name) { id } }",
    { name },
  );
  return searchDomain.id;
}

async function otherRepository(server: StoryServer): Promise<string> {
  const { repositories } = await server.graphql<{ repositories: { name: string; type: string }[] }>(
    "{ repositories { name type } }",
  );
  const found = repositories.find(({ name, type }) => name !== "sandbox" && type !== "SYSTEM");
  if (found === undefined) throw new Error("The sample organization has several repositories.");
  return found.name;
}

/** Makes a user `keeper`, who may change the ingest tokens of the sandbox for as long as the role is assigned. */
async function ingestKeeper(server: StoryServer) {
  await server.graphql('mutation { addUserV2(input: { username: "keeper" }) { __typename } }');
  const { createRole } = await server.graphql<{ createRole: { role: { id: string } } }>(
    "mutation ($input: AddRoleInput!) { createRole(input: $input) { role { id } } }",
    { input: { displayName: "Keeper", viewPermissions: ["ReadAccess", "ChangeIngestTokens"] } },
  );
  const { users } = await server.graphql<{ users: { id: string; username: string }[] }>("{ users { id username } }");
  const userId = users.find(({ username }) => username === "keeper")?.id;
  const searchDomainId = await domainId(server, "sandbox");
  const assign = async (roleIds: readonly string[]) => {
    await server.graphql(
      "mutation ($input: AssignUserRolesInSearchDomainInput!) { assignUserRolesInSearchDomain(input: $input) { id } }",
      { input: { searchDomainId, roleAssignments: [{ userId, roleIds }] } },
    );
  };
  await assign([createRole.role.id]);
  return { role: createRole.role.id, assign };
}

async function namesOf(server: StoryServer, searched: string): Promise<readonly string[]> {
  const { tokens } = await server.graphql<{ tokens: { results: { name: string }[] } }>(
    "query ($searched: String!) { tokens(searchFilter: $searched, sortBy: Name) { results { name } } }",
    { searched },
  );
  return tokens.results.map(({ name }) => name);
}

async function statusWith(server: StoryServer, token: string): Promise<number> {
  const response = await fetch(`${server.cluster}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ repositories { name } }" }),
  });
  return response.status;
}

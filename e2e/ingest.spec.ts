import type { Page } from "@playwright/test";

import { expect, expectAccessible, readTable, signIn, signInWithToken, tabTo, test, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 200 });

test("a token is created, revealed, given another parser and deleted", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/ingest" });
  await page.getByRole("link", { name: "Create ingest token" }).first().click();
  await page.getByLabel("Repository", { exact: true }).selectOption("sandbox");
  await page.getByLabel("Name").fill("web-servers");
  await page.getByRole("combobox", { name: "Parser" }).selectOption("json");
  await page.getByRole("button", { name: "Create ingest token" }).click();

  await expect(page.getByRole("heading", { name: "web-servers" })).toBeVisible();
  await expect(page.getByText("The token was created.")).toBeVisible();
  const value = await valueOf(server, "sandbox", "web-servers");
  expect(await everythingRendered(page)).not.toContain(value);
  // What a test event can show here is said before one is sent.
  const shows = server.backend === "gateway" ? "its last events are not shown to you here" : "looks for it among the last events";
  await expect(page.getByText(shows)).toBeVisible();

  await page.getByRole("button", { name: "Show the value" }).click();
  await expect(page.getByRole("group", { name: "Value of the token" })).toHaveText(value);
  await page.getByRole("tab", { name: "Vector" }).click();
  const configuration = page.getByRole("group", { name: "Vector configuration" });
  await expect(configuration).toContainText(`token: "${value}"`);
  await expect(configuration).toContainText(`endpoint: "${server.cluster}"`);
  await expect(
    page.getByRole("note").filter({ hasText: `Each machine takes the address ${server.cluster} for itself` }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Hide the value" }).click();
  expect(await everythingRendered(page)).not.toContain(value);
  // Whoever clicks twice wants to see it as well, though it is there at once by now.
  await page.getByRole("button", { name: "Show the value" }).dblclick();
  await expect(page.getByRole("group", { name: "Value of the token" })).toHaveText(value);
  await page.getByRole("button", { name: "Hide the value" }).click();
  expect(await send(server, value)).toBe(200);

  await page.getByLabel("Assigned parser").selectOption("syslog");
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(page.getByRole("button", { name: "Assign", exact: true })).toBeHidden();
  expect(await parsersOf(server, "sandbox")).toEqual({ "web-servers": "syslog" });
  await page.getByLabel("Assigned parser").selectOption("None");
  await page.getByRole("button", { name: "Take the parser off" }).click();
  await expect(page.getByRole("button", { name: "Take the parser off" })).toBeHidden();
  expect(await parsersOf(server, "sandbox")).toEqual({ "web-servers": null });

  await create(server, { repositoryName: "sandbox", name: "unused" });
  await page.goto(`${server.url}/tokens/ingest/token?repository=sandbox&name=unused`);
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete unused?" });
  await expect(dialog).toContainText("refused at once");
  const unused = await valueOf(server, "sandbox", "unused");
  await expect(dialog).toContainText(
    server.backend === "gateway" ? "This server does not tell whether the token is in use." : "It was not used yet.",
  );
  await dialog.getByLabel("Type delete to confirm").fill("delete");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("heading", { name: "Ingest tokens" })).toBeVisible();
  await expect(page.getByRole("note").getByText("The ingest token unused was deleted.")).toBeVisible();
  expect(await parsersOf(server, "sandbox")).toEqual({ "web-servers": null });
  expect(await send(server, unused)).toBe(401);

  await create(server, { repositoryName: "sandbox", name: "made meanwhile" });
  await page.getByRole("button", { name: "Read again" }).click();
  await expect(page.getByRole("link", { name: "made meanwhile" })).toBeVisible();
});

test(
  "a parser that is chosen while the one before is still being assigned stays chosen",
  { tag: "@long" },
  async ({ page, server }) => {
    await create(server, { repositoryName: "sandbox", name: "web-servers", parser: "json" });
    await signIn(page, server, { to: "/tokens/ingest/token?repository=sandbox&name=web-servers" });
    const field = page.getByLabel("Assigned parser");
    await field.selectOption("syslog");
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("mutation")) await released;
      await route.continue();
    });
    await page.getByRole("button", { name: "Assign", exact: true }).click();
    await expect.poll(() => parsersOf(server, "sandbox")).toEqual({ "web-servers": "syslog" });
    await field.selectOption("None");
    release();
    await page.getByRole("button", { name: "Take the parser off" }).click();
    await expect.poll(() => parsersOf(server, "sandbox")).toEqual({ "web-servers": null });
    await expect(field).toHaveValue("");
  },
);

test("a test event reaches the server, and a used token is deleted only once a word is typed", async ({ page, server }) => {
  await create(server, { repositoryName: "sandbox", name: "web-servers", parser: "json" });
  const value = await valueOf(server, "sandbox", "web-servers");
  await signIn(page, server, { to: "/tokens/ingest/token?repository=sandbox&name=web-servers" });
  await expect(page.getByText("Events are not stored here.")).toBeVisible();
  await page.getByRole("button", { name: "Send a test event" }).click();
  await expect(
    page.getByText(
      "The event arrived. No parser ran on it: this server has none that run. A LogScale cluster would give it to json.",
    ),
  ).toBeVisible();
  await expect(page.getByRole("list", { name: "Last events received" })).toContainText("sent from the Tokenhouse dashboard");
  await page.getByLabel("Assigned parser").selectOption("syslog");
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(page.getByRole("button", { name: "Assign", exact: true })).toBeHidden();
  await page.getByRole("button", { name: "Send a test event" }).click();
  await expect(page.getByText(/^The event arrived\. No parser ran on it: .* would give it to syslog\.$/)).toBeVisible();

  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete web-servers?" });
  await expect(dialog).toContainText("brought 2 events in the last day");
  await expect(dialog.getByRole("button", { name: "Delete it" })).toBeDisabled();
  await dialog.getByLabel("Type delete to confirm").fill("delete");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("heading", { name: "Ingest tokens" })).toBeVisible();
  expect(await send(server, value)).toBe(401);
});

test("the list shows the tokens of every repository, and narrows to one", async ({ page, server }) => {
  for (const repositoryName of ["sandbox", await anotherRepository(server)]) {
    for (const name of ["alpha", "beta"]) await create(server, { repositoryName, name, parser: "kv" });
  }
  const other = await anotherRepository(server);
  expect(await send(server, await valueOf(server, other, "beta"))).toBe(200);

  await signIn(page, server, { to: "/tokens/ingest" });
  const table = page.getByRole("grid", { name: "Ingest tokens" });
  await page.getByLabel(/^Name, id/).fill("beta");
  await expect(page.getByText(/^2 of \d+ ingest tokens$/)).toBeVisible();
  const rows = await readTable(table);
  expect(rows.map((row) => [row["Repository"], row["Name"], row["Parser"], row["Events"]])).toEqual(
    expect.arrayContaining([
      ["sandbox", "beta", "kv", "0"],
      [other, "beta", "kv", "1"],
    ]),
  );
  await page.reload();
  await expect(page.getByLabel(/^Name, id/), "kept in the address").toHaveValue("beta");

  await page.getByLabel(/^Name, id/).fill("");
  await page.getByRole("link", { name: other, exact: true }).first().click();
  await expect(page.getByRole("heading", { name: `Ingest tokens of ${other}` })).toBeVisible();
  await expect(page.getByRole("list", { name: "Last events received" })).toContainText("from a script");
  await page.getByRole("link", { name: "alpha" }).click();
  await expect(page.getByRole("heading", { name: "alpha" })).toBeVisible();
  await expect(page.getByText("Nothing sent with this token")).toBeVisible();
});

test(
  "tokens whose names look like addresses are each opened, reloaded and deleted as themselves",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    for (const name of ["a/b", "a%2Fb", "..", "web.v2"]) await create(server, { repositoryName: "sandbox", name });
    await signIn(page, server, { to: "/tokens/ingest" });
    for (const name of ["a/b", "..", "a%2Fb"]) {
      await page.getByRole("link", { name: "Ingest", exact: true }).click();
      await page.getByRole("link", { name, exact: true }).click();
      await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
      await page.reload();
      await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
      await page.getByRole("button", { name: "Show the value" }).click();
      await expect(page.getByRole("group", { name: "Value of the token" })).toHaveText(await valueOf(server, "sandbox", name));
    }
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByLabel("Type delete to confirm").fill("delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete it" }).click();
    await expect(page.getByRole("note").getByText("The ingest token a%2Fb was deleted.")).toBeVisible();
    expect(Object.keys(await parsersOf(server, "sandbox")).toSorted()).toEqual(["..", "a/b", "web.v2"]);

    // A link of a former version, to a token and in a repository with dots, leads to the list.
    await page.goto(`${server.url}/tokens/ingest/in/sandbox/web.v2`);
    await expect(page.getByText(/^1 of \d+ ingest tokens$/)).toBeVisible();
    await expect(page.getByRole("link", { name: "web.v2", exact: true })).toBeVisible();
  },
);

test("choosing a value takes root and the feature flag, and a weak value is warned of before and after", async ({
  page,
  server,
}) => {
  await signIn(page, server, { to: "/tokens/ingest/new?repository=sandbox" });
  await expect(page.getByLabel("Repository", { exact: true })).toHaveValue("sandbox");
  await expect(page.getByLabel("Choose the value myself")).toBeDisabled();
  await page.getByRole("button", { name: "Switch custom values on" }).click();
  await page.getByLabel("Name").fill("legacy");
  await page.getByLabel("Choose the value myself").check();
  await page.getByLabel("Custom value").fill("two words");
  await page.getByRole("button", { name: "Create ingest token" }).click();
  await expect(page.getByText(/without spaces/)).toBeVisible();
  await page.getByLabel("Custom value").fill("legacy-1");
  await expect(page.getByText(/so short that it could be found by trying/)).toBeVisible();
  await page.getByRole("button", { name: "Create ingest token" }).click();
  await expect(page.getByRole("heading", { name: "legacy" })).toBeVisible();
  for (const name of ["Value", "Findings"]) {
    await expect(
      page.getByRole("region", { name, exact: true }).getByText(/so short that it could be found by trying/),
    ).toBeVisible();
  }
  expect(await everythingRendered(page)).not.toContain("legacy-1");
  expect(await send(server, "legacy-1")).toBe(200);

  await page.goto(`${server.url}/tokens/ingest/new?repository=sandbox`);
  await page.getByLabel("Name").fill("copycat");
  await page.getByLabel("Choose the value myself").check();
  await page.getByLabel("Custom value").fill("legacy-1");
  await page.getByRole("button", { name: "Create ingest token" }).click();
  await expect(page.getByText("This value is in use by another ingest token.")).toBeVisible();
});

test("who may not change ingest tokens is told so, and sees no values", { tag: "@wire" }, async ({ page, server }) => {
  await create(server, { repositoryName: "sandbox", name: "alpha" });
  const { searchDomain } = await server.graphql<{ searchDomain: { id: string } }>(`{ searchDomain(name: "sandbox") { id } }`);
  const { createViewPermissionsToken: reader } = await server.graphql<{ createViewPermissionsToken: string }>(
    'mutation ($id: String!) { createViewPermissionsToken(input: { name: "reader", viewIds: [$id], permissions: [ReadAccess] }) }',
    { id: searchDomain.id },
  );
  await signInWithToken(page, server, reader, { to: "/tokens/ingest" });
  await expect(page.getByText("No ingest tokens are shown to you")).toBeVisible();
  await page.goto(`${server.url}/tokens/ingest/token?repository=sandbox&name=alpha`);
  await expect(page.getByText("You don't have permission to read ingest tokens.")).toBeVisible();
  await page.goto(`${server.url}/tokens/ingest/new`);
  await expect(page.getByText("You may not create ingest tokens")).toBeVisible();
});

test("the page of a token says so when somebody deletes it meanwhile", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await create(server, { repositoryName: "sandbox", name: "alpha" });
  await signIn(page, server, { to: "/tokens/ingest/token?repository=sandbox&name=alpha" });
  await expect(page.getByRole("button", { name: "Show the value" })).toBeVisible();
  await server.graphql(`mutation { removeIngestToken(repositoryName: "sandbox", name: "alpha") { result } }`);
  await page.getByRole("button", { name: "Show the value" }).click();
  await expect(page.getByText("The token was deleted meanwhile.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("sandbox has no ingest token of this name")).toBeVisible();
});

test("the page says why a test event could not be sent", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await create(server, { repositoryName: "sandbox", name: "beta" });
  await signIn(page, server, { to: "/tokens/ingest/token?repository=sandbox&name=beta" });
  await expect(page.getByRole("button", { name: "Send a test event" })).toBeVisible();
  await server.stop();
  await page.getByRole("button", { name: "Send a test event" }).click();
  await expect(page.getByText("The test event was not sent")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in the ${colorScheme} scheme`, () => {
    test.use({ colorScheme });

    test("axe finds nothing on the pages and the dialog", { tag: "@long" }, async ({ page, server }) => {
      await create(server, { repositoryName: "sandbox", name: "alpha", parser: "json" });
      await send(server, await valueOf(server, "sandbox", "alpha"));
      await signIn(page, server, { to: "/tokens/ingest" });
      await expect(page.getByRole("grid", { name: "Ingest tokens" })).toBeVisible();
      await expectAccessible(page);
      await page.goto(`${server.url}/tokens/ingest/new?repository=sandbox`);
      await expect(page.getByRole("button", { name: "Switch custom values on" })).toBeVisible();
      await expectAccessible(page);
      await page.goto(`${server.url}/tokens/ingest/token?repository=sandbox&name=alpha`);
      await page.getByRole("button", { name: "Show the value" }).click();
      await expect(page.getByRole("list", { name: "Last events received" })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Delete" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test("a token is created and revealed by keyboard alone", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/ingest/new?repository=sandbox" });
  await page.getByLabel("Repository", { exact: true }).focus();
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type("keyboard");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "keyboard" })).toBeFocused();
  await page.getByRole("button", { name: "Copy the value" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: "Value of the token" })).toHaveText(await valueOf(server, "sandbox", "keyboard"));
});

async function create(server: StoryServer, input: { repositoryName: string; name: string; parser?: string }): Promise<void> {
  await server.graphql("mutation ($input: AddIngestTokenV3Input!) { addIngestTokenV3(input: $input) { name } }", { input });
}

async function anotherRepository(server: StoryServer): Promise<string> {
  const { repositories } = await server.graphql<{ repositories: { name: string; type: string }[] }>(
    "{ repositories { name type } }",
  );
  const found = repositories.find(({ name, type }) => type !== "SYSTEM" && name !== "sandbox");
  if (found === undefined) throw new Error("The sample organization has one repository alone.");
  return found.name;
}

/** The parsers of a repository's tokens, by the token's name. */
async function parsersOf(server: StoryServer, name: string): Promise<Record<string, string | null>> {
  const { repository } = await server.graphql<{
    repository: { ingestTokens: { name: string; parser: { name: string } | null }[] };
  }>("query ($name: String!) { repository(name: $name) { ingestTokens { name parser { name } } } }", { name });
  return Object.fromEntries(repository.ingestTokens.map((token) => [token.name, token.parser?.name ?? null]));
}

async function valueOf(server: StoryServer, repository: string, name: string): Promise<string> {
  const answer = await server.graphql<{ repository: { ingestTokens: { name: string; token: string }[] } }>(
    "query ($repository: String!) { repository(name: $repository) { ingestTokens { name token } } }",
    { repository },
  );
  const found = answer.repository.ingestTokens.find((token) => token.name === name);
  if (found === undefined) throw new Error(`${repository} has no ingest token ${name}.`);
  return found.token;
}

async function send(server: StoryServer, token: string): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/ingest/raw`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: "an event from a script",
  });
  return response.status;
}

/** The document with the values of its fields, and what the browser stores. */
async function everythingRendered(page: Page): Promise<string> {
  return page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll("input")].map(({ value }) => value),
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      JSON.stringify(history.state),
      location.href,
    ].join("\n"),
  );
}

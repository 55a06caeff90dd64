import { dismiss, expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";

test("everything with a name is found by keyboard, and a pasted secret goes nowhere", async ({ page, server }) => {
  await signIn(page, server);
  const { tokens } = await server.graphql<{ tokens: { results: { id: string; name: string }[] } }>(
    `{ tokens(typeFilter: [ViewPermissionToken], sortBy: Name, limit: 1) { results { ... on Token { id name } } } }`,
  );
  const [token] = tokens.results;
  if (token === undefined) throw new Error("The sample has no view token.");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url() + (request.postData() ?? "")));

  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Find" });
  const field = dialog.getByRole("combobox");
  await expect(field).toBeFocused();
  await expectAccessible(page);
  // As somebody does who found a leaked token and wants to know whose it is.
  const secret = "s3cr3tS".repeat(7).slice(0, 44);
  await field.fill(`${token.id}~${secret}`);
  await expect(field).toHaveValue(`${token.id}~`);
  await page.keyboard.type(secret);
  await expect(field).toHaveValue(`${token.id}~`);
  await expect(dialog.getByText(/What looks like a secret was taken out and sent nowhere/)).toBeVisible();
  await expect(dialog.getByRole("option")).toHaveText([new RegExp(`^${token.name}.*${token.id}$`)]);
  await expect(dialog.getByRole("group", { name: "View tokens" }).getByRole("option")).toHaveCount(1);
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: token.name })).toBeVisible();
  await expect(dialog).toBeHidden();
  expect(sent.join("\n")).not.toContain(secret);

  // Pages too; and what is not there is told.
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("security policies");
  await expect(dialog.getByRole("option")).toHaveText([/Security policies/]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Security policies" })).toBeVisible();
  await page.getByRole("button", { name: "Find" }).click();
  await expect(field).toBeFocused();
  await page.keyboard.type("no such thing anywhere");
  await expect(dialog.getByText(/^Nothing that you may list matches by its name or id/)).toBeVisible();
  // The list searches by more than that.
  await expect(dialog.getByRole("option")).toHaveText([/^Search all tokens for “no such thing anywhere”/]);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Find" })).toBeFocused();
});

test("the search says when it cannot reach the server, and still finds pages", async ({ page, server }) => {
  // The overview would have read the lists before.
  await signIn(page, server, { to: "/recovery" });
  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Find" });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await server.stop();
  await page.keyboard.type("view");
  await expect(dialog.getByText(/^API tokens, IP filters, .* could not be searched/)).toBeVisible();
  await expect(dialog.getByRole("option", { name: /^View tokens/ })).toBeVisible();
  await dialog.getByRole("combobox").fill("no such thing anywhere");
  await expect(dialog.getByText(/^Nothing matches in what was searched\./)).toBeVisible();
  await server.start();
});

/** Makes one of each thing that the server itself cannot search. */
async function makeNamed(server: StoryServer): Promise<{ readonly fleetValue: string }> {
  await server.graphql('mutation { addIngestTokenV3(input: { repositoryName: "checkout", name: "fluent-bit" }) { name } }');
  const { made } = await server.graphql<{ made: { token: string } }>(
    'mutation { made: createFleetInstallToken(name: "quay-tablets") { token } }',
  );
  await server.graphql('mutation { createLogCollectorConfiguration(name: "linux-baseline") { id } }');
  return { fleetValue: made.token };
}

for (const backend of ["embedded", "gateway"] as const) {
  test.describe(backend, () => {
    test.use({ backend, tokens: 200 });

    test(`whatever has a page is found by its name (${backend})`, { tag: "@long" }, async ({ page, server }) => {
      const { fleetValue } = await makeNamed(server);
      await signIn(page, server);
      const dialog = page.getByRole("dialog", { name: "Find" });
      const field = dialog.getByRole("combobox");
      for (const [text, group, title] of [
        ["fluent-bit", "Ingest tokens", "fluent-bit"],
        ["quay-tab", "Fleet tokens", "quay-tablets"],
        ["linux-baseline", "Collector configurations", "linux-baseline"],
        ["checkout", "Repositories and views", "checkout"],
        ["Kubernetes clus", "IP filters", "Kubernetes clusters"],
        ["create a fleet token", "Actions", "Fleet tokens"],
        ["policy of view", "Pages", "Security policies"],
      ] as const) {
        await page.keyboard.press("Control+k");
        await field.fill(text);
        await expect(dialog.getByRole("group", { name: group }).getByRole("option")).toHaveCount(1);
        await expect(dialog.getByText(/^Nothing/)).toHaveCount(0);
        await dialog.getByRole("group", { name: group }).getByRole("option").click();
        if (text === "create a fleet token") {
          await page.getByRole("dialog", { name: "Create a fleet token" }).getByRole("button", { name: "Cancel" }).click();
          await expect(page).toHaveURL(/fleet$/);
        }
        await expect(page.getByRole("heading", { level: 1, name: title, exact: true })).toBeVisible();
      }
      await expect(page.getByRole("heading", { level: 2, name: "View tokens" })).toBeFocused();

      // The value of a fleet token looks like an id. It is recognised here, and leaves the page no more than any other.
      const sent: string[] = [];
      page.on("request", (request) => sent.push(request.url() + (request.postData() ?? "")));
      await page.keyboard.press("Control+k");
      await field.fill(fleetValue);
      await expect(dialog.getByRole("option")).toHaveText([/quay-tablets.*The token with the value that was taken out/]);
      await expect(field).toHaveValue("~");
      expect(sent.join("\n")).not.toContain(fleetValue);
    });
  });
}

test("who may see only some of it is told what is not shown, and nothing false", async ({ page, server }) => {
  await makeNamed(server);
  const { username } = await server.store.db
    .selectFrom("users")
    .select("username")
    .where("isRoot", "=", false)
    .where("isOrgRoot", "=", false)
    .executeTakeFirstOrThrow();
  await signIn(page, server, { as: username });
  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Find" });
  await dialog.getByRole("combobox").fill("linux-baseline");
  await expect(
    dialog.getByText(
      /^Nothing that you may list matches by .* does\. Users, fleet tokens and collector configurations are not shown to you\./,
    ),
  ).toBeVisible();
  await dialog.getByRole("combobox").fill("create");
  await expect(dialog.getByText("Create a personal token")).toBeVisible();
  await expect(dialog.getByText("Create a system token")).toHaveCount(0);
  await expect(dialog.getByText("Create a fleet token")).toHaveCount(0);
});

test("actions are done from the search", async ({ page, server }) => {
  await signIn(page, server, { to: "/ip-filters" });
  const dialog = page.getByRole("dialog", { name: "Find" });
  const run = async (text: string) => {
    await page.keyboard.press("Control+k");
    await dialog.getByRole("combobox").fill(text);
    await expect(dialog.getByRole("option", { selected: false }).first()).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
  };
  await run("appearance: dark");
  await expect(page.locator("html")).toHaveAttribute("data-color-scheme", "dark");
  const asked = page.waitForRequest((request) => request.postData()?.includes("IpFilters") === true);
  await run("read again");
  await asked;
  await run("keyboard");
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dismiss(shortcuts);
  await run("sign out");
  await expect(page.getByLabel("API token")).toBeVisible();
});

test("going to a search result asks before a draft is lost", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await page.getByLabel("System tokens may exist").uncheck();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Find" }).getByRole("combobox")).toBeFocused();
  await page.keyboard.type("recovery");
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: /Leave/ });
  await question.getByRole("button", { name: "Stay on this page" }).click();
  await expect(page.getByLabel("System tokens may exist")).not.toBeChecked();
});

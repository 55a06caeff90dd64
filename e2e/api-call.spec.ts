import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Locator, Page } from "@playwright/test";

import { expect, expectAccessible, signIn, test, type StoryServer, treeRow } from "./fixtures.ts";

/** Told through a gateway too: the address in a call is then that of the cluster, which is reached by http here. */

/** The text that the dialog shows in one of its tabs. */
async function textOf(page: Page, tab: string): Promise<string> {
  const dialog = page.getByRole("dialog", { name: /as an API call$/ });
  await dialog.getByRole("tab", { name: tab, exact: true }).click();
  return (await dialog.getByRole("group", { name: tab, exact: true }).textContent()) ?? "";
}

/** Runs a printed text of Node.js as a script would, as root. Not synchronously: the server is in this process. */
async function run(text: string, server: StoryServer, environment: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", text], {
    env: { ...environment, LOGSCALE_TOKEN: server.rootToken },
  });
  return stdout;
}

/** Opens the dialog by the keyboard, looks whether any tab has one of the secrets, and closes it; the text for Node.js. */
async function showCall(page: Page, within: Page | Locator, secrets: readonly string[] = []): Promise<string> {
  const button = within.getByRole("button", { name: "Show as API call" });
  await button.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /as an API call$/ });
  await expect(dialog).toBeVisible();
  for (const tab of await dialog.getByRole("tab").all()) {
    await tab.click();
    const shown = (await dialog.textContent()) ?? "";
    for (const secret of secrets) expect(shown, `the tab ${await tab.textContent()}`).not.toContain(secret);
  }
  const text = await textOf(page, "Node.js");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  return text;
}

test("a draft of the policies shown as an API call does, run by a script, what the form says", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  const allow = page.getByRole("region", { name: "View tokens" }).getByLabel("Permissions of existing tokens may be changed");
  await allow.setChecked(!(await allow.isChecked()));
  const wanted = await allow.isChecked();
  await page.getByRole("button", { name: "Show as API call" }).click();
  await expect(page.getByRole("dialog", { name: /as an API call$/ })).toBeVisible();
  await expectAccessible(page);
  const python = await textOf(page, "Python");
  expect(python).toContain(`"viewPermissionTokensAllowPermissionUpdates": ${wanted ? "True" : "False"}`);
  const node = await textOf(page, "Node.js");
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Show as API call" })).toBeFocused();
  expect(node).not.toContain(server.rootToken);

  const policy = "{ organization { configs { tokens { viewPermissionTokensAllowPermissionUpdates } } } }";
  const allowed = () => server.graphql<{ organization: { configs: { tokens: Record<string, boolean> } } }>(policy);
  await run(node, server);
  expect((await allowed()).organization.configs.tokens).toEqual({ viewPermissionTokensAllowPermissionUpdates: wanted });
});

test("a new token shown as an API call is also one for humio-operator, once the form is complete", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/organization/new" });
  await page.getByRole("button", { name: "Show as API call" }).click();
  await expect(page.getByText("Give the token a name.")).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByLabel("Name", { exact: true }).fill("it's $HOME");
  await page.getByRole("button", { name: "Report usage" }).click();
  await page.getByRole("button", { name: "Show as API call" }).click();
  expect(await textOf(page, "humio-operator")).toContain("kind: HumioOrganizationToken");
  expect(await textOf(page, "GraphQL")).toContain('"name": "it\'s $HOME"');
  const answer = JSON.parse(await run(await textOf(page, "Node.js"), server)) as {
    data: { createOrganizationPermissionsTokenV2: { token: string } };
  };
  const { token } = answer.data.createOrganizationPermissionsTokenV2;
  const name = await server.graphql("query ($id: String!) { token(tokenId: $id) { name } }", { id: token.split("~")[0] });
  expect(name).toEqual({ token: { name: "it's $HOME" } });
});

test(
  "an ingest token with a chosen value, and its parser, are shown as API calls without the value",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await server.graphql("mutation { enableFeature(feature: CustomIngestTokens) }");
    await signIn(page, server, { to: "/tokens/ingest/new?repository=sandbox" });
    const name = `legacy "feed" ${server.backend}`;
    const value = "kept-by-shippers-83hd7";
    await page.getByLabel("Name").fill(name);
    await page.getByRole("combobox", { name: "Parser" }).selectOption("json");
    await page.getByRole("button", { name: "Show as API call" }).click();
    const dialog = page.getByRole("dialog", { name: "Create an ingest token, as an API call" });
    await expect(dialog.getByRole("tab", { name: "Terraform" })).toBeVisible();
    await expect(dialog.getByRole("tab", { name: "humio-operator" })).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByLabel("Choose the value myself").check();
    await page.getByRole("button", { name: "Show as API call" }).click();
    await expect(page.getByText("Give the token a value.")).toBeVisible();
    await expect(dialog).toBeHidden();
    await page.getByLabel("Custom value").fill(value);
    const creation = await showCall(page, page, [value, server.rootToken]);
    await run(creation, server, { LOGSCALE_INGEST_TOKEN: value });
    const tokens = async () => {
      const { repository } = await server.graphql<{
        repository: { ingestTokens: { name: string; token: string; parser: { name: string } | null }[] };
      }>('{ repository(name: "sandbox") { ingestTokens { name token parser { name } } } }');
      return repository.ingestTokens.find((token) => token.name === name);
    };
    expect(await tokens()).toEqual({ name, token: value, parser: { name: "json" } });

    await page.goto(`${server.url}/tokens/ingest/token?repository=sandbox&name=${encodeURIComponent(name)}`);
    await page.getByLabel("Assigned parser").selectOption("kv");
    await run(await showCall(page, page, [value]), server);
    expect(await tokens()).toMatchObject({ parser: { name: "kv" } });
    await page.getByLabel("Assigned parser").selectOption("None");
    await run(await showCall(page, page, [value]), server);
    expect(await tokens()).toMatchObject({ parser: null });
  },
);

test(
  "what is done to a fleet token is shown as API calls that read the token from the environment",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/tokens/fleet" });
    const open = page.getByRole("button", { name: "Create fleet token" }).first();
    await open.click();
    const create = page.getByRole("dialog", { name: "Create a fleet token" });
    await create.getByRole("button", { name: "Show as API call" }).click();
    await expect(create.getByText("Give the fleet token a name.")).toBeVisible();
    await create.getByLabel("Name").fill('branch "offices"');
    const answer = JSON.parse(await run(await showCall(page, create), server)) as {
      data: { createFleetInstallToken: { token: string } };
    };
    const { token } = answer.data.createFleetInstallToken;
    const made = await server.graphql<{ createLogCollectorConfiguration: { id: string } }>(
      'mutation { createLogCollectorConfiguration(name: "linux") { id } }',
    );
    const { id } = made.createLogCollectorConfiguration;

    await page.reload();
    await page.getByRole("link", { name: 'branch "offices"' }).click();
    await page.getByLabel("Assigned configuration").selectOption(id);
    const environment = { LOGSCALE_FLEET_TOKEN: token };
    await run(await showCall(page, page, [token]), server, environment);
    await page.getByRole("button", { name: "Rename" }).click();
    const rename = page.getByRole("dialog", { name: "Rename the fleet token" });
    await rename.getByLabel("Name").fill("branches");
    await run(await showCall(page, rename, [token]), server, environment);
    expect(
      await server.graphql("query ($id: String!) { fleetInstallationToken(id: $id) { name assignedConfiguration { id } } }", {
        id: token,
      }),
    ).toEqual({ fleetInstallationToken: { name: "branches", assignedConfiguration: { id } } });
  },
);

test(
  "a configuration is shown as API calls that read its text from the environment",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/fleet/configurations" });
    await page.getByRole("button", { name: "Create configuration" }).first().click();
    const create = page.getByRole("dialog", { name: "Create a configuration" });
    await create.getByLabel("Name").fill("linux web servers");
    const answer = JSON.parse(await run(await showCall(page, create), server)) as {
      data: { createLogCollectorConfiguration: { id: string } };
    };
    const { id } = answer.data.createLogCollectorConfiguration;

    await page.goto(`${server.url}/fleet/configurations/${id}`);
    const secret = "ingest-3k9d8f7g6h";
    const yaml = `sources: {}\nsinks:\n  a: {type: humio, token: ${secret}} # é\n`;
    await page.getByRole("textbox", { name: "Draft text" }).click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(yaml);
    await expect(page.getByRole("button", { name: "Save draft" })).toBeEnabled();
    const environment = { LOGSCALE_COLLECTOR_YAML: yaml };
    await run(await showCall(page, page, [secret]), server, environment);
    const texts = () =>
      server.graphql("query ($id: String!) { logCollectorConfiguration(id: $id) { version yaml draft } }", { id });
    expect(await texts()).toEqual({ logCollectorConfiguration: { version: 0, yaml: null, draft: yaml } });
    await page.getByRole("button", { name: "Show as API call" }).click();
    await page.getByLabel("Request").selectOption("Publish version 1 of a collector configuration");
    const dialog = page.getByRole("dialog", { name: "Publish version 1 of a collector configuration, as an API call" });
    await expect(dialog).toBeVisible();
    await expect(dialog).not.toContainText(secret);
    await expectAccessible(page);
    await run(await textOf(page, "Node.js"), server, environment);
    expect(await texts()).toEqual({ logCollectorConfiguration: { version: 1, yaml, draft: null } });
  },
);

test("the description and the name of a configuration are two requests, shown one by one", async ({ page, server }) => {
  const made = await server.graphql<{ createLogCollectorConfiguration: { id: string } }>(
    'mutation { createLogCollectorConfiguration(name: "linux") { id } }',
  );
  await signIn(page, server, { to: `/fleet/configurations/${made.createLogCollectorConfiguration.id}` });
  await page.getByRole("button", { name: "Rename or describe" }).click();
  const form = page.getByRole("dialog", { name: "Rename or describe the configuration" });
  await form.getByLabel("Description").fill("For web servers");
  expect(await showCall(page, form)).toContain('"description": "For web servers"');
  await form.getByLabel("Name").fill("linux web");
  await form.getByRole("button", { name: "Show as API call" }).click();
  await expect(page.getByLabel("Request").getByRole("option")).toHaveText([
    "Rename a collector configuration",
    "Describe a collector configuration",
  ]);
});

test(
  "a change of permissions is shown as an API call that leaves the token what was chosen",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const enabled =
      "personalUserTokensEnabled: true, viewPermissionTokensEnabled: true, organizationPermissionTokensEnabled: true";
    const allowed = "viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensAllowPermissionUpdates: true";
    await server.graphql(`mutation { updateTokenSecurityPolicies(input: { ${enabled}, ${allowed} }) { id } }`);
    const { token } = await server.graphql<{ token: string }>(
      'mutation { token: createOrganizationPermissionsToken(input: { name: "reports", permissions: [ViewUsage] }) }',
    );
    const [id = ""] = token.split("~");
    await signIn(page, server, { to: `/tokens/organization/${id}/permissions` });
    await page.getByLabel("Search permissions").fill("monitor queries");
    await treeRow(page, "Monitor queries").click();
    await run(await showCall(page, page, [token]), server);
    const { token: changed } = await server.graphql<{ token: { permissions: string[] } }>(
      "query ($id: String!) { token(tokenId: $id) { ... on OrganizationPermissionsToken { permissions } } }",
      { id },
    );
    expect(changed.permissions.toSorted()).toEqual(["MonitorQueries", "ViewUsage"]);
  },
);

test(
  "what a dialog asks about is shown as an API call, which does it without asking",
  { tag: "@long" },
  async ({ page, server }) => {
    const { rotated, fleet } = await server.graphql<{ rotated: string; fleet: { token: string } }>(
      'mutation { rotated: createOrganizationPermissionsToken(input: { name: "reports", permissions: [ViewUsage] }) fleet: createFleetInstallToken(name: "branches") { token } }',
    );
    await signIn(page, server, { to: `/tokens/organization/${rotated.split("~")[0] ?? ""}` });
    await page.getByRole("button", { name: "Rotate" }).click();
    const rotation = page.getByRole("dialog", { name: "Rotate reports?" });
    const answer = JSON.parse(await run(await showCall(page, rotation, [rotated]), server)) as { data: { rotateToken: string } };
    await rotation.getByRole("button", { name: "Cancel" }).click();
    const [id = ""] = answer.data.rotateToken.split("~");
    expect(await server.graphql("query ($id: String!) { token(tokenId: $id) { name } }", { id })).toEqual({
      token: { name: "reports" },
    });

    await page.goto(`${server.url}/tokens/fleet`);
    await page.getByRole("link", { name: "branches" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    const deletion = page.getByRole("dialog", { name: "Delete the fleet token branches?" });
    const node = await showCall(page, deletion, [fleet.token]);
    await expectAccessible(page);
    await run(node, server, { LOGSCALE_FLEET_TOKEN: fleet.token });
    expect(await server.graphql("{ fleetInstallationTokens { name } }")).toEqual({ fleetInstallationTokens: [] });
  },
);

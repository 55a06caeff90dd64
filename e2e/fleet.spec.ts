import { createHash } from "node:crypto";

import type { Locator, Page } from "@playwright/test";

import { clipboardOf } from "./clipboard.ts";
import { expect, expectAccessible, readTable, signIn, signInWithToken, test, type StoryServer } from "./fixtures.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"], tokens: 20 });

const hostileName = `branch "offices" it's $HOME \`x\``;

test("a fleet token is created, and its commands enrol a machine with it", { tag: "@wire" }, async ({ page, server }) => {
  const configuration = await createConfiguration(server, "linux web servers");
  await signIn(page, server, { to: "/tokens/fleet" });
  await page.getByRole("button", { name: "Create fleet token" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create a fleet token" });
  await dialog.getByRole("button", { name: "Create fleet token" }).click();
  await expect(dialog.getByText("Give the fleet token a name.")).toBeVisible();
  await dialog.getByLabel("Name").fill(hostileName);
  await dialog.getByLabel("Configuration").selectOption(configuration);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create fleet token" }).click();

  await expect(page.getByRole("heading", { name: hostileName, level: 1 })).toBeVisible();
  const [token] = await fleetTokens(server);
  const value = token?.token ?? "";
  expect(token).toMatchObject({ name: hostileName, assignedConfiguration: { id: configuration } });
  const prefix = createHash("sha256").update(value).digest("hex").slice(0, 12);
  expect(new URL(page.url()).pathname).toBe(`/tokens/fleet/${prefix}`);

  // Both addresses are this machine's own; what to do about it depends on whose the address is.
  const [reaches, cure] =
    server.backend === "gateway" ? ["the cluster", "was told by LOGSCALE_URL"] : ["this server", "or set PUBLIC_URL"];
  const told = page.getByText(`It will reach ${reaches} at ${server.cluster}.`);
  // Where a cluster's commands lead is known once they are read. No list or page reads a value before it is asked for.
  if (server.backend === "gateway") await expect(told).toBeHidden();
  else {
    await expect(told).toBeVisible();
    // The story's own.
    expect(await reveals(server)).toEqual([[`fleetToken ${hostileName}`]]);
  }

  const enrolment = Buffer.from(JSON.stringify({ installToken: value, url: server.cluster })).toString("base64");
  await page.getByRole("button", { name: "Copy the enrol command" }).click();
  await expect.poll(() => clipboardOf(page)).toBe(`sudo humio-log-collector enroll '${enrolment}'`);
  await expect(told).toBeVisible();
  await expect(page.getByText(cure)).toBeVisible();
  if (server.backend === "embedded") expect(await reveals(server)).toHaveLength(2);
  await page.getByRole("button", { name: "Copy the enrolment string" }).click();
  await expect.poll(() => clipboardOf(page)).toBe(enrolment);
  await page.getByRole("tab", { name: "Windows" }).click();
  await page.getByLabel("Where the downloaded package is on the machine").fill(String.raw`C:\it's here\a.msi`);
  await page.getByRole("button", { name: "Copy the install command" }).click();
  await expect
    .poll(() => clipboardOf(page))
    .toBe(String.raw`Start-Process -Wait -FilePath 'msiexec.exe' -ArgumentList '/i "C:\it''s here\a.msi" /quiet'`);
  await expectAccessible(page);

  // Nothing of the token is to be seen until it is asked for, and nothing of it is kept anywhere.
  const command = page.getByRole("group", { name: "Enrol command" });
  await expect(command).toContainText("••••");
  expect(await page.content()).not.toContain(enrolment.slice(24, 60));
  await page.getByRole("button", { name: "Show the token" }).click();
  await expect(command).toContainText(enrolment);
  await page.getByRole("link", { name: "Fleet tokens" }).first().click();
  await expect(page.getByRole("grid", { name: "Fleet tokens" })).toBeVisible();
  expect(await page.content()).not.toContain(value);
  expect(await page.content()).not.toContain(enrolment.slice(24, 60));
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), history.state, document.cookie]),
  );
  expect(kept).not.toContain(value);
  expect(kept).not.toContain(enrolment);
});

test(
  "a fleet token gets another value once that is typed, and the former one is void",
  { tag: "@long" },
  async ({ page, server }) => {
    const configuration = await createConfiguration(server, "for all");
    const former = await createToken(server, "alpha", configuration);
    await signIn(page, server, { to: "/tokens/fleet" });
    await page.getByRole("link", { name: "alpha" }).click();
    await page.getByRole("button", { name: "Show the token" }).click();
    await expect(page.getByRole("button", { name: "Hide the token" })).toBeVisible();
    await page.getByRole("button", { name: "Regenerate" }).click();
    const dialog = page.getByRole("dialog", { name: "Regenerate the fleet token alpha?" });
    await expect(dialog.getByRole("button", { name: "Regenerate" })).toBeDisabled();
    await dialog.getByLabel("Type regenerate to confirm").fill("regenerate");
    await dialog.getByRole("button", { name: "Regenerate" }).click();
    await expect(
      page.getByRole("note").getByText("The fleet token alpha has another value now. The one before is void."),
    ).toBeVisible();
    await expect(page.getByRole("heading", { name: "alpha", level: 1 })).toBeVisible();
    const [regenerated, ...others] = await fleetTokens(server);
    expect(others).toEqual([]);
    expect(regenerated).toMatchObject({ name: "alpha", assignedConfiguration: { id: configuration } });
    expect(regenerated?.token).not.toBe(former);
    // The page has the new one's commands, hidden again.
    const enrolment = Buffer.from(JSON.stringify({ installToken: regenerated?.token, url: server.cluster })).toString("base64");
    await expect(page.getByRole("group", { name: "Enrolment string" })).toHaveText(/^•+$/u);
    await page.getByRole("button", { name: "Show the token" }).click();
    await expect(page.getByRole("group", { name: "Enrolment string" })).toHaveText(enrolment);
  },
);

test(
  "a command that is still being read when its page is left is not copied",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await createToken(server, "alpha", null);
    await signIn(page, server, { to: "/tokens/fleet" });
    await page.getByRole("link", { name: "alpha" }).click();
    await page.getByRole("button", { name: "Copy the install command" }).click();
    const before = "sudo dpkg --install 'humio-log-collector.deb'";
    await expect.poll(() => clipboardOf(page)).toBe(before);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/(?:graphql|queries)$/u, async (route) => {
      if (route.request().postData()?.includes("installationCommands") === true) await released;
      return route.fallback();
    });
    const asked = page.waitForRequest((request) => request.postData()?.includes("installationCommands") === true);
    await page.getByRole("button", { name: "Copy the enrol command" }).click();
    const request = await asked;
    await page.getByRole("link", { name: "Fleet tokens" }).first().click();
    await expect(page.getByRole("grid", { name: "Fleet tokens" })).toBeVisible();
    release();
    expect(await (await request.response())?.text()).toContain("enroll");
    // What the page does with that answer is done before it has a later one.
    await page.evaluate(async () => (await fetch("/healthz")).text());
    expect(await clipboardOf(page)).toBe(before);
  },
);

test(
  "fleet tokens whose values could not be read are deleted once that is tried again",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await createToken(server, "story-alpha", null);
    await createToken(server, "story-beta", null);
    await signIn(page, server, { to: "/tokens?q=story-" });
    const bar = page.getByRole("group", { name: "Selection" });
    await bar.getByRole("button", { name: /^Select all 2/u }).click();
    await bar.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("2");
    let cut = true;
    // A cluster's list is read once more before anything is deleted, and then for the values.
    let passes = server.backend === "gateway" ? 1 : 0;
    await page.route(/\/(?:graphql|queries)$/u, async (route) => {
      if (!cut || !/FleetTokenValue|query FleetTokenPage\b/u.test(route.request().postData() ?? "")) return route.fallback();
      return passes-- > 0 ? route.fallback() : route.abort("connectionreset");
    });
    await dialog.getByRole("button", { name: "Delete 2 tokens" }).click();
    const again = dialog.getByRole("button", { name: "Try 2 tokens again" });
    await expect(again).toBeVisible();
    expect(await fleetTokens(server)).toHaveLength(2);
    cut = false;
    await again.click();
    await expect(dialog).toContainText("2 deleted.");
    expect(await fleetTokens(server)).toEqual([]);
  },
);

test(
  "a fleet token that got another value is not said to have its former one where the list cannot be read",
  { tag: "@long" },
  async ({ page, server }) => {
    const former = await createToken(server, "alpha", null);
    const handle = createHash("sha256").update(former).digest("hex").slice(0, 12);
    // As on a page that came over plain http from elsewhere.
    await page.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
    await signIn(page, server, { to: `/tokens/fleet/${handle}` });
    await page.getByRole("button", { name: "Regenerate" }).click();
    const dialog = page.getByRole("dialog", { name: "Regenerate the fleet token alpha?" });
    await dialog.getByLabel("Type regenerate to confirm").fill("regenerate");
    let gone = false;
    await page.route("**/*", async (route) => {
      if (gone) return route.abort("connectionrefused");
      if (route.request().postData()?.includes("regenerateFleetInstallToken") !== true) return route.fallback();
      const response = await route.fetch();
      gone = true;
      return route.fulfill({ response });
    });
    await dialog.getByRole("button", { name: "Regenerate" }).click();
    await expect(
      page.getByRole("note").getByText("The fleet token alpha has another value now. The one before is void."),
    ).toBeVisible();
    await expect(page.getByText("The fleet token has its former value still")).toBeHidden();
  },
);

test("a fleet token is renamed, assigned, taken out of use and deleted", { tag: "@wire" }, async ({ page, server }) => {
  const first = await createConfiguration(server, "first");
  const second = await createConfiguration(server, "second");
  await createToken(server, "alpha", first);
  await createToken(server, "beta", null);
  await signIn(page, server, { to: "/tokens/fleet" });
  const table = page.getByRole("grid", { name: "Fleet tokens" });
  await expect(table.getByRole("link", { name: "alpha" })).toBeVisible();
  expect((await readTable(table)).map((row) => [row["Name"], row["Configuration"]])).toEqual([
    ["alpha", "first"],
    ["beta", "not assigned"],
  ]);
  await expectAccessible(page);
  await table.getByRole("link", { name: "alpha" }).click();

  await page.getByRole("button", { name: "Rename" }).click();
  const rename = page.getByRole("dialog", { name: "Rename the fleet token" });
  await rename.getByLabel("Name").fill("gamma");
  await rename.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "gamma", level: 1 })).toBeVisible();

  const assigned = page.getByLabel("Assigned configuration");
  await assigned.selectOption(second);
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(page.getByRole("link", { name: "Open this configuration" })).toHaveAttribute("href", new RegExp(second));
  await assigned.selectOption({ label: "None" });
  await page.getByRole("button", { name: "Take the configuration away" }).click();
  await expect(page.getByText("No configuration is assigned, so machines that enrol now collect nothing yet.")).toBeVisible();
  expect(await fleetTokens(server)).toMatchObject([
    { name: "beta", assignedConfiguration: null },
    { name: "gamma", assignedConfiguration: null },
  ]);

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const confirm = page.getByRole("dialog", { name: "Delete the fleet token gamma?" });
  await confirm.getByRole("button", { name: "Cancel" }).click();
  expect(await fleetTokens(server)).toHaveLength(2);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await confirm.getByRole("button", { name: "Delete fleet token" }).click();
  await expect(table.getByRole("link", { name: "beta" })).toBeVisible();
  await expect(table.getByRole("link", { name: "gamma" })).toHaveCount(0);
  await expect(page.getByRole("note").getByText("The fleet token gamma was deleted.")).toBeVisible();
  expect(await fleetTokens(server)).toMatchObject([{ name: "beta" }]);
});

test(
  "a configuration is written, its fault named with the line, drafted and published",
  { tag: "@wire" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/fleet/configurations" });
    await page.getByRole("button", { name: "Create configuration" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Create a configuration" });
    await dialog.getByLabel("Name").fill("linux web servers");
    await dialog.getByRole("button", { name: "Create configuration" }).click();

    const check = page.getByRole("region", { name: "Check of the text" });
    // What a configuration starts with has the server's address, and takes the token from a variable.
    await expect(check.getByRole("status")).toHaveText("The text is sound.");
    await write(page, "sources:\n  a: {type: file, sink: s}\na: 1\na: 2\n");
    await expect(check.getByRole("status")).toHaveText("1 fault");
    await expect(check).toContainText("Line 4, column 1: This key is there twice.");
    await expect(page.getByRole("button", { name: "Publish version 1" })).toBeDisabled();
    await expectAccessible(page);
    // The fault leads to its place, so that what is typed next stands there.
    await check.getByRole("button", { name: "Line 4, column 1" }).click();
    await page.keyboard.type("b");
    await expect(check.getByRole("status")).toHaveText("1 warning");
    await expect(check).toContainText("This source names a sink that is not there.");

    await page.getByRole("button", { name: "Save draft" }).click();
    await expect(page.getByText(/^Draft, saved/)).toBeVisible();
    const draft = "sources:\n  a: {type: file, sink: s}\na: 1\nba: 2\n";
    expect(await theConfiguration(server)).toMatchObject({ version: 0, yaml: null, draft });

    const sink = '{type: humio, url: "https://logs.larkspur.internal", token: "${INGEST_TOKEN}"}';
    await write(page, `sources:\n  a: {type: file, sink: s}\nsinks:\n  s: ${sink}\n`);
    await expect(check.getByRole("status")).toHaveText("The text is sound.");
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish version 1" }).click();
    await expect(page.getByText(/version 1 is published/)).toBeVisible();
    expect(await theConfiguration(server)).toMatchObject({
      version: 1,
      yaml: `sources:\n  a: {type: file, sink: s}\nsinks:\n  s: ${sink}\n`,
      draft: null,
    });
    await page.getByRole("tab", { name: "Published, version 1" }).click();
    await expect(page.getByRole("textbox", { name: "Published text, version 1" })).toContainText("sinks:");
    await expectAccessible(page);
  },
);

test(
  "publishing does not overwrite what somebody else published meanwhile",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const id = await createConfiguration(server, "contended");
    await signIn(page, server, { to: `/fleet/configurations/${id}` });
    await write(page, "sources: {mine: 1}\n");
    await publish(server, id, "sources: {theirs: 1}\n", 0);
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish version 1" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "Somebody else published version 1 since you began." });
    await expect(alert).toBeVisible();
    expect(await theConfiguration(server)).toMatchObject({ version: 1, yaml: "sources: {theirs: 1}\n" });
    await expect(page.getByRole("textbox", { name: "Draft text" })).toContainText("mine");

    await alert.getByRole("button", { name: "Go on with mine" }).click();
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish version 2" }).click();
    await expect(page.getByText(/version 2 is published/)).toBeVisible();
    expect(await theConfiguration(server)).toMatchObject({ version: 2, yaml: "sources: {mine: 1}\n" });
  },
);

test(
  "leaving the page or a silent server does not lose what was typed",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const id = await createConfiguration(server, "kept");
    await signIn(page, server, { to: `/fleet/configurations/${id}` });
    await write(page, "sources: {typed: 1}\n");
    await page.getByRole("link", { name: "Collector configurations" }).click();
    await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay on this page" }).click();
    await server.stop();
    await page.getByRole("button", { name: "Save draft" }).click();
    await expect(page.getByText("The draft was not saved")).toBeVisible();
    await server.start();
    await expect(page.getByRole("textbox", { name: "Draft text" })).toContainText("typed");
    await page.getByRole("button", { name: "Save draft" }).click();
    await expect(page.getByText(/^Draft, saved/)).toBeVisible();
    expect(await theConfiguration(server)).toMatchObject({ draft: "sources: {typed: 1}\n" });
  },
);

test("a configuration is deleted once no fleet token has it", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  const id = await createConfiguration(server, "in use");
  const token = await createToken(server, "its user", id);
  await signIn(page, server, { to: "/fleet/configurations" });
  const table = page.getByRole("grid", { name: "Collector configurations" });
  await table.getByRole("link", { name: "in use" }).click();
  await expect(page.getByRole("link", { name: "its user" })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete the configuration in use?" });
  await expect(dialog).toContainText("1 fleet token has it.");
  await dialog.getByRole("button", { name: "Delete configuration" }).click();
  await expect(dialog.getByText(/is assigned to the fleet tokens “its user”/)).toBeVisible();
  await server.graphql("mutation ($token: String!) { updateFleetInstallTokenConfigId(token: $token, configId: null) { name } }", {
    token,
  });
  await dialog.getByRole("button", { name: "Delete configuration" }).click();
  await expect(page.getByText("There are no collector configurations")).toBeVisible();
});

test(
  "who may only view the fleet cannot change it, and who may not view it is told why",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const id = await createConfiguration(server, "seen");
    await createToken(server, "seen too", id);
    await signInWithToken(page, server, await organizationToken(server, "ViewFleetManagement"), { to: "/tokens/fleet" });
    await page.getByRole("grid", { name: "Fleet tokens" }).getByRole("link", { name: "seen too" }).click();
    await expect(page.getByRole("button", { name: "Copy the enrol command" })).toBeVisible();
    for (const name of ["Rename", "Delete"]) await expect(page.getByRole("button", { name })).toHaveCount(0);
    await page.getByRole("link", { name: "Open this configuration" }).click();
    await expect(page.getByRole("heading", { name: "seen", level: 1 })).toBeVisible();
    await expect(page.getByRole("button", { name: /^Publish/ })).toHaveCount(0);

    await page.getByRole("button", { name: /^Signed in as/ }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    // Going elsewhere sooner would call the request off that signs out.
    await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
    await signInWithToken(page, server, await organizationToken(server, "ViewUsage"), { to: "/tokens/fleet" });
    await expect(page.getByText("The fleet is not shown to you")).toBeVisible();
  },
);

/** Replaces what is in the editor of the draft. */
async function write(page: Page, text: string): Promise<void> {
  const editor: Locator = page.getByRole("textbox", { name: "Draft text" });
  await editor.focus();
  await page.keyboard.press("ControlOrMeta+A");
  // As one piece, as a paste is: the editor indents what is typed line by line.
  await page.keyboard.insertText(text);
}

async function createConfiguration(server: StoryServer, name: string): Promise<string> {
  const { made } = await server.graphql<{ made: { id: string } }>(
    "mutation ($name: String!) { made: createLogCollectorConfiguration(name: $name) { id } }",
    { name },
  );
  return made.id;
}

async function publish(server: StoryServer, id: string, yaml: string, version: number): Promise<void> {
  await server.graphql(
    "mutation ($id: String!, $yaml: String!, $version: Int!) { publishLogCollectorConfiguration(id: $id, yaml: $yaml, currentVersion: $version) { id } }",
    { id, yaml, version },
  );
}

async function createToken(server: StoryServer, name: string, configuration: string | null): Promise<string> {
  const { made } = await server.graphql<{ made: { token: string } }>(
    "mutation ($name: String!, $id: String) { made: createFleetInstallToken(name: $name, configId: $id) { token } }",
    { name, id: configuration },
  );
  return made.token;
}

/** The tokens of each answer that held values, by the trail. */
async function reveals(server: StoryServer): Promise<readonly unknown[]> {
  const exported = await fetch(`${server.url}/api/tokenhouse/audit/export`, {
    headers: { authorization: `Bearer ${server.rootToken}` },
  });
  const records = (await exported.text())
    .trimEnd()
    .split("\n")
    .map((line): { type: string; tokens?: unknown } => JSON.parse(line));
  return records.filter(({ type }) => type === "tokenhouse.values.reveal").map(({ tokens }) => tokens);
}

async function fleetTokens(server: StoryServer) {
  const { all } = await server.graphql<{ all: { token: string; name: string; assignedConfiguration: { id: string } | null }[] }>(
    "{ all: fleetInstallationTokens { token name assignedConfiguration { id } } }",
  );
  return all;
}

async function theConfiguration(server: StoryServer) {
  const { page } = await server.graphql<{ page: { results: { version: number; yaml: string | null; draft: string | null }[] } }>(
    "{ page: searchLogCollectorConfigurations { results { version yaml draft } } }",
  );
  return page.results[0];
}

async function organizationToken(server: StoryServer, permission: string): Promise<string> {
  const { token } = await server.graphql<{ token: string }>(
    `mutation { token: createOrganizationPermissionsToken(input: { name: "${permission}", permissions: [${permission}] }) }`,
  );
  return token;
}

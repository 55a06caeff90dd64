import type { Page } from "@playwright/test";

import { clipboardOf } from "./clipboard.ts";
import { expect, expectAccessible, signIn, tabTo, test, type StoryServer } from "./fixtures.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"], tokens: 20 });

test(
  "collectors are rolled out step by step, each leading to the next, with no placeholder left and no value in an address",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    test.slow();
    const addresses = collectAddresses(page);
    await signIn(page, server, { to: "/roll-out" });
    const steps = page.getByRole("list", { name: "Steps" });
    await expect(steps.getByRole("listitem", { name: "Repository" })).toHaveAttribute("aria-current", "step");
    await expectAccessible(page);
    await steps.getByLabel("Repository", { exact: true }).selectOption("sandbox");
    await steps.getByRole("link", { name: "Create an ingest token" }).click();
    await page.getByLabel("Name").fill("web collectors");
    await page.getByRole("button", { name: "Create ingest token" }).click();
    await page.getByRole("link", { name: "Create a configuration for collectors" }).click();

    const configuration = page.getByRole("dialog", { name: "Create a configuration" });
    await expect(configuration.getByLabel("Ingest token")).toHaveValue("web collectors");
    await expect(configuration.getByLabel("Server that takes the data")).toHaveValue(server.cluster);
    await configuration.getByLabel("Name").fill("linux web");
    await expectAccessible(page);
    await configuration.getByRole("button", { name: "Create configuration" }).click();
    await expect(page.getByRole("region", { name: "Check of the text" }).getByRole("status")).toHaveText("The text is sound.");
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish version 1" }).click();
    await expect(page.getByText(/version 1 is published/)).toBeVisible();
    expect(await publishedText(server)).toContain(`url: "${server.cluster}"\n    token: "\${INGEST_TOKEN}"`);
    await expectAccessible(page);
    await page.getByRole("link", { name: "Create a fleet token with it" }).click();

    const fleet = page.getByRole("dialog", { name: "Create a fleet token" });
    await expect(fleet.getByLabel("Configuration").locator("option:checked")).toHaveText("linux web");
    await fleet.getByLabel("Name").fill("web machines");
    await fleet.getByRole("button", { name: "Create fleet token" }).click();
    const variable = page.getByRole("region", { name: "2. Give it the ingest token, as INGEST_TOKEN" });
    await expect(variable.getByLabel("Ingest token")).toHaveValue("web collectors");
    const value = await valueOf(server, "web collectors");
    expect(await page.content()).not.toContain(value);
    await variable.getByRole("button", { name: "Copy the variable command" }).click();
    await expect.poll(() => clipboardOf(page)).toContain(`Environment="INGEST_TOKEN=${value}"`);
    await variable.getByRole("button", { name: "Show the value" }).click();
    await expect(variable.getByRole("group", { name: "Variable command" })).toContainText(value);
    await expect(page.getByRole("region", { name: "3. Enrol the machine" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("link", { name: "See what has sent" }).click();

    for (const name of ["Repository", "Ingest token", "Configuration", "Fleet token"]) {
      await expect(steps.getByRole("listitem", { name }).getByRole("img", { name: "Done" })).toBeVisible();
    }
    if (server.backend === "embedded") {
      await expect(steps.getByText("Nothing was sent with the token yet.")).toBeVisible();
      expect(await send(server, value)).toBe(200);
      await expect(steps.getByText(/^1 event so far, 1 event in the last day/)).toBeVisible();
      await expect(steps.getByRole("list", { name: "Last events received" })).toContainText("from a machine");
    } else {
      await expect(steps.getByText(/What a repository holds is seen in LogScale alone/)).toBeVisible();
    }
    await page.reload();
    await expect(steps.getByLabel("Fleet token").locator("option:checked")).toHaveText(/^web machines/);
    await expectAccessible(page);
    for (const address of addresses) expect(address).not.toContain(value);
  },
);

test("a roll-out is made by keyboard alone", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  test.slow();
  await signIn(page, server, { to: "/roll-out" });
  const press = async (role: "link" | "button", name: string) => {
    await tabTo(page, page.getByRole(role, { name, exact: true }).last());
    await page.keyboard.press("Enter");
  };
  await tabTo(page, page.getByRole("list", { name: "Steps" }).getByLabel("Repository", { exact: true }));
  await page.keyboard.type("sandbox");
  await press("link", "Create an ingest token");
  await expect(page.getByRole("heading", { level: 1, name: "New ingest token" })).toBeFocused();
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type("by hand");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "by hand" })).toBeFocused();
  await press("link", "Create a configuration for collectors");
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeFocused();
  await page.keyboard.type("linux");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "linux" })).toBeFocused();
  await expect(page.getByText("The text is sound.")).toBeVisible();
  await press("button", "Publish version 1");
  await expect(page.getByRole("dialog")).toBeVisible();
  await press("button", "Publish version 1");
  await expect(page.getByText(/version 1 is published/)).toBeVisible();
  await press("link", "Create a fleet token with it");
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeFocused();
  await page.keyboard.type("machines");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "machines" })).toBeFocused();
  await press("button", "Copy the variable command");
  await expect.poll(() => clipboardOf(page)).toContain(`INGEST_TOKEN=${await valueOf(server, "by hand")}`);
  await press("link", "See what has sent");
  await expect(page.getByRole("heading", { name: "What has sent" })).toBeFocused();
});

test(
  "what a sink lacks is pointed out before publishing, and filled in by choice",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await server.graphql(`mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "web" }) { name } }`);
    const draft = `sources:\n  a: {type: file, sink: s}\nsinks:\n  s:\n    type: humio\n    url: https://logscale.example.com # ours\n    token: <ingest-token>\n`;
    const { made } = await server.graphql<{ made: { id: string } }>(
      "mutation ($draft: String) { made: createLogCollectorConfiguration(name: $name, draft: $draft) { id } }".replace(
        "$name",
        '"old"',
      ),
      { draft },
    );
    await signIn(page, server, { to: `/fleet/configurations/${made.id}` });
    await page.getByRole("button", { name: "Publish version 1" }).click();
    const publish = page.getByRole("dialog", { name: "Publish version 1?" });
    await expect(publish.getByText("Line 6: This address is a placeholder: write the address of your LogScale.")).toBeVisible();
    await expect(publish.getByText(/Line 7: This token is a placeholder/)).toBeVisible();
    await publish.getByRole("button", { name: "Fill in" }).click();
    const fill = page.getByRole("dialog", { name: "Fill in what is missing" });
    await fill.getByLabel("Repository").selectOption("sandbox");
    await fill.getByLabel("Ingest token").selectOption("web");
    await fill.getByLabel("It stands in the configuration").check();
    await expectAccessible(page);
    await fill.getByRole("button", { name: "Fill in" }).click();
    await expect(page.getByText("The text is sound.")).toBeVisible();
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await publish.getByRole("button", { name: "Publish version 1" }).click();
    await expect(page.getByText(/version 1 is published/)).toBeVisible();
    const value = await valueOf(server, "web");
    expect(await publishedText(server)).toBe(
      draft.replace("https://logscale.example.com", `"${server.cluster}"`).replace("<ingest-token>", `"${value}"`),
    );
  },
);

/** The addresses that the page is at, one after another. */
function collectAddresses(page: Page): string[] {
  const addresses: string[] = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  return addresses;
}

async function publishedText(server: StoryServer): Promise<string | null | undefined> {
  const { page } = await server.graphql<{ page: { results: { yaml: string | null }[] } }>(
    "{ page: searchLogCollectorConfigurations { results { yaml } } }",
  );
  return page.results[0]?.yaml;
}

async function valueOf(server: StoryServer, name: string): Promise<string> {
  const { repository } = await server.graphql<{ repository: { ingestTokens: { name: string; token: string }[] } }>(
    '{ repository(name: "sandbox") { ingestTokens { name token } } }',
  );
  return repository.ingestTokens.find((token) => token.name === name)?.token ?? "";
}

async function send(server: StoryServer, token: string): Promise<number> {
  const response = await fetch(`${server.cluster}/api/v1/ingest/humio-unstructured`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify([{ messages: ["from a machine"] }]),
  });
  return response.status;
}

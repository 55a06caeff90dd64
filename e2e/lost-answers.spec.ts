import type { Page } from "@playwright/test";

import { expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 20 });

/** A form that creates something which may not be made twice. */
interface Creation {
  readonly what: string;
  readonly tag: string[];
  readonly mutation: string;
  readonly submit: string;
  /** The page where the form is, and how to open and fill it. */
  readonly at: string;
  readonly fill: (page: Page) => Promise<void>;
  /** The names of what there is. */
  readonly names: (server: StoryServer) => Promise<readonly string[]>;
}

const creations: readonly Creation[] = [
  {
    what: "ingest token",
    tag: ["@wire"],
    mutation: "addIngestTokenV3",
    submit: "Create ingest token",
    at: "/tokens/ingest/new?repository=sandbox",
    fill: (page) => page.getByLabel("Name").fill("edge"),
    names: async (server) => {
      const { repository } = await server.graphql<{ repository: { ingestTokens: { name: string }[] } }>(
        '{ repository(name: "sandbox") { ingestTokens { name } } }',
      );
      return repository.ingestTokens.map(({ name }) => name);
    },
  },
  {
    what: "fleet token",
    tag: ["@wire"],
    mutation: "createFleetInstallToken",
    submit: "Create fleet token",
    at: "/tokens/fleet",
    fill: async (page) => {
      await page.getByRole("button", { name: "Create fleet token" }).first().click();
      await page.getByRole("dialog").getByLabel("Name").fill("edge");
    },
    names: async (server) => {
      const { all } = await server.graphql<{ all: { name: string }[] }>("{ all: fleetInstallationTokens { name } }");
      return all.map(({ name }) => name);
    },
  },
  {
    what: "configuration",
    // Of the same dialog as the fleet token.
    tag: ["@wire", "@long"],
    mutation: "createLogCollectorConfiguration",
    submit: "Create configuration",
    at: "/fleet/configurations",
    fill: async (page) => {
      await page.getByRole("button", { name: "Create configuration" }).first().click();
      await page.getByRole("dialog").getByLabel("Name").fill("edge");
    },
    names: async (server) => {
      const { page } = await server.graphql<{ page: { results: { name: string }[] } }>(
        "{ page: searchLogCollectorConfigurations { results { name } } }",
      );
      return page.results.map(({ name }) => name);
    },
  },
];

for (const { what, tag, mutation, submit, at, fill, names } of creations) {
  test(
    `after a lost answer to a new ${what}, nothing is sent again before somebody looked`,
    { tag },
    async ({ page, server }) => {
      const line = await tapLine(page, mutation);
      await signIn(page, server, { to: at });
      await fill(page);
      const button = page.getByRole("button", { name: submit }).last();

      // Cut before the server has it: it was not created, and may be sent again.
      line.cut = "request";
      await button.click();
      await expect(page.getByText(/^It is not known whether/)).toBeVisible();
      await expect(button).toBeDisabled();
      await page.getByLabel("Name", { exact: true }).press("Enter");
      await expectAccessible(page);
      await page.getByRole("button", { name: /^Look/ }).click();
      await expect(page.getByText(`The ${what} was not created`)).toBeVisible();
      await expect(button).toBeDisabled();
      expect(line.sent).toBe(1);
      expect(await names(server)).toEqual([]);

      // Cut on the way back: it was created, and cannot be sent again.
      await page.getByRole("button", { name: "Go on" }).click();
      line.cut = "answer";
      await button.click();
      await expect(page.getByText(/^It is not known whether/)).toBeVisible();
      await page.getByLabel("Name", { exact: true }).press("Enter");
      await page.getByRole("button", { name: /^Look/ }).click();
      await expect(page.getByText(`The ${what} was created`)).toBeVisible();
      await expect(button).toBeDisabled();
      await page.getByLabel("Name", { exact: true }).press("Enter");
      expect(line.sent).toBe(2);
      expect(await names(server)).toEqual(["edge"]);
      await page.getByRole("link", { name: "Open it" }).click();
      await expect(page.getByRole("heading", { name: "edge", level: 1 })).toBeVisible();
    },
  );
}

test(
  "after a lost answer to a renaming, the fleet token is looked up before it is renamed again",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    await server.graphql('mutation { createFleetInstallToken(name: "before") { token } }');
    const line = await tapLine(page, "updateFleetInstallTokenName");
    await signIn(page, server, { to: "/tokens/fleet" });
    await page.getByRole("link", { name: "before" }).click();
    await page.getByRole("button", { name: "Rename" }).click();
    const dialog = page.getByRole("dialog", { name: "Rename the fleet token" });
    await dialog.getByLabel("Name").fill("after");
    for (const [cut, told] of [
      ["request", "The change was not made"],
      ["answer", "The change was made"],
    ] as const) {
      line.cut = cut;
      await dialog.getByRole("button", { name: "Rename" }).click();
      await expect(dialog.getByRole("button", { name: "Rename" })).toBeDisabled();
      await dialog.getByRole("button", { name: "Look what is there now" }).click();
      await expect(dialog.getByText(told)).toBeVisible();
      if (cut === "request") await dialog.getByRole("button", { name: "Go on" }).click();
    }
    expect(line.sent).toBe(2);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("heading", { name: "after", level: 1 })).toBeVisible();
  },
);

/** What a page sends of one kind of mutation, and where the line is cut on which it does: before the server, or behind it. */
interface Line {
  cut: "request" | "answer" | undefined;
  sent: number;
}

async function tapLine(page: Page, mutation: string): Promise<Line> {
  const line: Line = { cut: undefined, sent: 0 };
  await page.route("**/graphql", async (route) => {
    if (route.request().postData()?.includes(mutation) !== true) return route.fallback();
    line.sent++;
    if (line.cut === undefined) return route.fallback();
    if (line.cut === "answer") await route.fetch();
    return route.abort("connectionreset");
  });
  return line;
}

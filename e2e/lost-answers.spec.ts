import type { Locator, Page } from "@playwright/test";

import { dismiss, expect, expectAccessible, signIn, test, type StoryServer, treeRow } from "./fixtures.ts";

test.use({ tokens: 20 });

/** A form that creates something which may not be made twice. */
interface Creation {
  readonly what: string;
  readonly tag: string[];
  readonly mutation: string;
  readonly submit: string;
  /** What the field is called that names it; "Name" unless told. */
  readonly label?: string;
  /** What it is called; "edge" unless told. */
  readonly called?: string;
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
  {
    what: "user",
    tag: ["@long"],
    mutation: "addUserV2",
    submit: "Create user",
    label: "Username",
    at: "/people?new",
    fill: (page) => page.getByRole("dialog").getByLabel("Username").fill("edge"),
    names: async (server) => {
      const { users } = await server.graphql<{ users: { username: string }[] }>("{ users { username } }");
      return users.map(({ username }) => username).filter((username) => username === "edge");
    },
  },
  {
    what: "group",
    tag: ["@long"],
    mutation: "addGroup",
    submit: "Create group",
    at: "/people/groups?new",
    fill: (page) => page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("edge"),
    names: async (server) => {
      const { groupsPage } = await server.graphql<{ groupsPage: { page: { displayName: string }[] } }>(
        '{ groupsPage(search: "edge", pageNumber: 1, pageSize: 50) { page { displayName } } }',
      );
      return groupsPage.page.map(({ displayName }) => displayName);
    },
  },
  {
    what: "role",
    tag: ["@long"],
    mutation: "createRole",
    submit: "Create role",
    at: "/people/roles/new",
    fill: async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("edge");
      await page.getByRole("treeitem", { name: "Search and read events" }).click();
    },
    names: async (server) => {
      const { roles } = await server.graphql<{ roles: { displayName: string }[] }>("{ roles { displayName } }");
      return roles.map(({ displayName }) => displayName).filter((displayName) => displayName === "edge");
    },
  },
  ...(["repository", "view"] as const).map((what) => ({
    what,
    tag: ["@long"],
    // The sample organization has a repository called edge.
    called: "edge-2",
    mutation: what === "repository" ? "createRepository" : "createView",
    submit: `Create ${what}`,
    at: `/repositories?new=${what}`,
    fill: async (page: Page) => {
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("edge-2");
      if (what === "view") await dialog.getByLabel("Repository").selectOption("sandbox");
    },
    names: async (server: StoryServer) => {
      const { searchDomains } = await server.graphql<{ searchDomains: { name: string }[] }>("{ searchDomains { name } }");
      return searchDomains.map(({ name }) => name).filter((name) => name === "edge-2");
    },
  })),
];

for (const { what, tag, mutation, submit, label = "Name", called = "edge", at, fill, names } of creations) {
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
      await page.getByLabel(label, { exact: true }).press("Enter");
      await expectAccessible(page);
      // Who leaves now would find the form as if nothing had been sent.
      await page.getByRole(["ingest token", "role"].includes(what) ? "link" : "button", { name: "Cancel" }).click();
      const question = page.getByRole("dialog", { name: "Leave without looking?" });
      await expect(question).toContainText(/^Leave without looking\?It is not known whether/);
      await dismiss(question);
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
      await page.getByLabel(label, { exact: true }).press("Enter");
      await page.getByRole("button", { name: /^Look/ }).click();
      await expect(page.getByText(`The ${what} was created`)).toBeVisible();
      await expect(button).toBeDisabled();
      await page.getByLabel(label, { exact: true }).press("Enter");
      expect(line.sent).toBe(2);
      expect(await names(server)).toEqual([called]);
      await page.getByRole("link", { name: "Open it" }).click();
      await expect(page.getByRole("heading", { name: called, level: 1 })).toBeVisible();
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

/** Something that is changed or deleted, which must not be asked for twice unseen. */
interface Change {
  readonly what: string;
  readonly tag: string[];
  readonly mutation: string;
  /** Makes what is to be changed, and gives its page. */
  readonly at: (server: StoryServer) => Promise<string>;
  /** Opens the form or the dialog, and fills it. */
  readonly fill: (page: Page) => Promise<void>;
  /** The button that sends. */
  readonly submit: string;
  /** What is told when it was not done, until somebody says to go on; undefined where the form goes on by itself. */
  readonly notDone: string | undefined;
  /** What is seen once it turned out that it was done. */
  readonly done: (page: Page) => Locator;
}

const notMade = "The change was not made";

const changes: readonly Change[] = [
  {
    what: "the permissions of a token",
    tag: ["@wire"],
    mutation: "mutation UpdateOrganizationTokenPermissions",
    at: async (server) => {
      await server.graphql(
        "mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }",
        {
          input: {
            personalUserTokensEnabled: true,
            viewPermissionTokensEnabled: true,
            viewPermissionTokensAllowPermissionUpdates: true,
            organizationPermissionTokensEnabled: true,
            organizationPermissionTokensAllowPermissionUpdates: true,
          },
        },
      );
      return `/tokens/organization/${await createToken(server)}/permissions`;
    },
    fill: async (page) => {
      await page.getByLabel("Search permissions").fill("Manage IP filters");
      await treeRow(page, "Manage IP filters").click();
    },
    submit: "Grant 1 permission",
    notDone: notMade,
    done: (page) => page.getByRole("heading", { name: "steady", level: 1, exact: true }),
  },
  {
    what: "the parser of an ingest token",
    tag: ["@wire", "@long"],
    mutation: "mutation AssignParser",
    at: createIngestToken,
    fill: async (page) => void (await page.getByLabel("Assigned parser").selectOption("json")),
    submit: "Assign",
    notDone: notMade,
    done: (page) => page.getByRole("status").getByText("The parser json was assigned."),
  },
  {
    what: "the publishing of a configuration",
    tag: ["@wire", "@long"],
    mutation: "mutation PublishCollectorConfiguration",
    at: createConfiguration,
    fill: async (page) => {
      await writeDraft(page);
      await page.getByRole("button", { name: "Publish version 1" }).click();
    },
    submit: "Publish version 1",
    notDone: notMade,
    done: (page) => page.getByText(/version 1 is published/),
  },
  {
    what: "the rotation of a token",
    tag: ["@wire"],
    mutation: "mutation RotateToken",
    at: async (server) => `/tokens/organization/${await createToken(server)}`,
    fill: async (page) => {
      await page.getByRole("button", { name: "Rotate" }).click();
      await page.getByLabel("Type rotate to confirm").fill("rotate");
    },
    submit: "Rotate it",
    notDone: "The token was not rotated",
    done: (page) => page.getByText("The token was rotated, but its new secret is lost"),
  },
  {
    // The old token has the name of the new one, and is as young.
    what: "the renewal of a token",
    tag: ["@wire", "@long"],
    mutation: "mutation CreateOrganizationToken",
    at: async (server) => `/tokens/organization/${await createToken(server)}`,
    fill: (page) => page.getByRole("button", { name: "Renew" }).click(),
    submit: "Renew it",
    notDone: "The token was not created",
    done: (page) => page.getByText("The token was created, but its secret is lost"),
  },
  {
    what: "the deletion of a token",
    tag: ["@wire", "@long"],
    mutation: "mutation DeleteToken",
    at: async (server) => `/tokens/organization/${await createToken(server)}`,
    fill: async (page) => {
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel("Type delete to confirm").fill("delete");
    },
    submit: "Delete it",
    notDone: undefined,
    done: (page) => page.getByText("The organization token steady was deleted."),
  },
  {
    what: "the deletion of an ingest token",
    tag: ["@wire", "@long"],
    mutation: "mutation RemoveIngestToken",
    at: createIngestToken,
    fill: async (page) => {
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel("Type delete to confirm").fill("delete");
    },
    submit: "Delete it",
    notDone: undefined,
    done: (page) => page.getByText("The ingest token steady was deleted."),
  },
  {
    what: "the switch of custom values",
    tag: ["@long"],
    mutation: "mutation EnableFeature",
    at: () => Promise.resolve("/tokens/ingest/new?repository=sandbox"),
    fill: () => Promise.resolve(),
    submit: "Switch custom values on",
    notDone: notMade,
    done: (page) => page.getByRole("button", { name: "Switch custom values off" }),
  },
  {
    what: "the configuration of a fleet token",
    tag: ["@wire", "@long"],
    mutation: "mutation AssignFleetToken",
    at: async (server) => {
      await createConfiguration(server);
      await server.graphql('mutation { createFleetInstallToken(name: "steady token") { token } }');
      return "/tokens/fleet";
    },
    fill: async (page) => {
      await page.getByRole("link", { name: "steady token" }).click();
      await page.getByLabel("Assigned configuration").selectOption("steady");
    },
    submit: "Assign",
    notDone: notMade,
    done: (page) => page.getByRole("link", { name: "Open this configuration" }),
  },
  {
    what: "the end of a session",
    tag: ["@long"],
    mutation: "mutation RevokeSession",
    at: async (server) => {
      await server.graphql('mutation { addUserV2(input: { username: "steady" }) { __typename } }');
      const code = new URL(await server.linkFor("steady")).hash.replace("#code=", "");
      await fetch(`${server.cluster}/session`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: server.cluster },
        body: JSON.stringify({ code }),
      });
      return "/sessions";
    },
    fill: (page) => page.getByRole("button", { name: "End the session of steady" }).click(),
    submit: "End it",
    notDone: undefined,
    // What is announced then gives way to how many sessions are left.
    done: (page) =>
      page
        .getByRole("grid", { name: "Sessions" })
        .filter({ hasNot: page.getByRole("button", { name: "End the session of steady" }) }),
  },
  {
    what: "the deletion of a fleet token",
    tag: ["@wire", "@long"],
    mutation: "mutation DeleteFleetToken",
    at: async (server) => {
      await server.graphql('mutation { createFleetInstallToken(name: "steady") { token } }');
      return "/tokens/fleet";
    },
    fill: async (page) => {
      await page.getByRole("link", { name: "steady" }).click();
      await page.getByRole("button", { name: "Delete" }).click();
    },
    submit: "Delete fleet token",
    notDone: undefined,
    done: (page) => page.getByText("The fleet token steady was deleted."),
  },
  {
    what: "the description of a configuration",
    tag: ["@wire", "@long"],
    mutation: "mutation DescribeCollectorConfiguration",
    at: createConfiguration,
    fill: async (page) => {
      await page.getByRole("button", { name: "Rename or describe" }).click();
      await page.getByLabel("Description").fill("for web servers");
    },
    submit: "Save",
    notDone: notMade,
    done: (page) => page.getByText("The change was made"),
  },
  {
    what: "the draft of a configuration",
    tag: ["@wire"],
    mutation: "mutation SaveCollectorDraft",
    at: createConfiguration,
    fill: writeDraft,
    submit: "Save draft",
    notDone: notMade,
    done: (page) => page.getByText(/^Draft, saved/),
  },
  {
    what: "the deletion of a configuration",
    tag: ["@wire", "@long"],
    mutation: "mutation DeleteCollectorConfiguration",
    at: createConfiguration,
    fill: (page) => page.getByRole("button", { name: "Delete" }).click(),
    submit: "Delete configuration",
    notDone: undefined,
    done: (page) => page.getByText("The configuration steady was deleted."),
  },
  {
    what: "a new IP filter",
    tag: ["@wire"],
    mutation: "mutation CreateIpFilter",
    at: () => Promise.resolve("/ip-filters/new"),
    fill: async (page) => {
      await page.getByLabel("Name").fill("steady");
      await page.getByRole("textbox", { name: "Rules" }).fill("allow all");
    },
    submit: "Create IP filter",
    notDone: "The IP filter was not saved",
    done: (page) => page.getByRole("heading", { name: "steady", level: 1 }),
  },
  {
    what: "the change of an IP filter",
    tag: ["@wire", "@long"],
    mutation: "mutation UpdateIpFilter",
    at: async (server) => {
      const { made } = await server.graphql<{ made: { id: string } }>(
        'mutation { made: createIPFilter(input: { name: "steady", ipFilter: "allow all" }) { id } }',
      );
      return `/ip-filters/${made.id}`;
    },
    fill: (page) => page.getByLabel("Name").fill("renamed"),
    submit: "Rename",
    notDone: "The IP filter was not saved",
    done: (page) => page.getByRole("heading", { name: "renamed", level: 1 }),
  },
  {
    what: "the thresholds of findings",
    tag: ["@long"],
    mutation: '"type":"thresholds"',
    at: () => Promise.resolve("/tokens"),
    fill: async (page) => {
      await page.getByRole("button", { name: "Thresholds…" }).click();
      await page.getByLabel("Old after, days").fill("100");
    },
    submit: "Save",
    notDone: "The thresholds were not changed",
    done: (page) => page.getByText("The thresholds were changed"),
  },
];

for (const { what, tag, mutation, at, fill, submit, notDone, done } of changes) {
  test(`where the answer to ${what} is lost, nothing is sent again before somebody looked`, { tag }, async ({ page, server }) => {
    const address = await at(server);
    const line = await tapLine(page, mutation);
    await signIn(page, server, { to: address });
    await fill(page);
    const button = page.getByRole("button", { name: submit, exact: true }).last();
    for (const cut of ["request", "answer"] as const) {
      line.cut = cut;
      await button.click();
      await expect(page.getByText(/^It is not known whether/)).toBeVisible();
      await expect(button).toBeDisabled();
      await page.getByRole("button", { name: /^(Look|Read again)/ }).click();
      if (cut === "request" && notDone !== undefined) {
        await expect(page.getByText(notDone)).toBeVisible();
        await page.getByRole("button", { name: "Go on" }).click();
      }
    }
    await expect(done(page).first()).toBeVisible();
    expect(line.sent).toBe(2);
  });
}

async function createToken(server: StoryServer): Promise<string> {
  const { token } = await server.graphql<{ token: { token: string } }>(
    'mutation { token: createOrganizationPermissionsTokenV2(input: { name: "steady", organizationPermissions: [ManageUsers] }) { token } }',
  );
  return token.token.split("~")[0] ?? "";
}

async function createIngestToken(server: StoryServer): Promise<string> {
  await server.graphql('mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "steady" }) { name } }');
  return "/tokens/ingest/token?repository=sandbox&name=steady";
}

async function createConfiguration(server: StoryServer): Promise<string> {
  const { made } = await server.graphql<{ made: { id: string } }>(
    'mutation { made: createLogCollectorConfiguration(name: "steady") { id } }',
  );
  return `/fleet/configurations/${made.id}`;
}

async function writeDraft(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Draft text" }).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText("sources: {typed: 1}\n");
}

/** What a page sends of one kind of change, and where the line is cut on which it does: before the server, or behind it. */
interface Line {
  cut: "request" | "answer" | undefined;
  sent: number;
}

async function tapLine(page: Page, mutation: string): Promise<Line> {
  const line: Line = { cut: undefined, sent: 0 };
  await page.route(/\/(?:graphql|finding-notes)$/u, async (route) => {
    if (route.request().postData()?.includes(mutation) !== true) return route.fallback();
    line.sent++;
    if (line.cut === undefined) return route.fallback();
    if (line.cut === "answer") await route.fetch();
    return route.abort("connectionreset");
  });
  return line;
}

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { clipboardOf } from "./clipboard.ts";
import { day } from "#domain/duration.ts";

import { expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";
import { confirm } from "./policyPage.ts";

interface WireToken {
  readonly id: string;
  readonly name: string;
  readonly expireAt: number | null;
  readonly ipFilterV2: { readonly id: string } | null;
  readonly permissions: readonly string[];
  readonly views: readonly { readonly name: string }[];
}

test(
  "tokens that a policy deleted are made again from the kit with their rights, and work",
  { tag: "@wire" },
  async ({ page, server, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const doomed = await aDoomedToken(server);
    await signIn(page, server, { to: "/policies" });
    await deleteViewTokensOlderThan(page, "900");
    const dialog = page.getByRole("dialog", { name: /^Delete .*\?$/ });
    const kitPart = dialog.getByRole("region", { name: "Recovery kit" });
    const download = page.waitForEvent("download");
    await kitPart.getByRole("button", { name: "Save the recovery kit" }).click();
    const path = await (await download).path();
    await expect(kitPart).toContainText("Recovery kit saved");
    await expectAccessible(page);

    // The file holds the calls that make the tokens again, and no secret.
    const text = await readFile(path, "utf8");
    expect(text).not.toContain(doomed.secret);
    expect(text).not.toMatch(/[A-Za-z0-9]~[A-Za-z0-9]{44}/);
    const kit = JSON.parse(text) as { tokens: { name: string; variables?: unknown }[] };
    expect(kit.tokens.find(({ name }) => name === "nightly-export")?.variables).toBeDefined();

    // The dialog remembers it when it is opened again.
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: /^Delete \d/ }).click();
    await expect(kitPart).toContainText("Recovery kit saved");
    await confirm(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    expect(await search(server, doomed.token)).toBe(401);

    await expect(page.getByRole("region", { name: "What has stopped and what will" })).toBeVisible();
    await page.getByRole("link", { name: "Make stopped tokens again" }).click();
    await expect(page).toHaveURL(/\/recovery$/u);
    await expect(page.getByRole("heading", { name: "Recovery" })).toBeFocused();
    await page.getByLabel("Recovery kit").setInputFiles(path);
    await page.getByRole("button", { name: "Choose none" }).click();
    await page.getByLabel("Search the kit by name or id").fill("nightly");
    await page.getByRole("checkbox", { name: "nightly-export" }).check();
    await expectAccessible(page);
    await make(page, "1 token", "1 view token,");
    const row = page.getByRole("listitem").filter({ hasText: "nightly-export" });
    await row.getByRole("button", { name: "Show the new token" }).click();
    const once = page.getByRole("dialog", { name: "The view token nightly-export was made again" });
    await expect(once).toContainText(`It takes the place of the view token with the id ${doomed.id}:`);
    await once.getByRole("button", { name: "Copy the token" }).click();
    await expect.poll(() => clipboardOf(page)).toMatch(/^[A-Za-z0-9]+~[A-Za-z0-9]+$/);
    const token = await clipboardOf(page);
    await once.getByRole("button", { name: "Done" }).click();
    await expect(row).toContainText("Made again");
    await expect(page.locator("body")).not.toContainText(token.split("~")[1] ?? "~");

    const made = await tokenNamed(server, "nightly-export");
    expect(made.id).toBe(token.split("~")[0]);
    expect(made.id).not.toBe(doomed.id);
    expect(made.permissions.toSorted()).toEqual(doomed.wire.permissions.toSorted());
    expect(made.views).toEqual(doomed.wire.views);
    expect(made.ipFilterV2).toEqual(doomed.wire.ipFilterV2);
    expect(made.expireAt).toBe(doomed.wire.expireAt);
    expect(await search(server, token)).toBe(200);
    // What is there already is not proposed again.
    await page.reload();
    await page.getByLabel("Recovery kit").setInputFiles(path);
    await page.getByLabel("Search the kit by name or id").fill("nightly");
    await expect(page.getByRole("checkbox", { name: "nightly-export" })).not.toBeChecked();
    await expect(row).toContainText("somebody or something may have made it again");
  },
);

test(
  "a kit says what the policy no longer allows, and the new expiry where it allows only an earlier one",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const kit = aKit([
      { name: "endless", kind: "organization", permissions: ["ViewUsage"], expireAt: null },
      { name: "gone view", kind: "view", permissions: ["ReadAccess"], views: [{ id: "nowhere", name: "old-web" }] },
      { name: "over", kind: "organization", permissions: ["ViewUsage"], expireAt: 1000 },
      { name: "someone", kind: "personal" },
      { name: "of tomorrow", kind: "organization", permissions: ["ReadThoughts"] },
      { name: "of the cluster", kind: "system", permissions: ["ReadHealthCheck"] },
    ]);
    await server.graphql("mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }", {
      input: {
        personalUserTokensEnabled: true,
        viewPermissionTokensEnabled: true,
        viewPermissionTokensAllowPermissionUpdates: false,
        organizationPermissionTokensEnabled: true,
        organizationPermissionTokensAllowPermissionUpdates: false,
        organizationPermissionTokensEnforceExpirationAfterMs: 30 * day,
      },
    });
    await signIn(page, server, { to: "/recovery" });
    await page
      .getByLabel("Recovery kit")
      .setInputFiles({ name: "kit.json", mimeType: "application/json", buffer: Buffer.from(kit) });
    const row = (name: string) => page.getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });
    await expect(row("endless")).toContainText("was never; the policy allows no later");
    await expect(row("gone view")).toContainText("Gone, or not visible to you: old-web");
    await expect(row("over")).toContainText("Its expiry has passed");
    await expect(row("someone")).toContainText("Only the user whose token it was");
    // What acts on the whole cluster is chosen by nobody but the reader.
    await expect(page.getByRole("checkbox", { name: "of the cluster" })).toBeEnabled();
    await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(1);
    await make(page, "1 token", "1 organization token,");
    await expect(row("endless")).toContainText("Made again");
    const made = await tokenNamed(server, "endless");
    expect(made.expireAt).toBeLessThanOrEqual(Date.now() + 30 * day);
    // Leaving with a secret that was not copied asks.
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await page.getByRole("dialog", { name: "Leave without the new tokens?" }).getByRole("button", { name: /stay/i }).click();
    await expect(row("endless")).toContainText("Made again");
  },
);

test("a lost answer stops the replay, and that token is not made again", async ({ page, server, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const kit = aKit(
    ["first", "second"].map((name) => ({ name, kind: "organization", permissions: ["ViewUsage"], expireAt: null })),
  );
  await signIn(page, server, { to: "/recovery" });
  await page
    .getByLabel("Recovery kit")
    .setInputFiles({ name: "kit.json", mimeType: "application/json", buffer: Buffer.from(kit) });
  await expect(page.getByText("2 tokens can be made now")).toBeVisible();
  await server.stop();
  await make(page, "2 tokens", "2 organization tokens,");
  await expect(page.getByText("Stopped: the answer to one token was lost")).toBeVisible();
  await server.start();
  const row = page.getByRole("listitem").filter({ hasText: "first" });
  await expect(row).toContainText("It is not known whether the token was created");
  await expect(page.getByRole("checkbox", { name: "first" })).toBeDisabled();
  await row.getByRole("button", { name: "Look in the list" }).click();
  await row.getByRole("button", { name: "Go on" }).click();
  await make(page, "2 tokens", "2 organization tokens,");
  await expect(page.getByText("2 new secrets wait to be copied")).toBeVisible();
  await expect(page.getByText("2 made here. No other can be made now")).toBeVisible();

  // Names may repeat: each line says which token the new one takes the place of.
  await page.getByRole("button", { name: /^Copy all 2/ }).click();
  await expect(page.getByText("All new secrets were copied")).toBeVisible();
  const [head, ...lines] = (await clipboardOf(page)).split("\n").map((line) => line.split("\t"));
  expect(head).toEqual(["kind", "name", "former id", "new id", "token"]);
  expect(lines.map(([kind, name, former]) => [kind, name, former])).toEqual([
    ["organization", "first", "token0"],
    ["organization", "second", "token1"],
  ]);
  for (const [, name = "", , id, token] of lines) {
    expect(token?.split("~")[0]).toBe(id);
    expect((await tokenNamed(server, name)).id).toBe(id);
  }
});

test("a file that is no recovery kit is refused with the reason", { tag: ["@wire", "@long"] }, async ({ page, server }) => {
  await signIn(page, server, { to: "/recovery" });
  for (const [text, reason] of [
    ["{", "not JSON, or was cut short"],
    ["{}", "no recovery kit"],
    ['{"format":"tokenhouse-recovery-kit","version":9}', "version 9"],
  ] as const) {
    await page
      .getByLabel("Recovery kit")
      .setInputFiles({ name: "wrong.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await expect(page.getByRole("alert")).toContainText(reason);
  }
  await expect(page.getByRole("paragraph").filter({ hasText: "tokenhouse restore-kit FILE" })).toContainText(
    server.backend === "gateway" ? "in the environment variable LOGSCALE_TOKEN" : "On the server’s own machine",
  );
  await expectAccessible(page);
});

/** Makes what is chosen, after the question how many of each kind are meant. */
async function make(page: Page, tokens: string, kinds: string): Promise<void> {
  await page.getByRole("button", { name: `Make ${tokens}`, exact: true }).click();
  const question = page.getByRole("dialog", { name: `Make ${tokens} again?` });
  await expect(question).toContainText(kinds);
  await question.getByRole("button", { name: `Make ${tokens}`, exact: true }).click();
}

/** A kit as the page saves it, with what a test cares about put in. */
function aKit(tokens: readonly Record<string, unknown>[]): string {
  const now = Date.now();
  return JSON.stringify({
    format: "tokenhouse-recovery-kit",
    version: 1,
    savedAt: now,
    operations: {},
    tokens: tokens.map((token, index) => ({
      id: `token${index}`,
      because: "older-than-maximum",
      createdAt: now - 400 * day,
      expireAt: now + 100 * day,
      ipFilter: null,
      ...token,
    })),
  });
}

/** Drafts a maximum for view tokens and presses what applies it. */
async function deleteViewTokensOlderThan(page: Page, days: string): Promise<void> {
  const section = page.getByRole("region", { name: "View tokens" });
  await section.getByLabel("Maximum lifetime", { exact: true }).check();
  await page.getByLabel("View tokens, maximum lifetime, amount").fill(days);
  await page.getByRole("button", { name: /^Delete \d/ }).click();
}

/** A view token with rights, a filter and an expiry, which is older than any policy of these tests allows. */
async function aDoomedToken(server: StoryServer) {
  const { repositories, createIPFilter } = {
    ...(await server.graphql<{ repositories: { id: string; name: string }[] }>("{ repositories { id name } }")),
    ...(await server.graphql<{ createIPFilter: { id: string } }>(
      `mutation { createIPFilter(input: { name: "everywhere", ipFilter: "allow all" }) { id } }`,
    )),
  };
  const repository = repositories.find(({ name }) => name === "sandbox") ?? repositories[0];
  const { token } = await server.graphql<{ token: string }>(
    `mutation ($input: CreateViewPermissionsTokenInput!) { token: createViewPermissionsToken(input: $input) }`,
    {
      input: {
        name: "nightly-export",
        viewIds: [repository?.id],
        permissions: ["ReadAccess", "ChangeIngestTokens"],
        expireAt: Date.now() + 200 * day,
        ipFilterId: createIPFilter.id,
      },
    },
  );
  const [id = "", secret = ""] = token.split("~");
  await server.store.db
    .updateTable("tokens")
    .set({ createdAt: Date.now() - 1000 * day })
    .where("id", "=", id)
    .execute();
  return { id, secret, token, wire: await tokenNamed(server, "nightly-export") };
}

async function tokenNamed(server: StoryServer, name: string): Promise<WireToken> {
  const { tokens } = await server.graphql<{ tokens: { results: WireToken[] } }>(
    `query ($name: String!) { tokens(searchFilter: $name, sortBy: Name, limit: 100) { results {
      id name expireAt ipFilterV2 { id }
      ... on ViewPermissionsToken { permissions views { name } }
      ... on OrganizationPermissionsToken { permissions }
    } } }`,
    { name },
  );
  const found = tokens.results.find((token) => token.name === name);
  if (found === undefined) throw new Error(`There is no token ${name}.`);
  return found;
}

/** The status with which the server answers a request with the token. */
async function search(server: StoryServer, token: string): Promise<number> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ repositories { name } }" }),
  });
  return response.status;
}

import type { Locator, Page } from "@playwright/test";

import { kindTraits, type PermissionKind } from "#domain/token/kinds.ts";

import { expect, type StoryServer, treeRow } from "./fixtures.ts";

/** What a token of each kind is made with and changed to in these stories. */
export const uses = {
  view: { preset: "Read only", added: "Manage parsers", carries: ["ReadAccess", "ChangeParsers"] },
  organization: { preset: "Report usage", added: "Manage IP filters", carries: ["ViewUsage", "ChangeIPFilters"] },
  system: { preset: "Health checks", added: "See organizations", carries: ["ReadHealthCheck", "ViewOrganizations"] },
} as const satisfies Record<PermissionKind, { preset: string; added: string; carries: readonly string[] }>;

export async function fillViewToken(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await treeRow(page, "checkout").click();
  await page.getByRole("button", { name: "Read only" }).click();
}

/** The secret that the dialog shows. */
export async function shownSecret(page: Page): Promise<string> {
  const secret: Locator = page.getByRole("dialog").getByLabel("The new token");
  await expect(secret).toHaveText(/^[A-Za-z0-9]+~[A-Za-z0-9]+$/);
  return (await secret.textContent()) ?? "";
}

/** Takes the secret from the dialog, says that it is kept, and closes it. */
export async function copyOnce(page: Page, title: string | RegExp): Promise<string> {
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: title })).toBeVisible();
  const secret = await shownSecret(page);
  await dialog.getByRole("checkbox", { name: "I have kept the token in a safe place" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return secret;
}

/** The HTTP status that a script gets which uses the token. */
export async function status(server: StoryServer, token: string): Promise<number> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ meta { version } }" }),
  });
  return response.status;
}

export async function viewIdOf(server: StoryServer, name: string): Promise<string> {
  return (await server.store.db.selectFrom("searchDomains").select("id").where("name", "=", name).executeTakeFirstOrThrow()).id;
}

/** Adds a user who holds nothing: neither root nor an owner, and without a role. */
export async function plainUser(server: StoryServer): Promise<{ id: string; username: string }> {
  const { addUserV2 } = await server.graphql<{ addUserV2: { id: string; username: string } }>(
    `mutation { addUserV2(input: { username: "newcomer" }) { ... on User { id username } } }`,
  );
  return addUserV2;
}

export async function tokenRow(server: StoryServer, token: string) {
  return server.store.db
    .selectFrom("tokens")
    .select(["id", "createdAt", "expireAt", "ipFilterId", "permissions"])
    .where("id", "=", token.split("~")[0] ?? "")
    .executeTakeFirstOrThrow();
}

export async function permissionsOf(server: StoryServer, token: string): Promise<readonly string[]> {
  return (await tokenRow(server, token)).permissions;
}

interface PolicyChanges {
  readonly maximum?: number;
  readonly filter?: string;
  readonly updates: boolean;
  readonly systemEnabled?: boolean;
}

/** Puts the same policy in force for the three kinds that carry permissions; personal tokens stay as they are. */
export async function setPolicies(
  server: StoryServer,
  { maximum, filter, updates, systemEnabled = true }: PolicyChanges,
): Promise<void> {
  const kinds = ["view", "organization", "system"] as const;
  const input = Object.fromEntries([
    ["personalUserTokensEnabled", true],
    ...kinds.flatMap((kind) => [
      [`${kind}PermissionTokensEnabled`, kind !== "system" || systemEnabled],
      [`${kind}PermissionTokensEnforceExpirationAfterMs`, maximum ?? null],
      [`${kind}PermissionTokensEnforceIpFilterId`, filter ?? null],
      [`${kind}PermissionTokensAllowPermissionUpdates`, updates],
    ]),
  ]);
  await server.graphql(`mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }`, {
    input,
  });
}

/** Creates a token by script, one of a view on the repository `checkout`. */
export async function createToken(
  server: StoryServer,
  kind: keyof typeof uses,
  permissions: readonly string[] = [uses[kind].carries[0]],
): Promise<string> {
  const name = kindTraits[kind].title;
  // As LogScale has it, with and without the plural.
  const type = `Create${name}${kind === "system" ? "Permission" : "Permissions"}TokenV2Input!`;
  const { made } = await server.graphql<{ made: { token: string } }>(
    `mutation ($input: ${type}) { made: create${name}PermissionsTokenV2(input: $input) { token } }`,
    {
      input: {
        name: `made-${kind}`,
        [`${kind}Permissions`]: permissions,
        ...(kind === "view" && { viewIds: [await viewIdOf(server, "checkout")] }),
      },
    },
  );
  return made.token;
}

/** Everything that the page's memory holds after collecting what is not used, as text. */
export async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await session.detach();
  return chunks.join("");
}

export async function accessibilityTree(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return JSON.stringify(nodes);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
}

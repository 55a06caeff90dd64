import type { Page } from "@playwright/test";

import { day, hour } from "#domain/duration.ts";
import { parseTokenString } from "#domain/token/tokenString.ts";

import { expect, expectAccessible, readTable, signIn, tabTo, test, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 20 });

interface MadeToken {
  readonly id: string;
  /** The whole string. */
  readonly secret: string;
}

/** Makes a view token that reads the sandbox, as a script does; `replaces` is the id of the one whose place it takes. */
async function make(server: StoryServer, name: string, replaces?: string): Promise<MadeToken> {
  const { searchDomains } = await server.graphql<{ searchDomains: { id: string; name: string }[] }>(
    "{ searchDomains { id name } }",
  );
  const viewIds = searchDomains.filter((domain) => domain.name === "sandbox").map(({ id }) => id);
  const response = await fetch(`${server.cluster}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.rootToken}`, "content-type": "application/json" },
    body: JSON.stringify({
      query: `mutation ($input: CreateViewPermissionsTokenV2Input!) {
        createViewPermissionsTokenV2(input: $input) { token } }`,
      variables: { input: { name, viewIds, viewPermissions: ["ReadAccess"] } },
      ...(replaces !== undefined && { extensions: { tokenhouse: { replaces } } }),
    }),
  });
  const text = await response.text();
  const secret = /"token":"([^"]+)"/u.exec(text)?.[1];
  const id = secret === undefined ? undefined : parseTokenString(secret)?.id;
  if (secret === undefined || id === undefined) throw new Error(text);
  return { id, secret };
}

/** Uses a token as a script does; gives the status of the answer. */
async function use(server: StoryServer, { secret }: MadeToken): Promise<number> {
  const response = await fetch(`${server.cluster}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  return response.status;
}

/** Has a token be made, and used last, so long ago. */
async function age(server: StoryServer, { id }: MadeToken, made: number, used: number): Promise<void> {
  const times = { createdAt: Date.now() - made, lastUsedAt: Date.now() - used, lastUsedFrom: "198.51.100.7" };
  await server.store.db.updateTable("tokens").set(times).where("id", "=", id).execute();
}

/** Makes two tokens of one name, the old one quiet for 40 days and the new one used, and opens the list at the guess that they are a pair. */
async function openGuess(page: Page, server: StoryServer, name: string) {
  const old = await make(server, name);
  await age(server, old, 90 * day, 40 * day);
  const next = await make(server, name);
  expect(await use(server, next)).toBe(200);
  await signIn(page, server, { to: `/renewals?q=${name}` });
  const row = page.getByRole("grid", { name: "Pairs" }).getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Guess");
  return { old, next, row };
}

test("a pair turns as its tokens are used, and the old one goes only once it was asked for again", async ({ page, server }) => {
  const old = await make(server, "deploy");
  await age(server, old, 90 * day, 40 * day);
  const next = await make(server, "deploy", old.id);

  await signIn(page, server, { to: "/renewals" });
  const list = page.getByRole("grid", { name: "Pairs" });
  const row = list.getByRole("row").filter({ hasText: "Recorded" });
  await expect(row.getByRole("button", { name: "Hand over the secret" })).toBeVisible();
  await expectAccessible(page);
  await row.getByRole("button", { name: "Hand over the secret" }).press("Enter");
  const handOver = page.getByRole("dialog", { name: /^Hand over the secret of/ });
  await expect(handOver).toContainText("from 198.51.100.7: look there for what has its secret");
  await expectAccessible(page);
  await handOver.getByRole("button", { name: "Close" }).click();

  expect(await use(server, next)).toBe(200);
  await page.getByRole("button", { name: "Read again" }).click();
  const deletion = row.getByRole("button", { name: "Delete the old one" });
  await expect(deletion).toBeVisible();
  expect((await readTable(list)).find(({ Pair }) => Pair === "Recorded")).toMatchObject({
    "Old token": "deploy",
    "New token": "deploy",
    Kind: "View",
    From: "198.51.100.7",
    "New first used": "just now",
    "Old ends": "never",
  });

  // As long as the old one is quiet, no typing is asked for.
  const dialog = page.getByRole("dialog", { name: "Delete deploy?" });
  await deletion.click();
  await expect(dialog.getByRole("button", { name: "Delete it" })).toBeEnabled();

  // Somebody uses it while the dialog is open.
  expect(await use(server, old)).toBe(200);
  await expect
    .poll(
      async () =>
        (await server.store.db.selectFrom("tokens").select("lastUsedAt").where("id", "=", old.id).executeTakeFirstOrThrow())
          .lastUsedAt,
    )
    .toBeGreaterThan(Date.now() - hour);
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(dialog).toContainText("since this page showed it: somebody still has it, and will be refused.");
  await expect(dialog.getByRole("button", { name: "Delete it" })).toBeDisabled();
  await dialog.getByLabel("Type delete to confirm").fill("delete");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByText("The old token deploy was deleted. The new one has taken its place.").first()).toBeVisible();
  await expect(row).toHaveCount(0);
  expect([await use(server, old), await use(server, next)]).toEqual([401, 200]);
});

const long = { tag: "@long" };

test("a guess that is put aside stays aside, can be offered again and linked", long, async ({ page, server }) => {
  const { next, row } = await openGuess(page, server, "twin");
  const dialog = page.getByRole("dialog");
  // However quiet the old one is, a guess is no reason to delete it.
  await expect(row.getByRole("button", { name: /delete/iu })).toHaveCount(0);

  await tabTo(page, row.getByRole("rowheader").getByRole("link"));
  await page.keyboard.press("End");
  await expect(row.getByRole("button", { name: "Not a pair…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Not a pair" }).press("Enter");
  await expect(row).toHaveCount(0);
  await page.goto(`${server.url}/renewals?pair=rejected`);
  await expect(row).toContainText("Not a pair");
  await row.getByRole("button", { name: "Offer again…" }).click();
  await dialog.getByRole("button", { name: "Offer it again" }).click();
  await expect(page.getByText("It is guessed again that the new token twin replaces the old one.").first()).toBeVisible();

  await page.goto(`${server.url}/renewals?step=link&q=twin`);
  await row.getByRole("button", { name: "Confirm the pair…" }).click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Link them" }).click();
  await expect(page.getByText("It is recorded that the new token twin replaces the old one.").first()).toBeVisible();
  await expect(row).toHaveCount(0);

  await page.goto(`${server.url}/tokens/view/${next.id}`);
  const pair = page.getByRole("alert").filter({ hasText: "Replaces twin, made 90 days ago. Next step: delete the old one." });
  await pair.getByRole("link", { name: "Renewals" }).click();
  await expect(row).toContainText("Recorded");
  await row.getByRole("button", { name: "Unlink…" }).click();
  await dialog.getByRole("button", { name: "Unlink them" }).click();
  await expect(row).toContainText("Guess");
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });

  test("no old token is called quiet, and deleting one always asks for typing", long, async ({ page, server }) => {
    const { old, next, row } = await openGuess(page, server, "deploy");
    await expect(page.getByText("so no old token is ever called quiet")).toBeVisible();
    await row.getByRole("button", { name: "Confirm the pair…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Link them" }).click();
    await expect(row).toContainText("Recorded");
    await row.getByRole("button", { name: "Ask, then delete…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete deploy?" });
    await expect(dialog).toContainText("nobody knows whether the old one is quiet");
    await expect(dialog.getByRole("button", { name: "Delete it" })).toBeDisabled();
    await dialog.getByLabel("Type delete to confirm").fill("delete");
    await dialog.getByRole("button", { name: "Delete it" }).click();
    await expect(page.getByText("The old token deploy was deleted. The new one has taken its place.").first()).toBeVisible();
    await expect(row).toHaveCount(0);
    expect([await use(server, old), await use(server, next)]).toEqual([401, 200]);
  });
});

import { readFileSync } from "node:fs";

import { expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";

const createFilter = `mutation ($name: String!) { createIPFilter(input: { name: $name, ipFilter: "allow 192.0.2.0/24" }) { id } }`;
const updateFilter = `mutation ($id: String!) { updateIPFilter(input: { id: $id, ipFilter: "allow all" }) { id } }`;

/** Acts of the local administrator, and one of a user that is refused. */
async function act(server: StoryServer) {
  const { createIPFilter } = await server.graphql<{ createIPFilter: { id: string } }>(createFilter, { name: "Office" });
  await server.graphql(updateFilter, { id: createIPFilter.id });
  await server.graphql(`mutation { addUserV2(input: { username: "maren" }) { __typename } }`);
  const member = await server.tokenFor("maren");
  await server.graphql(updateFilter, { id: createIPFilter.id }, member).catch(() => undefined);
  return createIPFilter.id;
}

test("who guards the organization sees who opened a filter, from what to what, and shares the link", async ({ page, server }) => {
  await act(server);
  await signIn(page, server);
  await page.getByRole("link", { name: "Activity", exact: true }).click();
  await expect(page.getByText("The chain holds.")).toBeVisible();
  // Who works by keyboard stays where they are while it is looked through again.
  const again = page.getByRole("button", { name: "Look again" });
  await again.focus();
  const looked = page.waitForResponse((answer) => answer.url().endsWith("/audit/verification"));
  await page.keyboard.press("Enter");
  await looked;
  await expect(again).toBeFocused();
  const grid = page.getByRole("grid", { name: "Records" });
  await expect(grid.getByRole("rowheader", { name: "The local administrator changed the IP filter Office" })).toBeVisible();
  const facet = page.getByRole("checkbox", { name: /^Refused, 1 record/ });
  await facet.check();
  await expect(grid.getByRole("row")).toHaveCount(2);
  await expect(grid.getByRole("rowheader")).toHaveText("maren tried to change the IP filter Office, and was refused");
  // The other outcome is still there to choose.
  await expect(page.getByRole("checkbox", { name: /^Done, [2-9]/ })).toBeVisible();
  await page.reload();
  await expect(grid.getByRole("rowheader")).toHaveText("maren tried to change the IP filter Office, and was refused");
  await page.getByRole("button", { name: "Take away: Outcome: Refused" }).click();
  await grid.getByRole("link", { name: "The local administrator changed the IP filter Office" }).click();
  const record = page.getByRole("dialog", { name: "Record" });
  await expect(record.getByRole("row", { name: /^Rules/ })).toContainText("removed allow 192.0.2.0/24");
  await expect(record.getByRole("row", { name: /^Rules/ })).toContainText("added allow all");
  await expectAccessible(page);
  await page.reload();
  await record.getByRole("button", { name: "Show the raw record" }).click();
  await expect(record.getByRole("group", { name: "The raw record" })).toContainText('"type": "ipfilters.change"');
  // Who opened it by keyboard goes on from there.
  await expect(record.getByRole("button", { name: "Hide the raw record" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(record).toBeHidden();
  await expect(grid).toBeVisible();
});

test("a deleted token's page tells who deleted it, from its own address", { tag: "@long" }, async ({ page, server }) => {
  const { id } = await server.store.db
    .selectFrom("tokens")
    .select("id")
    .where("kind", "=", "view")
    .orderBy("id")
    .limit(1)
    .executeTakeFirstOrThrow();
  await signIn(page, server, { to: `/tokens/view/${id}` });
  await page.getByRole("button", { name: "Show what is on record" }).click();
  await expect(page.getByText("Nothing is on record of it.")).toBeVisible();
  await server.graphql(`mutation ($id: String!) { deleteToken(input: { id: $id }) }`, { id });
  await page.reload();
  await expect(page.getByText("There is no such token, or you may not administer it")).toBeVisible();
  await page.getByRole("link", { name: /^The local administrator deleted the view token/ }).click();
  await expect(page).toHaveURL(new RegExp(`/activity\\?about=${id}&record=`));
  await expect(page.getByRole("dialog", { name: "Record" })).toContainText("What it was");
  await expectAccessible(page);
});

test(
  "an earlier draft of the policies goes back into the form, and nothing is applied by it",
  { tag: "@long" },
  async ({ page, server }) => {
    const set = (minutes: number) =>
      server.graphql(
        `mutation ($ms: Long) { updateTokenSecurityPolicies(input: {
        personalUserTokensEnabled: true, viewPermissionTokensEnabled: true, organizationPermissionTokensEnabled: true,
        viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensAllowPermissionUpdates: true,
        personalUserTokensEnforceExpirationAfterMs: $ms
      }) { id } }`,
        { ms: minutes * 60_000 },
      );
    await set(60 * 24 * 5000);
    await set(60 * 24 * 6000);
    await signIn(page, server, { to: "/policies" });
    await page.getByRole("button", { name: "Show what is on record" }).click();
    await page.getByRole("link", { name: "Put this draft back into the form" }).nth(1).click();
    await expect(
      page
        .getByRole("region", { name: /Personal/ })
        .getByRole("textbox", { name: /maximum/i })
        .first(),
    ).toHaveValue("5000");
    const { organization } = await server.graphql<{
      organization: { configs: { tokens: { personalUserTokensEnforceExpirationAfterMs: number } } };
    }>(`{ organization { configs { tokens { personalUserTokensEnforceExpirationAfterMs } } } }`);
    expect(organization.configs.tokens.personalUserTokensEnforceExpirationAfterMs).toBe(6000 * 24 * 60 * 60_000);
  },
);

test("what the list is narrowed to is saved as the command prints it", { tag: "@long" }, async ({ page, server }) => {
  const about = await act(server);
  await signIn(page, server, { to: `/activity?about=${about}` });
  await page.getByRole("button", { name: "Evidence" }).click();
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save JSON lines" }).click();
  const download = await file;
  expect(download.suggestedFilename()).toMatch(/^activity-.*\.jsonl$/);
  const saved = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\n");
  await expect(page.getByRole("status").getByText("3 records saved.")).toBeVisible();
  const exported = await fetch(`${server.url}/api/tokenhouse/audit/export`, {
    headers: { authorization: `Bearer ${server.rootToken}` },
  });
  const all = (await exported.text()).trimEnd().split("\n");
  expect(saved).toEqual(all.filter((line) => line.includes(about)));
  await expectAccessible(page);
});

test.describe("behind a gateway", () => {
  test.use({ backend: "gateway" });
  test("the page says where the records of a cluster stand", { tag: "@long" }, async ({ page, server }) => {
    await signIn(page, server, { to: "/activity" });
    await expect(page.getByText("humio-audit").first()).toBeVisible();
    await expectAccessible(page);
  });
});

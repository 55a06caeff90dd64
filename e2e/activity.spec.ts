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
  await page.keyboard.press("Escape");
  await expect(record).toBeHidden();
  await expect(grid).toBeVisible();
});

import { expect, expectAccessible, readTable, signIn, test } from "./fixtures.ts";

test("a list is searched, sorted and narrowed, and its address says how", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  const table = page.getByRole("grid", { name: "View tokens" });
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();

  await page.getByRole("searchbox", { name: /^Name, id/ }).fill("deploy");
  await expect(page).toHaveURL(/deploy/);
  await page.getByRole("button", { name: "Created", exact: true }).click();
  const namesShown = async () => (await readTable(table)).map((row) => row["Name"] ?? "");
  const shown = async (passes: (row: Record<string, string>) => boolean | undefined) => {
    const rows = await readTable(table);
    return { rows: rows.length > 0, others: rows.filter((row) => passes(row) !== true) };
  };
  const allPass = { rows: true, others: [] };
  await expect.poll(() => shown((row) => row["Name"]?.includes("deploy"))).toEqual(allPass);

  await page
    .getByRole("list", { name: "State" })
    .getByRole("checkbox", { name: /^Never expires, / })
    .check();
  await expect.poll(() => shown((row) => row["Expires"] === "never")).toEqual(allPass);
  const address = page.url();
  const before = await namesShown();
  await page.goto("about:blank");
  await page.goto(address);
  await expect(page.getByRole("searchbox", { name: /^Name, id/ })).toHaveValue("deploy");
  await expect.poll(namesShown).toEqual(before);

  await page.getByRole("searchbox", { name: /^Name, id/ }).fill("no such token");
  await expect(page.getByText("No view token matches")).toBeVisible();
  await page.getByRole("button", { name: "Show all 1,140 view tokens" }).click();
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();
  await expect(page.getByRole("searchbox", { name: /^Name, id/ })).toBeFocused();
});

test("all tokens are narrowed by several facets, each with what it would leave", { tag: "@wire" }, async ({ page, server }) => {
  const { db } = server.store;
  const stored = await db.selectFrom("tokens").select(["kind", "expireAt", "ipFilterId"]).execute();
  const listed = server.backend === "gateway" ? stored.filter(({ kind }) => kind !== "personal") : stored;
  const kept = listed.filter(({ kind, expireAt }) => (kind === "view" || kind === "system") && expireAt === null);
  const open = kept.filter(({ ipFilterId }) => ipFilterId === null);
  await signIn(page, server, { to: "/tokens" });
  await page.getByRole("checkbox", { name: /^View, / }).check();
  await page.getByRole("checkbox", { name: /^System, / }).check();
  const states = page.getByRole("list", { name: "State" });
  await expect(states.getByRole("checkbox", { name: `Never expires, ${kept.length.toLocaleString("en")} tokens` })).toBeVisible();
  await page
    .getByRole("list", { name: "State" })
    .getByRole("checkbox", { name: /^Never expires, / })
    .check();
  await page.getByRole("button", { name: "IP filter", exact: true }).and(page.locator("[aria-expanded]")).click();
  await page
    .getByRole("list", { name: "IP filter" })
    .getByRole("checkbox", { name: `None, ${open.length.toLocaleString("en")} tokens` })
    .check();
  await expect(page).toHaveURL(server.url + "/tokens?kind=view%2Csystem&state=never-expires&filter=none");
  const counted = page.getByText(new RegExp(`^${open.length.toLocaleString("en")} of [\\d,]+ tokens$`));
  await expect(counted).toBeVisible();
  await expectAccessible(page);

  await page.reload();
  await expect(counted).toBeVisible();
  await page.getByRole("button", { name: "Take away: IP filter: None" }).click();
  await expect(page.getByText(new RegExp(`^${kept.length.toLocaleString("en")} of [\\d,]+ tokens$`))).toBeVisible();
  await page.getByRole("searchbox").fill("no such token");
  await page.getByRole("button", { name: /^Show all / }).click();
  await expect(page).toHaveURL(server.url + "/tokens");
});

test("tokens are found by what they may do and where, and columns are chosen", { tag: "@wire" }, async ({ page, server }) => {
  const held = await server.store.db
    .selectFrom("tokens")
    .select(["name", "permissions"])
    .where("kind", "=", "organization")
    .execute();
  const able = held.filter(({ permissions }) => permissions.includes("ChangeSecurityPolicies"));
  await signIn(page, server, { to: "/tokens/organization?q=ChangeSecurityPolicies" });
  const noun = `organization token${held.length === 1 ? "" : "s"}`;
  await expect(page.getByText(`${able.length} of ${held.length} ${noun}`, { exact: true })).toBeVisible();
  await page.goto(`${server.url}/tokens?q=sandbox&cols=name,kind,views`);
  const table = page.getByRole("grid", { name: "Tokens" });
  await expect.poll(async () => (await readTable(table)).length).toBeGreaterThan(0);
  for (const row of await readTable(table)) expect(Object.keys(row).filter(Boolean)).toEqual(["Name", "Kind", "Views"]);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("dialog").getByRole("checkbox", { name: "Owner" }).check();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("columnheader", { name: "Owner" })).toBeVisible();
  await expect(page).toHaveURL(/cols=name%2Ckind%2Cowner%2Cviews/);
  // This browser keeps the choice where an address says nothing.
  await page.goto(`${server.url}/tokens`);
  await expect(page.getByRole("columnheader", { name: "Views" })).toBeVisible();
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });
  test("the list of all tokens says what it cannot know", async ({ page, server }) => {
    await server.graphql(`mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "a shipper" }) { name } }`);
    await signIn(page, server, { to: "/tokens?kind=ingest&cols=name,lastUsedAt,owner,createdAt" });
    await expect(page.getByText(/Only your own personal token is listed/)).toBeVisible();
    await expect(page.getByText(/This LogScale does not tell who made a token, when an ingest token was made/)).toBeVisible();
    await expect
      .poll(() => readTable(page.getByRole("grid", { name: "Tokens" })))
      .toMatchObject([{ Name: "a shipper", "Last used": "not known", Owner: "not on record", Created: "not known" }]);
  });
});

test("a token is found by its id", { tag: "@wire" }, async ({ page, server }) => {
  const { id, name } = await server.store.db
    .selectFrom("tokens")
    .select(["id", "name"])
    .where("kind", "=", "system")
    .executeTakeFirstOrThrow();
  await signIn(page, server, { to: `/tokens/system?q=${id}` });
  await page.getByRole("searchbox", { name: /^Name, id/ }).fill(id);
  await expect.poll(() => readTable(page.getByRole("grid", { name: "System tokens" }))).toMatchObject([{ Name: name }]);
});

test("who may not list a kind is told so, and never shown a false 0", async ({ page, server }) => {
  const user = await server.store.db
    .selectFrom("users")
    .select("username")
    .where("isRoot", "=", false)
    .where("isOrgRoot", "=", false)
    .executeTakeFirstOrThrow();
  await signIn(page, server, { as: user.username, to: "/tokens/system" });
  await expect(page.getByText("System tokens are not shown to you")).toBeVisible();
  await page.goto(`${server.url}/tokens/personal`);
  await expect(page.getByText(/your own/).first()).toBeVisible();
});

test("what is still typed while the next page loads does not call that page back", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  await expect(page.getByLabel(/^Name, id/)).toBeVisible();
  const next = await page.getByRole("link", { name: "Recovery", exact: true }).elementHandle();
  await page.getByLabel(/^Name, id/).evaluate((field: HTMLInputElement, link) => {
    if (!(link instanceof HTMLElement)) throw new Error("There is no link.");
    link.click();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, "agents");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, next);
  await expect(page.getByRole("heading", { name: "Recovery", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/recovery$/);
});

test(
  "the heading of a token that is opened from its list has the focus once the token was read",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/tokens/view" });
    const link = page.getByRole("grid").getByRole("rowheader").first().getByRole("link");
    const name = (await link.textContent()) ?? "";
    await link.click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
  },
);

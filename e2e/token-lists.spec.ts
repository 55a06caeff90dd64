import { expect, readTable, signIn, test } from "./fixtures.ts";

test("a list is searched, sorted and narrowed, and its address says how", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  const table = page.getByRole("grid", { name: "View tokens" });
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();

  await page.getByRole("searchbox", { name: "Name or id" }).fill("deploy");
  await expect(page).toHaveURL(/deploy/);
  await page.getByRole("button", { name: "Created", exact: true }).click();
  const namesShown = async () => (await readTable(table)).map((row) => row["Name"] ?? "");
  const names = await namesShown();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(name).toContain("deploy");

  await page.getByLabel("State").selectOption({ label: "Never expires" });
  for (const row of await readTable(table)) expect(row["Expires"]).toBe("never");
  const address = page.url();
  const before = await namesShown();
  await page.goto("about:blank");
  await page.goto(address);
  await expect(page.getByRole("searchbox", { name: "Name or id" })).toHaveValue("deploy");
  await expect.poll(namesShown).toEqual(before);

  await page.getByRole("searchbox", { name: "Name or id" }).fill("no such token");
  await expect(page.getByText("No view token matches")).toBeVisible();
  await page.getByRole("button", { name: "Show all 1,140 view tokens" }).click();
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Name or id" })).toBeFocused();
});

test("a token is found by its id", { tag: "@wire" }, async ({ page, server }) => {
  const { id, name } = await server.store.db
    .selectFrom("tokens")
    .select(["id", "name"])
    .where("kind", "=", "system")
    .executeTakeFirstOrThrow();
  await signIn(page, server, { to: `/tokens/system?q=${id}` });
  await page.getByRole("searchbox", { name: "Name or id" }).fill(id);
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
  await expect(page.getByLabel("Name or id")).toBeVisible();
  const next = await page.getByRole("link", { name: "Recovery", exact: true }).elementHandle();
  await page.getByLabel("Name or id").evaluate((field: HTMLInputElement, link) => {
    if (!(link instanceof HTMLElement)) throw new Error("There is no link.");
    link.click();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, "agents");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, next);
  await expect(page.getByRole("heading", { name: "Recovery", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/recovery$/);
});

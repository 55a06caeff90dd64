import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test("everything with a name is found by keyboard, and a pasted secret goes nowhere", async ({ page, server }) => {
  await signIn(page, server);
  const { tokens } = await server.graphql<{ tokens: { results: { id: string; name: string }[] } }>(
    `{ tokens(typeFilter: [ViewPermissionToken], sortBy: Name, limit: 1) { results { ... on Token { id name } } } }`,
  );
  const [token] = tokens.results;
  if (token === undefined) throw new Error("The sample has no view token.");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url() + (request.postData() ?? "")));

  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Find" });
  const field = dialog.getByRole("combobox");
  await expect(field).toBeFocused();
  await expectAccessible(page);
  // As somebody does who found a leaked token and wants to know whose it is.
  const secret = "s3cr3tS".repeat(7).slice(0, 44);
  await field.fill(`${token.id}~${secret}`);
  await expect(field).toHaveValue(`${token.id}~`);
  await page.keyboard.type(secret);
  await expect(field).toHaveValue(`${token.id}~`);
  await expect(dialog.getByText(/The secret was taken out and sent nowhere/)).toBeVisible();
  await expect(dialog.getByRole("option")).toHaveText([new RegExp(`^${token.name}.*${token.id}.*View tokens$`)]);
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: token.name })).toBeVisible();
  await expect(dialog).toBeHidden();
  expect(sent.join("\n")).not.toContain(secret);

  // Pages too; and what is not there is told.
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("policies");
  await expect(dialog.getByRole("option")).toHaveText([/Security policies/]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Security policies" })).toBeVisible();
  // So are tokens that the server cannot search, and collector configurations.
  await server.graphql('mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "quay-scanners" }) { name } }');
  await server.graphql('mutation { createFleetInstallToken(name: "quay-tablets") { token } }');
  await server.graphql('mutation { createLogCollectorConfiguration(name: "quay-linux") { id } }');
  for (const [text, option] of [
    ["quay-scanners", "sandboxIngest tokens"],
    ["quay-tablets", "Fleet tokens"],
    ["quay-linux", "Collectors"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await field.fill(text);
    await expect(dialog.getByRole("option").filter({ hasText: text }).filter({ hasText: option }).first()).toBeVisible();
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: "Find" }).click();
  await expect(field).toBeFocused();
  await page.keyboard.type("no such thing anywhere");
  await expect(dialog.getByText(/^Nothing found among what you may list\./)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Find" })).toBeFocused();
});

test("the search says when it cannot reach the server, and still finds pages", async ({ page, server }) => {
  await signIn(page, server);
  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Find" });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await server.stop();
  await page.keyboard.type("view");
  await expect(dialog.getByText(/^The tokens could not be searched\./)).toBeVisible();
  await expect(dialog.getByRole("option", { name: /^View tokens/ })).toBeVisible();
  await server.start();
});

test("going to a search result asks before a draft is lost", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await page.getByLabel("System tokens may exist").uncheck();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Find" }).getByRole("combobox")).toBeFocused();
  await page.keyboard.type("recovery");
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: /Leave/ });
  await question.getByRole("button", { name: "Stay on this page" }).click();
  await expect(page.getByLabel("System tokens may exist")).not.toBeChecked();
});

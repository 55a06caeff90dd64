import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Page } from "@playwright/test";

import { expect, expectAccessible, signIn, test, type TestServer } from "./fixtures.ts";

/** The text that the dialog shows in one of its tabs. */
async function textOf(page: Page, tab: string): Promise<string> {
  const dialog = page.getByRole("dialog", { name: /as an API call$/ });
  await dialog.getByRole("tab", { name: tab, exact: true }).click();
  return (await dialog.getByRole("group", { name: tab, exact: true }).textContent()) ?? "";
}

/** Runs a printed text of Node.js as a script would, as root. Not synchronously: the server is in this process. */
async function run(text: string, server: TestServer): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", text], {
    env: { LOGSCALE_TOKEN: server.rootToken },
  });
  return stdout;
}

test("a draft of the policies shown as an API call does, run by a script, what the form says", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  const allow = page.getByRole("region", { name: "View tokens" }).getByLabel("Permissions of existing tokens may be changed");
  await allow.setChecked(!(await allow.isChecked()));
  const wanted = await allow.isChecked();
  await page.getByRole("button", { name: "Show as API call" }).click();
  await expect(page.getByRole("dialog", { name: /as an API call$/ })).toBeVisible();
  await expectAccessible(page);
  const python = await textOf(page, "Python");
  expect(python).toContain(`"viewPermissionTokensAllowPermissionUpdates": ${wanted ? "True" : "False"}`);
  const node = await textOf(page, "Node.js");
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Show as API call" })).toBeFocused();
  expect(node).not.toContain(server.rootToken);

  const policy = "{ organization { configs { tokens { viewPermissionTokensAllowPermissionUpdates } } } }";
  const allowed = () => server.graphql<{ organization: { configs: { tokens: Record<string, boolean> } } }>(policy);
  await run(node, server);
  expect((await allowed()).organization.configs.tokens).toEqual({ viewPermissionTokensAllowPermissionUpdates: wanted });
});

test("a new token shown as an API call is also one for humio-operator, once the form is complete", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/organization/new" });
  await page.getByRole("button", { name: "Show as API call" }).click();
  await expect(page.getByText("Give the token a name.")).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByLabel("Name", { exact: true }).fill("it's $HOME");
  await page.getByRole("button", { name: "Report usage" }).click();
  await page.getByRole("button", { name: "Show as API call" }).click();
  expect(await textOf(page, "humio-operator")).toContain("kind: HumioOrganizationToken");
  expect(await textOf(page, "GraphQL")).toContain('"name": "it\'s $HOME"');
  const answer = JSON.parse(await run(await textOf(page, "Node.js"), server)) as {
    data: { createOrganizationPermissionsTokenV2: { token: string } };
  };
  const { token } = answer.data.createOrganizationPermissionsTokenV2;
  const name = await server.graphql("query ($id: String!) { token(tokenId: $id) { name } }", { id: token.split("~")[0] });
  expect(name).toEqual({ token: { name: "it's $HOME" } });
});

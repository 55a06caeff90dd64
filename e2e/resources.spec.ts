import type { Page } from "@playwright/test";

import { expect, expectAccessible, signIn, signInWithToken, test, type StoryServer } from "./fixtures.ts";

test.use({ tokens: 0 });

const resource = (kind: string, ...spec: readonly string[]) =>
  `apiVersion: core.humio.com/v1alpha1\nkind: Humio${kind}\nmetadata: {name: r}\nspec:\n  managedClusterName: logs\n${spec.map((line) => `  ${line}\n`).join("")}`;
const secret = "tokenSecretName: s";
const plan =
  "version: 1\npolicies:\n  view: { enabled: false, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: false }\n";

async function organization(server: StoryServer): Promise<void> {
  const { searchDomains } = await server.graphql<{ searchDomains: { id: string; name: string }[] }>(
    "{ searchDomains { id name } }",
  );
  const sandbox = searchDomains.find(({ name }) => name === "sandbox")?.id;
  await server.graphql(
    `mutation ($views: [String!]!) {
      createViewPermissionsToken(input: { name: "deploy", viewIds: $views, permissions: [ReadAccess] })
      createIPFilter(input: { name: "office", ipFilter: "allow 10.0.0.0/8" }) { id }
      addIngestTokenV3(input: { repositoryName: "sandbox", name: "web", parser: "json" }) { name }
    }`,
    { views: [sandbox] },
  );
}

async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  const transfer = await page.evaluateHandle((all) => {
    const made = new DataTransfer();
    for (const [name, text] of Object.entries(all)) made.items.add(new File([text], name));
    return made;
  }, files);
  await page.getByLabel("Paste resources").dispatchEvent("drop", { dataTransfer: transfer });
}

test(
  "resources that are dropped say what exists, differs and is missing, and a missing token is made from there",
  { tag: ["@long", "@wire"] },
  async ({ page, server }) => {
    await organization(server);
    await signIn(page, server);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("humio-operator");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Resources", level: 1 })).toBeFocused();
    await page.getByRole("button", { name: "Check the resources" }).click();
    await expect(page.getByText("Paste something first, or choose a file.")).toBeVisible();
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));

    const deploy = resource("ViewToken", "name: deploy", "viewNames: [sandbox]", "permissions: [ReadAccess]", secret);
    const others = [
      resource("IPFilter", "name: office", "ipFilter: [{action: deny, address: all}]"),
      resource("IngestToken", "name: web", "repositoryName: sandbox"),
      resource("SystemToken", "name: not-yet-made", "permissions: [ReadHealthCheck, ManageCluster]", secret),
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
      "apiVersion: core.humio.com/v1alpha1\nkind: HumioOrganizationToken\nspec:\n  # fields\n",
    ].join("---\n");
    await drop(page, { "deploy.yaml": deploy, "others.yaml": others });
    await expect(
      page.getByRole("main").getByText("4 resources: 2 differ, 1 missing, 1 exists. 1 place cannot be read."),
    ).toBeVisible();
    const article = (name: string) => page.getByRole("article", { name });
    await expect(article("deploy")).toContainText("View token · deploy.yaml, line 1 · for logsExists");
    await expect(article("office")).toContainText("Rulesallow 10.0.0.0/8 → deny all");
    await expect(article("web")).toContainText("Parserjson → none");
    await expect(page.getByRole("region", { name: "What cannot be read" })).toContainText(
      "others.yaml, line 32, column 1: spec is empty: HumioOrganizationToken needs name, permissions.",
    );
    await expect(page.getByText("Not checked, since they make no token and no IP filter: ConfigMap.")).toBeVisible();
    await expectAccessible(page);
    // Only what exists is asked for, never with a name of the files.
    for (const request of sent) expect(request).not.toContain("not-yet-made");
    await expect(article("deploy").getByRole("link", { name: "deploy" })).toHaveAttribute("href", /^\/tokens\/view\/\w{32}$/u);
    await expect(article("office").getByRole("link", { name: "office" })).toHaveAttribute("href", /^\/ip-filters\//u);

    await drop(page, { "deploy.yaml": deploy, "policies.yaml": plan });
    await expect(article("deploy")).toContainText("With the plan: stops now.");
    await expect(article("deploy")).toContainText("The operator could not make it again: View tokens are disabled");
    await expect(page.getByRole("main").getByText("1 resource: 1 stopped by the plan.")).toBeVisible();

    await page.getByLabel("Paste resources").fill(others);
    await page.getByRole("button", { name: "Check the resources" }).click();
    await article("not-yet-made").getByRole("link", { name: "Create it" }).click();
    await expect(page.getByRole("heading", { name: "New system token", level: 1 })).toBeVisible();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("not-yet-made");
    await page.goBack();
    await expect(page.getByLabel("Paste resources")).toHaveValue("");
  },
);

test(
  "resources of a kind that cannot be seen whole are never called missing",
  { tag: ["@long", "@wire"] },
  async ({ page, server }) => {
    await organization(server);
    const { token } = await server.graphql<{ token: string }>(
      'mutation { token: createOrganizationPermissionsToken(input: { name: "few", permissions: [ViewUsage] }) }',
    );
    await signInWithToken(page, server, token, { to: "/resources" });
    await page
      .getByLabel("Paste resources")
      .fill(resource("ViewToken", "name: deploy", "viewNames: [sandbox]", "permissions: [ReadAccess]", secret));
    await page.getByRole("button", { name: "Check the resources" }).click();
    await expect(page.getByRole("article", { name: "deploy" })).toContainText("It was not found among those that could be seen.");
    await expect(page.getByRole("main").getByText("1 resource: 1 not seen.")).toBeVisible();
  },
);

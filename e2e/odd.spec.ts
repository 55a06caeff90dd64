import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startOddCluster, type OddCluster } from "#server/testing/oddCluster.ts";

import type { Locator, Page } from "@playwright/test";

import { day } from "#domain/duration.ts";

import {
  expect,
  expectAccessible,
  readTable,
  signIn,
  startGateway,
  startServer,
  test as base,
  type StoryServer,
  treeRow,
} from "./fixtures.ts";
import { amountField, apply, applyButton, readPolicies, section, setMaximum, tokensOf } from "./policyPage.ts";

/** What the browser visits: a gateway in front of a cluster that answers oddly. All else is of the strict server behind that. */
type OddServer = StoryServer & { readonly line: OddCluster };

const test = base.extend<{ odd: OddServer }>({
  backend: "gateway",
  tokens: 200,
  odd: async ({ server }, use) => {
    const line = await startOddCluster(server.cluster);
    const gateway = await startGateway(line.origin);
    await use({ ...server, url: gateway.url, line });
    await gateway.close();
    await line.close();
  },
});

const far = 9_223_372_036_854_775_807n;

test("tokens with times beyond the calendar or of unknown types hide no other token", { tag: "@long" }, async ({ page, odd }) => {
  test.slow();
  for (const name of ["aaa far", "aaa early", "aaa tomorrow", "aaa rights"]) await createToken(odd, name);
  odd.line.odd.tokens = {
    "aaa far": { expireAt: far, createdAt: 9_007_199_254_740_993n },
    "aaa early": { expireAt: 8_640_000_000_000_001, createdAt: -(2n ** 63n) },
    "aaa tomorrow": { __typename: "EphemeralToken" },
    "aaa rights": { permissions: ["ViewUsage", "ReadThoughts"] },
  };
  const count = [...(await tokensOf(odd)).values()].filter(({ kind }) => kind === "organization").length;
  await signIn(page, odd);

  // The card counts what it shows, and says what it leaves out.
  const card = kindOnOverview(page, "Organization");
  await expect(card).toContainText(`${count - 1} active seen`);
  await expect(card).toContainText("1 token among the organization tokens is left out");
  for (const kind of ["Personal", "View", "System"]) {
    await expect(kindOnOverview(page, kind)).not.toContainText(/left out|could not be read/);
  }

  await page.goto(`${odd.url}/tokens/organization`);
  const grid = page.getByRole("grid", { name: "Organization tokens" });
  await expect(page.getByText(`${count - 1} organization tokens`, { exact: true })).toBeVisible();
  await expect(page.getByText(/1 token among the organization tokens is left out: LogScale gives it a type/)).toBeVisible();
  await expect
    .poll(async () => (await rowsNamed(grid, "aaa")).map(({ Name, Created, Expires }) => [Name, Created, Expires]))
    .toEqual([
      ["aaa early", "before the first date", "after the last date"],
      ["aaa far", "after the last date", "after the last date"],
      ["aaa rights", expect.any(String), "never"],
    ]);
  await expectAccessible(page);
  for (const column of ["Expires", "Created"]) {
    await grid.getByRole("columnheader").getByRole("button", { name: column, exact: true }).click();
    await expect(grid).toContainText(/ago|in \d/);
  }
  for (const kind of ["view", "system", "personal"]) {
    await page.goto(`${odd.url}/tokens/${kind}`);
    await expect(page.getByRole("grid")).toBeVisible();
  }

  // Its page, and one with a right that nobody here knows.
  await open(page, odd, "aaa far");
  const life = page.getByRole("region", { name: "Life and use" });
  await expect(life).toContainText("after the last date");
  await life.getByText("after the last date", { exact: true }).nth(1).hover();
  await expect(page.getByRole("tooltip")).toContainText("9,223,372,036,854,775,807 ms since 1970");
  await expectAccessible(page);
  await open(page, odd, "aaa rights");
  await expect(page.getByText("Also ReadThoughts, which this page does not know.")).toBeVisible();

  await page.keyboard.press("Control+k");
  const find = page.getByRole("dialog", { name: "Find" });
  await find.getByRole("combobox").fill("aaa ");
  await expect(find.getByRole("option")).toHaveCount(3);
  await expect(find).toContainText("1 token of a type that this page does not know matches and is left out.");
  await find.getByRole("combobox").fill("aaa tomorrow");
  await expect(find.getByRole("option")).toHaveCount(0);
  await expect(find).toContainText("1 token of a type that this page does not know matches and is left out.");
  await expect(find).not.toContainText("Nothing that you may list matches");
});

for (const [maximum, words] of [
  [far, "9,223,372,036,854,775,807 ms"],
  [9_007_199_254_740_993n, "9,007,199,254,740,993 ms"],
  [-1, "-1 ms"],
  [0, "0 minutes"],
  [31_557_600_000_001, "365,250 days 1 millisecond"],
] as const) {
  test(
    `a maximum of ${words} in force is shown as it is, goes back as it was read, and keeps nobody from another change`,
    // The values themselves are told by tests of the gateway, and how the page shows them by unit tests.
    { tag: "@long" },
    async ({ page, odd }) => {
      test.slow();
      const line = maximum > 0 ? `at most ${words} from creation` : `a maximum of ${words}, which no token can fit`;
      await createToken(odd, "aaa tomorrow");
      odd.line.odd.tokens = { "aaa tomorrow": { __typename: "EphemeralToken" } };
      odd.line.odd.policies = { systemPermissionTokensEnforceExpirationAfterMs: maximum };
      await signIn(page, odd);
      await expect(kindOnOverview(page, "System")).toContainText(line);
      await page.goto(`${odd.url}/tokens/system`);
      await expect(page.getByText(line)).toBeVisible();

      await page.goto(`${odd.url}/policies`);
      const system = section(page, "System");
      await expect(system).toContainText(`In force: ${words}`);
      await expect(amountField(page, "System")).toBeEnabled();
      await page.getByText(/more notes?$/).click();
      await expect(page.getByText("1 token among the organization tokens is left out", { exact: false })).toBeVisible();
      await setMaximum(page, "Organization", "2000");
      await expect(page.getByText("Correct the draft first")).toHaveCount(0);
      await expect(system.getByText(/^Changed/)).toHaveCount(0);
      await expectAccessible(page);
      await apply(page);
      await expect(page.getByRole("heading", { name: /^Applied/ })).toBeVisible();
      const sent = odd.line.asked.findLast((body) => body.includes("mutation UpdateTokenSecurityPolicies")) ?? "";
      expect(sent).toContain(`"systemPermissionTokensEnforceExpirationAfterMs":${maximum},`);
      expect((await readPolicies(odd)).organizationPermissionTokensEnforceExpirationAfterMs).toBe(2000 * day);

      // A new token under it.
      await page.goto(`${odd.url}/tokens/system/new`);
      await page.getByLabel("Name", { exact: true }).fill("aaa new");
      await expect(page.getByRole("group", { name: "Expires" })).toContainText(
        maximum > 0 ? `live at most ${words}` : `a maximum lifetime of ${words}, which no expiry keeps to`,
      );
      await page.getByText("At an exact time").click();
      await expect(page.getByLabel("Date and time, local")).toBeVisible();
      await page.getByText("30 days", { exact: true }).click();
      await expectAccessible(page);
    },
  );
}

test("a recovery kit with a time beyond the calendar works like any other", async ({ page, odd }) => {
  test.slow();
  await signIn(page, odd, { to: "/recovery" });
  await page.getByLabel("Recovery kit").setInputFiles({
    name: "kit.json",
    mimeType: "application/json",
    buffer: Buffer.from(aKit(51, `"expireAt":${far},"createdAt":${-(2n ** 63n)},"lastUsedAt":${far}`)),
  });
  await expect(
    page.getByText(/kit\.json, saved on after the last date \(9,007,199,254,740,991 ms since 1970\): 51 tokens\./),
  ).toBeVisible();
  await expect(page.getByText("51 tokens can be made now")).toBeVisible();
  const row = page.getByRole("listitem").filter({ has: page.getByText("odd 0", { exact: true }) });
  await expect(row).toContainText("Expires after the last date");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Choose none" }).click();
  for (const name of ["odd 0", "plain 1"]) await page.getByRole("checkbox", { name, exact: true }).check();
  await page.getByRole("button", { name: "Make 2 tokens" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make 2 tokens" }).click();
  const made = page.getByRole("listitem").filter({ has: page.getByText("plain 1", { exact: true }) });
  await expect(made).toContainText("Made again");
  // It was asked for to the ms. The strict server takes no date that there is none for, and says so of this one alone.
  await expect(row).toContainText("Refused: This expiry is too far in the future.");
  expect(odd.line.asked.some((body) => body.includes(`"expireAt":${far}`))).toBe(true);
});

test(
  "a view token is made for what is neither a repository nor a view, with a filter that cannot be read",
  { tag: "@long" },
  async ({ page, odd }) => {
    await odd.graphql(`mutation { createIPFilter(input: { name: "aaa filter", ipFilter: "allow all" }) { id } }`);
    odd.line.odd.searchDomains = { sandbox: { __typename: "Federation" } };
    odd.line.odd.filters = { "aaa filter": "allow country:DK" };
    await signIn(page, odd, { to: "/tokens/view/new" });
    await page.getByLabel("Name", { exact: true }).fill("aaa view");
    const tree = page.getByRole("region", { name: "Repositories and views" });
    await expect(tree).toContainText("Of a type that this page does not know");
    await treeRow(page, "sandbox").click();
    await page.getByRole("button", { name: "Read only" }).click();
    await page.getByLabel("IP filter", { exact: true }).selectOption({ label: "aaa filter" });
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create view token" }).click();
    const once = page.getByRole("dialog");
    await expect(once).toContainText("aaa view");
    // Nothing that it is given to try the token with asks for what LogScale removed.
    for (const tab of await once.getByRole("tab").all()) {
      await tab.click();
      expect(await once.textContent()).not.toContain("meta {");
    }
    await once.getByRole("checkbox", { name: "I have kept the token in a safe place" }).check();
    await once.getByRole("button", { name: "Done" }).click();
    await open(page, odd, "aaa view", "view");
    await expect(page.getByRole("region", { name: "Repositories and views" })).toContainText("of the unknown type Federation");
    await page.goto(`${odd.url}/ip-filters`);
    await expect(page.getByRole("link", { name: "aaa filter" })).toBeVisible();
  },
);

test("an ingest token is created without the `meta` query, which no page sends", { tag: "@long" }, async ({ page, odd }) => {
  odd.line.odd.meta = false;
  await signIn(page, odd, { to: "/tokens/ingest" });
  await page.getByRole("link", { name: "Create ingest token" }).first().click();
  await page.getByLabel("Repository", { exact: true }).selectOption("sandbox");
  await page.getByLabel("Name").fill("web-servers");
  await expect(page.getByText("Custom values are switched off.")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create ingest token" }).click();
  await expect(page.getByText("The token was created.")).toBeVisible();
  expect(odd.line.asked.join("\n")).not.toMatch(/\bmeta\b/);
});

test("a slow cluster decides expiry by its own clock", { tag: "@long" }, async ({ page, odd }) => {
  test.slow();
  odd.line.odd.ahead = 400 * day;
  odd.line.odd.delay = 500;
  await odd.graphql(`mutation { createOrganizationPermissionsToken(input: { name: "aaa year", permissions: [ViewUsage],
    expireAt: ${Date.now() + 300 * day} }) }`);
  await signIn(page, odd, { to: "/tokens/organization" });
  const grid = page.getByRole("grid", { name: "Organization tokens" });
  await expect(grid).toBeVisible({ timeout: 30_000 });
  // The page moves on every 20 seconds, then by the clock that the answers told meanwhile.
  await expect.poll(async () => (await rowsNamed(grid, "aaa"))[0]?.["Expires"], { timeout: 40_000 }).toMatch(/^expired/);
  await page.goto(`${odd.url}/policies`);
  await setMaximum(page, "View", "2000");
  await expect(applyButton(page)).toBeVisible({ timeout: 30_000 });
});

test("fleet tokens of a newer cluster expire, and get another value", { tag: "@long" }, async ({ page, server }) => {
  const folder = await mkdtemp(join(tmpdir(), "tokenhouse-newer-"));
  // What came after the schema of 1.204 is among the embedded server's extensions.
  const newer = await startServer(server.store, folder);
  const line = await startOddCluster(newer.url, { tokens: { alpha: { expiresAt: Math.round(Date.now() + 3.5 * day) } } });
  const gateway = await startGateway(line.origin);
  try {
    await newer.graphql(
      'mutation { a: createFleetInstallToken(name: "alpha") { name } b: createFleetInstallToken(name: "beta") { name } }',
    );
    await signIn(page, { ...newer, backend: "gateway", url: gateway.url });
    await page.goto(`${gateway.url}/tokens/fleet`);
    const grid = page.getByRole("grid", { name: "Fleet tokens" });
    await expect(grid.getByRole("link", { name: "alpha" })).toBeVisible();
    expect((await readTable(grid)).map(({ Name, Expires }) => [Name, Expires])).toEqual([
      ["alpha", expect.stringMatching(/^in 3 days/u)],
      ["beta", "never"],
    ]);
    await grid.getByRole("link", { name: "alpha" }).click();
    await expect(page.getByText(/expires in 3 days/u).first()).toBeVisible();
    const former = page.url();
    await page.getByRole("button", { name: "Regenerate" }).click();
    const dialog = page.getByRole("dialog", { name: "Regenerate the fleet token alpha?" });
    await dialog.getByLabel("Type regenerate to confirm").fill("regenerate");
    await dialog.getByRole("button", { name: "Regenerate" }).click();
    await expect(page.getByRole("note")).toContainText("The fleet token alpha has another value now. The one before is void.");
    await page.goto(former);
    await expect(page.getByText("There is no such fleet token")).toBeVisible();
  } finally {
    await gateway.close();
    await line.close();
    await newer.stop();
    await rm(folder, { recursive: true });
  }
});

async function createToken(server: StoryServer, name: string): Promise<void> {
  await server.graphql(
    "mutation ($name: String!) { createOrganizationPermissionsToken(input: { name: $name, permissions: [ViewUsage] }) }",
    { name },
  );
}

/** The rows of a grid whose name begins with a text. */
async function rowsNamed(grid: Locator, name: string): Promise<Record<string, string>[]> {
  return (await readTable(grid)).filter((row) => row["Name"]?.startsWith(name));
}

/** Goes to the page of a token. */
async function open(page: Page, server: StoryServer, name: string, kind = "organization"): Promise<void> {
  const found = [...(await tokensOf(server)).values()].find((token) => token.name === name);
  await page.goto(`${server.url}/tokens/${kind}/${found?.id}`);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** A kit of organization tokens, saved at the last exact number, of which the first has odd times. */
function aKit(count: number, times: string): string {
  const token = (index: number) =>
    `{"kind":"organization","id":"former${index}","name":"${index === 0 ? "odd" : "plain"} ${index}","because":"older-than-maximum",` +
    `${index === 0 ? times : '"expireAt":null,"createdAt":0'},"ipFilter":null,"permissions":["ViewUsage"]}`;
  const tokens = Array.from({ length: count }, (_, index) => token(index)).join(",");
  return `{"format":"tokenhouse-recovery-kit","version":1,"savedAt":9007199254740991,"operations":{},"tokens":[${tokens}]}`;
}

/** What the overview says of a kind. */
function kindOnOverview(page: Page, title: string) {
  return page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title, level: 3, exact: true }) });
}

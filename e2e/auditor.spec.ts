import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { day } from "#domain/duration.ts";
import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { saveEvidence, type SavedEvidence } from "./evidencePage.ts";
import { expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";

/** The digest that the documentation says how to make. */
function digestOf(text: string): string {
  const lines = text.split("\n").filter((line) => line.startsWith('{"kind":'));
  return createHash("sha256")
    .update(lines.map((line) => `${line.replace(/,$/u, "")}\n`).join(""))
    .digest("hex");
}

/** The permissions by which somebody can get more rights, or give them. */
const changing: readonly string[] = [viewPermissions, organizationPermissions, systemPermissions]
  .flat()
  .flatMap(({ name, risk }) => (risk === "escalates" ? [name] : []));

/** What an auditor finds who trusts the API alone: never expires, not used for 90 days, can change permissions. */
async function expected(server: StoryServer): Promise<readonly string[]> {
  interface Listed {
    readonly id: string;
    readonly createdAt: number;
    readonly expireAt: number | null;
    readonly lastUsedAt: number | null;
    readonly permissions?: readonly string[];
  }
  const found: string[] = [];
  for (let skip = 0; ; skip += 100) {
    const { tokens } = await server.graphql<{ tokens: { results: Listed[] } }>(
      `query ($skip: Int) { tokens(sortBy: Name, skip: $skip, limit: 100) { results {
         id createdAt expireAt lastUsedAt
         ... on ViewPermissionsToken { permissions }
         ... on OrganizationPermissionsToken { permissions }
         ... on SystemPermissionsToken { permissions } } } }`,
      { skip },
    );
    for (const { id, createdAt, expireAt, lastUsedAt, permissions = [] } of tokens.results) {
      // One that was never used counts from its making, so that a new one is not taken for forgotten.
      const unused = (lastUsedAt ?? createdAt) <= Date.now() - 90 * day;
      if (expireAt === null && unused && permissions.some((name) => changing.includes(name))) found.push(id);
    }
    if (tokens.results.length < 100) return found;
  }
}

/** Makes tokens whose values the server keeps and can show again, and one whose string it shows once; returns all of them. */
async function secrets(server: StoryServer): Promise<readonly string[]> {
  const made = await server.graphql<{
    first: { token: string };
    second: { token: string };
    fleet: { token: string };
    organization: string;
  }>(
    `mutation {
       first: addIngestTokenV3(input: { repositoryName: "sandbox", name: "nginx" }) { token }
       second: addIngestTokenV3(input: { repositoryName: "sandbox", name: "=cmd" }) { token }
       fleet: createFleetInstallToken(name: "laptops") { token }
       organization: createOrganizationPermissionsToken(input: { name: "audited", permissions: [ViewUsage] })
     }`,
  );
  const [, secret = ""] = made.organization.split("~");
  return [made.first.token, made.second.token, made.fleet.token, secret];
}

test("an auditor asks four questions, and takes the answers along as a file that holds", async ({ page, server }) => {
  const ids = await expected(server);
  expect(ids.length, "the sample organization has such tokens").toBeGreaterThan(0);

  await signIn(page, server, { to: `/tokens?state=never-expires&use=unused-90d&right=${changing.join(",")}&sort=-owner` });
  await expect(page.getByText(new RegExp(`^${ids.length} of `, "u")).first()).toBeVisible();
  const text = await saveEvidence(page, "JSON");
  const file = JSON.parse(text) as SavedEvidence;
  expect(file.digest.sha256).toBe(digestOf(text));
  await expect(page.getByText(file.digest.sha256)).toBeVisible();
  await expectAccessible(page);

  expect(file.rows.map(({ id }) => id ?? "").toSorted()).toEqual(ids.toSorted());
  const owners = file.rows.map(({ owner }) => owner);
  expect(owners).not.toContain("");
  for (const row of file.rows) {
    expect(row.expires).toBe("never");
    expect(row.permissions.some((name) => changing.includes(name))).toBe(true);
    expect(row.findings.map(({ rule }) => rule).length).toBeGreaterThan(0);
  }
  expect(file.cover).toMatchObject({
    exportedBy: { name: "admin" },
    backend: { kind: "embedded", url: server.url, version: expect.stringContaining("1.204") },
    list: { link: page.url() },
    rows: ids.length,
    rights: "read",
  });
  expect(file.cover.list.narrowedBy).toHaveLength(3);
  expect(file.cover.kinds.map(({ reading }) => reading)).not.toContain("waiting");
});

test("the evidence of every token holds no secret, in either form", { tag: "@long" }, async ({ page, server }) => {
  const values = await secrets(server);
  await signIn(page, server, { to: "/tokens" });
  const json = await saveEvidence(page, "JSON");
  await page.getByRole("button", { name: "Close" }).click();
  const csv = await saveEvidence(page, "CSV");
  const rows = (JSON.parse(json) as SavedEvidence).rows;
  expect(new Set(rows.map(({ kind }) => kind)).size).toBe(6);
  for (const value of [...values, server.rootToken]) {
    expect(value.length).toBeGreaterThan(20);
    expect(json.includes(value) || csv.includes(value)).toBe(false);
  }
  expect(csv).toContain(`"'=cmd"`);
  // A line break within a cell has no carriage return.
  expect(csv.trimEnd().split("\r\n")).toHaveLength(rows.length + 1);
  const [cover] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^Save the cover/ }).click(),
  ]);
  const { digest } = JSON.parse(await readFile(await cover.path(), "utf8")) as SavedEvidence;
  expect(digest.sha256).toBe(createHash("sha256").update(csv).digest("hex"));
});

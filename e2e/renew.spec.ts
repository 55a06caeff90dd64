import type { Page } from "@playwright/test";

import { day } from "#domain/duration.ts";

import { expect, expectAccessible, signIn, tabTo, test, type StoryServer } from "./fixtures.ts";
import { copyOnce, createToken, permissionsOf, plainUser, setPolicies, status, tokenRow } from "./tokenPage.ts";

test.use({ tokens: 20 });

/** Opens the page of a token that was made by script, and from it the dialog that renews it. */
async function openRenewal(page: Page, server: StoryServer, kind: "view" | "organization", token: string) {
  await signIn(page, server, { to: `/tokens/${kind}/${token.split("~")[0] ?? ""}` });
  await page.getByRole("button", { name: "Renew" }).click();
  return page.getByRole("dialog", { name: `Renew made-${kind}?` });
}

test(
  "a renewed token has a successor like it with a new expiry, and goes on working itself",
  { tag: "@wire" },
  async ({ page, server }) => {
    const old = await createToken(server, "view", ["ReadAccess", "ChangeParsers"]);
    const dialog = await openRenewal(page, server, "view", old);
    const what = dialog.getByRole("region", { name: "What the new token will have" });
    await expect(what).toContainText("made-view");
    await expect(what).toContainText("checkout");
    await expect(what).toContainText("ChangeParsers");
    // The old one never expires; another without an end has to be asked for.
    await expect(dialog.getByLabel("90 days", { exact: true })).toBeChecked();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Renew it" }).click();

    await expect(page.getByRole("dialog")).toContainText("Once the new token is used and the old one no longer is, delete");
    const next = await copyOnce(page, "made-view renewed");
    expect(next.split("~")[0]).not.toBe(old.split("~")[0]);
    expect([await status(server, old), await status(server, next)]).toEqual([200, 200]);
    expect(await permissionsOf(server, next)).toEqual(await permissionsOf(server, old));
    const expireAt = Number((await tokenRow(server, next)).expireAt);
    expect(Math.abs(expireAt - Date.now() - 90 * day)).toBeLessThan(60_000);

    // It is written down which token replaces which, so both pages say so.
    await expect(page.getByText("This token was renewed.")).toBeVisible();
    await expect(page.getByText("Replaced by")).toBeVisible();
    await page.getByRole("link", { name: "Open the new token" }).click();
    await expect(page).toHaveURL(new RegExp(`/tokens/view/${next.split("~")[0] ?? ""}$`));
    await expect(page.getByText("Replaces")).toBeVisible();
  },
);

test(
  "a successor gets what the policy enforces, for as long as that allows, and is refused where the kind is disabled",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const old = await createToken(server, "organization");
    const { createIPFilter: filter } = await server.graphql<{ createIPFilter: { id: string } }>(
      'mutation { createIPFilter(input: { name: "only here", ipFilter: "allow 127.0.0.1" }) { id } }',
    );
    await setPolicies(server, { maximum: 30 * day, updates: true });
    // What was there before the policy has none: the policy is put into the database, which changes no token.
    await server.store.db
      .updateTable("tokenPolicies")
      .set({ ipFilterId: filter.id })
      .where("kind", "=", "organization")
      .execute();
    const dialog = await openRenewal(page, server, "organization", old);
    await expect(dialog.getByText("The security policy sets this IP filter on all new organization tokens.")).toBeVisible();
    await expect(dialog.getByLabel("Rules of the IP filter")).toHaveText("allow 127.0.0.1");
    await expect(dialog.getByLabel("As long as allowed, 30 days")).toBeChecked();
    await expect(dialog.getByLabel("Never")).toHaveCount(0);
    await dialog.getByText("At an exact time").click();
    await dialog.getByLabel("Date and time, local").fill("2099-01-01T00:00");
    await dialog.getByRole("button", { name: "Renew it" }).click();
    await expect(dialog.getByText("Organization tokens may live at most 30 days; choose an earlier expiry.")).toBeVisible();
    await dialog.getByText("7 days", { exact: true }).click();
    await dialog.getByRole("button", { name: "Renew it" }).click();
    const next = await copyOnce(page, "made-organization renewed");
    expect(await tokenRow(server, next)).toMatchObject({ ipFilterId: filter.id });

    await server.store.db.updateTable("tokenPolicies").set({ enabled: false }).where("kind", "=", "organization").execute();
    await page.reload();
    await page.getByRole("button", { name: "Renew" }).click();
    await expect(page.getByRole("dialog", { name: "made-organization cannot be renewed" })).toContainText(
      "Organization tokens are disabled by the security policy.",
    );
  },
);

test("whoever lacks a right of a token cannot renew it, and is told which", { tag: "@long" }, async ({ page, server }) => {
  const old = await createToken(server, "organization", ["ChangeOrganizationPermissions", "ManageUsers"]);
  const weak = await createToken(server, "organization", ["ChangeOrganizationPermissions"]);
  await page.goto(server.url);
  await page.getByLabel("API token").fill(weak);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /^Signed in as/ })).toBeVisible();
  await page.goto(`${server.url}/tokens/organization/${old.split("~")[0] ?? ""}`);
  await page.getByRole("button", { name: "Renew" }).click();
  const dialog = page.getByRole("dialog", { name: "made-organization cannot be renewed" });
  await expect(dialog).toContainText("You cannot grant what you do not hold yourself: ManageUsers.");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toBeHidden();
});

test(
  "one's own personal token is replaced when it is renewed, after a typed word where it is in use",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const old = await server.tokenFor("admin");
    expect(await status(server, old)).toBe(200);
    const { id } = await tokenRow(server, old);
    await page.goto(`${server.url}/tokens/personal/${id}`);
    await page.getByLabel("API token").fill(old);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Renew" }).click();
    const dialog = page.getByRole("dialog", { name: "Renew your personal token?" });
    await expect(dialog).toContainText("the new one takes the place of this one, which stops working at once");
    await dialog.getByText("30 days", { exact: true }).click();
    await dialog.getByRole("button", { name: "Renew my token" }).click();
    const question = page.getByRole("dialog", { name: "Replace your personal token?" });
    await expect(question.getByRole("button", { name: "Replace it" })).toBeDisabled();
    await expectAccessible(page);
    await question.getByLabel("Type replace to confirm").fill("replace");
    await question.getByRole("button", { name: "Replace it" }).click();
    const next = await copyOnce(page, "Your personal token was renewed");
    expect([await status(server, old), await status(server, next)]).toEqual([401, 200]);
    await page.reload();
    await expect(page.getByText("You are signed in with this token.")).toBeVisible();
  },
);

test(
  "somebody else's personal token can be renewed by its user alone; root is offered to rotate it",
  { tag: "@long" },
  async ({ page, server }) => {
    const { username } = await plainUser(server);
    const token = await server.tokenFor(username);
    await signIn(page, server, { to: `/tokens/personal/${token.split("~")[0] ?? ""}` });
    await page.getByRole("button", { name: "Renew" }).click();
    const dialog = page.getByRole("dialog", { name: `${username} cannot be renewed` });
    await expect(dialog).toContainText(`Only ${username} can renew it`);
    await dialog.getByRole("button", { name: "Rotate it instead…" }).click();
    await expect(page.getByRole("dialog", { name: `Rotate the token of ${username}?` })).toBeVisible();
  },
);

test(
  "an expired token can be renewed, though it can no longer be rotated, all by keyboard",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const old = await createToken(server, "organization");
    const { id } = await tokenRow(server, old);
    await server.store.db
      .updateTable("tokens")
      .set({ createdAt: Date.now() - 7 * day, expireAt: Date.now() - 1000 })
      .where("id", "=", id)
      .execute();
    await signIn(page, server, { to: `/tokens/organization/${id}` });
    await tabTo(page, page.getByRole("button", { name: "Renew" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Renew made-organization?" });
    await expect(dialog).toContainText("The old one has expired and stays so.");
    await expect(page.getByRole("button", { name: "Rotate", includeHidden: true })).toBeDisabled();
    await expect(dialog.getByLabel("7 days")).toBeChecked();
    await tabTo(page, dialog.getByLabel("7 days"));
    await page.keyboard.press("ArrowRight");
    await expect(dialog.getByLabel("30 days")).toBeChecked();
    await page.keyboard.press("Enter");
    const next = await copyOnce(page, "made-organization renewed");
    expect([await status(server, old), await status(server, next)]).toEqual([401, 200]);
  },
);

test(
  "rotating a token that was used just now takes a typed word, and names renewing as the other way",
  { tag: "@long" },
  async ({ page, server }) => {
    const token = await createToken(server, "organization");
    expect(await status(server, token)).toBe(200);
    await signIn(page, server, { to: `/tokens/organization/${token.split("~")[0] ?? ""}` });
    await page.getByRole("button", { name: "Rotate" }).click();
    const rotation = page.getByRole("dialog", { name: "Rotate made-organization?" });
    await expect(rotation).toContainText("It was used within the last seven days.");
    await expect(rotation.getByRole("button", { name: "Rotate it" })).toBeDisabled();
    await rotation.getByLabel("Type rotate to confirm").fill("rotate");
    await expect(rotation.getByRole("button", { name: "Rotate it" })).toBeEnabled();
    await rotation.getByRole("button", { name: "renew it instead" }).click();
    await expect(page.getByRole("dialog", { name: "Renew made-organization?" })).toBeVisible();
    expect(await status(server, token)).toBe(200);
  },
);

test(
  "a renewed ingest token has a successor of the name that was asked for, with the same parser, and both take data",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const add = "mutation ($input: AddIngestTokenV3Input!) { addIngestTokenV3(input: $input) { name } }";
    for (const name of ["web", "web-2"]) {
      await server.graphql(add, { input: { repositoryName: "sandbox", name, parser: "json" } });
    }
    await signIn(page, server, { to: "/tokens/ingest/token?repository=sandbox&name=web" });
    await page.getByRole("button", { name: "Renew" }).click();
    const dialog = page.getByRole("dialog", { name: "Renew web?" });
    await expect(dialog).toContainText("Every shipper that sends with it has to be changed to the new value.");
    await expect(dialog.getByText("json", { exact: true })).toBeVisible();
    const name = dialog.getByLabel("Name of the new token");
    await expect(name).toHaveValue("web-3");
    await name.fill("web-2");
    await expect(dialog).toContainText("The repository has an ingest token of this name already.");
    await dialog.getByRole("button", { name: "Renew it" }).click();
    // The same words stand there while one types. The refusal comes later: it takes the focus to its field, or has a title.
    await expect(dialog.locator("input[name=name]:focus").or(dialog.getByText("The token was not renewed"))).toBeVisible();
    await expect(dialog).toContainText("The repository has an ingest token of this name already.");
    await name.fill("web-next");
    await expectAccessible(page);
    await name.press("Enter");
    await expect(page.getByRole("heading", { name: "web-next", level: 1 })).toBeVisible();
    await expect(page.getByText("Change every shipper that sends with the former token")).toBeVisible();

    const { repository } = await server.graphql<{
      repository: { ingestTokens: { name: string; token: string; parser: { name: string } | null }[] };
    }>('{ repository(name: "sandbox") { ingestTokens { name token parser { name } } } }');
    const [old, next] = ["web", "web-next"].map((wanted) => repository.ingestTokens.find((token) => token.name === wanted));
    expect(next?.parser?.name).toBe("json");
    for (const token of [old, next]) {
      const sent = await fetch(`${server.cluster}/api/v1/ingest/json`, {
        method: "POST",
        headers: { authorization: `Bearer ${token?.token ?? ""}`, "content-type": "application/json" },
        body: '[{"a":1}]',
      });
      expect(sent.status).toBe(200);
    }
  },
);

test.describe("behind a gateway", () => {
  test.use({ backend: "gateway" });

  test(
    "a token is renewed by what LogScale offers alone, and rotated only once a word is typed, since its use is not known",
    { tag: "@long" },
    async ({ page, server }) => {
      const old = await createToken(server, "view");
      const sent: string[] = [];
      page.on("request", (request) => sent.push(request.postData() ?? ""));
      const dialog = await openRenewal(page, server, "view", old);
      await dialog.getByText("7 days", { exact: true }).click();
      await dialog.getByRole("button", { name: "Renew it" }).click();
      const next = await copyOnce(page, "made-view renewed");
      expect([await status(server, old), await status(server, next)]).toEqual([200, 200]);
      expect(await permissionsOf(server, next)).toEqual(await permissionsOf(server, old));
      const creations = sent.filter((body) => body.includes("mutation CreateViewToken"));
      expect(creations).toHaveLength(1);
      expect(creations.join("")).not.toContain("tokenhouse");

      // It is recorded by the gateway, so that nobody renews it twice unawares.
      await page.getByRole("button", { name: "Renew" }).click();
      await expect(dialog).toContainText("It is recorded that another token replaces this one already.");
      await dialog.getByRole("button", { name: "Cancel" }).click();

      await page.getByRole("button", { name: "Rotate" }).click();
      const rotation = page.getByRole("dialog", { name: "Rotate made-view?" });
      await expect(rotation.getByRole("button", { name: "Rotate it" })).toBeDisabled();
      await expect(rotation.getByLabel("Type rotate to confirm")).toBeVisible();
    },
  );
});

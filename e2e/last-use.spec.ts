import { hour } from "#domain/duration.ts";

import { test } from "./auditedGateway.ts";
import { expect, expectAccessible, readTable, signInWithToken } from "./fixtures.ts";
import { readHarms, readTotals, setMaximum, tokensOf } from "./policyPage.ts";

test(
  "last use comes from the cluster's audit log, and the page says how far that reaches",
  { tag: "@long" },
  async ({ page, server, gateway }) => {
    const token = await server.tokenFor("admin");
    const views = [...(await tokensOf(server)).values()].filter(({ kind }) => kind === "view");
    const used = views.find(({ ipFilterId }) => ipFilterId !== null);
    const old = views.find((view) => view !== used && view.expireAt === null);
    if (used === undefined || old === undefined) throw new Error("The sample has no such view tokens.");
    gateway.audit.readers.add(`Bearer ${token}`);
    gateway.audit.pollsUntilDone = 2;
    const found = (id: string, ago: number) => {
      const at = String(Date.now() - ago);
      return {
        "actor.tokenId": id,
        "actor.type": "viewPermissionToken",
        type: "dataspace.query",
        _max: at,
        "@timestamp": at,
        "actor.ip": "198.51.100.7",
      };
    };
    gateway.audit.rows = [found(used.id, 3 * hour), found(used.id, 90 * hour), found(old.id, 20 * 24 * hour)];

    await signInWithToken(page, gateway, token, { to: "/tokens/view?sort=-lastUsedAt" });
    await expect(
      page.getByText(/humio-audit, as far as you may search it, has of the last 30 days.*may be in use all the same/),
    ).toBeVisible();
    // A cluster sorts by no last use: the list is in that order once all tokens are read.
    const list = page.getByRole("grid", { name: "View tokens" });
    await expect
      .poll(async () => (await readTable(list)).slice(0, 3).map((row) => row["Last used"]))
      .toEqual(["3 hours ago", "20 days ago", "not known"]);
    await expect(page.getByText(/, by last used once all are read$/)).toHaveCount(0);
    // Whether a token was never used is nothing that an audit log can tell.
    const beside = page.getByRole("complementary", { name: "Narrow by" });
    await beside.getByRole("button", { name: "Last used", exact: true }).click();
    const uses = beside.getByRole("region", { name: "Last used" });
    await expect(uses.getByRole("checkbox", { name: /^Within 24 hours/ })).toBeVisible();
    await expect(uses.getByRole("checkbox", { name: /^(Never|Not for)/ })).toHaveCount(0);
    await uses.getByRole("checkbox", { name: /^Within 24 hours/ }).check();
    await expect(page.getByText(/^1 of .* view tokens$/)).toBeVisible();
    await expectAccessible(page);

    await page.goto(`${gateway.url}/tokens/view/${used.id}`);
    await expect(page.getByText("3 hours ago from 198.51.100.7, as the audit log has it")).toBeVisible();
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("dialog")).toContainText("The audit log has a use of it 3 hours ago, from 198.51.100.7");
    await expect(page.getByRole("dialog")).toContainText("It was used within the last seven days");
    await page.keyboard.press("Escape");

    // What the log has is old, or it does not name the token at all: either may be in use, so a word is asked for.
    await page.goto(`${gateway.url}/tokens/view/${old.id}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("dialog")).toContainText("It may have been used since.");
    await expect(page.getByRole("dialog").getByLabel("Type delete to confirm")).toBeVisible();
    await page.keyboard.press("Escape");

    // The address is judged by the token's filter.
    await page.goto(`${gateway.url}/ip-filters/${used.ipFilterId}`);
    const table = page.getByRole("grid", { name: "Tokens that use this filter" });
    await expect(table.getByRole("row").filter({ hasText: "198.51.100.7" }).first()).toContainText(/refused|accepted/);

    // In the preview, what would be deleted although it is in use stands out.
    await page.goto(`${gateway.url}/policies`);
    await page.getByLabel("View tokens may exist").uncheck();
    await expect.poll(async () => (await readTotals(page))["View"]?.["deleted"]).toBeGreaterThan(1);
    // Of every other token nobody knows: it is not taken for unused.
    await expect.poll(async () => (await readHarms(page))["stops now"].inUse).toBe(1);
    const { tokens, notKnown } = (await readHarms(page))["stops now"];
    expect(notKnown).toBe(tokens - 1);
    await expect.poll(() => gateway.audit.running.size).toBe(0);
  },
);

test("who may not search the audit log is told so, and all else works", { tag: "@long" }, async ({ page, server, gateway }) => {
  await signInWithToken(page, gateway, await server.tokenFor("admin"), { to: "/tokens/view" });
  await expect(
    page.getByText("Last use is not known. LogScale does not let you search its repository humio-audit."),
  ).toBeVisible();
  const list = page.getByRole("grid", { name: "View tokens" });
  await expect.poll(async () => (await readTable(list))[0]?.["Last used"]).toBe("not known");
  await page.goto(`${gateway.url}/policies`);
  await setMaximum(page, "View", "90");
  await expect.poll(async () => (await readHarms(page))["stops now"].tokens).toBeGreaterThan(1);
  const { tokens, inUse, notKnown } = (await readHarms(page))["stops now"];
  expect([inUse, notKnown]).toEqual([0, tokens]);
});

test("a search that the cluster cancels can be tried again", async ({ page, server, gateway }) => {
  const token = await server.tokenFor("admin");
  gateway.audit.readers.add(`Bearer ${token}`);
  gateway.audit.cancelled = true;
  await signInWithToken(page, gateway, token, { to: "/tokens/organization" });
  await expect(
    page.getByText(/Last use is not known\. The LogScale cluster at .* called the search of its audit log off\./),
  ).toBeVisible();
  gateway.audit.cancelled = false;
  await page.getByRole("button", { name: "Search again" }).click();
  await expect(page.getByRole("columnheader", { name: /Last used/ })).toBeVisible();
});

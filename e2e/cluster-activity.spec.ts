import { day, minute } from "#domain/duration.ts";

import { test } from "./auditedGateway.ts";
import { dismiss, expect, expectAccessible, signInWithToken } from "./fixtures.ts";

function event(ago: number, told: object) {
  const at = Date.now() - ago;
  const actor = { type: "orgUser", ip: "192.0.2.7", orgRoot: true, user: { id: "u1", username: "rosa", isRoot: false } };
  const whole = { timestamp: new Date(at).toISOString(), sensitive: true, actor, ...told };
  return { "@id": `event-${ago}`, "@timestamp": String(at), "@rawstring": JSON.stringify(whole) };
}

test(
  "behind a cluster, activity is what its audit log shows of a span, and the page says what it cannot see",
  { tag: "@long" },
  async ({ page, server, gateway }) => {
    const token = await server.tokenFor("admin");
    gateway.audit.readers.add(`Bearer ${token}`);
    const ci = { type: "viewPermissionToken", ip: "198.51.100.1", tokenId: "t9", tokenName: "ci" };
    gateway.audit.rows = [
      event(minute, {
        type: "hashedtokens.change",
        actionName: "update",
        tokenId: "t1",
        oldPermissions: ["ReadAccess"],
        newPermissions: [],
      }),
      event(2 * minute, { type: "alert.create", alertId: "a1", alertName: "Disk", actor: ci }),
      ...Array.from({ length: 298 }, (_, place) =>
        event((3 + place) * minute, { type: "tokens", actionName: "create", tokenName: `shipper-${place}` }),
      ),
      { "@rawstring": "cut in the mid" },
    ];
    await signInWithToken(page, gateway, token, { to: "/activity" });
    const grid = page.getByRole("grid", { name: "Records" });
    await expect(grid.getByRole("rowheader", { name: "rosa changed the token t1" })).toBeVisible();
    await expect(
      page.getByText(/^Last 24 hours, up to .*humio-audit shows it to you: by default your own acts alone/),
    ).toBeVisible();
    await expect(page.getByText("1 event could not be read and is left out.")).toBeVisible();
    await expectAccessible(page);

    // Facets, search and records come from the one search.
    await page.getByRole("checkbox", { name: /^ci, 1 record/ }).check();
    await expect(grid.getByRole("rowheader")).toHaveCount(1);
    await expect(grid.getByRole("rowheader")).toHaveText("The view token ci did alert.create");
    await page.getByRole("checkbox", { name: /^ci, 1 record/ }).uncheck();
    await page.getByRole("searchbox").fill("shipper-297");
    await expect(grid.getByRole("rowheader")).toHaveCount(1);
    await expect(grid.getByRole("rowheader")).toHaveText("rosa created the ingest token shipper-297");
    await expect(page.getByText("1 record of 300 records")).toBeVisible();
    await page.getByRole("searchbox").fill("");
    await grid.getByRole("link", { name: "rosa changed the token t1" }).click();
    const record = page.getByRole("dialog", { name: "Record" });
    await expect(record.getByRole("row", { name: /^Permissions/ })).toContainText("removed ReadAccess");
    await expect(record).not.toContainText("chain");
    await record.getByRole("button", { name: "Show the raw record" }).click();
    await expect(record.getByRole("group", { name: "The raw record" })).toContainText('"type": "hashedtokens.change"');
    await dismiss(record);
    expect(gateway.audit.asked).toHaveLength(1);

    // Another span is another search, and what the reader asks for again.
    await page.getByLabel("Span").selectOption("7d");
    await expect(page.getByText(/^Last 7 days, up to/)).toBeVisible();
    expect(gateway.audit.asked).toHaveLength(2);
    const spans = gateway.audit.asked as { readonly start: number; readonly end: number }[];
    expect(spans.map(({ start, end }) => end - start)).toEqual([day, 7 * day]);
    gateway.audit.rows = gateway.audit.rows.slice(0, 1);
    await page.getByRole("button", { name: "Read again" }).click();
    await expect(grid.getByRole("rowheader")).toHaveCount(1);
    expect(gateway.audit.asked).toHaveLength(3);
    await expect.poll(() => gateway.audit.running.size).toBe(0);
  },
);

test(
  "behind a cluster, who may not search its audit log is told what it takes",
  { tag: "@long" },
  async ({ page, server, gateway }) => {
    await signInWithToken(page, gateway, await server.tokenFor("admin"), { to: "/activity" });
    await expect(page.getByText("Activity is not shown to you")).toBeVisible();
    await expect(page.getByText(/be a member of humio-audit with the permission ReadAccess/)).toBeVisible();
  },
);

test(
  "behind a cluster, the page of a thing and that of an incident search its audit log, and say of what span",
  { tag: "@long" },
  async ({ page, server, gateway }) => {
    const token = await server.tokenFor("admin");
    gateway.audit.readers.add(`Bearer ${token}`);
    const about = (tokenId: string) => ({ type: "hashedtokens.change", actionName: "update", tokenId, tokenName: "ci" });
    gateway.audit.rows = [event(minute, about("gone")), event(2 * minute, about("other"))];
    await signInWithToken(page, gateway, token, { to: "/tokens/view/gone" });
    await page.getByRole("button", { name: "Show what is on record" }).click();
    await expect(page.getByText(/^Last 7 days, up to/)).toBeVisible();
    const own = page.getByRole("link", { name: "rosa changed the token ci" });
    await expect(own).toHaveCount(1);
    await own.click();
    await expect(page.getByRole("dialog", { name: "Record" }).getByText("gone", { exact: true })).toBeVisible();

    await page.goto(`${gateway.url}/incident?user=u1`);
    await expect(page.getByRole("heading", { name: "Changed (2)" })).toBeVisible();
    await expect(page.getByText(/^Last 7 days, up to/)).toBeVisible();
    await expect(page.getByRole("heading", { name: /^Tried and refused/ })).toHaveCount(0);
    await expectAccessible(page);
  },
);

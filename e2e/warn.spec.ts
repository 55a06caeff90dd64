import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";
import ICAL from "ical.js";

import { day } from "#domain/duration.ts";

import { clipboardOf } from "./clipboard.ts";
import { expect, expectAccessible, signIn, tabTo, test } from "./fixtures.ts";
import { apply, section, setMaximum } from "./policyPage.ts";

test(
  "each owner of affected tokens gets a text of their own, before the change and after",
  { tag: "@long" },
  async ({ page, server, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { id, name } = await server.store.db
      .selectFrom("tokens")
      .select(["id", "name"])
      .where("kind", "=", "personal")
      .where("name", "!=", "admin")
      .executeTakeFirstOrThrow();
    const mail = "ada+tokens@example.org";
    await server.store.db.updateTable("users").set({ username: mail }).where("id", "=", id).execute();
    await server.store.db.updateTable("tokens").set({ name: mail }).where("id", "=", id).execute();
    const whose = server.store.db.updateTable("tokens").set({ createdBy: null, creatorKind: "unknown", creatorId: null });
    const deleted = Date.now() - 400 * day;
    await whose.where("kind", "=", "view").where("createdAt", "<", deleted).execute();
    await signIn(page, server, { to: "/policies" });
    await expect(page.getByRole("button", { name: "Whom to warn" })).toBeDisabled();
    await section(page, "Personal").getByLabel("Personal tokens may exist").uncheck();
    await setMaximum(page, "View", "400");

    await tabTo(page, page.getByRole("button", { name: "Whom to warn" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Whom to warn" });
    await expect(dialog).toContainText("of an owner that is not known");
    await expect(dialog.getByText(/Reading permissions and views/)).toHaveCount(0);
    await expectAccessible(page);
    await expect(dialog.getByRole("listitem").last()).toContainText(
      /^Owner not known.*does not make them nobody’s.*stop now.*in use/,
    );
    await tabTo(page, dialog.getByRole("searchbox", { name: "Owner" }));
    await page.keyboard.type("ada+");
    const owner = dialog.getByRole("listitem", { name: mail });
    await expect(dialog.getByRole("listitem")).toHaveCount(1);
    await expect(owner).toContainText("stops now");
    const link = owner.getByRole("link", { name: "Write mail" });
    const href = (await link.getAttribute("href")) ?? "";
    expect(href).toMatch(/^mailto:ada%2Btokens@example\.org\?subject=[^&]*&body=[^&]*$/);
    expect(href.length).toBeLessThanOrEqual(2000);
    // A mail program must not take the place of the page, which would ask whether to leave the draft.
    const asked: string[] = [];
    page.on("dialog", (question) => {
      asked.push(question.type());
      void question.dismiss();
    });
    await link.click();
    await page.bringToFront();

    await tabTo(page, owner.getByRole("button", { name: "Show text" }));
    await page.keyboard.press("Enter");
    await expect(owner.getByLabel("Text")).toContainText("Stops working as soon as the change is made");
    await tabTo(page, owner.getByRole("button", { name: "Copy text" }));
    await page.keyboard.press("Enter");
    await expect.poll(() => clipboardOf(page)).toContain(`Hello ${mail},`);
    const text = await clipboardOf(page);
    expect(text).toContain(`- ${mail} (personal token, id ${id})`);
    expect(text).toMatch(/Last used: .* UTC/);
    expect(name).not.toBe(mail);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    expect(csv).toContain('"Owner","Stops","Locked out","In use"');
    expect(csv).toMatch(new RegExp(`"${mail.replaceAll(/[.+]/g, "\\$&")}","personal","${id}",.*"its user's"`));
    expect(csv).not.toContain('"not read"');

    expect(asked).toEqual([]);

    await apply(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    await page.getByRole("button", { name: "Whom to warn" }).first().click();
    await dialog.getByRole("searchbox", { name: "Owner" }).fill("ada+");
    await owner.getByRole("button", { name: "Show text" }).click();
    await expect(owner.getByLabel("Text")).toContainText("It was deleted, and cannot be brought back.");
    await expectAccessible(page);
  },
);

test(
  "the file of affected tokens says what could not be read, and reads it when the server answers again",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "View", "400");
    await expect(page.getByRole("button", { name: "Whom to warn" })).toBeEnabled();
    // A file of nothing needs no reading, and brings the part of the page that makes files.
    const search = page.getByRole("searchbox", { name: /^Search affected tokens/ });
    await search.fill("no token is called this");
    await expect(page.getByText("No affected token matches.")).toBeVisible();
    const empty = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    expect((await readFile(await (await empty).path(), "utf8")).trim().split("\r\n")).toHaveLength(1);
    await search.fill("");
    await expect(page.getByText("No affected token matches.")).toHaveCount(0);
    await server.stop();
    await page.getByRole("button", { name: "CSV" }).click();
    const dialog = page.getByRole("dialog", { name: "Affected tokens as CSV" });
    await expect(dialog.getByRole("alert")).toContainText(/Permissions and views of [\d,]+ tokens could not be read/);
    await expectAccessible(page);
    const partial = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save what was read" }).click();
    expect(await readFile(await (await partial).path(), "utf8")).toContain('"not read","not read"');
    await expect(dialog).toHaveCount(0);

    await page.getByRole("button", { name: "CSV" }).click();
    await expect(dialog.getByRole("alert")).toBeVisible();
    await server.start();
    const whole = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Try again" }).click();
    expect(await readFile(await (await whole).path(), "utf8")).not.toContain('"not read"');
    await expect(dialog).toHaveCount(0);
  },
);

test(
  "what a change ends is saved as a calendar, of the draft and of what was applied",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/policies" });
    const calendar = page.getByRole("button", { name: "Calendar" });
    await expect(calendar).toBeDisabled();
    await setMaximum(page, "View", "800");
    await tabTo(page, calendar);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Ends as a calendar" });
    await expect(dialog).toContainText("Each entry says that its end is planned.");
    await expectAccessible(page);
    const planned = await savedCalendar(page);
    await expect(dialog).toBeHidden();
    await apply(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    await calendar.first().click();
    const made = await savedCalendar(page);
    expect(made.length).toBeGreaterThan(0);
    const endsOf = (events: typeof made) => new Map(events.map((event) => [event.uid, event.startDate.toJSDate().getTime()]));
    expect(endsOf(made)).toEqual(endsOf(planned));
    const expiring = await server.store.db.selectFrom("tokens").select(["id", "expireAt"]).where("kind", "=", "view").execute();
    const expiries = new Map(expiring.map(({ id, expireAt }) => [`view-${id}@tokenhouse`, expireAt]));
    // A calendar counts whole seconds.
    for (const [uid, end] of endsOf(made)) expect(Math.floor((expiries.get(uid) ?? 0) / 1000)).toBe(end / 1000);
    expect(planned.every(({ description }) => description.includes("It is not made yet."))).toBe(true);
  },
);

test(
  "what a draft would end is renewed from whom to warn, by the draft's own bounds, and the draft then spares the new ones",
  { tag: "@long" },
  async ({ page, server }) => {
    const age = (name: string, days: number) =>
      server.store.db
        .updateTable("tokens")
        .set({ createdAt: Date.now() - days * day, expireAt: null })
        .where("name", "=", name)
        .execute();
    const { searchDomain } = await server.graphql<{ searchDomain: { id: string } }>('{ searchDomain(name: "sandbox") { id } }');
    const make = async (name: string) => {
      const { created } = await server.graphql<{ created: { token: string } }>(
        "mutation ($input: CreateViewPermissionsTokenV2Input!) { created: createViewPermissionsTokenV2(input: $input) { token } }",
        { input: { name, viewIds: [searchDomain.id], viewPermissions: ["ReadAccess"] } },
        await server.tokenFor("admin"),
      );
      return created.token;
    };
    await server.store.db.deleteFrom("tokens").where("kind", "in", ["view", "organization"]).execute();
    const old = await make("story-old");
    await make("story-ending");
    await age("story-old", 400);
    await age("story-ending", 27);
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "View", "30");
    await section(page, "Organization").getByLabel("Organization tokens may exist").uncheck();

    await tabTo(page, page.getByRole("button", { name: "Whom to warn" }));
    await page.keyboard.press("Enter");
    const warn = page.getByRole("dialog", { name: "Whom to warn" });
    await expect(warn.getByRole("button", { name: "Renew all 2 that stop" })).toBeVisible();
    await expectAccessible(page);
    await tabTo(page, warn.getByRole("listitem", { name: "admin" }).getByRole("button", { name: "Renew these 2" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Renew tokens" });
    await expect(dialog).toContainText("judged by your draft as well");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "See what would happen" }).click();
    const question = page.getByRole("dialog", { name: "Renew 2 tokens?" });
    await expect(question.getByRole("listitem").filter({ hasText: "story-old" })).toContainText("as late as the draft allows");
    await question.getByRole("button", { name: "Renew 2 tokens" }).click();
    const results = page.getByRole("dialog", { name: "What became of the tokens" });
    await expect(results).toContainText("2 renewed.");
    const download = page.waitForEvent("download");
    await results.getByRole("button", { name: "Save as CSV" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    const secret = /"([^"]+~[^"]+)"/.exec(csv)?.[1] ?? "";
    await results.getByRole("checkbox", { name: "I have saved the file, and it is there" }).check();
    await results.getByRole("button", { name: "Close", exact: true }).click();
    await expect(results).toHaveCount(0);
    await expect(warn.getByText("2 renewed: hand the new secrets over.")).toBeFocused();
    await expect(warn.getByRole("button", { name: /^Renew/ })).toHaveCount(0);
    await page.keyboard.press("Escape");

    // The draft is still there, and still asks before it is left.
    await page.getByRole("link", { name: "Overview" }).first().click();
    await page.getByRole("button", { name: "Stay on this page" }).click();
    await apply(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    const { tokens } = await server.graphql<{ tokens: { results: { name: string }[] } }>(
      '{ tokens(searchFilter: "story-", sortBy: Name) { results { name } } }',
    );
    expect(tokens.results.map(({ name }) => name)).toEqual(["story-ending", "story-ending", "story-old"]);
    const status = async (token: string) =>
      (
        await fetch(`${server.cluster}/graphql`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ query: "{ repositories { name } }" }),
        })
      ).status;
    expect([await status(old), await status(secret)]).toEqual([401, 200]);
  },
);

/** Saves from the dialog that is open; read by another library than the one that wrote it. */
async function savedCalendar(page: Page): Promise<ICAL.Event[]> {
  const download = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Save calendar" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  return new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
}

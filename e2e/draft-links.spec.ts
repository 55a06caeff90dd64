import { day } from "#domain/duration.ts";

import { clipboardOf } from "./clipboard.ts";
import { expect, expectAccessible, holdScripts, signIn, signInWithToken, tabTo, test } from "./fixtures.ts";
import {
  amountField,
  applyButton,
  confirm,
  confirmDialog,
  readPolicies,
  section,
  setMaximum,
  updatePolicies,
} from "./policyPage.ts";

test(
  "a draft is a link that survives a reload and signing in, and opens for another administrator as a draft",
  { tag: "@long" },
  async ({ page, server, context, browser }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(page, server, { to: "/policies?q=shipper" });
    await expect(page.getByRole("button", { name: "Copy link" })).toBeDisabled();
    await setMaximum(page, "View", "400");
    await section(page, "System").getByLabel("Permissions of existing tokens may be changed").check();
    await expect(page).toHaveURL(/\?q=shipper&view\.max=400d&system\.updates=yes&from=[\w-]{60}$/);
    // Half typed, a value is not in the URL; the rest is.
    await amountField(page, "View").fill("400 ");
    await amountField(page, "View").fill("4x");
    await expect(page).toHaveURL(/\?q=shipper&system\.updates=yes&from=/);
    await amountField(page, "View").fill("36");
    await expect(page).toHaveURL(/view\.max=36d/);
    await amountField(page, "View").fill("400");
    await expect(page).toHaveURL(/view\.max=400d/);
    await tabTo(page, page.getByRole("button", { name: "Copy link" }));
    await page.keyboard.press("Enter");
    const copied = new RegExp(`^${server.url}/policies\\?view\\.max=400d&system\\.updates=yes&from=[\\w-]{60}$`);
    await expect.poll(() => clipboardOf(page)).toMatch(copied);
    const link = await clipboardOf(page);

    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await expect(page.getByRole("heading", { name: "This draft comes from a link" })).toBeVisible();
    await expect(amountField(page, "View")).toHaveValue("400");
    await expect(page).toHaveURL(/\?q=shipper&view\.max=400d&system\.updates=yes&from=/);
    // What was found in the URL leaves it with the draft.
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(page).toHaveURL(/\?q=shipper$/);
    await expect(page.getByRole("heading", { name: "This draft comes from a link" })).toHaveCount(0);

    // Meanwhile somebody changes what it was changed from, and something else.
    await updatePolicies(server, {
      viewPermissionTokensEnforceExpirationAfterMs: 900 * day,
      organizationPermissionTokensAllowPermissionUpdates: true,
    });
    const colleague = await (await browser.newContext()).newPage();
    await signInWithToken(colleague, server, server.rootToken, { to: link.slice(server.url.length) });
    await expect(colleague).toHaveURL(link);
    const notice = colleague.getByRole("alert").filter({ hasText: "This draft comes from a link" });
    await expect(notice).toContainText("View tokens, maximum lifetime: 900 days → 400 days");
    await expect(notice).toContainText("System tokens, permission updates: not allowed → allowed");
    await expect(notice).toContainText(/has changed since it was made.*View tokens, maximum lifetime: 900 days/);
    await expect(notice).toContainText("Organization tokens, permission updates: allowed");
    await expect(amountField(colleague, "View")).toHaveValue("400");
    await expect(section(colleague, "Organization").getByLabel("Permissions of existing tokens may be changed")).toBeChecked();
    await expectAccessible(colleague);
    await tabTo(colleague, notice.getByRole("button", { name: "Dismiss" }));
    await colleague.keyboard.press("Enter");
    await expect(notice).toHaveCount(0);
    // Opening and dismissing applied nothing, and applying asks for typing, however harmless it is.
    expect((await readPolicies(server)).viewPermissionTokensEnforceExpirationAfterMs).toBe(900 * day);
    await section(colleague, "View").getByRole("button", { name: "Undo: View tokens, maximum lifetime" }).click();
    await applyButton(colleague).click();
    const dialog = confirmDialog(colleague);
    await expect(dialog).toContainText("Type 0, the number of tokens that stop or may stop: this draft comes from a link");
    await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
    await confirm(colleague);
    await expect(colleague.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
    await expect(colleague).toHaveURL(`${server.url}/policies`);
    // What comes after it is the administrator's own.
    await section(colleague, "System").getByLabel("Permissions of existing tokens may be changed").uncheck();
    await applyButton(colleague).click();
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole("textbox")).toHaveCount(0);
    await colleague.context().close();
  },
);

test("a link that holds what cannot be read opens with the rest, and says what it left out", async ({ page, server }) => {
  const query = new URLSearchParams([
    ["view.max", "90d"],
    ["view.filter", '"><img src=x onerror=alert(1)>'],
    ["organization.max", `${"9".repeat(400)}d`],
    ["system.enabled", "no"],
    ["system.enabled", "yes"],
    ["ingest.enabled", "no"],
    ["__proto__.max", "1d"],
    ["from", "\u202E"],
  ]);
  // The heading does not wait for what reads a link.
  const letThrough = await holdScripts(page, /\/assets\/LinkedEditor-/u);
  await signIn(page, server, { to: `/policies?${query.toString()}` });
  await expect(page.getByRole("region", { name: "Opening the draft" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Security policies" })).toBeVisible();
  letThrough();
  const notice = page.getByRole("alert").filter({ hasText: "This draft comes from a link" });
  await expect(notice).toContainText("View tokens, maximum lifetime: no maximum → 90 days");
  const left = notice.getByRole("list", { name: "Left out" }).getByRole("listitem");
  await expect(left).toHaveText([
    /^view\.filter="><img src=x onerror=alert\(1\)>: There is no IP filter of this id\.$/,
    /^organization\.max=9+…: It is shorter or longer/,
    /^system\.enabled=no: It stands there more than once\.$/,
    /^ingest\.enabled=no: There is no such kind of token\.$/,
    /^__proto__\.max=1d: There is no such kind of token\.$/,
    /^from=⟨U\+202E⟩: It does not tell/,
  ]);
  await expect(section(page, "System").getByLabel("System tokens may exist")).toBeChecked();
  // Edited, it is the administrator's own.
  await setMaximum(page, "View", "91");
  await expect(notice).toHaveCount(0);
  await expect(page).toHaveURL(/\?view\.max=91d&from=[\w-]{60}$/);
});

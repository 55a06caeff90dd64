import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { day } from "#domain/duration.ts";

import { expect, expectAccessible, signIn, test } from "./fixtures.ts";
import { amountField, readPolicies, section, setMaximum, updatePolicies } from "./policyPage.ts";

test(
  "the policies are saved as a file, and a file that is opened becomes a draft and applies nothing",
  { tag: ["@wire", "@long"] },
  async ({ page, server }) => {
    const { createIPFilter: office } = await server.graphql<{ createIPFilter: { id: string } }>(
      `mutation { createIPFilter(input: { name: "head: office", ipFilter: "# us\\nallow all" }) { id } }`,
    );
    await updatePolicies(server, {
      viewPermissionTokensEnforceExpirationAfterMs: 900 * day,
      organizationPermissionTokensEnforceIpFilterId: office.id,
    });
    await page.setViewportSize({ width: 1366, height: 768 });
    await signIn(page, server, { to: "/policies" });

    // The buttons beside the heading stand in one line above the form.
    const tops = () =>
      Promise.all(
        ["Copy link", "File", "Show as API call"].map(
          async (label) => (await page.getByRole("button", { name: label }).boundingBox())?.y,
        ),
      );
    await expect.poll(async () => new Set(await tops()).size).toBe(1);

    const saved = await save(page, "Save as file");
    expect(saved.file).toBe("policies.yaml");
    expect(saved.text).toContain("  view:\n    enabled: true\n    maximumLifetime: 900d\n    ipFilter: null\n");
    expect(saved.text).toContain('ipFilters:\n  "head: office": |-\n    # us\n    allow all\n');
    await open(page, "same.yaml", saved.text);
    const opened = page.getByRole("dialog", { name: "same.yaml" });
    await expect(opened).toContainText("All that it says is in force.");
    await opened.getByRole("button", { name: "Close" }).click();
    await expect(page.getByRole("button", { name: "Nothing to save" })).toBeDisabled();

    // A file with errors leaves the draft as it is, and names each place.
    await setMaximum(page, "System", "300");
    await open(page, "broken.yaml", saved.text.replace("900d", "900").replace("enabled: true", "enabled: yes"));
    const errors = page.getByRole("dialog", { name: "broken.yaml" });
    await expect(errors.getByRole("listitem")).toHaveText([
      /^Line 13, column 14: Write true or false/,
      /^Line 18, column 22: Write a number and its unit, such as 90d/,
    ]);
    await expectAccessible(page);
    await errors.getByRole("button", { name: "Close" }).click();
    await expect(amountField(page, "System")).toHaveValue("300");

    // What a draft cannot hold is named, with a way to it.
    const edited = saved.text
      .replace("900d", "400d")
      .replace("ipFilter: null", "ipFilter: ci runners")
      .replace("    allow all", "    allow 10.0.0.0/8\n  ci runners: |\n    allow 192.0.2.0/24");
    await open(page, "mine.yaml", edited);
    const dialog = page.getByRole("dialog", { name: "mine.yaml" });
    await expect(dialog.getByRole("list", { name: "Policies that the file changes" }).getByRole("listitem")).toHaveText([
      "View tokens, maximum lifetime: 900 days → 400 days",
    ]);
    await expect(dialog.getByRole("list", { name: "Left out of the draft" }).getByRole("listitem")).toHaveText([
      "Personal tokens, enforced IP filter: The IP filter ci runners does not exist yet. Create it first.",
    ]);
    const filters = dialog.getByRole("list", { name: "IP filters that differ" });
    await expect(filters.getByRole("link", { name: "Edit head: office" })).toHaveAttribute("href", `/ip-filters/${office.id}`);
    await expect(filters.getByRole("link", { name: "Create ci runners" })).toHaveAttribute("href", "/ip-filters/new");
    await expect(filters.getByRole("group", { name: "Rules in the file" })).toHaveText([
      /# us\nallow 10\.0\.0\.0\/8/,
      /allow 192\.0\.2\.0/,
    ]);
    await expectAccessible(page);

    // It takes the place of a draft only when asked to.
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(amountField(page, "System")).toHaveValue("300");
    await open(page, "mine.yaml", edited);
    await expect(dialog).toContainText("what you changed in it is replaced");
    await dialog.getByRole("button", { name: "Replace the draft" }).click();
    await expect(dialog).toHaveCount(0);
    await expect(amountField(page, "View")).toHaveValue("400");
    await expect(section(page, "System").getByLabel("Maximum lifetime", { exact: true })).not.toBeChecked();
    await expect(page.getByRole("table", { name: "Affected tokens" }).getByRole("rowheader").first()).toBeVisible();
    const draft = await save(page, "Save the draft as file");
    expect(draft.file).toBe("policies-draft.yaml");
    expect(draft.text).toBe(saved.text.replace("900d", "400d"));

    const now = await readPolicies(server);
    expect(now.viewPermissionTokensEnforceExpirationAfterMs).toBe(900 * day);
  },
);

async function save(page: Page, item: string) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "File", exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
  const file = await download;
  return { file: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

async function open(page: Page, file: string, text: string): Promise<void> {
  await page.getByRole("button", { name: "File", exact: true }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("menuitem", { name: "Open a file" }).click();
  await (await chooser).setFiles({ name: file, mimeType: "application/yaml", buffer: Buffer.from(text) });
}

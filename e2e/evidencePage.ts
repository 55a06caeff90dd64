import { readFile } from "node:fs/promises";

import { expect, type Page } from "@playwright/test";

/** A JSON file of evidence, as far as stories look at it. */
export interface SavedEvidence {
  readonly cover: {
    readonly exportedBy: { readonly name: string };
    readonly backend: { readonly kind: string; readonly url: string; readonly version: string | null };
    readonly list: { readonly narrowedBy: readonly string[]; readonly link: string };
    readonly rows: number;
    readonly kinds: readonly { readonly kind: string; readonly reading: string; readonly missing: string | null }[];
    readonly rights: string;
  };
  readonly digest: { readonly sha256: string };
  readonly rows: readonly {
    readonly kind: string;
    readonly id: string | null;
    readonly name: string;
    readonly owner: string;
    readonly expires: string;
    readonly permissions: readonly string[];
    readonly findings: readonly { readonly rule: string; readonly reason: string }[];
  }[];
}

/** Saves the evidence of the list that the page shows. */
export async function saveEvidence(page: Page, form: "JSON" | "CSV"): Promise<string> {
  await page.getByRole("button", { name: "Evidence", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: /^Evidence of / });
  await dialog.getByRole("radio", { name: new RegExp(`^${form}`, "u") }).check();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: `Save as ${form}` }).click(),
  ]);
  await expect(dialog.getByText(download.suggestedFilename())).toBeVisible();
  return readFile(await download.path(), "utf8");
}

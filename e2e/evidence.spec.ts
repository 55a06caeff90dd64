import { extractText, getDocumentProxy } from "unpdf";

import { saveEvidence, type SavedEvidence } from "./evidencePage.ts";
import { expect, signIn, test } from "./fixtures.ts";

test("the evidence says what whoever saved it could not see", async ({ page, server }) => {
  const user = await server.store.db
    .selectFrom("users")
    .select("username")
    .where("isRoot", "=", false)
    .where("isOrgRoot", "=", false)
    .executeTakeFirstOrThrow();
  await signIn(page, server, { as: user.username, to: "/tokens" });
  await page.getByRole("button", { name: "Evidence", exact: true }).click();
  const missing = page.getByRole("region", { name: "Not in it" });
  await expect(missing).toContainText("system tokens: whoever exported this may not list them");
  await page.getByRole("button", { name: "Cancel" }).click();
  const { cover } = JSON.parse(await saveEvidence(page, "JSON")) as SavedEvidence;
  expect(cover.kinds.find(({ kind }) => kind === "system")).toMatchObject({ reading: "hidden" });
  expect(cover.kinds.find(({ kind }) => kind === "personal")?.missing).not.toBe(null);
});

test("the printed report has every row, its headings and a number on each page", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens?q=deploy" });
  // What is in sight alone is not all there is, and the paper says so.
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByText(/^This print holds only the rows that were in sight/)).toBeVisible();
  // Not "screen", which would hold for the paper, too.
  await page.emulateMedia({ media: null, colorScheme: "dark" });

  await page.getByRole("button", { name: "Evidence", exact: true }).click();
  await page.getByRole("radio", { name: /^Printable report/ }).check();
  await page.getByRole("button", { name: "Open the report" }).click();
  const report = page.getByRole("presentation").filter({ hasText: "Tokens: a report" });
  await expect(report.getByRole("heading", { name: "Tokens: a report" })).toBeVisible();
  const names = await report.locator("tbody th bdi").allTextContents();
  expect(names.length).toBeGreaterThan(50);

  const pdf = await getDocumentProxy(new Uint8Array(await page.pdf({ preferCSSPageSize: true })));
  const { text: pages } = await extractText(pdf, { mergePages: false });
  expect(pages.length).toBeGreaterThan(2);
  pages.forEach((text, index) => {
    expect(text).toContain(`Page ${index + 1} of ${pages.length}`);
    if (index > 0 && index < pages.length - 2) expect(text).toMatch(/Name\s+Kind\s+Owner/u);
  });
  const printed = pages.join(" ").replaceAll(/\s+/gu, "");
  for (const name of names) expect(printed).toContain(name.replaceAll(/\s+/gu, ""));
  expect(printed).not.toContain("Thisprintholdsonly");
});

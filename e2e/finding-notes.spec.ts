import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { findingNotesSchema, type FindingNotesAnswer } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";

import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test.use({ tokens: 20 });

test("whoever was overtaken in changing thresholds keeps what was typed, sees what is there now, and decides again", async ({
  page,
  server,
}) => {
  const headers = { authorization: `Bearer ${server.rootToken}`, "content-type": "application/json" };
  const kept = async (): Promise<FindingNotesAnswer> => {
    const response = await fetch(server.url + findingNotesPath, { headers });
    return findingNotesSchema.parse(await response.json());
  };

  await signIn(page, server, { to: "/tokens" });
  await page.getByRole("button", { name: "Thresholds…" }).click();
  const dialog = page.getByRole("dialog", { name: "Thresholds" });
  const old = dialog.getByLabel("Old after, days");
  await expect(old).toHaveValue("365");
  await expect(dialog).toContainText("nobody has changed them");
  await old.fill("0");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(old).toHaveAccessibleDescription("“Old after” is a whole number of days from 1 to 3650.");
  await old.fill("100");
  await expectAccessible(page);

  const values = { ...usualThresholds, olderThan: 200 };
  const other = await fetch(server.url + findingNotesPath, {
    method: "POST",
    headers,
    body: JSON.stringify({ type: "thresholds", values, seen: null }),
  });
  expect(other.status).toBe(200);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("Somebody else changed this meanwhile. Nothing of yours was saved.");
  await expect(dialog).toContainText("Now in force: Old after 200 days");
  await expect(dialog).toContainText("Set by local administrator");
  await expect(old).toHaveValue("100");
  expect((await kept()).thresholds.values).toEqual(values);

  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect((await kept()).thresholds).toMatchObject({ values: { ...usualThresholds, olderThan: 100 }, set: { by: "admin" } });
});

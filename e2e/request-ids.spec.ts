import { sql } from "kysely";

import { expect, signIn, test } from "./fixtures.ts";

test("a page that the server fails names the request, by which its log says why", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server);
  const rename = (from: string, to: string) =>
    sql`alter table ${sql.table(from)} rename to ${sql.ref(to)}`.execute(server.store.db);
  await rename("collector_configurations", "configurations_away");
  try {
    await page.getByRole("link", { name: "Configurations" }).click();
    const told = page.getByText(/Request id: [\w-]+\./);
    await expect(told).toBeVisible();
    const [, id] = /Request id: ([\w-]+)\./u.exec((await told.textContent()) ?? "") ?? [];
    const lines = server
      .log()
      .split("\n")
      .filter((line) => line.includes(`"requestId":"${id}"`));
    expect(lines.join("\n")).toContain("collector_configurations");
    // What the log says of the database is not told to the page.
    await expect(page.getByText("collector_configurations")).toHaveCount(0);
  } finally {
    await rename("configurations_away", "collector_configurations");
  }
});

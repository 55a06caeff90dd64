import { expect, it } from "vitest";

import { describeOnBothDatabases } from "#server/testing/databases.ts";

describeOnBothDatabases("a fresh store", (open) => {
  it("has every table, empty", async () => {
    const t = performance.now();
    const { db, kind } = await open();
    console.log(kind, performance.now() - t);
    expect(await db.selectFrom("tokens").selectAll().execute()).toEqual([]);
  });
});

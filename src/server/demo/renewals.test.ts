import { expect, it } from "vitest";

import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { renewalSteps, stepOf } from "#domain/renewal/step.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { fillDemoOrganization } from "./organization.ts";

const now = Date.UTC(2030, 0, 1, 5, 30);

it("the sample organization that people are shown has a pair to hand over, one to wait for and one whose old token may go", async () => {
  const store = await openTestStore("pglite");
  await fillDemoOrganization(store.db, { now, detailed: true });
  const tokens = new Map((await store.db.selectFrom("tokens").selectAll().execute()).map((row) => [row.id, row]));
  const links = await store.db.selectFrom("tokenNotes").selectAll().where("type", "=", "link").execute();
  const listed = (id: string | null) => {
    const row = tokens.get(id ?? "");
    if (row === undefined) throw new Error("A link is of tokens that are there.");
    const { lastUsedAt: at, lastUsedFrom: from, firstUsedAt: firstUse, createdAt, expireAt, name } = row;
    return anInventoryToken({ name, createdAt, expireAt, firstUse, lastUse: { at, from, source: "recorded" } });
  };
  const steps = links.map(({ tokenId, replacesId }) => {
    const [old, next] = [listed(replacesId), listed(tokenId)];
    expect(next.name).toBe(old.name);
    expect(Number(next.createdAt)).toBeGreaterThan(Number(old.createdAt));
    return stepOf({ old, next, source: "recorded" }, { now, quietFor: usualThresholds.quietFor }).step;
  });
  expect(steps.toSorted()).toEqual(renewalSteps.filter((step) => ["hand-over", "wait", "delete"].includes(step)).toSorted());
  await store.close();
});

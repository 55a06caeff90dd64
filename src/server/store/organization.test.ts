import { expect, it } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ensureOrganization } from "./organization.ts";
import { organizationId } from "./schema.ts";

const now = 1_750_000_000_000;

describeOnBothDatabases("a first start", (open) => {
  it("sets up the organization, its first repositories, the root user and policies that enforce nothing", async () => {
    const { db } = await open();
    await ensureOrganization(db, now);
    expect(await db.selectFrom("organization").select(["id", "createdAt"]).execute()).toEqual([
      { id: organizationId, createdAt: now },
    ]);
    expect(await db.selectFrom("searchDomains").select(["name", "type", "isSystem"]).orderBy("name").execute()).toEqual([
      { name: "humio", type: "repository", isSystem: true },
      { name: "humio-audit", type: "repository", isSystem: true },
      { name: "sandbox", type: "repository", isSystem: false },
    ]);
    expect(await db.selectFrom("users").select(["username", "isRoot"]).execute()).toEqual([{ username: "admin", isRoot: true }]);
    expect(await db.selectFrom("tokenPolicies").selectAll().orderBy("kind").execute()).toEqual(
      tokenKinds
        .toSorted()
        .map((kind) => ({ kind, enabled: true, maximumLifetime: null, ipFilterId: null, allowPermissionUpdates: false })),
    );
  });

  it("happens once, also when several begin at the same time", async () => {
    const { db } = await open();
    await Promise.all(Array.from({ length: 4 }, () => ensureOrganization(db, now)));
    expect(await db.selectFrom("users").select("username").execute()).toHaveLength(1);
  });

  it("brings nothing back that was removed since", async () => {
    const { db } = await open();
    await ensureOrganization(db, now);
    await db.deleteFrom("searchDomains").where("name", "=", "sandbox").execute();
    await ensureOrganization(db, now + 1);
    expect(await db.selectFrom("searchDomains").select("name").where("name", "=", "sandbox").execute()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";

import { oldDatabases, upgrades } from "#server/testing/oldDatabases/upgrade.ts";
import { migrationProvider } from "./migrations.ts";

describe("a database of an earlier release", () => {
  it("is kept for each migration there is: src/server/testing/oldDatabases/make.ts makes that of a new one", async () => {
    expect(oldDatabases()).toEqual(Object.keys(await migrationProvider.getMigrations()));
  });

  // On PGlite, and of the others, by `npm run test:all`.
  it("of the first is brought up to date with all that it holds, on PostgreSQL", async () => {
    await upgrades("postgres", oldDatabases()[0] ?? "");
  });
});

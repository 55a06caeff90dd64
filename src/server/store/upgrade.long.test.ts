import { describe, it } from "vitest";

import { oldDatabases, upgrades } from "#server/testing/oldDatabases/upgrade.ts";

describe("a database of an earlier release is brought up to date with all that it holds", () => {
  for (const kind of ["pglite", "postgres"] as const)
    it.each(oldDatabases())(`on ${kind}, of %s`, (name) => upgrades(kind, name));
});

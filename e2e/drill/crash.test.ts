import { describe, expect, it } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";

import { crashDrill } from "./crash.ts";

describe("A server killed during writes", () => {
  it("loses nothing that it answered, on PGlite", { timeout: 120_000 }, async () => {
    expect(await crashDrill({ rounds: 2 })).toMatchObject({ rounds: 2, lost: 0, revived: 0 });
  });

  it("loses nothing that it answered, on PostgreSQL", { timeout: 120_000 }, async () => {
    expect(await crashDrill({ rounds: 2, databaseUrl: await createEmptyDatabase() })).toMatchObject({
      rounds: 2,
      lost: 0,
      revived: 0,
    });
  });
});

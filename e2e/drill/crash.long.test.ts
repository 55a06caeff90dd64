import { describe, expect, it } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";

import { crashDrill } from "./crash.ts";

describe("A server killed during writes", () => {
  it("loses nothing that it answered, on PGlite", { timeout: 600_000 }, async () => {
    expect(await crashDrill({ rounds: 10 })).toMatchObject({ rounds: 10, lost: 0, revived: 0 });
  });

  it("loses nothing that it answered, on PostgreSQL", { timeout: 600_000 }, async () => {
    expect(await crashDrill({ rounds: 10, databaseUrl: await createEmptyDatabase() })).toMatchObject({
      rounds: 10,
      lost: 0,
      revived: 0,
    });
  });
});

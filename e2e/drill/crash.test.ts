import { describe, expect, it } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";
import { crashRounds } from "./crash.ts";
import { lostIn } from "./drill.ts";

describe("A server killed during writes", () => {
  it("loses nothing that it answered, on PGlite", { timeout: 120_000 }, async () => {
    const report = await crashRounds({ rounds: 2 });
    expect(lostIn(report), JSON.stringify(report)).toBe(0);
  });

  it("loses nothing that it answered, on PostgreSQL", { timeout: 120_000 }, async () => {
    const report = await crashRounds({ rounds: 2 }, await createEmptyDatabase());
    expect(lostIn(report), JSON.stringify(report)).toBe(0);
  });
});

import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";

import { openStore } from "./client.ts";
import { migrationProvider } from "./migrations.ts";
import { insertTokens } from "./tokens.ts";

describe.each(["PGlite", "PostgreSQL"] as const)("the migration that makes creators values, on %s", (name) => {
  it("takes a name for whoever bears it alone, and leaves every other unknown, with the name", async () => {
    const store = await openStore(name === "PGlite" ? { memory: true } : { databaseUrl: await createEmptyDatabase() });
    onTestFinished(() => store.close());
    const { db } = store;
    const [ada, twin, late] = [sampleId(24, 1), sampleId(24, 2), sampleId(24, 3)];
    await db
      .insertInto("users")
      .values([
        { id: ada, username: "ada", createdAt: 100 },
        { id: twin, username: "twin", createdAt: 100 },
        { id: late, username: "late", createdAt: 300 },
      ])
      .execute();
    const [ci, made] = [sampleId(32, 1), (number: number) => sampleId(32, 10 + number)];
    const creators = ["ada", "twin", "late", "ci", "cd", "local administrator", "somebody who left", null];
    await insertTokens(db, [
      aToken({ id: ci, name: "ci", createdAt: 400 }),
      aToken({ id: sampleId(32, 2), name: "cd" }),
      aToken({ id: sampleId(32, 3), name: "cd" }),
      aToken({ id: sampleId(32, 4), name: "twin" }),
      // A personal token is called as its user, who is the one that acts.
      aToken({ id: ada, kind: "personal", name: "ada", userId: ada, createdBy: "ada", createdAt: 200 }),
      ...creators.map((createdBy, number) => aToken({ id: made(number), name: `made ${number}`, createdBy, createdAt: 200 })),
    ]);

    await sql`alter table tokens drop column creator_kind, drop column creator_id`.execute(db);
    await (await migrationProvider.getMigrations())["0005-creators"]?.up(db);

    const rows = await db.selectFrom("tokens").select(["id", "createdBy", "creatorKind", "creatorId"]).execute();
    const found = new Map(rows.map(({ id, ...creator }) => [id, creator]));
    expect(creators.map((_, number) => found.get(made(number)))).toEqual([
      { createdBy: "ada", creatorKind: "user", creatorId: ada },
      { createdBy: "twin", creatorKind: "unknown", creatorId: null },
      { createdBy: "late", creatorKind: "unknown", creatorId: null },
      { createdBy: "ci", creatorKind: "token", creatorId: ci },
      { createdBy: "cd", creatorKind: "unknown", creatorId: null },
      { createdBy: "local administrator", creatorKind: "administrator", creatorId: null },
      { createdBy: "somebody who left", creatorKind: "unknown", creatorId: null },
      { createdBy: null, creatorKind: "unknown", creatorId: null },
    ]);
    expect(found.get(ada)).toEqual({ createdBy: "ada", creatorKind: "user", creatorId: ada });
  });
});

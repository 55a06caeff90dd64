import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";

import { createSession, sessionName } from "#server/auth/sessions.ts";
import { createEmptyDatabase } from "#server/testing/databases.ts";

import { openStore } from "./client.ts";
import { migrationProvider } from "./migrations.ts";

it.each(["PGlite", "PostgreSQL"] as const)(
  "sessions that were there before they had ids are called as the audit trail calls them, on %s",
  async (name) => {
    const store = await openStore(name === "PGlite" ? { memory: true } : { databaseUrl: await createEmptyDatabase() });
    onTestFinished(() => store.close());
    const { db } = store;
    for (let count = 0; count < 2; count++) {
      const origin = { address: "192.0.2.1", userAgent: undefined };
      await createSession(db, { localAdminHash: new Uint8Array(32) }, origin, 0);
    }
    for (const table of ["sessions", "sign_in_codes"]) {
      for (const column of ["linked_by", "linked_by_name", "link_token_id", "link_secret_hash"])
        await sql`alter table ${sql.table(table)} drop column ${sql.ref(column)}`.execute(db);
    }
    await sql`alter table sessions drop column id`.execute(db);
    await sql`drop table local_administrators`.execute(db);
    await (await migrationProvider.getMigrations())["0010-sessions"]?.up(db);

    const sessions = await db.selectFrom("sessions").selectAll().execute();
    expect(sessions).toHaveLength(2);
    for (const session of sessions)
      expect(session).toMatchObject({ id: sessionName(session.idHash), linkedBy: null, linkTokenId: null });
  },
);

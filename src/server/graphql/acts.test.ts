import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";

import { openStore } from "#server/store/client.ts";
import { lockTokensExclusive } from "#server/store/locks.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";
import { graphqlLimits } from "./limits.ts";

it("leaves connections to PostgreSQL for those that read while a policy change has others wait, by whatever route they come", async () => {
  const store = await openTestStore("postgres");
  const other = await openStore({ databaseUrl: store.databaseUrl ?? "" }, { upToDate: true });
  const server = await testServer(store);
  onTestFinished(async () => {
    await server.app.close();
    await other.close();
    await store.close();
  });
  const { atOnce, waiting } = graphqlLimits.mutations;
  const authorization = `Bearer ${server.localAdmin}`;
  const post = (url: string, payload: object) =>
    server.app.inject({ method: "POST", url, headers: { "content-type": "application/json", authorization }, payload });
  const links = atOnce + 10;
  expect(links).toBeLessThan(waiting);

  const linked = await other.db.transaction().execute(async (trx) => {
    await lockTokensExclusive(trx);
    const linking = Array.from({ length: links }, () => post("/session/link", {}));
    // Outside the transaction, in which the database would tell the same figures each time.
    const held = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
        other.db,
      );
      return rows[0]?.count;
    };
    await expect.poll(held).toBeGreaterThan(0);
    // Whoever reads is not behind them.
    const { statusCode } = await post("/graphql", { query: "{ organization { id } }" });
    expect(statusCode).toBe(200);
    expect(await held()).toBeLessThanOrEqual(atOnce);
    return linking;
  });
  expect((await Promise.all(linked)).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: links }, () => 200));
});

import { once } from "node:events";
import { request } from "node:http";
import { setTimeout } from "node:timers/promises";

import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";

import { backupPath } from "#server/backup/format.ts";
import { describeOnBothDatabases, type TestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";

describeOnBothDatabases("A backup whose client leaves", (open) => {
  async function listening() {
    const store: TestStore = await open();
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    await server.app.listen({ host: "127.0.0.1", port: 0 });
    const post = () =>
      request(`${server.app.listeningOrigin}${backupPath}`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.localAdmin}` },
      }).on("error", () => {
        // It hangs up by itself.
      });
    const status = async () => {
      const { statusCode, body } = await server.app.inject({
        method: "POST",
        url: backupPath,
        headers: { authorization: `Bearer ${server.localAdmin}` },
      });
      return statusCode === 200 && !body.includes('"end"') ? "cut" : statusCode;
    };
    return { store, post, status };
  }

  it("before anything of it was given lets the next one have its own", async () => {
    const { store, post, status } = await listening();
    await store.db.transaction().execute(async (trx) => {
      await sql`lock table audit_records`.execute(trx);
      const asking = post();
      asking.end();
      // It waits for its record: for the connection, or for the table.
      const waits = async () => {
        if (store.kind === "pglite") return store.load().waiting > 0;
        const waiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
        return (await waiting.execute(store.db)).rows.length > 0;
      };
      await expect.poll(waits).toBe(true);
      asking.destroy();
      // The server hears of it.
      await setTimeout(50);
    });
    await expect.poll(status).toBe(200);
  });

  it("in the middle of it lets the next one have its own", async () => {
    const { store, post, status } = await listening();
    const event = { repositoryId: "", tokenName: "t", parserName: null, receivedAt: 1, size: 1, text: "" };
    const { id } = await store.db.selectFrom("searchDomains").select("id").executeTakeFirstOrThrow();
    // More than a socket takes that nobody reads from.
    const events = Array.from({ length: 300 }, () => ({ ...event, repositoryId: id, text: "x".repeat(100_000) }));
    await store.db.insertInto("ingestEvents").values(events).execute();
    const asking = post();
    asking.end();
    const [answer] = (await once(asking, "response")) as [NodeJS.ReadableStream];
    await once(answer, "readable");
    expect(await status()).toBe(429);
    asking.destroy();
    await expect.poll(status).toBe(200);
  });
});

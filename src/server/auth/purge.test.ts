import { expect, it } from "vitest";

import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { testTrail } from "#server/testing/mutate.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { purgeExpired } from "./purge.ts";
import { hashSecret } from "./secrets.ts";
import {
  createSession,
  createSignInCode,
  findAdministrator,
  sessionIdleTimeout,
  sessionLifetime,
  sessionName,
  signInCodeLifetime,
} from "./sessions.ts";

interface SweepRecord {
  readonly deleted?: readonly string[];
  readonly sessions?: readonly string[];
}

async function recordsOf({ store }: TestServer): Promise<SweepRecord[]> {
  const rows = await store.db.selectFrom("auditRecords").select("record").execute();
  return rows.map(({ record }) => JSON.parse(record) as SweepRecord);
}

describeOnBothDatabases("the purge", (open) => {
  it("deletes the tokens that have expired and no other", async () => {
    const server = await testServer(await open());
    const gone = [await server.token({ expireAt: server.now - 1 }), await server.token({ expireAt: server.now })];
    const kept = [await server.token({ expireAt: server.now + 1 }), await server.token({ expireAt: null })];
    expect(await purgeExpired(server.store.db, server.now, testTrail)).toBe(2);
    const rows = await server.store.db.selectFrom("tokens").select("id").execute();
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(kept.map((token) => token.id)));
    expect(await purgeExpired(server.store.db, server.now, testTrail)).toBe(0);
    expect(await recordsOf(server)).toEqual([
      expect.objectContaining({
        type: "tokenhouse.tokens.purge",
        actor: { type: "server", organizationId: "SINGLE_ORGANIZATION_ID", orgRoot: false },
        deleted: expect.arrayContaining(gone.map(({ id }) => id)) as string[],
        count: 2,
      }),
    ]);
    await server.app.close();
  });

  it("deletes sessions that are over and codes that are too old", async () => {
    const server = await testServer(await open());
    const { db } = server.store;
    const userId = (await findAdministrator(db))?.id ?? "";
    const count = async () => {
      const sessions = await db.selectFrom("sessions").select("idHash").execute();
      const codes = await db.selectFrom("signInCodes").select("hash").execute();
      return [sessions.length, codes.length];
    };
    const begin = (now: number) => createSession(db, { userId }, { address: "192.0.2.1", userAgent: undefined }, now);
    const over = [await begin(server.now - sessionIdleTimeout), await begin(server.now - sessionLifetime)];
    await begin(server.now - sessionIdleTimeout + 1);
    await createSignInCode(db, userId, server.now - signInCodeLifetime);
    await createSignInCode(db, userId, server.now - signInCodeLifetime + 1);
    expect(await count()).toEqual([3, 2]);
    await purgeExpired(db, server.now, testTrail);
    expect(await count()).toEqual([1, 1]);
    await purgeExpired(db, server.now, testTrail);
    expect(await recordsOf(server)).toEqual([
      expect.objectContaining({
        type: "tokenhouse.sessions.purge",
        actor: expect.objectContaining({ type: "server" }) as object,
        sessions: expect.arrayContaining(over.map((cookie) => sessionName(hashSecret(cookie)))) as string[],
        count: 2,
      }),
    ]);
    await server.app.close();
  });

  it("may run many times at once: each token and session is on record once", async () => {
    const server = await testServer(await open());
    const { db } = server.store;
    const userId = (await findAdministrator(db))?.id ?? "";
    for (let number = 0; number < 20; number++) {
      await server.token({ expireAt: server.now });
      await createSession(db, { userId }, { address: "192.0.2.1", userAgent: undefined }, server.now - sessionLifetime);
    }
    const purged = await Promise.all(Array.from({ length: 5 }, () => purgeExpired(db, server.now, testTrail)));
    expect(purged.reduce((total, tokens) => total + tokens, 0)).toBe(20);
    const gone = (await recordsOf(server)).flatMap(({ deleted = [], sessions = [] }) => [...deleted, ...sessions]);
    expect(gone).toHaveLength(40);
    expect(new Set(gone).size).toBe(40);
    await server.app.close();
  });
});

it("the purge passes over tokens that a transaction holds, instead of waiting for it", async () => {
  const store = await openTestStore("postgres");
  const server = await testServer(store);
  const held = await server.token({ expireAt: server.now });
  await server.token({ expireAt: server.now });
  await store.db.transaction().execute(async (trx) => {
    await trx.selectFrom("tokens").select("id").where("id", "=", held.id).forUpdate().execute();
    expect(await purgeExpired(store.db, server.now, testTrail)).toBe(1);
  });
  expect(await purgeExpired(store.db, server.now, testTrail)).toBe(1);
  await server.app.close();
  await store.close();
});

import { setImmediate as turn } from "node:timers/promises";

import { CompiledQuery, sql } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { mintToken } from "#server/auth/secrets.ts";
import { createPermissionToken } from "#server/services/tokens/create.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { lockTokensExclusive } from "#server/store/locks.ts";
import { adds, later, prepared } from "#server/store/statementClient.ts";
import { describeOnBothDatabases, openTestStore, waitingForLocks } from "#server/testing/databases.ts";
import { lossyWayTo } from "#server/testing/lossyWay.ts";
import { testTrail } from "#server/testing/mutate.ts";
import { aToken, anIpFilter, aUser, sampleId } from "#server/testing/samples.ts";
import { Foresight } from "./foresight.ts";
import { foreseeCaller, judgeCaller, type CallerForesight, type Claimed } from "./judgement.ts";
import { makeMutate } from "./mutate.ts";

const now = 1_800_000_000_000;
const minute = 60_000;
const userId = sampleId(24, 1);

/** A root user with a personal token, who was let in by it and creates tokens; its judgement is foreseen from the second on. */
async function foreseenRoot({ db }: Pick<Store, "db">, expireAt: number | null = null) {
  const { secretHash } = mintToken("personal", userId);
  await db
    .insertInto("users")
    .values(aUser({ id: userId, isRoot: true }))
    .execute();
  const token = aToken({ id: userId, kind: "personal", userId, secretHash, expireAt });
  await db.insertInto("tokens").values(token).execute();
  const user = { id: userId, username: `user-${userId}`, isRoot: true, isOrgRoot: false };
  const claimed: Claimed = {
    identity: { caller: { type: "user", user, tokenId: userId }, fullName: null, principal: { tokenId: userId, secretHash } },
    address: "192.0.2.1",
  };
  const foresight: CallerForesight = new Foresight();
  let [judged, foreseen] = [0, 0];
  let failing: string | undefined;
  let [clock, name] = [now, 0];
  const mutate = makeMutate({
    db,
    trail: {
      ...testTrail,
      append: async (on, entry, circumstances) =>
        failing !== undefined && JSON.stringify(entry).includes(failing)
          ? void (await on.executeQuery(CompiledQuery.raw(`select 1 / 0 ${adds} ${prepared} ${later}`)))
          : testTrail.append(on, entry, circumstances),
    },
    claimed,
    operation: "createOrganizationPermissionsTokenV2",
    judge(trx, targets, known) {
      judged++;
      if (known !== undefined) foreseen++;
      return judgeCaller(trx, claimed, () => clock, targets, foresight, known);
    },
    foresee: (targets) => foreseeCaller(claimed, clock, targets, foresight),
  });
  return {
    token,
    /** How many judgements there were so far. */
    judged: () => judged,
    /** How many of them were foreseen. */
    foreseen: () => foreseen,
    /** Has the records fail of tokens with this in their names. */
    failRecordsOf: (name: string) => (failing = name),
    setClock: (to: number) => (clock = to),
    create: () =>
      createPermissionToken(
        mutate,
        "organization",
        { name: `made ${++name}`, expireAt: null, ipFilter: null, permissions: ["ViewUsage"], viewIds: [] },
        {},
      ),
    made: async () =>
      (await db.selectFrom("tokens").select("name").where("kind", "=", "organization").orderBy("createdAt").execute()).map(
        (row) => row.name,
      ),
    records: async () => (await db.selectFrom("auditRecords").select("id").execute()).length,
  };
}

type Change = (db: Store["db"]) => Promise<unknown>;

const ownToken = (db: Store["db"]) => db.updateTable("tokens").where("id", "=", userId);
const policies = (db: Store["db"], enabled: boolean) =>
  db
    .insertInto("tokenPolicies")
    .values({ kind: "organization", enabled, maximumLifetime: null, ipFilterId: null, allowPermissionUpdates: true })
    .onConflict((conflict) => conflict.column("kind").doUpdateSet({ enabled }))
    .execute();

/** What takes from the caller what was foreseen, and what it is then refused with. */
const changes: Record<string, { readonly change: Change; readonly code: string }> = {
  "the token is deleted": { change: (db) => db.deleteFrom("tokens").where("id", "=", userId).execute(), code: "NOT_ALLOWED" },
  "the token is replaced": {
    change: (db) =>
      ownToken(db)
        .set({ secretHash: new Uint8Array(32) })
        .execute(),
    code: "NOT_ALLOWED",
  },
  "the token expires": { change: (db) => ownToken(db).set({ expireAt: 1 }).execute(), code: "NOT_ALLOWED" },
  "the token's new filter shuts the address out": {
    async change(db) {
      await db
        .insertInto("ipFilters")
        .values(anIpFilter({ id: "closed", ipFilter: "deny all" }))
        .execute();
      await ownToken(db).set({ ipFilterId: "closed" }).execute();
    },
    code: "NOT_ALLOWED",
  },
  "root is taken": { change: (db) => db.updateTable("users").set({ isRoot: false }).execute(), code: "NOT_ALLOWED" },
  "the user is removed": { change: (db) => db.deleteFrom("users").execute(), code: "NOT_ALLOWED" },
  "the policy forbids such tokens": { change: (db) => policies(db, false), code: "POLICY_VIOLATION" },
};

describeOnBothDatabases("A creation by somebody whose judgement is foreseen", (open) => {
  it.each(Object.entries(changes))("is refused once %s, and nothing is written", async (_, { change, code }) => {
    const store = await open();
    const root = await foreseenRoot(store);
    await root.create();
    await root.create();
    expect(root.foreseen()).toBe(1);
    await change(store.db);
    await expect(root.create()).rejects.toMatchObject({ code });
    expect(root.foreseen()).toBe(2);
    // Those of the user who made them stay.
    expect(await root.made()).toHaveLength(2);
    expect(await root.records()).toBe(2);
  });

  it("is allowed again once what had been taken is given back", async () => {
    const store = await open();
    const root = await foreseenRoot(store);
    await policies(store.db, false);
    await expect(root.create()).rejects.toMatchObject({ code: "POLICY_VIOLATION" });
    await policies(store.db, true);
    await root.create();
    expect(root.foreseen()).toBe(1);
    expect(await root.made()).toHaveLength(1);
  });

  it("goes by the rights of that moment when many come together", async () => {
    const store = await open();
    const root = await foreseenRoot(store);
    await root.create();
    const creations = Array.from({ length: 20 }, () => root.create());
    await Promise.all(creations);
    expect(root.foreseen()).toBe(20);
    await store.db.updateTable("users").set({ isRoot: false }).execute();
    const refused = await Promise.allSettled(Array.from({ length: 20 }, () => root.create()));
    expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "rejected"));
    expect(await root.made()).toHaveLength(21);
    expect(await root.records()).toBe(21);
  });

  it("is not foreseen when the token expires soon", async () => {
    const store = await open();
    const root = await foreseenRoot(store, now + 10 * minute);
    await root.create();
    await root.create();
    expect(root.foreseen()).toBe(1);
    root.setClock(now + 9.5 * minute);
    await root.create();
    expect(root.foreseen()).toBe(1);
    root.setClock(now + 10 * minute);
    await expect(root.create()).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  });

  it("is not foreseen while it rests on a filter, too", async () => {
    const store = await open();
    const root = await foreseenRoot(store);
    await root.create();
    await store.db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "open", ipFilter: "allow all" }))
      .execute();
    await ownToken(store.db).set({ ipFilterId: "open" }).execute();
    for (let made = 0; made < 3; made++) await root.create();
    // It was found out once.
    expect(root.foreseen()).toBe(1);
    await ownToken(store.db).set({ ipFilterId: null }).execute();
    await root.create();
    await root.create();
    expect(root.foreseen()).toBe(2);
    expect(await root.made()).toHaveLength(6);
  });

  it("writes nothing, and is not begun anew, when a statement of its own fails", async () => {
    const store = await open();
    const root = await foreseenRoot(store);
    await root.create();
    root.failRecordsOf("made");
    await expect(root.create()).rejects.toThrow("division by zero");
    expect(root.foreseen()).toBe(1);
    expect(await root.made()).toHaveLength(1);
  });

  it("takes nobody along that came with it when it fails", async () => {
    const store = await open();
    const root = await foreseenRoot(store);
    await root.create();
    // Who has to wait for a connection to be made comes later than the others.
    await Promise.all(Array.from({ length: 8 }, () => root.create()));
    root.failRecordsOf("made 14");
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => root.create()));
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([
      { status: "rejected", reason: expect.objectContaining({ message: "division by zero" }) as unknown },
    ]);
    const made = await root.made();
    expect(made).toHaveLength(16);
    expect(made).not.toContain("made 14");
    expect(await root.records()).toBe(16);
  });

  it("is not made after what it rests on was taken, however many come", async () => {
    const store = await open();
    const root = await foreseenRoot(store);
    await root.create();
    let taken = false;
    const done = { made: 1, refused: 0 };
    const creators = Array.from({ length: 8 }, async () => {
      while (done.refused < 40) {
        await turn();
        const late = taken;
        await root.create().then(
          () => {
            done.made++;
            expect(late).toBe(false);
          },
          (error: unknown) => {
            done.refused++;
            expect(error).toMatchObject({ code: "NOT_ALLOWED" });
          },
        );
      }
    });
    await expect.poll(() => done.made, { interval: 5 }).toBeGreaterThan(30);
    await ownToken(store.db).set({ expireAt: 1 }).execute();
    taken = true;
    const made = await root.made();
    await Promise.all(creators);
    expect(await root.made()).toHaveLength(made.length);
    expect([done.made, await root.records()]).toEqual([made.length, made.length]);
  });
});

describe("A creation whose judgement was foreseen, on PostgreSQL", () => {
  it("is refused by what was committed while it waited for its locks, alone or with others", async () => {
    const store = await openTestStore("postgres");
    try {
      const root = await foreseenRoot(store);
      await root.create();
      const waiting = await store.db.transaction().execute(async (trx) => {
        await lockTokensExclusive(trx);
        const alone = root.create();
        while ((await waitingForLocks(store.db)) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        const asked = Promise.allSettled([alone, ...Array.from({ length: 7 }, () => root.create())]);
        while ((await waitingForLocks(store.db)) === 1) await new Promise((resolve) => setTimeout(resolve, 10));
        await trx.updateTable("users").set({ isRoot: false }).execute();
        return { asked };
      });
      for (const outcome of await waiting.asked) expect(outcome).toMatchObject({ reason: { code: "NOT_ALLOWED" } });
      expect(root.foreseen()).toBe(8);
      expect(await root.made()).toHaveLength(1);
      expect(await root.records()).toBe(1);
    } finally {
      await store.close();
    }
  });

  it("keeps what it rests on from whoever would take it until it is committed", async () => {
    const store = await openTestStore("postgres");
    onTestFinished(() => store.close());
    const { db } = store;
    const root = await foreseenRoot(store);
    await root.create();
    const { asked, taken } = await db.transaction().execute(async (trx) => {
      // It is judged, and waits to write its record.
      await sql`lock table audit_records in access exclusive mode`.execute(trx);
      const asked = root.create();
      await expect.poll(() => waitingForLocks(db), { interval: 5 }).toBe(1);
      const user = db.updateTable("users").set({ isRoot: false }).execute();
      const token = db.deleteFrom("tokens").where("id", "=", userId).execute();
      const taken = Promise.all([user, token]);
      await expect.poll(() => waitingForLocks(db), { interval: 5 }).toBe(3);
      return { asked, taken };
    });
    await asked;
    await taken;
    expect(root.foreseen()).toBe(1);
    expect(await root.made()).toHaveLength(2);
  });

  it("is judged anew where the database's clock is past the token's expiry", async () => {
    const store = await openTestStore("postgres");
    try {
      // By its own clock it has some minutes left.
      const root = await foreseenRoot(store, Date.now() - minute);
      root.setClock(Date.now() - 5 * minute);
      await root.create();
      await Promise.all(Array.from({ length: 4 }, () => root.create()));
      expect([root.foreseen(), root.judged()]).toEqual([4, 9]);
      expect(await root.made()).toHaveLength(5);
      expect(await root.records()).toBe(5);
    } finally {
      await store.close();
    }
  });
});

describe("Creations that share a transaction on PostgreSQL", () => {
  /** A root user whose creations come together, over a way on which answers to commits can be lost. */
  async function rootOnLossyWay() {
    const store = await openTestStore("postgres");
    onTestFinished(() => store.close());
    const way = await lossyWayTo(store.databaseUrl ?? "");
    const onWay = await openStore({ databaseUrl: way.url }, { upToDate: true });
    onTestFinished(() => onWay.close());
    const root = await foreseenRoot(onWay);
    await root.create();
    // Who has to wait for a connection to be made comes later than the others.
    await Promise.all(Array.from({ length: 8 }, () => sql`select pg_sleep(0.05)`.execute(onWay.db)));
    return { way, root };
  }

  const eight = <T>(start: () => Promise<T>) => Promise.allSettled(Array.from({ length: 8 }, start));
  const upTo = (count: number) => Array.from({ length: count }, (_, number) => `made ${number + 1}`);

  it.each(["answer", "but for last words"] as const)(
    "are not made a second time where the answer to the commit is lost (%s)",
    async (loss) => {
      const { way, root } = await rootOnLossyWay();
      way.lose(loss);
      const outcomes = await eight(root.create);
      way.lose(undefined);
      expect(way.lost()).toBe(1);
      expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => "rejected"));
      expect(root.judged()).toBe(9);
      expect((await root.made()).toSorted()).toEqual(upTo(9));
      expect(await root.records()).toBe(9);
      // The connection is given to nobody any more.
      await Promise.all(Array.from({ length: 8 }, root.create));
      expect(await root.records()).toBe(17);
    },
  );

  it("are done once the database has said so, though the connection ends right then", async () => {
    const { way, root } = await rootOnLossyWay();
    way.lose("what follows");
    const outcomes = await eight(root.create);
    way.lose(undefined);
    expect(way.lost()).toBe(1);
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => "fulfilled"));
    expect((await root.made()).toSorted()).toEqual(upTo(9));
    await Promise.all(Array.from({ length: 8 }, root.create));
    expect(await root.records()).toBe(17);
  });
});

describe("A creation whose judgement was foreseen, on PGlite", () => {
  it("is refused where the caller's token expired while it waited for the connection", async () => {
    const store = await openTestStore("pglite");
    // The database's clock is this process's.
    vi.useFakeTimers({ toFake: ["Date"], now });
    try {
      const root = await foreseenRoot(store, now + 2 * minute);
      await root.create();
      const waiting = await store.db.transaction().execute(async (trx) => {
        await sql`select 1`.execute(trx);
        const asked = root.create();
        asked.catch(() => {});
        await vi.waitFor(() => expect(store.load().waiting).toBe(1), { timeout: 30_000 });
        root.setClock(now + 3 * minute);
        vi.setSystemTime(now + 3 * minute);
        return { asked };
      });
      await expect(waiting.asked).rejects.toMatchObject({ code: "NOT_ALLOWED" });
      expect(root.foreseen()).toBe(1);
      expect(await root.made()).toHaveLength(1);
    } finally {
      vi.useRealTimers();
      await store.close();
    }
  });

  it("is judged anew where it took more than ten seconds from the beginning of its transaction", async () => {
    const store = await openTestStore("pglite");
    try {
      const root = await foreseenRoot(store);
      await root.create();
      await root.create();
      expect([root.judged(), root.foreseen()]).toEqual([2, 1]);
      // The database's clock is this process's, and goes on whenever it is read.
      let time = now;
      vi.spyOn(Date, "now").mockImplementation(() => (time += 11_000));
      await root.create();
      expect([root.judged(), root.foreseen()]).toEqual([4, 2]);
      expect(await root.made()).toHaveLength(3);
    } finally {
      vi.restoreAllMocks();
      await store.close();
    }
  });
});

import fc from "fast-check";
import { sql, type Transaction } from "kysely";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { perKind, tokenKinds } from "#domain/token/kinds.ts";
import { planPolicyChange, type Deletion, type PlannableToken, type Restriction } from "#domain/policy/plan.ts";
import { applyPlan } from "#domain/testing.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { describeOnBothDatabases, emptyAllTables, openTestStore } from "#server/testing/databases.ts";
import { anIpFilter, arbitraryTokens, aToken, ownersOf, sampleId } from "#server/testing/samples.ts";
import { seeds } from "#server/testing/seeds.ts";
import type { Store } from "./client.ts";
import { lockTokensExclusive, lockTokensShared } from "./locks.ts";
import type { Database, TokenRow } from "./schema.ts";
import {
  deleteTokens,
  insertTokens,
  plannableTokenBatches,
  restrictTokens,
  stillTokenBatches,
  type ReadToken,
} from "./tokens.ts";

const now = 1_750_000_000_000;
const ipFilterIds = ["filter-a", "filter-b"];

/** The part of a token that plans are made from. */
function plannable({ id, kind, name, createdAt, expireAt, ipFilterId, lastUsedAt, lastUsedFrom }: TokenRow): ReadToken {
  return { id, kind, name, createdAt, expireAt, ipFilter: ipFilterId, lastUsedAt, lastUsedFrom };
}

/** All tokens of batches, in the order of their ids. */
async function collect(batches: AsyncIterable<PlannableToken[]>): Promise<PlannableToken[]> {
  const all: PlannableToken[] = [];
  for await (const batch of batches) all.push(...batch);
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** How often a transaction has read a whole table of tokens. */
async function readings(trx: Transaction<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select sum(seq_scan)::int4 as count from pg_stat_xact_user_tables where relname in ('tokens', 'token_names')`.execute(trx);
  return rows[0]?.count ?? Number.NaN;
}

async function fill({ db }: Pick<Store, "db">, tokens: readonly TokenRow[]): Promise<void> {
  await db
    .insertInto("ipFilters")
    .values(ipFilterIds.map((id) => anIpFilter({ id })))
    .execute();
  const owners = ownersOf(tokens);
  if (owners.length > 0) await db.insertInto("users").values(owners).execute();
  await insertTokens(db, tokens);
}

const tokenLists = arbitraryTokens({ now, span: 100 * day, step: 10 * day, ipFilterIds });

const policies: fc.Arbitrary<Policies> = fc
  .array(
    fc.record({
      enabled: fc.boolean(),
      maximumLifetime: fc.option(fc.integer({ min: 1, max: 10 }).map((steps) => steps * 10 * day)),
      ipFilter: fc.constantFrom(null, ...ipFilterIds),
    }),
    { minLength: tokenKinds.length, maxLength: tokenKinds.length },
  )
  .map((drawn) => perKind((kind) => ({ ...defaultPolicies[kind], ...drawn[tokenKinds.indexOf(kind)] })));

describeOnBothDatabases("tokens in the store", (open) => {
  it("come back as they were inserted, whatever their names and lists", async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(tokenLists, async (tokens) => {
        await emptyAllTables(store);
        await fill(store, tokens);
        expect(await store.db.selectFrom("tokens").selectAll().orderBy("id").execute()).toStrictEqual(
          tokens.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        );
      }),
      { numRuns: seeds(25) },
    );
  });

  it("are read in batches, each of them once, in a transaction and without one", async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(tokenLists, fc.integer({ min: 1, max: 20 }), async (tokens, batchSize) => {
        await emptyAllTables(store);
        await fill(store, tokens);
        const expected = tokens.map(plannable).toSorted((a, b) => (a.id < b.id ? -1 : 1));
        const read = store.db.transaction().execute((trx) => collect(plannableTokenBatches(trx, batchSize)));
        expect(await read).toStrictEqual(expected);
        expect(await collect(stillTokenBatches(store.db, 1))).toStrictEqual(expected);
      }),
      { numRuns: seeds(25) },
    );
  });

  it("end up set-wise exactly where the plan puts them", async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(tokenLists, policies, async (tokens, next) => {
        await emptyAllTables(store);
        await fill(store, tokens);
        const before = await collect(stillTokenBatches(store.db));
        const plan = planPolicyChange(before, next, now);
        const deletions = plan.changes.filter((change): change is Deletion => change.type === "delete");
        const restrictions = plan.changes.filter((change): change is Restriction => change.type === "restrict");
        expect(
          await deleteTokens(
            store.db,
            deletions.map(({ token }) => token.id),
          ),
        ).toBe(deletions.length);
        expect(await restrictTokens(store.db, restrictions)).toBe(restrictions.length);
        expect(await collect(stillTokenBatches(store.db))).toStrictEqual(applyPlan(before, plan));
      }),
      { numRuns: seeds(50) },
    );
  });

  it("are changed in any number, and the others left alone", async () => {
    const store = await open();
    const tokens = Array.from({ length: 25_000 }, (_, number) => aToken({ id: sampleId(32, number), createdAt: number }));
    await fill(store, tokens);
    const odd = tokens.filter((_, number) => number % 2 === 1);
    expect(
      await restrictTokens(
        store.db,
        odd.map((token) => ({ type: "restrict", token: plannable(token), expireAt: { from: null, to: token.createdAt + day } })),
      ),
    ).toBe(odd.length);
    expect(
      await deleteTokens(
        store.db,
        tokens.filter((_, number) => number % 2 === 0).map(({ id }) => id),
      ),
    ).toBe(tokens.length - odd.length);
    expect(await collect(stillTokenBatches(store.db))).toStrictEqual(
      odd.map((token) => plannable({ ...token, expireAt: token.createdAt + day })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });

  it("are found one by one when many are changed or deleted, instead of each part reading the whole table", async () => {
    const { db } = await open();
    const tokens = Array.from({ length: 3000 }, (_, number) => aToken({ id: sampleId(32, number) }));
    await fill({ db }, tokens);
    await sql`analyze tokens`.execute(db);
    await sql`analyze token_names`.execute(db);
    const wholeReadings = await db.transaction().execute(async (trx) => {
      const before = await readings(trx);
      await restrictTokens(
        trx,
        tokens.slice(0, 300).map((token) => ({
          type: "restrict",
          token: plannable(token),
          expireAt: { from: null, to: now },
          ipFilter: { from: null, to: "filter-a" },
        })),
      );
      await deleteTokens(
        trx,
        tokens.slice(2700).map(({ id }) => id),
      );
      return (await readings(trx)) - before;
    });
    expect(wholeReadings).toBe(0);
  });

  it("are read as they were at one moment, each of them once, however their rows move meanwhile", async () => {
    const store = await open();
    if (store.kind !== "postgres") return;
    const tokens = Array.from({ length: 2000 }, (_, number) => aToken({ id: sampleId(32, number), createdAt: number }));
    await fill(store, tokens);
    const found = await store.db.transaction().execute(async (trx) => {
      const all: PlannableToken[] = [];
      for await (const batch of plannableTokenBatches(trx, 500)) {
        all.push(...batch);
        // As last uses are: without the lock. Rows that find no room on their page go to the end.
        await store.db.updateTable("tokens").set({ lastUsedFrom: "192.0.2.1" }).execute();
      }
      return all;
    });
    expect(found.map(({ id }) => id).toSorted()).toEqual(tokens.map(({ id }) => id).toSorted());
  });

  it("are not counted as changed when they are gone already", async () => {
    const { db } = await open();
    const token = plannable(aToken({ id: sampleId(32, 1) }));
    expect(await deleteTokens(db, [token.id])).toBe(0);
    expect(await restrictTokens(db, [{ type: "restrict", token, expireAt: { from: null, to: 1 } }])).toBe(0);
    expect(await deleteTokens(db, [])).toBe(0);
    expect(await restrictTokens(db, [])).toBe(0);
  });

  it("are locked by a policy change until its transaction ends", async () => {
    const { db } = await open();
    const order: string[] = [];
    let writer: Promise<void> | undefined;
    await db.transaction().execute(async (trx) => {
      await lockTokensExclusive(trx);
      writer = db.transaction().execute(async (other) => {
        await lockTokensShared(other);
        order.push("writer");
      });
      // Time for the writer to get as far as it can.
      for (let i = 0; i < 20; i++) await trx.selectFrom("tokens").select("id").execute();
      order.push("policy");
    });
    await writer;
    expect(order).toEqual(["policy", "writer"]);
  });
});

describe("writers of tokens on PostgreSQL", () => {
  it("do not wait for each other", async () => {
    const { db, close } = await openTestStore("postgres");
    await db.transaction().execute(async (trx) => {
      await lockTokensShared(trx);
      await db.transaction().execute((other) => lockTokensShared(other));
    });
    await close();
  });
});

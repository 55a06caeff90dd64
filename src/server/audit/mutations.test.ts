import { sql, type Kysely } from "kysely";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { z } from "zod";

import { makeSchema } from "#server/graphql/schema.ts";
import type { Database } from "#server/store/schema.ts";
import { ask, dump, makeCallers, restore, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { neverCarriedOut, requests } from "#server/testing/requests.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const mutations = Object.keys(makeSchema({ extensions: true }).getMutationType()?.getFields() ?? {});

const recordSchema = z.looseObject({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  sensitive: z.boolean(),
  operation: z.string(),
  outcome: z.string(),
  actor: z.looseObject({ type: z.string(), ip: z.string().optional() }),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  subjects: z.array(z.string()),
  refusal: z.object({ code: z.string(), field: z.string().nullable() }).optional(),
});

/** The records that were written since the one of a number, but for the count of former uses that comes when its minute is over. */
async function recordsAfter(db: Kysely<Database>, number: number) {
  const rows = await db
    .selectFrom("auditRecords")
    .selectAll()
    .where("number", ">", number)
    .where("type", "<>", "tokenhouse.localadministrator.use")
    .orderBy("number")
    .execute();
  return rows.map((row) => ({ ...row, parsed: recordSchema.parse(JSON.parse(row.record)) }));
}

async function lastNumber(db: Kysely<Database>): Promise<number> {
  const { last } = await db
    .selectFrom("auditRecords")
    .select(sql<number>`coalesce(max(number), 0)`.as("last"))
    .executeTakeFirstOrThrow();
  return last;
}

describeOnBothDatabases("The audit trail", (open) => {
  let server: TestServer;
  let world: Callers;
  let db: Kysely<Database>;
  let initial: Awaited<ReturnType<typeof dump>>;
  beforeAll(async () => {
    server = await testServer(await open(), { limits: { failedRequests: 1e6 } });
    ({ db } = server.store);
    world = await makeCallers(server);
    initial = await dump(db);
    return () => server.app.close();
  });
  beforeEach(() => restore(db, initial));

  it("has a row in the table of requests for every mutation of the contract", () => {
    expect(mutations.filter((name) => requests(world)[name] === undefined)).toEqual([]);
    expect(mutations.length).toBeGreaterThan(40);
  });

  it.each(neverCarriedOut)("has exactly one record of %s, which is refused to who may ask for it", async (name) => {
    const before = await lastNumber(db);
    const refused = await ask(server, world.bearer.root, `mutation { ${requests(world)[name]} }`);
    expect(refused.errors[0]?.extensions.code, refused.text).toBe("BAD_INPUT");
    const [refusal, ...others] = await recordsAfter(db, before);
    expect(others).toEqual([]);
    expect(refusal?.parsed).toMatchObject({ operation: name, outcome: "refused", refusal: { code: "BAD_INPUT" } });
    expect(refusal?.parsed.target).toMatchObject({ kind: "searchDomain", name: "sandbox" });
  });

  it.each(mutations.filter((name) => !neverCarriedOut.includes(name)))(
    "has exactly one record of %s: carried out or refused, and none of one that failed half-way",
    async (name) => {
      const request = `mutation { ${requests(world)[name]} }`;
      const before = await lastNumber(db);

      const refused = await ask(server, world.bearer["view-"], request);
      expect(refused.errors[0]?.extensions.code, refused.text).toBe("NOT_ALLOWED");
      const [refusal, ...others] = await recordsAfter(db, before);
      expect(others).toEqual([]);
      expect(refusal?.parsed).toMatchObject({
        operation: name,
        outcome: "refused",
        refusal: { code: "NOT_ALLOWED" },
        actor: { type: "viewPermissionToken", tokenName: "view token", ip: "127.0.0.1" },
      });

      await failAtCommit(db, async () => {
        const failed = await ask(server, world.bearer.root, request);
        expect(failed.errors[0]?.extensions.code, failed.text).toBe("INTERNAL");
      });
      expect(await dump(db)).toEqual(initial);
      const sinceRefusal = refusal?.number ?? 0;
      expect(await recordsAfter(db, sinceRefusal)).toEqual([]);

      const done = await ask(server, world.bearer.root, request);
      expect(done.errors, done.text).toEqual([]);
      const [record, ...more] = await recordsAfter(db, sinceRefusal);
      expect(more).toEqual([]);
      expect(record?.parsed).toMatchObject({
        operation: name,
        outcome: "done",
        type: refusal?.parsed.type,
        actor: { type: "personalUserToken", user: { id: world.users.root, username: "admin", isRoot: true }, ip: "127.0.0.1" },
      });
      expect(record?.parsed.subjects).toContain(record?.parsed.target?.id);
      // What it is searched by is what it says.
      expect(record).toMatchObject({
        id: record?.parsed.id,
        happenedAt: new Date(server.now).toISOString(),
        type: record?.parsed.type,
        outcome: "done",
        actorId: world.users.root,
        address: "127.0.0.1",
        subject: record?.parsed.subjects[0],
        others: (record?.parsed.subjects.length ?? 0) > 1 ? record?.parsed.subjects.slice(1) : null,
      });
    },
  );

  it("holds no secret that a request or an answer had, also where somebody wrote one for an id or in a name", async () => {
    const secrets = new Set(Object.values(world.bearer).map((token) => token.split("~")[1] ?? token));
    secrets.add(world.fleet.token);
    const before = await lastNumber(db);
    const { tokenString } = await server.token();
    secrets.add(tokenString.split("~")[1] ?? "");
    const bearer = world.bearer.local;
    // Of those that are made here, one of many looks like a name.
    const fleet = "q7W2eR9tY4uI1oP6aS3dF8gH5jK0lZxC";
    for (const name of mutations.filter((name) => /create|rotate|add/u.test(name))) {
      const { text } = await ask(server, bearer, `mutation { ${requests(world)[name]} }`);
      for (const [secret] of text.matchAll(/(?<=~)[A-Za-z0-9]{44}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu))
        secrets.add(secret);
    }
    for (const misplaced of [
      `deleteToken(input: { id: "${tokenString}" })`,
      `deleteToken(input: { id: "${world.fleet.token}" })`,
      `createIPFilter(input: { name: "for ${tokenString}", ipFilter: "allow all // ${tokenString}" }) { id }`,
      `createIPFilter(input: { name: "for ${fleet}", ipFilter: "allow all // ${btoa(tokenString)}" }) { id }`,
      `addUserV2(input: { username: "plain", fullName: "${fleet}", company: "key ${tokenString.split("~")[1]}" }) { __typename }`,
      `updateFleetInstallTokenName(token: "${world.fleet.token}", name: "renamed") { token }`,
      `deleteFleetInstallToken(token: "${world.fleet.token}x")`,
      `removeUser(input: { username: "${tokenString}" }) { user { id } }`,
      `enableFeature(feature: CustomIngestTokens)`,
      `addIngestTokenV3(input: { repositoryName: "sandbox", name: "chosen", customToken: "chosen-by-somebody-4711" }) { name }`,
      `addIngestTokenV3(input: { repositoryName: "sandbox", name: "again", customToken: "chosen-by-somebody-4711" }) { name }`,
    ]) {
      await ask(server, bearer, `mutation { ${misplaced} }`);
    }
    secrets.add("chosen-by-somebody-4711");
    secrets.add(btoa(tokenString)).add(fleet);
    const records = await recordsAfter(db, before);
    expect(records.length).toBeGreaterThan(25);
    expect(secrets.size).toBeGreaterThan(25);
    const texts = records.map(({ record }) => record).join("\n");
    for (const secret of secrets) expect(texts).not.toContain(secret);
  });

  it("keeps its rows: nothing changes or deletes one, nor all of them at once", async () => {
    await ask(server, world.bearer.root, `mutation { ${requests(world)["deleteToken"]} }`);
    const rows = await recordsAfter(db, 0);
    await db
      .insertInto("auditSeals")
      .values({ number: 1, sealedAt: 0, lastPosition: 0, mac: new Uint8Array(32) })
      .execute();
    for (const statement of [
      "update audit_records set record = '{}'",
      "update audit_records set position = 1, mac = decode(repeat('00', 32), 'hex')",
      "delete from audit_records",
      "truncate audit_records",
      "update audit_seals set last_position = 1",
      "delete from audit_seals",
    ]) {
      await expect(sql.raw(statement).execute(db)).rejects.toThrow("append-only");
    }
    expect(await recordsAfter(db, 0)).toEqual(rows);
  });
});

/** Has every commit that brings a record fail while something is done. */
async function failAtCommit(db: Kysely<Database>, work: () => Promise<void>): Promise<void> {
  await sql`create function fail() returns trigger language plpgsql as $$ begin raise exception 'injected'; end $$`.execute(db);
  await sql`
    create constraint trigger fail after insert on audit_records deferrable initially deferred
    for each row execute function fail()`.execute(db);
  try {
    await work();
  } finally {
    await sql`drop trigger fail on audit_records`.execute(db);
    await sql`drop function fail`.execute(db);
  }
}

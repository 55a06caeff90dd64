import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { sql } from "kysely";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { day } from "#domain/duration.ts";
import { parseJson } from "#logscale/json.ts";

import { cutAudit } from "#server/audit/retention.ts";
import { sealAudit } from "#server/audit/seal.ts";
import { makeTrail } from "#server/audit/trail.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { openPglite } from "#server/store/pglite.ts";
import { ask, askNotes, makeCallers, type Callers } from "#server/testing/callers.ts";
import { createEmptyDatabase, describeOnBothDatabasesInTime, openTestStore, type TestStore } from "#server/testing/databases.ts";
import { MixedWrites } from "#server/testing/mixedWrites.ts";
import { neverCarriedOut, noteChanges, requests } from "#server/testing/requests.ts";
import { allRows } from "#server/testing/rows.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { claimDatabase, createVault } from "#server/vault.ts";
import { dumpAtOnce, dumpInTurns, TrailWasCut } from "./dump.ts";
import { readBackup } from "./format.ts";
import { restoreInto, type BackupToRestore } from "./restore.ts";
import { dumpWhileServing } from "./spool.ts";
import { keptTables, otherTables } from "./tables.ts";

const vault = createVault(new Uint8Array(32).fill(7));
const trail = makeTrail(vault);
const now = Date.UTC(2031, 0, 1);

const usual: Omit<BackupToRestore, "parts"> = { vault, trail, now, keepSessions: true, since: undefined };

/** A server's lines as the command gets them. */
async function linesOf(store: Store): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-backup-"));
  try {
    return await text(Readable.from(dumpWhileServing(store, folder, () => now, new AbortController().signal)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An empty database of a kind. */
async function emptyStore(kind: Store["kind"]): Promise<Store> {
  const store =
    kind === "postgres"
      ? await openStore({ databaseUrl: await createEmptyDatabase() }, { upToDate: true })
      : await openStore({ engine: await openPglite({}) }, { upToDate: true });
  onTestFinished(() => store.close());
  return store;
}

const restored = (store: Store, lines: string, options: Partial<BackupToRestore> = {}) =>
  restoreInto(store, { ...usual, parts: readBackup(Readable.from([Buffer.from(lines)])), ...options });

/** Every mutation of the contract, each carried out once as far as those before it let it. */
async function actEverything(server: TestServer, world: Callers): Promise<void> {
  const removing = /^(?:remove|delete)/u;
  const names = Object.keys(requests(world)).filter((name) => !neverCarriedOut.includes(name));
  // What there is is changed first, and then deleted.
  for (const name of [...names.filter((each) => !removing.test(each)), ...names.filter((each) => removing.test(each))])
    await ask(server, world.bearer.local, `mutation { ${requests(world)[name]} }`);
}

/** Rows for the tables that no mutation fills, or that those before have emptied. */
async function fillTheRest({ db }: Store, server: TestServer, world: Callers): Promise<void> {
  await claimDatabase(db, vault);
  for (const mutation of [
    `createRepository(name: "again") { repository { id } }`,
    `addIngestTokenV3(input: { repositoryName: "again", name: "shipper", parser: "json" }) { name }`,
    `createView(name: "seen", connections: [{ repositoryName: "again", filter: "*" }]) { id }`,
  ])
    expect((await ask(server, world.bearer.local, `mutation { ${mutation} }`)).errors).toEqual([]);
  const { id: tokenId, repositoryId } = await db.selectFrom("ingestTokens").selectAll().executeTakeFirstOrThrow();
  await db.insertInto("ingestHours").values({ tokenId, hour: 1, events: 2 }).execute();
  const user = await db.selectFrom("users").select("id").executeTakeFirstOrThrow();
  const role = await db.selectFrom("roles").select("id").executeTakeFirstOrThrow();
  await db.insertInto("userRoles").values({ userId: user.id, searchDomainId: repositoryId, roleId: role.id }).execute();
  await db
    .insertInto("parsers")
    .values({ id: "p", repositoryId, name: "own", script: "a\n\tb", testCases: "[]", languageVersion: "legacy" })
    .execute();
  const event = { repositoryId, tokenName: "shipper", parserName: null, receivedAt: now, size: 9, text: 'a "line"\n\\N' };
  for (let count = 0; count < 3; count++) await db.insertInto("ingestEvents").values(event).execute();
  await db.deleteFrom("ingestEvents").where("id", "=", 3).execute();
  const delivery = { id: "d1", body: "{}", tokens: 1, createdAt: now, nextAt: null };
  await db.insertInto("noticeDeliveries").values(delivery).execute();
  await db.insertInto("notices").values({ tokenId: world.tokens.system, expireAt: 1, threshold: 2, deliveryId: "d1" }).execute();
  await db.insertInto("noticeLooks").values({ id: 1, lookedAt: now }).execute();
  await db
    .insertInto("localAdministrators")
    .values({ instance: "i", secretHash: new Uint8Array(32).fill(255) })
    .execute();
}

describeOnBothDatabasesInTime("A backup", (open) => {
  let store: TestStore;
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    store = await open();
    server = await testServer(store);
    world = await makeCallers(server);
    for (const change of Object.values(noteChanges(world, server.now)))
      await askNotes(server, { authorization: `Bearer ${world.bearer.root}` }, change);
    await actEverything(server, world);
    await fillTheRest(store, server, world);
    await server.signIn({ token: world.bearer.owner });
    await server.code();
    await sealAudit(store.db, vault, now);
    await cutAudit(store.db, vault, trail, now + 1, now);
    await ask(server, world.bearer.local, `mutation { createIPFilter(input: { name: "later", ipFilter: "allow all" }) { id } }`);
    await sealAudit(store.db, vault, now);
    await ask(server, world.bearer.local, `mutation { createIPFilter(input: { name: "waits", ipFilter: "allow all" }) { id } }`);
    // Numbers beyond what JavaScript holds exactly.
    await sql`update search_domains set retention_in_ingest_size_bytes = 9007199254740993 where name = 'vault'`.execute(store.db);
    return () => server.app.close();
  });

  it("has a place for every table there is", async () => {
    expect([...(await allRows(store.db)).keys()].sort()).toEqual([...keptTables, ...otherTables].sort());
  });

  it.each(["pglite", "postgres"] as const)(
    "restored on %s has every row of every table, and goes on numbering where it was",
    async (kind) => {
      const before = await allRows(store.db);
      expect(keptTables.filter((table) => before.get(table)?.length === 0)).toEqual([]);
      const target = await emptyStore(kind);
      const { chain } = await restored(target, await linesOf(store));
      expect(chain.faults).toEqual([]);
      const after = await allRows(target.db);
      for (const [table, rows] of before) if (table !== "audit_records") expect(after.get(table), table).toEqual(rows);
      const added = (after.get("audit_records") ?? []).filter((row) => before.get("audit_records")?.includes(row) !== true);
      expect(after.get("audit_records")?.length).toBe((before.get("audit_records")?.length ?? 0) + 1);
      expect(JSON.parse(added[0] ?? "")).toMatchObject({ type: "tokenhouse.backup.restore", outcome: "done", position: null });
      await sealAudit(target.db, vault, now);
      expect((await verifyAudit(target.db, vault, undefined)).faults).toEqual([]);
      // The server goes on with it.
      const again = await testServer(target);
      onTestFinished(() => again.app.close());
      expect((await ask(again, world.bearer.owner, "{ viewer { id } }")).errors).toEqual([]);
      const made = await ask(
        again,
        world.bearer.root,
        `mutation { createIPFilter(input: { name: "new", ipFilter: "allow all" }) { id } }`,
      );
      expect(made.errors).toEqual([]);
    },
  );

  it("holds no secret: not those of tokens, of sessions and links, the values of ingest and fleet tokens, or the installation key", async () => {
    const signedIn = await server.signIn({ token: world.bearer.owner });
    const made = await ask(
      server,
      world.bearer.local,
      `mutation {
        ingest: addIngestTokenV3(input: { repositoryName: "again", name: "secret", parser: "json" }) { token }
        fleet: createFleetInstallToken(name: "secret") { token }
        configuration: createLogCollectorConfiguration(name: "secret") { id }
      }`,
    );
    const { ingest, fleet, configuration } = made.data as Record<string, { readonly token: string; readonly id: string }>;
    const yaml = "sources: { secret: 5f0c2b1e }";
    const updated = await ask(
      server,
      world.bearer.local,
      `mutation { updateDraftLogCollectorConfiguration(id: ${JSON.stringify(configuration?.id)}, draft: ${JSON.stringify(yaml)}) { id } }`,
    );
    expect(updated.errors).toEqual([]);
    const secrets = [
      ...Object.values(world.bearer).map((token) => token.split("~")[1] ?? ""),
      server.localAdmin.split("~")[1] ?? "",
      signedIn.cookies[0]?.value ?? "",
      await server.code(),
      ingest?.token ?? "",
      fleet?.token ?? "",
      yaml,
      Buffer.alloc(32, 7).toString("base64"),
      Buffer.alloc(32, 7).toString("hex"),
    ];
    expect(secrets.filter((secret) => secret.length < 16)).toEqual([]);
    const lines = await linesOf(store);
    const forms = (secret: string) => [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")];
    expect(secrets.filter((secret) => forms(secret).some((form) => lines.includes(form)))).toEqual([]);
  });

  it("is the same read at once and in turns, but for its moment", async () => {
    const sorted = async (lines: AsyncIterable<string>) =>
      (await text(Readable.from(lines)))
        .split("\n")
        .filter((line) => line.startsWith("["))
        .sort();
    expect(await sorted(dumpInTurns(store, () => now))).toEqual(await sorted(dumpAtOnce(store, () => now)));
  });

  it("restored ends all sessions and sign-in links unless it is told otherwise, and says so in the trail", async () => {
    const target = await emptyStore("postgres");
    const { sessions } = await restored(target, await linesOf(store), { keepSessions: false });
    expect(sessions.count).toBeGreaterThan(0);
    expect(await target.db.selectFrom("sessions").selectAll().execute()).toEqual([]);
    expect(await target.db.selectFrom("signInCodes").selectAll().execute()).toEqual([]);
    const records = await target.db
      .selectFrom("auditRecords")
      .select("record")
      .where("type", "=", "tokenhouse.sessions.revoke")
      .orderBy("number", "desc")
      .execute();
    expect(parseJson(records[0]?.record ?? "")).toMatchObject({ which: "Restore", sessions: sessions.ids });
  });

  it("that is cut off, altered or put together anew is not restored, and leaves the database as empty as it was", async () => {
    const lines = await linesOf(store);
    const target = await emptyStore("postgres");
    const middle = lines.indexOf("\n", lines.length / 2) + 1;
    const wrong = {
      "cut at a line": lines.slice(0, middle),
      "cut in a line": lines.slice(0, middle + 5),
      "without its end": `${lines.trimEnd().slice(0, lines.trimEnd().lastIndexOf("\n"))}\n`,
      "one letter": lines.replace("later", "latex"),
      "a row twice": lines.slice(0, middle) + lines.slice(lines.lastIndexOf("\n", middle - 2) + 1, middle) + lines.slice(middle),
      "goes on": `${lines}[]\n`,
      nothing: "",
      "no backup": "{}\n",
      "no JSON": "age\n",
    };
    for (const [how, text] of Object.entries(wrong)) {
      await expect(restored(target, text), how).rejects.toThrow(/cut off|damaged|no backup|goes on|no end|duplicate key/u);
      expect((await allRows(target.db)).size, how).toBe(0);
    }
    await restored(target, lines);
    await expect(restored(target, lines)).rejects.toThrow(/is not empty \(/u);
  });

  it("of a newer release is refused with a sentence", async () => {
    const lines = await linesOf(store);
    const target = await emptyStore("postgres");
    const migrated = lines.replace(/"migrations":\["/u, `"migrations":["9999-future","`);
    await expect(restored(target, migrated)).rejects.toThrow(/was made by Tokenhouse .*, which is newer than this one/u);
    await expect(restored(target, lines.replace('"version":1', '"version":2'))).rejects.toThrow(/newer than this one/u);
    expect((await allRows(target.db)).size).toBe(0);
  });
});

/** The ids of the tokens in a backup, and its records in their order. */
async function tokensAndTrail(lines: string) {
  const tokens: string[] = [];
  const records: (readonly [number: number, record: string])[] = [];
  let columns: readonly string[] = [];
  for await (const part of readBackup(Readable.from([lines]))) {
    if (part.type === "table") ({ columns } = part);
    if (part.type !== "rows") continue;
    for (const row of part.rows) {
      const values = JSON.parse(row) as string[];
      const value = (name: string) => values[columns.indexOf(name)] ?? "";
      if (part.table === "tokens") tokens.push(value("id"));
      if (part.table === "audit_records") records.push([Number(value("number")), value("record")]);
    }
  }
  return { tokens, records: records.sort(([one], [other]) => one - other).map(([, record]) => record) };
}

const recordSchema = z.object({
  type: z.string(),
  outcome: z.string(),
  actionName: z.string().optional(),
  target: z.object({ id: z.string() }).nullable(),
  newTokenId: z.string().nullish(),
  deleted: z.array(z.string()).optional(),
});

/**
 * How the tokens that there are differ from those that the trail tells of: which no record made, and which were made and are not there, or
 * taken away and are. Of one database it is the same at any moment.
 */
function besides({ tokens, records }: Awaited<ReturnType<typeof tokensAndTrail>>): unknown {
  const told = new Set<string | undefined>();
  for (const record of records) {
    const { type, outcome, actionName, target, newTokenId, deleted = [] } = recordSchema.parse(JSON.parse(record));
    if (outcome !== "done") continue;
    if (type === "hashedtokens.change" && actionName === "create") told.add(target?.id);
    if (type === "hashedtokens.change" && actionName === "delete") told.delete(target?.id);
    if (type === "hashedtokens.rotate") {
      told.delete(target?.id);
      told.add(newTokenId ?? target?.id);
    }
    for (const id of deleted) told.delete(id);
  }
  return {
    untold: tokens.filter((id) => !told.has(id)).sort(),
    missing: [...told].filter((id) => id === undefined || !tokens.includes(id)),
  };
}

describeOnBothDatabasesInTime("A server that gives a backup", (open) => {
  it("shows one moment, however others write meanwhile, and keeps none of them from it", async () => {
    const store = await open();
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    const world = await makeCallers(server);
    const writes = new MixedWrites(server, world);
    await writes.run(64);
    const initial = besides(await tokensAndTrail(await linesOf(store)));
    let [writing, rounds] = [true, 0];
    const written = (async () => {
      for (; writing; rounds++) {
        await writes.run(16);
        await sealAudit(store.db, vault, now);
      }
    })();
    const backups: string[] = [];
    for (let count = 0; count < 3; count++) {
      backups.push(await linesOf(store));
      // The round that goes on now, and all of the next.
      const before = rounds;
      await expect.poll(() => rounds, { interval: 5 }).toBeGreaterThan(before + 1);
    }
    writing = false;
    await written;
    expect(writes.refused).toEqual([]);
    const counts: number[] = [];
    for (const lines of backups) {
      const shown = await tokensAndTrail(lines);
      expect(besides(shown)).toEqual(initial);
      counts.push(shown.records.length);
    }
    // Others wrote between them.
    expect(new Set(counts).size).toBe(counts.length);
  });
});

describe("A backup of a trail that retention cuts meanwhile", () => {
  it("is begun anew, since what was read shows no one moment", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    const create = `mutation { createIPFilter(input: { name: "a", ipFilter: "allow all" }) { id } }`;
    await ask(server, server.localAdmin, create);
    await sealAudit(store.db, vault, now);
    const lines = dumpInTurns(store, () => now);
    // The header, and the trail's chained records.
    for (let count = 0; count < 3; count++) await lines.next();
    await ask(server, server.localAdmin, create);
    await sealAudit(store.db, vault, now);
    await cutAudit(store.db, vault, trail, now + 1, now);
    await expect(text(Readable.from(lines))).rejects.toBeInstanceOf(TrailWasCut);
    // What was begun was ended: the connection is free.
    expect(await linesOf(store)).toContain('"end"');
  });
});

describe("What happened after a backup", () => {
  it.each([false, true])(
    "keeps what was deleted or rotated later from living again, unless it is told otherwise (%s)",
    async (revive) => {
      const store = await openTestStore("pglite");
      onTestFinished(() => store.close());
      const server = await testServer(store);
      onTestFinished(() => server.app.close());
      const world = await makeCallers(server);
      const run = async (name: string, mutation = requests(world)[name]) => {
        const answer = await ask(server, world.bearer.root, `mutation { ${mutation} }`);
        expect(answer.errors, name).toEqual([]);
      };
      await run("createRole");
      const cookies: string[] = [];
      for (let count = 0; count < 3; count++) {
        const [cookie] = (await server.signIn({ code: await server.code() })).cookies;
        cookies.push(`${cookie?.name}=${cookie?.value}`);
      }
      const sessions = await store.db.selectFrom("sessions").select("id").orderBy("createdAt").execute();
      const lines = await linesOf(store);
      const origin = "http://localhost:80";
      const left = await server.app.inject({ method: "DELETE", url: "/session", headers: { cookie: cookies[0] ?? "", origin } });
      expect(left.statusCode).toBe(204);
      const still = await store.db.selectFrom("sessions").select("id").orderBy("createdAt").execute();
      await run("revokeSession", `revokeSession(input: { id: ${JSON.stringify(still[0]?.id)}, revocationType: Session })`);
      await run("rotateToken");
      await run("deleteToken", `deleteToken(input: { id: ${JSON.stringify(world.tokens.organization)} })`);
      await run("removeIngestToken");
      await run("regenerateFleetInstallToken");
      await run("removeUser");
      await run("updateSystemPermissionsTokenPermissions");
      const records = await store.db.selectFrom("auditRecords").select("record").orderBy("number").execute();
      const exported = records.map(({ record }) => record);
      const target = await emptyStore("postgres");
      // As a file has it that was written in turns by servers that were killed, and saved by a program that marks it as UTF-8.
      const streamed = [`\uFEFF${exported[0]}`, "Tokenhouse listening", ...exported.slice(1), '{"half a line', ...exported];
      const since = { revive, lines: Readable.from(streamed) };
      const { afterwards } = await restored(target, lines, { since });
      const { tokens, users } = world;
      const told = (afterwards?.revived ?? []).map(({ kind, id, why }) => `${kind} ${why} ${id}`);
      expect(told).toHaveLength(5);
      for (const each of [
        `view was rotated ${tokens.view}`,
        `organization was deleted ${tokens.organization}`,
        `personal went with its user ${users.victim}`,
        "ingest was deleted ",
        "fleet was given another value ",
      ])
        expect(told.join("\n")).toContain(each);
      expect(afterwards).toMatchObject({ known: 12, later: 8, damaged: 1 });
      expect(afterwards?.undone.map(({ operation }) => operation)).toEqual(
        expect.arrayContaining(["removeUser", "updateSystemPermissionsTokenPermissions"]),
      );
      expect(sessions).toHaveLength(3);
      expect(afterwards?.sessions).toBe(2);
      expect(await target.db.selectFrom("sessions").select("id").execute()).toHaveLength(revive ? 3 : 1);
      const alive = await target.db
        .selectFrom("tokens")
        .select("id")
        .where("id", "in", [tokens.view, tokens.organization, users.victim])
        .execute();
      expect(alive).toHaveLength(revive ? 3 : 0);
      expect(await target.db.selectFrom("ingestTokens").select("id").execute()).toHaveLength(revive ? 1 : 0);
      const record = await target.db
        .selectFrom("auditRecords")
        .select("record")
        .where("type", "=", "tokenhouse.backup.restore")
        .executeTakeFirstOrThrow();
      expect(parseJson(record.record)).toMatchObject({ count: revive ? 0 : 5 });
    },
  );

  it("takes nothing for later that retention had deleted from the trail of the backup, though a stream tells of it", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    const world = await makeCallers(server);
    const act = async (mutation: string | undefined) =>
      expect((await ask(server, world.bearer.root, `mutation { ${mutation} }`)).errors).toEqual([]);
    const records = async () =>
      (await store.db.selectFrom("auditRecords").select("record").orderBy("number").execute()).map(({ record }) => record);
    // A personal token has its user's id, and a fleet token keeps its own: what was made so long ago is still in force.
    await act(`rotateToken(input: { id: ${JSON.stringify(world.users.victim)} })`);
    await act(requests(world)["regenerateFleetInstallToken"]);
    const streamed = await records();
    await sealAudit(store.db, vault, server.now);
    server.now += 500 * day;
    await cutAudit(store.db, vault, trail, server.now - 400 * day, server.now);
    await act(`createIPFilter(input: { name: "new", ipFilter: "allow all" }) { id }`);
    const lines = await linesOf(store);
    server.now += day;
    await act(`deleteToken(input: { id: ${JSON.stringify(world.tokens.organization)} })`);
    const target = await emptyStore("pglite");
    const since = { revive: false, lines: Readable.from([...streamed, ...(await records())]) };
    const { afterwards } = await restored(target, lines, { since });
    expect(afterwards?.revived.map(({ id }) => id)).toEqual([world.tokens.organization]);
    expect(afterwards).toMatchObject({ later: 1, undone: [] });
    const personal = await target.db.selectFrom("tokens").select("id").where("id", "=", world.users.victim).execute();
    expect(personal).toHaveLength(1);
  });
});

describe("A backup that nobody waits for any more", () => {
  it("reads nothing further, and leaves the connection to others", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    const statementsOf = async (work: () => Promise<unknown>) => {
      const before = store.asked?.() ?? 0;
      await work();
      return (store.asked?.() ?? 0) - before;
    };
    const whole = await statementsOf(() => linesOf(store));
    const left = new AbortController();
    const part = await statementsOf(async () => {
      const lines = text(Readable.from(dumpWhileServing(store, tmpdir(), () => now, left.signal)));
      left.abort();
      await expect(lines).rejects.toThrow("aborted");
    });
    expect(part).toBeGreaterThan(0);
    expect(part).toBeLessThan(whole / 4);
    expect(await linesOf(store)).toContain('"end"');
  });
});

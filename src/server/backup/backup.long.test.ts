import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { sql } from "kysely";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { sealAudit } from "#server/audit/seal.ts";
import { makeTrail } from "#server/audit/trail.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { openPglite } from "#server/store/pglite.ts";
import { builtServer } from "#server/testing/built.ts";
import { ask, makeCallers } from "#server/testing/callers.ts";
import { startCluster } from "#server/testing/cluster.ts";
import { createEmptyDatabase, describeOnBothDatabases } from "#server/testing/databases.ts";
import { MixedWrites } from "#server/testing/mixedWrites.ts";
import { allRows } from "#server/testing/rows.ts";
import { testServer } from "#server/testing/server.ts";
import { claimDatabase, createVault, loadInstallationKey } from "#server/vault.ts";
import { readBackup } from "./format.ts";
import { restoreInto } from "./restore.ts";
import { dumpWhileServing } from "./spool.ts";

const vault = createVault(new Uint8Array(32).fill(7));
const trail = makeTrail(vault);
const now = Date.UTC(2031, 0, 1);

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "tokenhouse-backup-"));
  return () => rmSync(scratch, { recursive: true, force: true });
});

async function emptyStore(kind: Store["kind"]): Promise<Store> {
  const store =
    kind === "postgres"
      ? await openStore({ databaseUrl: await createEmptyDatabase() }, { upToDate: true })
      : await openStore({ engine: await openPglite({}) }, { upToDate: true });
  onTestFinished(() => store.close());
  return store;
}

describeOnBothDatabases("After 10,000 mixed writes a backup", (open) => {
  it("restored on either database has every row of every table", async () => {
    const store = await open();
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    const writes = new MixedWrites(server, await makeCallers(server));
    for (let done = 0; done < 10_000; done += 500) {
      await writes.run(500);
      await sealAudit(store.db, vault, now);
    }
    expect(writes.refused).toEqual([]);
    const before = await allRows(store.db);
    const lines = await text(Readable.from(dumpWhileServing(store, scratch, () => now, new AbortController().signal)));
    for (const kind of ["pglite", "postgres"] as const) {
      const target = await emptyStore(kind);
      const parts = readBackup(Readable.from([Buffer.from(lines)]));
      const { chain } = await restoreInto(target, { parts, vault, trail, now, keepSessions: true, since: undefined });
      expect(chain.faults).toEqual([]);
      const after = await allRows(target.db);
      for (const [table, rows] of before) if (table !== "audit_records") expect(after.get(table), table).toEqual(rows);
      const records = new Set(after.get("audit_records"));
      expect(before.get("audit_records")?.filter((row) => !records.has(row))).toEqual([]);
      expect(records.size).toBe((before.get("audit_records")?.length ?? 0) + 1);
    }
  });
});

describe("A backup or restore that is ended", () => {
  let main: string;
  let file: string;
  let identity: string;
  let home: string;
  let tokens: number;
  /** How often a restore is killed, each time later in it. */
  const rounds = 6;
  beforeAll(async () => {
    main = join(await builtServer(), "main.js");
    home = join(scratch, "home");
    const store = await openStore({ dataDir: home });
    const own = createVault(loadInstallationKey(home, undefined));
    await claimDatabase(store.db, own);
    await fillDemoOrganization(store.db, { now: Date.now(), tokens: 5_000, vault: own, detailed: true });
    tokens = (await allRows(store.db)).get("tokens")?.length ?? 0;
    await store.close();
    const key = await generateX25519Identity();
    identity = join(scratch, "identity.txt");
    writeFileSync(identity, key);
    file = join(scratch, "whole.age");
    const made = await run(["backup", file, "--recipient", await identityToRecipient(key), "--data-dir", home]);
    expect(made).toMatchObject({ code: 0, errors: "" });
  });

  function start(args: readonly string[]) {
    const { PATH = "", HOME = "" } = process.env;
    return spawn(process.execPath, [main, ...args], { env: { PATH, HOME }, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Runs a command; kills it after some ms. */
  async function run(args: readonly string[], killAfter?: number) {
    const child = start(args);
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const closed = once(child, "close");
    if (killAfter !== undefined) void delay(killAfter).then(() => child.kill("SIGKILL"));
    await closed;
    return { code: child.exitCode, output, errors };
  }

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s takes away what it had begun to write", async (signal) => {
    const passphrase = join(scratch, "passphrase.txt");
    writeFileSync(passphrase, "correct horse battery staple");
    // A passphrase takes a second, in which there is a file already.
    const backup = await endedAtWork(
      signal,
      () => mkdtempSync(join(scratch, "out-")),
      (out) => ["backup", join(out, "file.age"), "--passphrase-file", passphrase, "--data-dir", home],
    );
    expect([backup.by, readdirSync(backup.folder)]).toEqual([signal, []]);
    const restore = await endedAtWork(signal, newFolder, restoreTo);
    expect([restore.by, readdirSync(restore.folder)]).toEqual([signal, ["key"]]);
  });

  it("by SIGKILL leaves a folder that no server starts on, or the whole, and is run again", async () => {
    const began = performance.now();
    expect(await run(restoreTo(newFolder()))).toMatchObject({ code: 0 });
    const whole = performance.now() - began;
    let refused = 0;
    for (let round = 0; round <= rounds; round++) {
      const target = round === 0 ? (await endedAtWork("SIGKILL", newFolder, restoreTo)).folder : newFolder();
      if (round > 0) await run(restoreTo(target), (whole * round) / rounds);
      if (existsSync(join(target, "database.restoring"))) {
        refused++;
        await expect(openStore({ dataDir: target })).rejects.toThrow("was cut off before its end");
      }
      if (!existsSync(join(target, "database"))) {
        const again = await run(restoreTo(target));
        expect(again, again.errors).toMatchObject({ code: 0 });
      }
      const store = await openStore({ dataDir: target });
      expect((await allRows(store.db)).get("tokens")).toHaveLength(tokens);
      await store.close();
      rmSync(target, { recursive: true });
    }
    expect(refused).toBeGreaterThan(0);
  });

  it("by SIGKILL leaves a PostgreSQL database as empty as it was, or the whole", async () => {
    const into = (databaseUrl: string) => [
      "restore",
      file,
      "--identity-file",
      identity,
      "--data-dir",
      home,
      "--database-url",
      databaseUrl,
    ];
    const began = performance.now();
    expect(await run(into(await createEmptyDatabase()))).toMatchObject({ code: 0 });
    const whole = performance.now() - began;
    for (let round = 1; round <= rounds; round++) {
      const databaseUrl = await createEmptyDatabase();
      await run(into(databaseUrl), (whole * round) / rounds);
      const store = await openStore({ databaseUrl }, { upToDate: true });
      // What the server still does for a client that is gone ends in nothing, or in all where the commit was sent.
      await expect.poll(() => others(store.db), { timeout: 60_000 }).toBe(0);
      const rows = await allRows(store.db);
      expect([0, tokens]).toContain(rows.get("tokens")?.length ?? 0);
      await store.close();
      if (rows.size === 0) expect(await run(into(databaseUrl))).toMatchObject({ code: 0 });
    }
  });

  const restoreTo = (target: string) => ["restore", file, "--identity-file", identity, "--data-dir", target];

  /** Runs a command that works in a new folder, and ends it once it has begun to write there; anew where it was done before it was ended. */
  async function endedAtWork(signal: NodeJS.Signals, newFolder: () => string, argsFor: (folder: string) => readonly string[]) {
    for (let tries = 1; ; tries++) {
      const folder = newFolder();
      const child = start(argsFor(folder));
      const closed = once(child, "close");
      const begun = () => readdirSync(folder).some((name) => /\.part$|\.restoring$/u.test(name));
      await expect.poll(() => begun() || child.exitCode !== null, { timeout: 60_000, interval: 5 }).toBe(true);
      child.kill(signal);
      await closed;
      if (child.exitCode !== 0 || tries === 5) return { folder, by: child.signalCode };
    }
  }

  /** How many others are connected to a PostgreSQL database. */
  async function others(db: Store["db"]): Promise<number | undefined> {
    const { rows } = await sql<{ count: number }>`select count(*) as count from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`.execute(db);
    return rows[0]?.count;
  }

  function newFolder(): string {
    const folder = mkdtempSync(join(scratch, "target-"));
    writeFileSync(join(folder, "key"), readFileSync(join(home, "key")), { mode: 0o600 });
    return folder;
  }
});

describe("Other copies", () => {
  it("of the folder of a stopped server are whole backups", async () => {
    const folder = join(scratch, "stopped");
    const store = await openStore({ dataDir: folder });
    const own = createVault(loadInstallationKey(folder, undefined));
    await claimDatabase(store.db, own);
    await fillDemoOrganization(store.db, { now, tokens: 500, vault: own });
    const before = await allRows(store.db);
    await store.close();
    const copy = join(scratch, "copy");
    cpSync(folder, copy, { recursive: true });
    const copied = await openStore({ dataDir: copy });
    expect(await allRows(copied.db)).toEqual(before);
    await claimDatabase(copied.db, createVault(loadInstallationKey(copy, undefined)));
    await copied.close();
  });

  /** Where Debian has the programs of PostgreSQL; undefined where it is not installed. */
  const debian = (() => {
    const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
    const newest = versions.sort((one, other) => Number(other) - Number(one))[0];
    return newest === undefined ? undefined : join("/usr/lib/postgresql", newest, "bin");
  })();

  it.skipIf(debian === undefined)("by pg_dump, of Debian's PostgreSQL, are whole backups of the database", async () => {
    const run = promisify(execFile);
    const cluster = await startCluster({ bin: debian });
    onTestFinished(() => cluster.stop());
    const bin = debian ?? "";
    await run(join(bin, "createdb"), ["--maintenance-db", cluster.url("postgres"), "source"]);
    await run(join(bin, "createdb"), ["--maintenance-db", cluster.url("postgres"), "target"]);
    const store = await openStore({ databaseUrl: cluster.url("source") });
    onTestFinished(() => store.close());
    const server = await testServer(store);
    onTestFinished(() => server.app.close());
    const world = await makeCallers(server);
    const writes = new MixedWrites(server, world);
    await writes.run(320);
    await sealAudit(store.db, vault, now);
    const before = await allRows(store.db);
    const file = join(scratch, "dump");
    await run(join(bin, "pg_dump"), ["--format=custom", "--no-owner", "--file", file, cluster.url("source")]);
    await run(join(bin, "pg_restore"), ["--no-owner", "--exit-on-error", "--dbname", cluster.url("target"), file]);
    const target = await openStore({ databaseUrl: cluster.url("target") });
    onTestFinished(() => target.close());
    expect(await allRows(target.db)).toEqual(before);
    expect((await verifyAudit(target.db, vault, undefined)).faults).toEqual([]);
    const again = await testServer(target);
    onTestFinished(() => again.app.close());
    expect((await ask(again, world.bearer.root, "{ viewer { id } }")).errors).toEqual([]);
    expect(
      (await ask(again, world.bearer.root, `mutation { createIPFilter(input: { name: "new", ipFilter: "allow all" }) { id } }`))
        .errors,
    ).toEqual([]);
  });
});

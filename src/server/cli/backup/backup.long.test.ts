import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { buildApp } from "#server/app.ts";
import { readKnownHead } from "#server/audit/head.ts";
import { auditKeeper } from "#server/audit/keep.ts";
import { loadLocalAdmin } from "#server/auth/localAdmin.ts";
import { workOnAudit } from "#server/cli/audit.ts";
import { readCommand } from "#server/cli/commands.ts";
import type { Environment } from "#server/cli/readSettings.ts";
import { openStore, type Store, type StoreLocation } from "#server/store/client.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { createEmptyDatabase } from "#server/testing/databases.ts";
import { installationKey } from "#server/testing/oldDatabases/known.ts";
import { makeOldDatabase, oldDatabases } from "#server/testing/oldDatabases/upgrade.ts";
import { allRows } from "#server/testing/rows.ts";
import { claimDatabase, createVault, loadInstallationKey } from "#server/vault.ts";
import { makeBackup } from "./backup.ts";
import { restoreBackup } from "./restore.ts";

const now = Date.UTC(2030, 0, 1);
const passphrase = "correct horse battery staple";

let scratch: string;
/** A data folder whose server is stopped. */
let dataDir: string;
let rows: Awaited<ReturnType<typeof allRows>>;
const files = { recipients: "", identity: "", other: "", passphrase: "", wrong: "" };

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "tokenhouse-backup-"));
  const [own, other] = [await generateX25519Identity(), await generateX25519Identity()];
  const put = (name: string, content: string) => {
    writeFileSync(join(scratch, name), content);
    return join(scratch, name);
  };
  files.recipients = put("recipients.txt", `# ours\n${await identityToRecipient(own)}\n`);
  files.identity = put("identity.txt", `# created\n${own}\n`);
  files.other = put("other.txt", other);
  files.passphrase = put("passphrase.txt", `${passphrase}\n`);
  files.wrong = put("wrong.txt", "wrong horse battery staple");
  dataDir = join(scratch, "data");
  const store = await openStore({ dataDir });
  const vault = createVault(loadInstallationKey(dataDir, undefined));
  await claimDatabase(store.db, vault);
  await ensureOrganization(store.db, now);
  loadLocalAdmin(dataDir, () => undefined);
  await sealTrail(store, dataDir);
  rows = await allRows(store.db);
  await store.close();
  return () => rmSync(scratch, { recursive: true, force: true });
});

async function sealTrail(store: Store, folder: string): Promise<void> {
  const vault = createVault(loadInstallationKey(folder, undefined));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await auditKeeper({ store, vault, dataDir: folder, retention: 400, stream: undefined, log, now: () => now }).seal();
}

/** Runs a command as the command line would, and gives what it prints. */
async function run(args: readonly string[], environment: Environment = {}): Promise<string> {
  const command = readCommand(args, environment);
  const output = new PassThrough();
  const asking = { input: Readable.from([]), output };
  if (command.type === "backup") await makeBackup(command, { output, asking, now: () => now, work: 10 });
  else if (command.type === "restore") await restoreBackup(command, { output, asking, now: () => now });
  else throw new Error(command.type);
  output.end();
  return text(output);
}

let count = 0;
const newPath = (name: string) => join(scratch, `${name}-${++count}`);

async function backUp(...more: readonly string[]): Promise<string> {
  const file = newPath("backup");
  await run(["backup", file, "--data-dir", dataDir, "--recipients-file", files.recipients, ...more]);
  return file;
}

/** An empty data folder with the key of the server that backups are of. */
function folderWithKey(): string {
  const folder = newPath("target");
  mkdirSync(folder);
  writeFileSync(join(folder, "key"), readFileSync(join(dataDir, "key")), { mode: 0o600 });
  return folder;
}

const rowsIn = (dataDir: string) => rowsOf({ dataDir });
const rowsAt = (databaseUrl: string) => rowsOf({ databaseUrl });

async function rowsOf(location: StoreLocation): Promise<Awaited<ReturnType<typeof allRows>>> {
  const store = await openStore(location);
  try {
    return await allRows(store.db);
  } finally {
    await store.close();
  }
}

/** Serves a data folder until the test is over. */
async function serving(
  folder: string,
): Promise<{ readonly port: string; readonly app: FastifyInstance; readonly store: Store; readonly localAdmin: string }> {
  const store = await openStore({ dataDir: folder });
  const { secretHash, tokenString } = loadLocalAdmin(folder, () => undefined);
  const vault = createVault(loadInstallationKey(folder, undefined));
  const app = await buildApp({ store, now: () => now, localAdminHash: secretHash, vault, backupFolder: folder });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { port: new URL(app.listeningOrigin).port, app, store, localAdmin: tokenString };
}

describe("tokenhouse backup and restore", () => {
  it("write a file for the owner alone, never over another, from which an empty folder with the key gets every row, also after a restore that was killed; the trail's chain holds", async () => {
    const file = await backUp();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const written = readFileSync(file);
    expect(written.subarray(0, 21).toString()).toBe("age-encryption.org/v1");
    await expect(backUp2(file)).rejects.toThrow(`${file} is there already.`);
    expect(readFileSync(file)).toEqual(written);
    await backUp2(file, "--overwrite");
    expect(readFileSync(file)).not.toEqual(written);
    expect(readdirSync(scratch).filter((name) => name.endsWith(".part"))).toEqual([]);

    const target = folderWithKey();
    // As a restore leaves it that was killed.
    mkdirSync(join(target, "database.restoring"));
    await expect(openStore({ dataDir: target })).rejects.toMatchObject({
      message: expect.stringContaining("was cut off before its end. Run it again") as string,
      lasting: true,
    });
    const told = await run(["restore", file, "--data-dir", target, "--identity-file", files.identity]);
    expect(told).toContain("everything as of 2030-01-01T00:00:00Z: 0 tokens, 1 user, 2 records of the audit trail");
    expect(told).toContain("The chain of the audit trail holds.");
    expect(told).toContain("Tokens that were deleted or rotated after 2030-01-01T00:00:00Z live again.");
    const after = await rowsIn(target);
    for (const [table, before] of rows) if (!table.startsWith("audit_")) expect(after.get(table), table).toEqual(before);
    expect(readKnownHead(target)).toMatchObject({ seal: 1, records: 3 });
    const output = new PassThrough();
    const verify = readCommand(["audit", "verify", "--data-dir", target], {});
    if (verify.type === "audit") await workOnAudit(verify.task, verify.config, output);
    output.end();
    expect(await text(output)).toMatch(/^The chain of the audit trail holds\.\n3 records in 1 seal/u);
  });

  const backUp2 = (file: string, ...more: readonly string[]) =>
    run(["backup", file, "--data-dir", dataDir, "--recipients-file", files.recipients, ...more]);

  it("lock by a passphrase too, from a file or the terminal, never from an argument", async () => {
    const file = newPath("backup");
    await run(["backup", file, "--data-dir", dataDir, "--passphrase-file", files.passphrase]);
    const target = folderWithKey();
    await expect(run(["restore", file, "--data-dir", target, "--passphrase-file", files.wrong])).rejects.toThrow(
      "does not open with this passphrase; or it was made for recipients, whose private keys --identity-file names. Nothing was restored.",
    );
    await expect(run(["restore", file, "--data-dir", target, "--identity-file", files.identity])).rejects.toThrow(
      "was not made for any of these identities",
    );
    expect(readdirSync(target)).toEqual(["key"]);
    await expect(run(["restore", file, "--data-dir", target])).rejects.toThrow("There is nobody to ask for the passphrase.");
    const databaseUrl = await createEmptyDatabase();
    await run(["restore", file, "--data-dir", target, "--database-url", databaseUrl, "--passphrase-file", files.passphrase]);
    expect((await rowsAt(databaseUrl)).get("users")).toEqual(rows.get("users"));
    const short = join(scratch, "short.txt");
    writeFileSync(short, "too short\n");
    await expect(run(["backup", newPath("backup"), "--data-dir", dataDir, "--passphrase-file", short])).rejects.toThrow(
      "The passphrase is too short",
    );
  });

  it("never write the installation key but where it is asked for", async () => {
    const [bare, whole] = [await backUp(), await backUp("--with-key")];
    const target = newPath("target");
    const databaseUrl = await createEmptyDatabase();
    const restore = (file: string, environment: Environment = {}) =>
      run(["restore", file, "--data-dir", target, "--database-url", databaseUrl, "--identity-file", files.identity], environment);
    await expect(restore(bare)).rejects.toThrow("needs the installation key of the server that it is of, and does not hold it");
    expect(existsSync(target)).toBe(false);
    await expect(restore(whole, { TOKENHOUSE_KEY: "00".repeat(32) })).rejects.toThrow(
      "TOKENHOUSE_KEY is another installation key than that of the server which the backup is of.",
    );
    expect(existsSync(target)).toBe(false);
    expect(await restore(whole)).toContain("The installation key was in the backup");
    expect(readFileSync(join(target, "key"), "utf8")).toBe(readFileSync(join(dataDir, "key"), "utf8"));
    expect(statSync(join(target, "key")).mode & 0o777).toBe(0o600);
  });

  it("restore nothing from a file that was cut off or altered, and leave the target alone", async () => {
    const whole = readFileSync(await backUp());
    const target = folderWithKey();
    const wrong: Record<string, Buffer> = {
      empty: Buffer.alloc(0),
      header: whole.subarray(0, 100),
      half: whole.subarray(0, whole.length / 2),
      "but one": whole.subarray(0, -1),
      longer: Buffer.concat([whole, Buffer.from("x")]),
      altered: Buffer.from(whole.map((byte, place) => (place === whole.length - 40 ? byte ^ 1 : byte))),
      "header altered": Buffer.from(whole.map((byte, place) => (place === 60 ? byte ^ 1 : byte))),
      "no age": Buffer.from("hello\n"),
    };
    for (const [how, bytes] of Object.entries(wrong)) {
      const file = newPath("wrong");
      writeFileSync(file, bytes);
      await expect(run(["restore", file, "--data-dir", target, "--identity-file", files.identity]), how).rejects.toMatchObject({
        message: expect.stringMatching(
          /(cut off|altered|is no file that age encrypted|was not made for any).*Nothing was restored\.$/u,
        ) as string,
        lasting: true,
      });
      expect(readdirSync(target), how).toEqual(["key"]);
    }
    await expect(run(["restore", newPath("none"), "--data-dir", target])).rejects.toThrow("There is no file");
  });

  it("refuse a folder or database that is not empty, with status 2, and what to do", async () => {
    const file = await backUp();
    await expect(run(["restore", file, "--data-dir", dataDir, "--identity-file", files.identity])).rejects.toMatchObject({
      message: expect.stringContaining("has a database, which a restore does not write over. Name an empty folder") as string,
      lasting: true,
    });
    const databaseUrl = await createEmptyDatabase();
    await (await openStore({ databaseUrl })).close();
    await expect(
      run(["restore", file, "--data-dir", folderWithKey(), "--identity-file", files.identity, "--database-url", databaseUrl]),
    ).rejects.toMatchObject({ message: expect.stringContaining("is not empty") as string, lasting: true });
  });

  it("go from PGlite to PostgreSQL and back", async () => {
    const databaseUrl = await createEmptyDatabase();
    const home = folderWithKey();
    const there = ["--data-dir", home, "--database-url", databaseUrl];
    await run(["restore", await backUp(), ...there, "--identity-file", files.identity]);
    const file = newPath("backup");
    await run(["backup", file, ...there, "--recipients-file", files.recipients]);
    const target = folderWithKey();
    await run(["restore", file, "--data-dir", target, "--identity-file", files.identity]);
    const after = await rowsIn(target);
    for (const [table, before] of rows) if (!table.startsWith("audit_")) expect(after.get(table), table).toEqual(before);
  });

  it("ask a running server as the local administrator, and nobody else gets a backup; each is on record", async () => {
    const home = dataDir;
    const { port, app, store, localAdmin } = await serving(home);
    const file = newPath("backup");
    await run(["backup", file, "--data-dir", home, "--port", port, "--recipients-file", files.recipients]);
    const databaseUrl = await createEmptyDatabase();
    await run(["restore", file, "--data-dir", home, "--database-url", databaseUrl, "--identity-file", files.identity]);
    expect((await rowsAt(databaseUrl)).get("users")).toEqual(rows.get("users"));
    expect(readdirSync(home).filter((name) => name.includes("backup"))).toEqual([]);

    const ask = (headers: Record<string, string>) =>
      app.inject({
        method: "POST",
        url: "/api/tokenhouse/backup",
        headers: { "content-type": "application/json", ...headers },
        payload: "{}",
      });
    expect((await ask({})).statusCode).toBe(401);
    const signedIn = await app.inject({
      method: "POST",
      url: "/session",
      headers: { origin: "http://localhost:80", "content-type": "application/json" },
      payload: JSON.stringify({ token: localAdmin }),
    });
    const [cookie] = signedIn.cookies;
    const inSession = await ask({ cookie: `${cookie?.name}=${cookie?.value}`, origin: "http://localhost:80" });
    expect([inSession.statusCode, inSession.body]).toEqual([
      403,
      expect.stringContaining("Only the local administrator's token"),
    ]);
    const records = await store.db
      .selectFrom("auditRecords")
      .select(["outcome", "actorId", "address"])
      .where("type", "=", "tokenhouse.backup.make")
      .orderBy("number", "desc")
      .limit(2)
      .execute();
    expect(records).toEqual([
      { outcome: "refused", actorId: "localAdministrator", address: "127.0.0.1" },
      { outcome: "done", actorId: "localAdministrator", address: "127.0.0.1" },
    ]);
    await expect(
      run(["backup", newPath("backup"), "--data-dir", home, "--port", "1", "--recipients-file", files.recipients]),
    ).rejects.toThrow("No Tokenhouse answers at http://127.0.0.1:1.");
  });

  it("read the later trail, and move away the end of a chain that went on after the backup", async () => {
    const home = folderWithKey();
    const databaseUrl = await createEmptyDatabase();
    const file = await backUp();
    const trailFile = newPath("trail");
    writeFileSync(trailFile, "no trail\n");
    const restore = (...more: string[]) =>
      run([
        "restore",
        file,
        "--data-dir",
        home,
        "--database-url",
        databaseUrl,
        "--identity-file",
        files.identity,
        "--since-trail",
        trailFile,
        ...more,
      ]);
    await expect(restore()).rejects.toThrow("There is no record of an audit trail in it. Nothing was restored.");
    expect(readdirSync(home)).toEqual(["key"]);
    writeFileSync(join(home, "audit-head.json"), `${JSON.stringify({ seal: 9, records: 90, mac: "00".repeat(32) })}\n`);
    const record = {
      id: "later",
      timestamp: "2030-01-02T00:00:00.000Z",
      type: "user.profile",
      operation: "updateUser",
      outcome: "done",
      target: { kind: "user", id: "u", name: "rosa" },
      actionName: "update",
    };
    writeFileSync(trailFile, `${JSON.stringify(record)}\n`);
    const told = await restore();
    expect(told).toContain("tells of 1 act after the backup. It does not reach back to the backup, or is another server's");
    expect(told).toContain("1 other act after the backup is undone by it.");
    expect(told).toContain("  2030-01-02T00:00:00Z updateUser rosa");
    expect(told).toContain("was the end of a trail that went on after the backup");
    expect(readdirSync(home).filter((name) => name.startsWith("audit-head.json"))).toHaveLength(2);
    expect(readKnownHead(home)).toMatchObject({ seal: 1 });
  });

  it("write a backup of a database as an older release left it, and none of what a newer release has used", async () => {
    for (const name of [oldDatabases()[0] ?? "", "0009-audit"]) {
      const { databaseUrl = "" } = await makeOldDatabase("postgres", name);
      const home = newPath("old");
      mkdirSync(home);
      writeFileSync(join(home, "key"), `${Buffer.from(installationKey).toString("base64")}\n`, { mode: 0o600 });
      const file = newPath("backup");
      await run(["backup", file, "--data-dir", home, "--database-url", databaseUrl, "--recipients-file", files.recipients]);
      const target = await createEmptyDatabase();
      await run(["restore", file, "--data-dir", home, "--database-url", target, "--identity-file", files.identity]);
      expect((await rowsAt(target)).get("tokens"), name).toEqual((await rowsAt(databaseUrl)).get("tokens"));
    }

    const databaseUrl = await createEmptyDatabase();
    const newer = folderWithKey();
    for (const location of [{ databaseUrl }, { dataDir: newer }]) {
      const store = await openStore(location);
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(store.db);
      await store.close();
      const file = newPath("backup");
      const where = "databaseUrl" in location ? ["--database-url", databaseUrl] : [];
      await expect(
        run(["backup", file, "--data-dir", newer, ...where, "--recipients-file", files.recipients]),
      ).rejects.toMatchObject({
        message: expect.stringMatching(/^The database was last used by a newer release of Tokenhouse/u) as string,
        lasting: true,
      });
      expect(existsSync(file)).toBe(false);
    }
  });

  it("say of what is no file, of a folder and of an empty database what they are", async () => {
    const target = folderWithKey();
    const restore = (file: string) => run(["restore", file, "--data-dir", target, "--identity-file", files.identity]);
    await expect(restore(scratch)).rejects.toMatchObject({
      message: `${scratch} is no file. A backup is read twice, which no pipe can be.`,
      lasting: true,
    });
    await expect(restore("/dev/null")).rejects.toThrow("is no file");
    expect(readdirSync(target)).toEqual(["key"]);
    const [databaseUrl, file] = [await createEmptyDatabase(), newPath("backup")];
    await expect(
      run(["backup", file, "--data-dir", dataDir, "--database-url", databaseUrl, "--recipients-file", files.recipients]),
    ).rejects.toMatchObject({
      message: "No Tokenhouse has used this database, so there is nothing to back up.",
      lasting: true,
    });
    expect(existsSync(file)).toBe(false);
  });
});

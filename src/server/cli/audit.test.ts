import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";

import { sql } from "kysely";
import { beforeAll, expect, it, onTestFinished } from "vitest";

import { buildApp } from "#server/app.ts";
import { readKnownHead } from "#server/audit/head.ts";
import { auditKeeper } from "#server/audit/keep.ts";
import { makeTrail, serverActor } from "#server/audit/trail.ts";
import { loadLocalAdmin } from "#server/auth/localAdmin.ts";
import { openStore } from "#server/store/client.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { claimDatabase, createVault, loadInstallationKey } from "#server/vault.ts";
import { workOnAudit } from "./audit.ts";
import { readCommand, type AuditTask } from "./commands.ts";

const now = Date.UTC(2030, 0, 1);
let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-audit-"));
  return () => rmSync(dataDir, { recursive: true, force: true });
});

/** What the command prints, and the status that it ends with. */
async function run(task: AuditTask, port = 1): Promise<{ output: string; status: number }> {
  const command = readCommand(["audit", task, "--data-dir", dataDir, "--port", String(port)], {});
  if (command.type !== "audit") throw new Error(command.type);
  const output = new PassThrough();
  const printed = text(output);
  await workOnAudit(command.task, command.config, output);
  output.end();
  const status = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  return { output: await printed, status };
}

it("The trail is looked through and printed whether its server runs or not, and streamed to a file; what was forged ends with status 3", async () => {
  await expect(run("verify")).rejects.toThrow("No embedded server has run on the data folder");
  const store = await openStore({ dataDir });
  const vault = createVault(loadInstallationKey(dataDir, undefined));
  await claimDatabase(store.db, vault);
  await ensureOrganization(store.db, now);
  const trail = makeTrail(vault);
  const stream = { file: join(dataDir, "shipped.jsonl") };
  const logged: unknown[] = [];
  const log = { info: (line: unknown) => logged.push(line), warn: () => undefined, error: (line: unknown) => logged.push(line) };
  const keeper = auditKeeper({ store, vault, dataDir, retention: 400, stream, log, now: () => now });
  const act = async (id: string) => {
    const entry = { type: "ipfilters.change", action: "create", target: { kind: "ipFilter", id, name: id } } as const;
    await trail.append(store.db, entry, { at: now, actor: serverActor, operation: "createIPFilter" });
  };
  await act("one");
  await act("two");
  await keeper.seal();
  // Killed in the middle of a line, which the next start writes anew.
  appendFileSync(stream.file, '{"actor":{"type":"ser');
  await act("three");
  await keeper.seal();
  await keeper.seal();
  const head = readKnownHead(dataDir);
  expect(head).toMatchObject({ seal: 2, records: 3 });
  expect(logged).toEqual([
    { seal: 1, records: 2, mac: expect.stringMatching(/^[0-9a-f]{64}$/u) as string },
    { ...head, records: 3 },
  ]);
  const ids = (lines: string) =>
    lines
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { subjects: string[] }).subjects[0]);
  const shipped = readFileSync(stream.file, "utf8").split("\n");
  expect(shipped[2]).toBe('{"actor":{"type":"ser');
  expect(ids(shipped.toSpliced(2, 1).join("\n"))).toEqual(["one", "two", "three"]);

  const app = await buildApp({
    store,
    now: () => now,
    localAdminHash: loadLocalAdmin(dataDir, () => undefined).secretHash,
    vault,
    knownAuditHead: () => readKnownHead(dataDir),
  });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const port = Number(new URL(app.listeningOrigin).port);
  const holding =
    /^The chain of the audit trail holds\.\n3 records in 2 seals; 0 records waiting to be chained\.\nIts end: seal 2, 3 records, [0-9a-f]{64}\.\n$/u;
  expect(await run("verify", port)).toEqual({ output: expect.stringMatching(holding) as string, status: 0 });
  expect(ids((await run("export", port)).output)).toEqual(["one", "two", "three"]);
  await expect(run("verify")).rejects.toThrow("Another process has the data folder");
  await app.close();

  await sql`alter table audit_records disable trigger user`.execute(store.db);
  await sql`update audit_records set record = replace(record, 'two', 'too') where position = 2`.execute(store.db);
  await store.close();
  const forged = await run("verify");
  expect(forged).toMatchObject({ status: 3, output: expect.stringContaining("place 2 was altered") as string });
  const exported = (await run("export")).output;
  expect(ids(exported).slice(0, 3)).toEqual(["one", "too", "three"]);
  // The two commands used the local administrator's token, which is counted and recorded when the server ends.
  const operations = exported
    .trimEnd()
    .split("\n")
    .slice(3)
    .map((line) => (JSON.parse(line) as { operation: string }).operation);
  expect(operations).toEqual(["/api/tokenhouse/audit/verification", "/api/tokenhouse/audit/export"]);
});

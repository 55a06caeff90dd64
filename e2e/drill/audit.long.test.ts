import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";

import { readKnownHead } from "#server/audit/head.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { localAdminFile } from "#server/auth/localAdmin.ts";
import { openStore } from "#server/store/client.ts";
import { createEmptyDatabase } from "#server/testing/databases.ts";
import { startProgram, type RunningProgram } from "#server/testing/program.ts";
import { createVault } from "#server/vault.ts";

/** Mutations of one request, and what it counts for. */
const perRequest = 10;
const acts = 10_000;

/** Ten mutations of several kinds. The last is refused: those behind it would not be carried out. */
function mixed(round: number): string {
  return Array.from({ length: perRequest }, (_, place) => {
    const name = `r${round}-${place}`;
    if (place === perRequest - 1) return `m${place}: deleteToken(input: { id: "${name}" })`;
    return place % 2 === 0
      ? `m${place}: createIPFilter(input: { name: "${name}", ipFilter: "allow 192.0.2.${place}" }) { id }`
      : `m${place}: createOrganizationPermissionsTokenV2(input: { name: "${name}", organizationPermissions: [ViewUsage] }) { tokenMetadata { id } }`;
  }).join("\n");
}

it("holds after ten thousand mixed acts by three processes: each has its one record, chained once, and every head is in the chain", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-audit-drill-"));
  const databaseUrl = await createEmptyDatabase();
  const key = randomBytes(32);
  const running: RunningProgram[] = [];
  onTestFinished(() => {
    for (const { process } of running) process.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const dataDirs = ["one", "two", "three"].map((name) => join(folder, name));
  for (const dataDir of dataDirs) {
    running.push(
      await startProgram([process.execPath, "dist/server/main.js"], {
        PORT: "0",
        DATA_DIR: dataDir,
        DATABASE_URL: databaseUrl,
        TOKENHOUSE_KEY: key.toString("hex"),
        AUDIT_STREAM: join(dataDir, "shipped.jsonl"),
      }),
    );
  }
  let round = 0;
  const work = async (instance: number) => {
    const { address } = running[instance] as RunningProgram;
    const token = readFileSync(localAdminFile(dataDirs[instance] ?? ""), "utf8").trim();
    while (round < acts / perRequest) {
      const query = `mutation { ${mixed(round++)} }`;
      const response = await fetch(`${address}/graphql`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ query }),
      });
      const { data } = (await response.json()) as { data: Record<string, unknown> | null };
      expect(response.status).toBe(200);
      // A field that may not be null takes the whole answer with it; the others were carried out all the same.
      expect(data).toBeNull();
    }
  };
  await Promise.all([0, 1, 2].flatMap((instance) => [work(instance), work(instance)]));
  for (const program of running) expect(await program.stop()).toBe(0);

  const store = await openStore({ databaseUrl });
  onTestFinished(() => store.close());
  const vault = createVault(Uint8Array.from(key));
  const heads = dataDirs.map((dataDir) => readKnownHead(dataDir)).filter((head) => head !== undefined);
  expect(heads.length).toBeGreaterThan(0);
  for (const head of heads) expect(await verifyAudit(store.db, vault, head)).toMatchObject({ faults: [], waiting: 0 });
  const { rows } = await sql<{ operation: string; outcome: string; count: number }>`
    select record::jsonb ->> 'operation' as operation, outcome, count(*) as count from audit_records
    where type not in ('tokenhouse.localadministrator.use') group by 1, 2 order by 1`.execute(store.db);
  const requests = acts / perRequest;
  expect(rows).toEqual([
    { operation: "createIPFilter", outcome: "done", count: 5 * requests },
    { operation: "createOrganizationPermissionsTokenV2", outcome: "done", count: 4 * requests },
    { operation: "deleteToken", outcome: "refused", count: requests },
  ]);
  const { count } = await store.db
    .selectFrom("auditRecords")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  // Who ended last shipped all of it.
  const shipped = dataDirs.map((dataDir) => new Set(readFileSync(join(dataDir, "shipped.jsonl"), "utf8").trimEnd().split("\n")));
  expect(Math.max(...shipped.map(({ size }) => size))).toBe(count);
});

import { Readable } from "node:stream";

import { expect, onTestFinished } from "vitest";

import { makeTrail } from "#server/audit/trail.ts";
import { dumpAtOnce } from "#server/backup/dump.ts";
import { readBackup } from "#server/backup/format.ts";
import { restoreInto } from "#server/backup/restore.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { createEmptyDatabase } from "#server/testing/databases.ts";
import { allRows } from "#server/testing/rows.ts";
import { createVault } from "#server/vault.ts";
import { installationKey, madeAt } from "./known.ts";
import { makeOldDatabase } from "./upgrade.ts";

/** Backs up the database of a release as it is, restores that, and holds the rows against those of the database once it is brought up to date. */
export async function restoresOlder(name: string): Promise<void> {
  const old = await makeOldDatabase("postgres", name);
  const open = async (databaseUrl: string): Promise<Store> => {
    const store = await openStore({ databaseUrl }, { upToDate: true });
    onTestFinished(() => store.close());
    return store;
  };
  const lines: string[] = [];
  for await (const line of dumpAtOnce(await open(old.databaseUrl ?? ""), () => madeAt)) lines.push(line);
  const target = await open(await createEmptyDatabase());
  const vault = createVault(installationKey);
  const parts = readBackup(Readable.from(lines));
  const { chain } = await restoreInto(target, {
    parts,
    vault,
    trail: makeTrail(vault),
    now: madeAt,
    keepSessions: true,
    since: undefined,
  });
  expect(chain.faults).toEqual([]);

  const upgraded = await old.open();
  onTestFinished(() => upgraded.close());
  const [expected, restored] = [await allRows(upgraded.db), await allRows(target.db)];
  for (const [table, rows] of expected) {
    const found = restored.get(table) ?? [];
    // The restore itself is on record.
    if (table === "audit_records")
      expect(
        found.filter((row) => !rows.includes(row)),
        table,
      ).toHaveLength(1);
    expect(
      rows.filter((row) => !found.includes(row)),
      table,
    ).toEqual([]);
    if (table !== "audit_records" && table !== "acts_in_parts") expect(found, table).toHaveLength(rows.length);
  }
}

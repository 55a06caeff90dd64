// Makes the database of the release of each migration that has none yet, as Debian's pg_dump writes it: `npx tsx src/server/testing/oldDatabases/make.ts`
// after a migration was added with its rows in rows.ts. What is there is never made again: that is what makes it old. Needs Debian's PostgreSQL.
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { Migrator } from "kysely";
import { Client } from "pg";

import { openStore } from "#server/store/client.ts";
import { migrationProvider } from "#server/store/migrations.ts";

import { rowsAfter } from "./rows.ts";

const [databaseUrl] = process.argv.slice(2);
if (databaseUrl === undefined) throw new Error("Name an empty database of a PostgreSQL as old as pg_dump, or older.");
const client = new Client({ connectionString: databaseUrl });
await client.connect();
const { db, close } = await openStore({ databaseUrl }, { upToDate: true });
const migrator = new Migrator({ db, provider: migrationProvider });
for (const name of Object.keys(await migrationProvider.getMigrations())) {
  const { error } = await migrator.migrateTo(name);
  if (error !== undefined) throw error;
  await rowsAfter[name]?.({ client, db });
  const file = join(import.meta.dirname, `${name}.sql`);
  if (existsSync(file)) continue;
  writeFileSync(file, await dump(databaseUrl));
  console.log(`wrote ${file}`);
}
await client.end();
await close();

/** The whole database as statements, without what differs from one machine to another. */
async function dump(url: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "pg_dump",
    ["--no-owner", "--no-privileges", "--no-comments", "--rows-per-insert=100", "--dbname", url],
    { maxBuffer: 10_000_000 },
  );
  return `${stdout
    .split("\n")
    .filter(
      (line) =>
        line !== "" && !line.startsWith("--") && !/^(?:SET|SELECT pg_catalog\.set_config|\\(?:un)?restrict)\b/u.test(line),
    )
    .join("\n")}\n`;
}
